package fact_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/tlp"
)

// Noted has a field of every sort that bodies have.
type Noted struct {
	Thing   string         `json:"thing"`
	Count   int            `json:"count,omitempty"`
	Small   int8           `json:"small,omitzero"`
	Big     int64          `json:"big,omitzero"`
	Yes     bool           `json:"yes"`
	Ratio   float64        `json:"ratio,omitzero"`
	On      fact.Date      `json:"on,omitempty"`
	Names   []string       `json:"names,omitempty"`
	Parts   []Part         `json:"parts,omitempty"`
	Part    *Part          `json:"part,omitempty"`
	Source  fact.Source    `json:"source,omitzero"`
	Marking tlp.Marking    `json:"marking"`
	Table   map[string]int `json:"table,omitempty"`
	Raw     jsontext.Value `json:"raw,omitzero"`
	Bytes   []byte         `json:"bytes,omitempty"`
	Hidden  string         `json:"-"`
	Inner   `json:",inline"`
}

// Inner is inlined.
type Inner struct {
	Deep  string `json:"deep,omitempty"`
	Later Part   `json:"later,omitzero"`
}

// Part is a part.
type Part struct {
	Year int    `json:"year"`
	Note string `json:"note,omitempty"`
}

func (Noted) Kind() string        { return "thing.noted" }
func (b Noted) Streams() []string { return []string{b.Thing} }

// Corrected corrects a Noted.
type Corrected struct {
	Thing           string `json:"thing"`
	fact.Correction `json:",inline"`
}

func (Corrected) Kind() string        { return "thing.corrected" }
func (b Corrected) Streams() []string { return []string{b.Thing} }

func registry() *fact.Registry {
	return fact.NewRegistry([]fact.Type{fact.Of[Noted](tlp.Amber, true), fact.Of[Corrected](tlp.Clear, false)})
}

var noon = time.Date(2026, 2, 28, 12, 30, 59, 123456000, time.UTC)

func full() fact.Fact {
	return fact.Fact{Pos: 1234567, At: noon, Cmd: "contributions.csv/12 \"ґ\"\n", By: "person/7", Seat: "co-chair",
		Kind: "thing.noted", Streams: []string{"T-0001", "row/a.csv/«1»"}, Realm: fact.Real, Marking: tlp.AmberStrict,
		Figure: true, Salt: [16]byte{1, 2, 0xab, 15: 0xff}, Body: Noted{Thing: "T-0001", Count: -7, Small: 127,
			Big: 1 << 53, Yes: true, Ratio: 0.1, On: "2024-02-29", Names: []string{"", "ім’я", "a\tb\\"},
			Parts: []Part{{2024, "x"}, {2025, ""}}, Part: &Part{Year: 1}, Source: fact.Source{Cite: "https://e.org/?a=1&b=<2>"},
			Marking: tlp.Green, Table: map[string]int{"b": 2, "a": 1}, Raw: jsontext.Value(`{"k":[1,null]}`),
			Bytes: []byte{0, 255}, Inner: Inner{Deep: "down", Later: Part{Year: 9}}}}
}

// TestKept decodes bytes that were kept when a release wrote them, one fact a
// file, and encodes them again. Files are only ever added.
func TestKept(t *testing.T) {
	files, err := filepath.Glob("testdata/kept/*.json")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d kept facts, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := registry().Decode(raw)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if !f.Known() {
			continue // unknown kinds decode too, but cannot be encoded
		}
		if again, err := fact.Encode(f); err != nil || !bytes.Equal(again, raw) {
			t.Errorf("%s: encodes again to %s, %v", file, again, err)
		}
	}
	f, err := registry().Decode(kept(t, "full"))
	if want := full(); err != nil || !reflect.DeepEqual(f, want) {
		t.Errorf("full: %+v, %v\nwant %+v", f, err, want)
	}
}

