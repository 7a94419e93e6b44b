package detection_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/defence/detection"
	"tallinn/defence/detection/corpustest"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// matches are "record: rules" for each record of log that some rule matches.
func matches(t fataler, m *detection.Matcher, log []byte, packed bool) []string {
	r := ndjson.NewReader(bytes.NewReader(log))
	if packed {
		r.Pack()
	}
	var out []string
	var e event.Event
	for r.Next(&e) {
		if found := m.Match(&e); len(found) > 0 {
			var why []string
			for _, i := range found {
				why = append(why, fmt.Sprint(i, m.Why(i)))
			}
			out = append(out, fmt.Sprint(e.Index, why))
		}
	}
	if r.Stats().Bad > 0 {
		t.Fatalf("%d bad records", r.Stats().Bad)
	}
	return out
}

type fataler interface{ Fatalf(string, ...any) }

// written is how an exporter may write text in JSON: any letter as itself,
// with an escape of its own, or by its code.
func written(t *rapid.T, text string) string {
	var b strings.Builder
	forms := rapid.SliceOfN(rapid.IntRange(0, 9), len(text), len(text)).Draw(t, "forms")
	short := map[rune]string{'"': `\"`, '\\': `\\`, '/': `\/`, '\n': `\n`, '\t': `\t`}
	for i, r := range text {
		switch s, ok := short[r]; {
		case forms[i] == 9 && r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		case ok && (r != '/' || forms[i]%2 == 0):
			b.WriteString(s)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// A text that was left as it stands in its log, a record that was looked
// through as a whole, and a value that was seen before change no match.
func TestPackedTexts(t *testing.T) {
	var rules []*sigma.Rule
	for i, text := range []string{`a: {F|contains: 'abc\\def'}`, `a: {F|endswith: '\\x.exe'}`, `a: {F: 'c:/a"b'}`, `a: {F|re: 'k[il]wi\nx'}`,
		`a: ['sekurlsa::', 'x/kiwi/y']`, `a: {'|all': ['mimi', 'lib.dll']}`, `a: ['\\mimidrv.sys', 'KIWI legit']`,
		`a: {F|contains: 'abcd', G|startswith: 'c:\\'}`, `a: {F|fieldref: G}`, `a: {F: null}`, `a: {F: ''}`} {
		y := fmt.Sprintf("title: t%d\nlogsource: {product: windows}\ndetection:\n  %s\n  condition: a\n", i, text)
		f := sigma.Parse("t.yml", []byte(y))
		if len(f.Refused) > 0 {
			t.Fatal(f.Refused)
		}
		rules = append(rules, f.Rules...)
	}
	piece := rapid.SampledFrom([]string{"abc", `\`, "def", "abcd", "x.exe", "c:/a", `"b`, "kiwi", "\n", "x", "sekurlsa", "::", "/", "mimi", "lib.dll",
		"mimidrv.sys", "KIWI legit", `c:\`, "ю", "\u212aiwi legit", strings.Repeat("-", 120)})
	e, refused := detection.New(rules)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	packed := e.NewMatcher() // which remembers what it saw
	rapid.Check(t, func(t *rapid.T) {
		var log strings.Builder
		for range rapid.IntRange(1, 4).Draw(t, "records") {
			log.WriteString(`{"Channel":"Application"`)
			for _, name := range rapid.Permutation([]string{"F", "G", "Message"}).Draw(t, "order") {
				text := strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, name), "")
				fmt.Fprintf(&log, `,"%s":"%s"`, name, written(t, text))
			}
			log.WriteString("}\n")
		}
		got, want := matches(t, packed, []byte(log.String()), true), matches(t, e.NewMatcher(), []byte(log.String()), false)
		if !slices.Equal(got, want) {
			t.Fatalf("%s\npacked: %v\nplain: %v", log.String(), got, want)
		}
	})
}

// The cases that chance seldom makes, each with the number of its matches.
func TestPackedCases(t *testing.T) {
	rules := sigma.Parse("t.yml", []byte(`title: t
logsource: {product: windows}
detection:
  a: {F|contains: 'abc\\\\def'}
  b: {F|contains: 'needle'}
  c: ['x/kiwi/y', 'sekurlsa::']
  d: {G|endswith: 'mimilib.dll'}
  e: {G|startswith: 'sekurlsa:\\x'}
  f: {G|endswith: '"kiwi legit'}
  g: {G: 'none'}
  h: {G: '`+strings.Repeat("k", 120)+`\\k'}
  condition: 1 of them
`)).Rules
	e, _ := detection.New(rules)
	m := e.NewMatcher()
	long := func(at int, piece string) string {
		b := []byte(strings.Repeat("-", 240))
		copy(b[at:], piece)
		return string(b)
	}
	for _, tt := range []struct {
		name, field, text string
		packed            bool
		want              int
	}{
		{"a slash with an escape", "Message", `x\/kiwi\/y`, true, 1},
		{"a letter by its code", "Message", `\u0073ekurlsa::`, true, 1},
		{"as it stands in the log", "F", `abc\\\\def `, true, 1},
		{"the same bytes, but written out", "F", `abc\\\\\\\\def `, false, 0},
		{"the same bytes, packed again", "F", `abc\\\\def `, true, 1},
		{"nothing", "F", long(8, "--"), true, 0},
		{"as long, and other only where its digest does not look", "F", long(10, "needle"), true, 1},
		{"and back", "F", long(8, "--"), true, 0},
		{"packed and long", "F", long(200, "needle") + `\\`, true, 1},
		{"an end", "G", long(0, `\n`) + "mimiLIB.dll", true, 1},
		{"no end", "G", long(0, `\n`) + "mimilib.dll-", true, 0},
		{"a beginning", "G", `sekurlsa:\\x` + long(0, ""), true, 1},
		{"no beginning", "G", `-sekurlsa:\\x` + long(0, ""), true, 0},
		{"an end behind an escape", "G", long(0, "") + `\"Kiwi legit`, true, 1},
		{"no end behind an escape", "G", long(0, "") + `\"Kiwi legit\"`, true, 0},
		{"the whole", "G", strings.Repeat("k", 120) + `\\k`, true, 1},
	} {
		text := fmt.Sprintf(`{"Channel":"System","%s":"%s"}`, tt.field, tt.text)
		if got := len(matches(t, m, []byte(text), tt.packed)); got != tt.want {
			t.Errorf("%s: %d matches, want %d", tt.name, got, tt.want)
		}
	}
}

// What one field's needles found in a text says nothing of another field's.
func TestMemoryIsOfOneField(t *testing.T) {
	var rules []*sigma.Rule
	want := []int{}
	const fields = 3000 // more than a memory has places
	for i := range fields {
		rules = append(rules, sigma.Parse("t.yml", fmt.Appendf(nil, "title: t\nlogsource: {product: windows}\ndetection: {a: {F%d|contains: %s}, condition: a}\n",
			i, []string{"abcdef", "nowhere"}[i%2])).Rules...)
		if i%2 == 0 {
			want = append(want, i)
		}
	}
	e, _ := detection.New(rules)
	ev := event.Event{Product: "windows"}
	for i := range fields {
		ev.Add(fmt.Sprint("F", i), "123 abcdef 456", event.Text)
	}
	m := e.NewMatcher()
	for range 2 {
		if got := m.Match(&ev); !slices.Equal(got, want) {
			t.Fatalf("%d matches, want %d", len(got), len(want))
		}
	}
}

// The same of the host events of the corpus.
func TestPackedCorpus(t *testing.T) {
	files := corpustest.Archive(t, "otrf-dev.tar.zst")
	e, _ := detection.New(corpusRules(t, "sigma/rules/windows/"))
	packed := e.NewMatcher()
	found := 0
	for name, log := range files {
		if strings.HasSuffix(name, ".ndjson") {
			got, want := matches(t, packed, log, true), matches(t, e.NewMatcher(), log, false)
			if !slices.Equal(got, want) {
				t.Errorf("%s: packed: %v, plain: %v", name, got, want)
			}
			found += len(got)
		}
	}
	t.Logf("%d records match", found)
}
