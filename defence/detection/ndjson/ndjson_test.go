package ndjson_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/defence/detection/ndjson"
	"tallinn/defence/event"
)

func read(log string) (out []event.Event, stats ndjson.Stats) {
	r := ndjson.NewReader(strings.NewReader(log))
	var e event.Event
	for r.Next(&e) {
		out = append(out, *e.Clone())
	}
	return out, r.Stats()
}

// Whatever text the standard encoder writes comes back the same, at every
// length and place of the escapes.
func TestTextsComeBack(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "bc", `\`, `"`, "/", "\n", "\t", "\x01", "ü", "ї", "😀", "\u2028", "12345678", "<"})
	rapid.Check(t, func(t *rapid.T) {
		name := "n" + strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "name"), "")
		value := strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "value"), "")
		line, _ := json.Marshal(map[string]string{name: value})
		events, _ := read(strings.Repeat(string(line)+"\n", 2))
		if len(events) != 2 {
			t.Fatalf("%s: %d events", line, len(events))
		}
		for _, e := range events {
			if got := e.Fields[0]; len(e.Fields) != 1 || got.Name != name || got.Value != value {
				t.Fatalf("%s: got %q: %q", line, got.Name, got.Value)
			}
		}
	})
}

// A name is what stands in the record, whatever stood there in others.
func TestNamesDoNotDependOnOtherRecords(t *testing.T) {
	lines := []string{
		`{"Image":"a","ImageLoaded":"b","User":"c"}`,
		`{"ImageLoaded":"b","Image":"a"}`,
		`{"Image" : "a", "User": "c", "User": "d"}`,
		`{"Event":{"EventData":{"Image":"x"},"System":{"EventID":{"#text":1},"Provider":{"#attributes":{"Name":"p"}}}}}`,
		`{"EventData":{"Image":"x","User":["a","b"]},"Image":"y"}`,
		`{"Event":{"EventData":{"Image":1.5,"User":null}},"Image":true}`,
		`{"\u0049mage":"z","Image\u003a":"q","":{"":"e"}}`,
		`{"Image":"a\"","Imag":"","I":"C:\\Windows\\"}`,
		`{"A":{"x":"1","y":"2"},"B":{"x":"3"},"x":"4"}`,
		`{"x":"5","B":{"x":"6"},"A":{"y":"7","x":"8"}}`,
	}
	alone := make([]string, len(lines))
	for i, line := range lines {
		events, stats := read(line + "\n")
		if len(events) != 1 || stats.Bad != 0 {
			t.Fatalf("%s: %d events, %d bad", line, len(events), stats.Bad)
		}
		alone[i] = fmt.Sprint(events[0].Fields)
	}
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SliceOfN(rapid.IntRange(0, len(lines)-1), 1, 20).Draw(t, "order")
		var log strings.Builder
		for _, i := range order {
			log.WriteString(lines[i] + "\n")
		}
		events, _ := read(log.String())
		if len(events) != len(order) {
			t.Fatalf("%d events of %d", len(events), len(order))
		}
		for n, i := range order {
			if got := fmt.Sprint(events[n].Fields); got != alone[i] {
				t.Fatalf("record %d: got %s, alone %s", n, got, alone[i])
			}
		}
	})
}

// NXLog keeps the provider as SourceName; a null says nothing of its exporter.
func TestNXLog(t *testing.T) {
	for line, want := range map[string]string{
		`{"SourceModuleType":"im","SourceName":"p"}`:                     "p",
		`{"SourceModuleType":null,"SourceName":"p"}`:                     "",
		`{"SourceModuleType":"im","SourceName":"p","Provider_Name":"q"}`: "q",
		`{"SourceName":"p"}`:                                             "",
	} {
		events, _ := read(line)
		var got []string
		for _, f := range events[0].Fields {
			if f.Name == "Provider_Name" {
				got = append(got, f.Value)
			}
		}
		if strings.Join(got, " and ") != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

// Objects may be written over several lines, alone or in an array.
func TestSpreadOut(t *testing.T) {
	const object = "{\n  \"a\": {\n \"b\": \"}{ \\\" }\"\n  },\n\"c\": [\n{\"d\":1},\n{\"d\":2}\n]\n}"
	for log, want := range map[string]int{
		object:                        1,
		object + "\n" + object + "\n": 2,
		"[\n" + object + ",\n" + object + "\n]\n":              2,
		"{\"a\":{\"b\":\"x\"}}\n" + object + "\r\n{\"c\":3}\n": 3,
	} {
		events, stats := read(log)
		if len(events) != want || stats.Bad != 0 {
			t.Errorf("%s: %d events, %+v", log, len(events), stats)
		}
		for _, e := range events {
			b, ok := e.Get("a.b")
			if ok && b != "x" && b != `}{ " }` {
				t.Errorf("%s: a.b is %q", log, b)
			}
		}
	}
}

// The objects of an array may stand on one line; a bad one costs itself and
// what follows it there.
func TestArrayOnOneLine(t *testing.T) {
	for log, want := range map[string]struct{ n, bad int }{
		`[{"a":"1"}]`: {1, 0},
		`[{"a":"1"},{"a":"2"} , {"a":"3"}]` + "\n":    {3, 0},
		`[{"a":"1"},{"a":"2"}` + "\n" + `,{"a":"3"}]`: {3, 0},
		`[{"a":"1"},{"a":}]` + "\n" + `{"a":"2"}`:     {2, 1},
		`[{"a":"1"},7]`:  {1, 1},
		`[{"a":"1"} {}]`: {0, 1},
		`[]`:             {0, 0},
	} {
		events, stats := read(log)
		if len(events) != want.n || stats.Bad != want.bad {
			t.Errorf("%s: %d events, %+v", log, len(events), stats)
		}
		for i, e := range events {
			if got, _ := e.Get("a"); got != fmt.Sprint(i+1) || e.Index != i {
				t.Errorf("%s: record %d is %q", log, i, got)
			}
		}
	}
}

// What opens and never closes is read once, not once a line.
func TestNeverClosed(t *testing.T) {
	start := time.Now()
	events, stats := read("{\n" + strings.Repeat("\"a\":{\n", 1<<19))
	if len(events) != 0 || stats.Bad != 1 || time.Since(start) > 20*time.Second {
		t.Errorf("%d events, %+v, after %v", len(events), stats, time.Since(start))
	}
}

// Letters by their codes, in pairs too; half a pair is no letter.
func TestCodes(t *testing.T) {
	for text, want := range map[string]string{
		`\u0041\u00df\u0457`: "Aßї", `\ud83d\ude00!`: "😀!", `\ud83d`: "\ufffd", `\ud83dx`: "\ufffdx", `\ude00\ud83d`: "\ufffd\ufffd",
		`\ud83d\u0041`: "\ufffdA", `\/\b\f\n\r\t\"\\`: "/\b\f\n\r\t\"\\",
	} {
		events, _ := read(`{"a":"` + text + `"}`)
		if got, _ := events[0].Get("a"); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// What is no JSON costs its line, and only that.
func TestBadLines(t *testing.T) {
	for _, bad := range []string{`{"a":"\x"}`, `{"a":"b\`, `{"a":"\u12"}`, `{"a":"b"`, `{"a":01}`, `{"a"}`, `{"a":"b"}}`, `{"a:"b"}`} {
		events, stats := read(`{"a":"1"}` + "\n" + bad + "\n" + `{"a":"2"}` + "\n")
		if len(events) != 2 || stats.Bad != 1 || stats.FirstAt != 2 {
			t.Errorf("%s: %d events, %+v", bad, len(events), stats)
		}
	}
}
