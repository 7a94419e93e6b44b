package detection_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/defence/detection"
	"tallinn/defence/detection/auditd"
	"tallinn/defence/detection/journald"
	"tallinn/defence/detection/naive"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/pipeline"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/detection/syslog"
	"tallinn/defence/detection/winxml"
	"tallinn/defence/event"
)

func addFiles(f *testing.F, names ...string) {
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

const (
	sampleRules = "testdata/sample/rules/"
	sampleLogs  = "testdata/sample/logs/"
	sampleLinux = "testdata/sample/linux/"
)

// Any rule file is read or refused; what is read compiles or is refused, and
// engine and interpreter agree on an event.
func FuzzRules(f *testing.F) {
	addFiles(f, sampleRules+"proc_creation_win_certutil_download.yml", sampleRules+"win_alert_mimikatz_keywords.yml", "testdata/bad-rules/bad.yml")
	ev := &event.Event{Fields: []event.Field{{Name: "Image", Value: `C:\x\certutil.exe`}, {Name: "CommandLine", Value: "certutil URL http"}, {Name: "EventID", Value: "1"}}}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := sigma.Parse("f.yml", data)
		for _, r := range file.Rules {
			r.Source = sigma.LogSource{}
			sigma.Lint(r)
		}
		e, _ := detection.New(file.Rules)
		m := e.NewMatcher()
		got := map[int]bool{}
		for _, i := range m.Match(ev) {
			got[i] = true
			m.Why(i)
		}
		for i, r := range e.Rules() {
			if want := naive.Match(r, ev, false); want != got[i] {
				t.Fatalf("engine %t, naive %t", got[i], want)
			}
		}
	})
}

func FuzzCondition(f *testing.F) {
	for _, s := range []string{"a and not 1 of b*", "(a or b) and all of them", "not not a", "1 of", "((((a", "a | count() > 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := sigma.ParseCondition(text, []string{"a", "b1", "b2", "_c"}); err == nil && n == nil {
			t.Fatal("no tree and no error")
		}
	})
}

func FuzzPipeline(f *testing.F) {
	addFiles(f, "pipeline/builtin/default.yml")
	f.Add([]byte("transformations:\n- {id: a, type: field_name_mapping, mapping: {F: [G, H]}}\n- {type: replace_string, regex: x, replacement: '\\1'}\n"))
	rule := sigma.Parse("t.yml", []byte("title: t\nlogsource: {product: windows}\ndetection:\n  a: {F|contains: [x, y], H|expand: '%p%'}\n  condition: a\n")).Rules
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := pipeline.Parse("f.yml", data)
		if err != nil {
			return
		}
		out, refused := pipeline.Apply(rule, []*pipeline.Pipeline{p})
		if len(out)+len(refused) != 1 {
			t.Fatal("a rule was lost")
		}
		detection.New(out)
	})
}

// drain reads a log to its end; every reader must come to one.
func drain(t *testing.T, r reader, size int) {
	var e event.Event
	for n := 0; r.Next(&e); n++ {
		if n > 8*size+64 {
			t.Fatal("more events than bytes")
		}
		e.Time()
		e.Host()
	}
}

func FuzzNDJSON(f *testing.F) {
	addFiles(f, sampleLogs+"otrf.ndjson")
	f.Add([]byte("[\n {\n  \"a\": [1, {\"b\": null}], \"c\": \"\\ud83d\\ude00\"\n },\n {\"d\":1e5}]"))
	f.Add([]byte("[{\"a\\\\\":\"\\u0041\\\"b\\/\"},{\"a\":\"Ð¹\\n\"} , {\"a\":\"" + strings.Repeat("C:\\\\", 40) + "\"}]\n{\"a\":\"\\x\"}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		drain(t, ndjson.NewReader(bytes.NewReader(data)), len(data))
		samePacked(t, data)
	})
}

