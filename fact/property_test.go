package fact_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"tallinn/fact"
	"tallinn/tlp"
)

var (
	texts    = rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-zA-Z0-9/._-]{0,60}`))
	markings = rapid.Map(rapid.IntRange(int(tlp.Red), int(tlp.Clear)), func(n int) tlp.Marking { return tlp.Marking(n) })
	dates    = rapid.Custom(func(t *rapid.T) fact.Date {
		from := time.Date(fact.FirstYear, 1, 1, 0, 0, 0, 0, time.UTC)
		d := from.AddDate(0, 0, rapid.IntRange(0, 110*365).Draw(t, "day")).Format(time.DateOnly)
		return fact.Date(d[:rapid.SampledFrom([]int{0, 4, 7, 10}).Draw(t, "precision")])
	})
	parts = rapid.Custom(func(t *rapid.T) Part {
		return Part{rapid.IntRange(-3, 3000).Draw(t, "year"), texts.Draw(t, "note")}
	})
	bodies = rapid.Custom(func(t *rapid.T) Noted {
		b := Noted{Thing: texts.Draw(t, "thing"), Count: rapid.IntRange(-1<<50, 1<<50).Draw(t, "count"),
			Small: rapid.Int8().Draw(t, "small"), Big: rapid.Int64Range(-1<<53, 1<<53).Draw(t, "big"),
			Yes: rapid.Bool().Draw(t, "yes"), Ratio: rapid.Float64Range(-1e9, 1e9).Draw(t, "ratio"), On: dates.Draw(t, "on"),
			Source: fact.Source{Cite: texts.Draw(t, "cite")}, Marking: markings.Draw(t, "marking"),
			Inner: Inner{Deep: texts.Draw(t, "deep"), Later: parts.Draw(t, "later")}}
		b.Names = orNil(rapid.SliceOfN(texts, 0, 12).Draw(t, "names"))
		b.Parts = orNil(rapid.SliceOfN(parts, 0, 3).Draw(t, "parts"))
		b.Bytes = orNil(rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "bytes"))
		if rapid.Bool().Draw(t, "has part") {
			p := parts.Draw(t, "part")
			b.Part = &p
		}
		if m := rapid.MapOfN(texts, rapid.Int(), 0, 3).Draw(t, "table"); len(m) > 0 && rapid.Bool().Draw(t, "has table") {
			b.Table = map[string]int{}
			for k, v := range m {
				b.Table[k] = v % (1 << 40)
			}
		}
		return b
	})
	facts = rapid.Custom(func(t *rapid.T) fact.Fact {
		f := fact.Fact{Pos: fact.Pos(rapid.Int64Range(0, 1<<40).Draw(t, "pos")),
			At:  time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "at")).UTC(),
			Cmd: texts.Draw(t, "cmd"), By: texts.Draw(t, "by"), Seat: texts.Draw(t, "seat"), Kind: "thing.noted",
			Streams: rapid.SliceOfN(texts, 1, 10).Draw(t, "streams"),
			Realm:   rapid.SampledFrom([]fact.Realm{fact.Real, fact.Exercise}).Draw(t, "realm"),
			Marking: markings.Draw(t, "marking"), Figure: rapid.Bool().Draw(t, "figure"), Body: bodies.Draw(t, "body")}
		copy(f.Salt[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "salt"))
		return f
	})
)

func orNil[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

// TestRoundTrip: what is encoded is canonical, decodes to the same fact by
// either way, and encodes again to the same bytes.
func TestRoundTrip(t *testing.T) {
	reg := registry()
	rapid.Check(t, func(t *rapid.T) {
		f := facts.Draw(t, "fact")
		raw, err := fact.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		canonical := jsontext.Value(bytes.Clone(raw))
		if err := canonical.Canonicalize(); err != nil || !bytes.Equal(canonical, raw) {
			t.Fatalf("encoded   %s\ncanonical %s, %v", raw, canonical, err)
		}
		general, err := reg.DecodeGeneral(raw)
		if err != nil || !reflect.DeepEqual(general, f) {
			t.Fatalf("decoded %+v, %v\nof      %+v", general, err, f)
		}
		fast, ok := reg.DecodeFast(raw)
		if !ok || !reflect.DeepEqual(fast, f) {
			t.Fatalf("decoded fast %+v, %v\nof           %+v", fast, ok, f)
		}
		if again, err := fact.Encode(fast); err != nil || !bytes.Equal(again, raw) {
			t.Fatalf("encoded %s\nagain   %s, %v", raw, again, err)
		}
	})
}

// same holds the fast way against the general one: what it accepts, the other
// accepts and reads alike.
func same(t interface{ Fatalf(string, ...any) }, reg *fact.Registry, raw []byte) {
	fast, ok := reg.DecodeFast(raw)
	if !ok {
		return
	}
	general, err := reg.DecodeGeneral(raw)
	if err != nil || !reflect.DeepEqual(fast, general) {
		t.Fatalf("raw     %q\nfast    %+v\ngeneral %+v, %v", raw, fast, general, err)
	}
}

// TestSameOnDamage damages canonical bytes in all the ways that bytes of JSON
// are damaged.
func TestSameOnDamage(t *testing.T) {
	reg := registry()
	pieces := rapid.OneOf(rapid.SampledFrom([]string{"", `"`, `\`, `\u0041`, `\ud800`, `,`, `{`, `}`, `[`, `]`, `:`, ` `, "\n",
		"0", "-", "1.0", "1e3", "00", "null", "true", "\xff", "\x00", "ї", `"x":1,`, `"thing":"x",`, `"by":"x",`}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 3), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		raw, err := fact.Encode(facts.Draw(t, "fact"))
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			from := rapid.IntRange(0, len(raw)).Draw(t, "from")
			to := min(len(raw), from+rapid.IntRange(0, 3).Draw(t, "length"))
			raw = slices.Concat(raw[:from], []byte(pieces.Draw(t, "piece")), raw[to:])
		}
		same(t, reg, raw)
	})
}

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/kept/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	reg := registry()
	f.Fuzz(func(t *testing.T, raw []byte) {
		same(t, reg, raw)
		got, err := reg.Decode(raw)
		if err != nil || !got.Known() {
			return
		}
		// Whatever is read has one canonical form, which reads alike.
		again, err := fact.Encode(got)
		if err != nil {
			return // an integer beyond 2^53, or too long in canonical form
		}
		back, err := reg.Decode(again)
		if err != nil {
			t.Fatalf("%q\nencodes again to %q: %v", raw, again, err)
		}
		if twice, err := fact.Encode(back); err != nil || !bytes.Equal(twice, again) {
			t.Fatalf("%q\nencodes to %q\nand then  %q, %v", raw, again, twice, err)
		}
	})
}

// TestDifferences: the corrections that Differences finds, applied one after
// another, make of the one body the other.
func TestDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		was, now := bodies.Draw(t, "was"), bodies.Draw(t, "now")
		if rapid.Bool().Draw(t, "close") {
			now = was
			now.On, now.Names = dates.Draw(t, "on"), nil
		}
		found, err := fact.Differences(7, was, now, "source")
		if err != nil {
			t.Fatal(err)
		}
		got := was
		for _, c := range found {
			if c.Fact != 7 || c.Reason != "source" || bytes.Equal(c.Was, c.Now) {
				t.Fatalf("correction %+v", c)
			}
			if got, err = fact.Apply(got, c); err != nil {
				t.Fatalf("%+v: %v", c, err)
			}
		}
		if !reflect.DeepEqual(got, now) {
			t.Fatalf("corrected %+v\nwanted    %+v\nby %v", got, now, found)
		}
	})
}
