package scan_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tallinn/defence/detection"
	"tallinn/defence/detection/evtx"
	"tallinn/defence/detection/input"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/scan"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

func engine(t *testing.T, selection string) *detection.Engine {
	t.Helper()
	f := sigma.Parse("t.yml", []byte("title: t\nlogsource: {product: windows}\ndetection: {a: "+selection+", condition: a}\n"))
	e, refused := detection.New(f.Rules)
	if len(f.Refused)+len(refused) > 0 {
		t.Fatal(f.Refused, refused)
	}
	return e
}

// whole is what a reader of the whole log gives: "index number" of the matches,
// then what became of the log.
func whole(e *detection.Engine, field string, next func(*event.Event) bool, report func() input.Report) []string {
	m := e.NewMatcher()
	var out []string
	var ev event.Event
	for next(&ev) {
		if len(m.Match(&ev)) > 0 {
			n, _ := ev.Get(field)
			out = append(out, fmt.Sprint(ev.Index, " ", n))
		}
	}
	return append(out, fmt.Sprintf("%+v", report()))
}

// inParts is the same by Run.
func inParts(t *testing.T, e *detection.Engine, field string, workers int, sources ...input.Source) (logs [][]string) {
	t.Helper()
	var out []string
	err := scan.Run(context.Background(), scan.Options{Engine: e, Workers: workers}, sources, &scan.Progress{}, func(r scan.Result) error {
		for _, m := range r.Matches {
			n, _ := m.Event.Get(field)
			out = append(out, fmt.Sprint(m.Index, " ", n))
			if m.Event.Index != m.Index {
				t.Errorf("match %d is of event %d", m.Index, m.Event.Index)
			}
		}
		if r.Last {
			logs = append(logs, append(out, fmt.Sprintf("%+v", r.Report)))
			out = nil
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return logs
}

func agree(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("%s: %d and %d lines; line %d: got %s, want %s", what, len(got), len(want), i, got[i], want[i])
			}
		}
		t.Fatalf("%s: got %d lines, want %d", what, len(got), len(want))
	}
}

// lines are many records: bad ones, blank ones, long ones, both line ends.
func lines(n int, odd string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"Channel":"System","N":%d,"Text":"%s \\ %d"}`, i, strings.Repeat("filler ", i%90), i%7)
		b.WriteString([]string{"\n", "\r\n", "\n\n"}[i%3])
		switch {
		case i%997 == 0:
			b.WriteString("{\"N\":\n")
		case i == n/3:
			b.WriteString(`{"Channel":"System","N":"long","Text":"` + strings.Repeat("x", 1<<20) + ` \\ 3"}` + "\n")
		case i == n/2:
			b.WriteString(odd)
		}
	}
	return b.String()
}

// However many read a log, and wherever it is cut: the matches, their numbers
// and the report are those of one reader of the whole.
func TestParts(t *testing.T) {
	e := engine(t, `{Text|endswith: ' \ 3'}`)
	for what, log := range map[string]string{
		"lines":       lines(9000, ""),
		"spread out":  lines(5000, "{\n\"Wide\": [\n"+strings.Repeat("{\"a\":1},\n", 40000)+"{\"a\":2}\n],\n\"Channel\": \"System\",\n\"N\": \"spread\",\n\"X\": [\n{\"a\":1},\n{\"b\":2}\n],\n\"Text\": \" \\\\ 3\"\n}\n"),
		"an array":    "[\n" + strings.ReplaceAll(lines(3000, ""), "}\n", "},\n") + "]\n",
		"cut off":     lines(4000, "") + `{"Channel":"System","N":1,"Text":"`,
		"no line end": lines(4000, "") + `{"Channel":"System","N":"last","Text":" \\ 3"}`,
		"nothing":     "  \n",
	} {
		r := ndjson.NewReader(strings.NewReader(log))
		want := whole(e, "N", r.Next, func() input.Report {
			return input.Report{Name: what, Format: "ndjson", Records: r.Stats().Records, Damaged: r.Stats().Bad}
		})
		if what == "nothing" {
			want = []string{fmt.Sprintf("%+v", input.Report{Name: what, Format: "empty"})}
		} else if len(want) < 300 {
			t.Fatalf("%s: only %d matches", what, len(want)-1)
		}
		for _, workers := range []int{1, 2, 7} {
			got := inParts(t, e, "N", workers, input.Memory("a", lines(10, "")), input.Memory(what, log), input.Memory("b", lines(10, "")))
			agree(t, what, got[1], want)
			if len(got[0]) != 3 || len(got[2]) != 3 {
				t.Errorf("%s: the logs beside it gave %v and %v", what, got[0], got[2])
			}
		}
	}
}