// samePacked checks that a log gives the same read in parts and from memory, with
// its texts written out at once or when asked for, and that a record which is
// given as it stands shows all of its letters.
func samePacked(t *testing.T, data []byte) {
	plain, packed := ndjson.NewReader(bytes.NewReader(data)), ndjson.NewReader(nil)
	packed.Pack()
	packed.Reset(data, nil)
	var want, got event.Event
	for n := 0; ; n++ {
		more := plain.Next(&want)
		if packed.Next(&got) != more {
			t.Fatalf("event %d: only one of them has it", n)
		}
		if !more {
			break
		}
		record := strings.Clone(got.Record())
		got.Unpack()
		if !slices.EqualFunc(got.Fields, want.Fields, func(a, b event.Field) bool { return a.Name == b.Name && a.Value == b.Value && a.Kind == b.Kind }) {
			t.Fatalf("event %d: %q and %q", n, got.Fields, want.Fields)
		}
		for _, f := range got.Fields[:got.Logged()] {
			letters := strings.FieldsFunc(f.Value, func(r rune) bool { return r <= ' ' || strings.ContainsRune("\"\\/\x7f", r) })
			for _, l := range letters {
				if record != "" && !strings.Contains(record, l) {
					t.Fatalf("event %d: %q is not in %q", n, l, record)
				}
			}
		}
	}
	if plain.Stats() != packed.Stats() {
		t.Fatalf("%+v and %+v", packed.Stats(), plain.Stats())
	}
}

func FuzzAuditd(f *testing.F) {
	addFiles(f, sampleLinux+"audit.log")
	f.Fuzz(func(t *testing.T, data []byte) { drain(t, auditd.NewReader(bytes.NewReader(data)), len(data)) })
}

func FuzzText(f *testing.F) {
	addFiles(f, sampleLinux+"auth.log", sampleLinux+"journal.export", sampleLogs+"events.xml")
	f.Fuzz(func(t *testing.T, data []byte) {
		drain(t, syslog.NewReader(bytes.NewReader(data), 2026), len(data))
		drain(t, journald.NewReader(bytes.NewReader(data)), len(data))
		drain(t, winxml.NewReader(bytes.NewReader(data)), len(data))
	})
}

// On random patterns over a small alphabet, in which everything collides,
// engine and interpreter agree.
func TestRandomRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune(`abAB\ Йй`)), 0, 12, -1)
		value := rapid.Custom(func(t *rapid.T) string {
			return rapid.StringOfN(rapid.RuneFrom([]rune(`abA\*? Й`)), 1, 10, -1).Draw(t, "value")
		})
		mod := rapid.SampledFrom([]string{"", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "|contains|cased", "|windash|contains", "|neq"})
		root := &sigma.Node{Kind: sigma.And}
		r := &sigma.Rule{Title: "t"}
		for range rapid.IntRange(1, 4).Draw(t, "items") {
			item, err := sigma.NewItem("F"+mod.Draw(t, "mod"), value.Draw(t, "value"))
			if err != nil {
				t.Skip()
			}
			if rapid.Bool().Draw(t, "not") {
				item = &sigma.Node{Kind: sigma.Not, Kids: []*sigma.Node{item}}
			}
			root.Kids = append(root.Kids, item)
		}
		if rapid.Bool().Draw(t, "or") {
			root.Kind = sigma.Or
		}
		r.Detections = []sigma.Detection{{Name: "s", Root: root}}
		r.Conditions = []sigma.Condition{{Text: "s", Root: &sigma.Node{Kind: sigma.Ref, Name: "s"}}}
		e, refused := detection.New([]*sigma.Rule{r})
		if len(refused) > 0 {
			t.Fatal(refused)
		}
		m := e.NewMatcher()
		for range 8 {
			ev := &event.Event{}
			for range rapid.IntRange(0, 2).Draw(t, "fields") {
				ev.Add("F", text.Draw(t, "text"), event.Text)
			}
			if got, want := len(m.Match(ev)) == 1, naive.Match(r, ev, false); got != want {
				t.Fatalf("engine %t, naive %t: %v on %q", got, want, why(r), ev.Fields)
			}
		}
	})
}

func why(r *sigma.Rule) string {
	var b strings.Builder
	r.Detections[0].Root.Walk(func(i *sigma.Item) {
		for _, v := range i.Values {
			b.WriteString(i.Field + strings.Join(i.Mods, "|") + "=" + v.Pattern.String() + " ")
		}
	})
	return b.String()
}