func kept(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/kept/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestEncodeIsCanonical(t *testing.T) {
	raw, err := fact.Encode(full())
	if err != nil {
		t.Fatal(err)
	}
	canonical := jsontext.Value(bytes.Clone(raw))
	if err := canonical.Canonicalize(); err != nil || !bytes.Equal(canonical, raw) {
		t.Errorf("encoded  %s\ncanonical %s, %v", raw, canonical, err)
	}
	if !bytes.Equal(raw, kept(t, "full")) {
		t.Errorf("encoded %s\nkept    %s", raw, kept(t, "full"))
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, change := range map[string]func(*fact.Fact){
		"invalid UTF-8 outside":  func(f *fact.Fact) { f.Cmd = "\xff" },
		"invalid UTF-8 inside":   func(f *fact.Fact) { f.Body = Noted{Thing: "\xff"} },
		"invalid UTF-8, stream":  func(f *fact.Fact) { f.Streams = []string{"a", "\xff"} },
		"more than MaxBytes":     func(f *fact.Fact) { f.Body = Noted{Thing: strings.Repeat("x", fact.MaxBytes)} },
		"integer beyond 2^53":    func(f *fact.Fact) { f.Body = Noted{Big: 1<<53 + 1} },
		"integer beyond, in raw": func(f *fact.Fact) { f.Body = Noted{Raw: jsontext.Value(`[9007199254740993]`)} },
		"raw that is no JSON":    func(f *fact.Fact) { f.Body = Noted{Raw: jsontext.Value(`{`)} },
	} {
		f := full()
		change(&f)
		if raw, err := fact.Encode(f); err == nil {
			t.Errorf("%s: encoded as %.200s", name, raw)
		}
	}
}

// ASVS 1.5.2, 1.5.3
func TestDecodeRefuses(t *testing.T) {
	good := string(kept(t, "full"))
	for name, swap := range map[string][2]string{
		"duplicate member":          {`"by":`, `"by":"x","by":`},
		"duplicate member in body":  {`"count":`, `"count":1,"count":`},
		"unknown member":            {`"by":`, `"bx":1,"by":`},
		"invalid UTF-8":             {`co-chair`, "co-ch\xff"},
		"invalid UTF-8 in body":     {`"down"`, "\"\xff\""},
		"control character":         {`co-chair`, "co\nchair"},
		"another format":            {`"format":0`, `"format":1`},
		"unknown realm":             {`"realm":"real"`, `"realm":"dream"`},
		"unknown marking":           {`TLP:AMBER+STRICT`, `TLP:WHITE`},
		"figure 2":                  {`"figure":1`, `"figure":2`},
		"negative position":         {`"pos":1234567`, `"pos":-1`},
		"fractional position":       {`"pos":1234567`, `"pos":1.5`},
		"no stream":                 {`"streams":["T-0001","row/a.csv/«1»"]`, `"streams":[]`},
		"short salt":                {`"salt":"01`, `"salt":"`},
		"upper case salt":           {`"salt":"0102ab`, `"salt":"0102AB`},
		"time with a comma":         {`59.123456Z`, `59,123456Z`},
		"time with three decimals":  {`59.123456Z`, `59.123Z`},
		"time of another zone":      {`59.123456Z`, `59.123456+02:00`},
		"no such day":               {`2026-02-28T`, `2026-02-29T`},
		"hour 24":                   {`T12:`, `T24:`},
		"date in body out of range": {`"2024-02-29"`, `"1900-01-01"`},
		"number too large":          {`"small":127`, `"small":128`},
		"text for a number":         {`"count":-7`, `"count":"7"`},
		"cut off":                   {`]}`, `]`},
		"more behind":               {`]}`, `]}{}`},
	} {
		i := strings.LastIndex(good, swap[0])
		if i < 0 {
			t.Fatalf("%s: no %s in %s", name, swap[0], good)
		}
		bad := good[:i] + swap[1] + good[i+len(swap[0]):]
		if f, err := registry().Decode([]byte(bad)); err == nil {
			t.Errorf("%s: decoded as %+v", name, f)
		}
	}
	if _, err := registry().Decode([]byte(strings.Repeat("[", 100_000))); err == nil {
		t.Error("100,000 brackets were decoded")
	}
}

func TestUnknownKind(t *testing.T) {
	raw := bytes.Replace(kept(t, "full"), []byte("thing.noted"), []byte("thing.newer"), 1)
	f, err := registry().Decode(raw)
	if err != nil || f.Known() || f.Kind != "thing.newer" || f.Pos != 1234567 {
		t.Errorf("an unknown kind: %+v, %v", f, err)
	}
	if _, err := registry().Decode(bytes.Replace(raw, []byte(`"count":`), []byte(`"count":1,"count":`), 1)); err == nil {
		t.Error("an unknown kind with a duplicate member was decoded")
	}
}

func TestNewerMember(t *testing.T) {
	raw := bytes.Replace(kept(t, "full"), []byte(`"count":`), []byte(`"colour":"red","count":`), 1)
	f, err := registry().Decode(raw)
	if err != nil || !reflect.DeepEqual(f, full()) {
		t.Errorf("a body with a newer member: %+v, %v", f, err)
	}
}

func TestPrepare(t *testing.T) {
	body := full().Body
	p, err := registry().Prepare(fact.Marked(body, tlp.Red))
	if err != nil {
		t.Fatal(err)
	}
	if f := p.Fact; f.Marking != tlp.Red || !f.Figure || f.Kind != "thing.noted" || !reflect.DeepEqual(f.Body, body) {
		t.Errorf("prepared %+v", f)
	}
	f := full()
	p.Fact.Pos, p.Fact.At, p.Fact.Cmd, p.Fact.By, p.Fact.Seat = f.Pos, f.At, f.Cmd, f.By, f.Seat
	p.Fact.Streams, p.Fact.Realm, p.Fact.Marking, p.Fact.Salt = f.Streams, f.Realm, f.Marking, f.Salt
	if raw, err := p.Encode(); err != nil || !bytes.Equal(raw, kept(t, "full")) {
		t.Errorf("prepared and encoded: %s, %v", raw, err)
	}
	for name, bad := range map[string]fact.Body{"not registered": other{}, "no stream": nowhere{}, "bad text": Noted{Thing: "\xff"}} {
		reg := fact.NewRegistry([]fact.Type{fact.Of[Noted](tlp.Clear, false), fact.Of[nowhere](tlp.Clear, false)})
		if _, err := reg.Prepare(bad); err == nil {
			t.Errorf("%s: prepared", name)
		}
	}
}

type other struct{}

func (other) Kind() string      { return "other" }
func (other) Streams() []string { return []string{"o"} }

type nowhere struct{}

func (nowhere) Kind() string      { return "nowhere" }
func (nowhere) Streams() []string { return nil }

func TestRegistryRefusesTwice(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("one kind was registered twice")
		}
	}()
	fact.NewRegistry([]fact.Type{fact.Of[Noted](tlp.Clear, false)}, []fact.Type{fact.Of[Noted](tlp.Clear, false)})
}