// Several workers read one log at the same time.
func TestOneLogForAll(t *testing.T) {
	e := engine(t, `{Text|endswith: ' \ 3'}`)
	var inside sync.WaitGroup
	inside.Add(2)
	var n atomic.Int64
	both := make(chan struct{})
	go func() { inside.Wait(); close(both) }()
	keep := func(r *sigma.Rule, ev *event.Event) (string, bool) {
		if n.Add(1) <= 2 { // the second call comes while the first still waits, or never
			inside.Done()
		}
		select {
		case <-both:
			return r.Level, true
		case <-time.After(10 * time.Second):
			t.Error("one worker is left alone with the log")
			return "", false
		}
	}
	// The log is slow to open, so that one of them comes before it is.
	sources, _ := input.Find([]string{"-"}, io.MultiReader(slow{}, strings.NewReader(lines(9000, ""))))
	err := scan.Run(t.Context(), scan.Options{Engine: e, Workers: 2, Keep: keep}, sources,
		&scan.Progress{}, func(scan.Result) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// slow is nothing, after a while.
type slow struct{}

func (slow) Read([]byte) (int, error) {
	time.Sleep(100 * time.Millisecond)
	return 0, io.EOF
}

// The same of event logs: many chunks, one of them damaged, the last cut off.
func TestChunks(t *testing.T) {
	f, err := os.Open("../testdata/sample/logs/certutil.evtx.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	header, chunk := file[:evtx.HeaderSize], file[evtx.HeaderSize:][:evtx.ChunkSize]
	log := slices.Concat(header, bytes.Repeat(chunk, 11), bytes.Repeat([]byte("damaged!"), evtx.ChunkSize/8), bytes.Repeat(chunk, 30))
	e := engine(t, `{EventID: 1}`)
	for what, log := range map[string][]byte{"whole": log, "cut off": log[:len(log)-evtx.ChunkSize+2000], "header": log[:100], "odd": log[:evtx.HeaderSize+evtx.ChunkSize*5/2]} {
		r, err := evtx.NewReader(bytes.NewReader(log))
		if err != nil {
			t.Fatal(err)
		}
		want := whole(e, "EventRecordID", r.Next, func() input.Report {
			s := r.Stats()
			return input.Report{Name: what, Format: "evtx", Records: s.Records, Damaged: s.Damaged, Lost: s.Lost, Truncated: s.Truncated}
		})
		for _, workers := range []int{1, 2, 7} {
			agree(t, what, inParts(t, e, "EventRecordID", workers, input.Memory(what, string(log)))[0], want)
		}
		t.Logf("%s: %d matches, %s", what, len(want)-1, want[len(want)-1])
	}
}

// A log is open as long as some part of it is read.
func TestOpenToItsEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	log := "{\n\"N\": 0\n}\n" + lines(20000, "")
	if err := os.WriteFile(path, []byte(log), 0o644); err != nil {
		t.Fatal(err)
	}
	sources, _ := input.Find([]string{path}, nil)
	e := engine(t, `{Text|endswith: ' \ 3'}`)
	one := inParts(t, e, "N", 1, sources...)[0]
	for range 5 {
		agree(t, "several workers", inParts(t, e, "N", 4, sources...)[0], one)
	}
	if len(one) < 2500 || strings.Contains(one[len(one)-1], "closed") {
		t.Errorf("%d matches, %s", len(one)-1, one[len(one)-1])
	}
}

// A log that fails in its middle costs the rest of itself.
func TestDamagedPacking(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, lines(9000, ""))
	z.Close()
	e := engine(t, `{Text|endswith: ' \ 3'}`)
	half := input.Memory("half", packed.String()[:packed.Len()/2])
	for _, workers := range []int{1, 3} {
		got := inParts(t, e, "N", workers, half, input.Memory("after", lines(10, "")))
		last := got[0][len(got[0])-1]
		if len(got[0]) < 100 || !strings.Contains(last, "unexpected EOF") {
			t.Errorf("%d matches, %s", len(got[0])-1, last)
		}
		if len(got[1]) != 3 {
			t.Errorf("the log after it gave %v", got[1])
		}
	}
}
