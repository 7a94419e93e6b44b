package recordtest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/text"
	"tallinn/tlp"
)

var checkTests = func() (tests []test) {
	for _, c := range spoilers {
		tests = append(tests, test{"check/" + c.name, func(t *testing.T, s record.Store) { testSpoiled(t, s, c) }})
	}
	return append(tests, test{"check/beside a hub", testCheckBeside})
}()

// A spoiler breaks one promise of a record of four facts: an account with a
// text, and three payments, the last two by one command.
type spoiler struct {
	name  string
	fact  func(pos fact.Pos, f *fact.Fact)
	bytes func(pos fact.Pos, raw []byte) []byte
	batch func(*record.Batch)
	want  string // in a violation; empty: there is none
}

var spoilers = []spoiler{
	{name: "clean"},
	{name: "bytes", want: "fact 1: does not decode",
		bytes: func(pos fact.Pos, raw []byte) []byte { return cut(pos == 1, raw) }},
	{name: "white space", want: "fact 1: its bytes are not canonical",
		bytes: swap(1, `,"by"`, `, "by"`)},
	{name: "order", want: "fact 1: its bytes are not canonical",
		bytes: swap(1, `{"amount":1,"to":"A-0001"}`, `{"to":"A-0001","amount":1}`)},
	{name: "missing member", want: "fact 1: its envelope encodes again to other bytes",
		bytes: swap(1, `"seat":"",`, ``)},
	{name: "position", want: "fact 2: says that it is fact 7",
		fact: func(pos fact.Pos, f *fact.Fact) { f.Pos += at(pos == 2, 5) }},
	{name: "time", want: "fact 1: its time",
		fact: func(pos fact.Pos, f *fact.Fact) { f.At = f.At.Add(-time.Duration(at(pos == 1, 1)) * time.Hour) }},
	{name: "realm", want: "fact 1: is of realm exercise, its stream A-0001 is not",
		fact: func(pos fact.Pos, f *fact.Fact) { f.Realm = [2]fact.Realm{fact.Real, fact.Exercise}[at(pos == 1, 1)] }},
	{name: "stream twice", want: `fact 1: its stream "A-0001" is no name, or is there twice`,
		fact: func(pos fact.Pos, f *fact.Fact) { f.Streams = append(f.Streams, f.Streams[:at(pos == 1, 1)]...) }},
	{name: "persons of a command", want: `fact 3: command "c2" has facts of different`,
		fact: func(pos fact.Pos, f *fact.Fact) { f.By += strings.Repeat("x", int(at(pos == 3, 1))) }},
	{name: "unremembered", want: "facts 1 to 1: their command is not remembered",
		batch: func(b *record.Batch) { b.Commands = append(b.Commands[:1:1], b.Commands[2:]...) }},
	{name: "last unremembered", want: "facts 2 to 3: their command is not remembered",
		batch: func(b *record.Batch) { b.Commands = b.Commands[:2] }},
	{name: "remembered too short", want: `command "c2": is remembered for facts 2 to 2`,
		batch: func(b *record.Batch) { b.Commands[2].Last = 2 }},
	{name: "remembered of another", want: `command "c9": is remembered for facts 1 to 1`,
		batch: func(b *record.Batch) { b.Commands[1].ID = "c9" }},
	{name: "text lost", want: "fact 0: its text t0 is not kept",
		batch: func(b *record.Batch) { b.Texts = nil }},
	{name: "text changed", want: "text t0: is not what was committed to",
		batch: func(b *record.Batch) { b.Texts[0].Box[0] ^= 1 }},
	{name: "text of no fact", want: "text t9: no fact refers to it",
		batch: func(b *record.Batch) {
			b.Texts = append(b.Texts, sealed("t9", "spare"))
		}},
}

func at(yes bool, n fact.Pos) fact.Pos {
	if yes {
		return n
	}
	return 0
}

func cut(yes bool, raw []byte) []byte {
	if yes {
		return raw[:len(raw)-1]
	}
	return raw
}

func swap(where fact.Pos, was, now string) func(fact.Pos, []byte) []byte {
	return func(pos fact.Pos, raw []byte) []byte {
		if pos != where {
			return raw
		}
		if !bytes.Contains(raw, []byte(was)) {
			panic(fmt.Sprintf("no %s in %s", was, raw))
		}
		return bytes.Replace(raw, []byte(was), []byte(now), 1)
	}
}

func testSpoiled(t *testing.T, s record.Store, c spoiler) {
	note := sealed("t0", "note")
	b := record.Batch{Texts: []text.Sealed{note}}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for pos, body := range []fact.Body{Opened{Account: "A-0001", Owner: "ada", Note: note.Ref},
		Moved{To: "A-0001", Amount: 1}, Moved{To: "A-0001", Amount: 2}, Moved{To: "A-0001", Amount: 3}} {
		pos := fact.Pos(pos)
		cmd := min(pos, 2)
		f := fact.Fact{Pos: pos, At: start.Add(time.Duration(cmd) * time.Second), Cmd: fmt.Sprint("c", cmd), By: "p",
			Kind: body.Kind(), Streams: body.Streams(), Realm: fact.Real, Marking: tlp.Clear, Body: body}
		if c.fact != nil {
			c.fact(pos, &f)
		}
		raw, err := fact.Encode(f)
		must(t, err)
		if c.bytes != nil {
			raw = c.bytes(pos, raw)
		}
		b.Facts = append(b.Facts, raw)
	}
	for i, last := range []fact.Pos{0, 1, 3} {
		b.Commands = append(b.Commands, record.Remembered{ID: fmt.Sprint("c", i), Op: "do", First: fact.Pos(i), Last: last})
	}
	if c.batch != nil {
		c.batch(&b)
	}
	must(t, s.Append(t.Context(), b))
	report, err := record.Check(t.Context(), s, Registry(), TheKeys)
	must(t, err)
	all := strings.Join(report.Violations, "\n")
	if report.Clean() != (c.want == "") || !strings.Contains(all, c.want) {
		t.Errorf("violations:\n%s\nwant: %s", all, c.want)
	}
	if report.Facts != 4 {
		t.Errorf("%d facts; want 4", report.Facts)
	}
}

// testCheckBeside checks again and again while a hub records.
func testCheckBeside(t *testing.T, s record.Store) {
	w := hire(t, s)
	a := w.open("ada", 1)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() {
		defer close(done)
		for i := 0; ctx.Err() == nil && i < 500; i++ {
			w.do(fmt.Sprint(i), func(tx *record.Tx) ([]fact.Body, error) {
				ref, err := tx.Text("note")
				return []fact.Body{Opened{Account: fmt.Sprint("N-", i), Owner: fmt.Sprint(i), Note: ref}, Moved{To: a}}, err
			})
		}
	}()
	for range 10 {
		clean(t, s)
	}
	stop()
	<-done
	// A reader that leaves out a fact, as a damaged table would.
	if report, err := record.Check(t.Context(), gapped{s}, Registry(), TheKeys); err != nil || report.Clean() ||
		!strings.Contains(report.Violations[0], "fact 2: the position before it is 0") {
		t.Errorf("Check of a store with a gap: %+v, %v", report, err)
	}
	if _, err := record.Open(t.Context(), record.Config{Store: gapped{s}, Registry: Registry(), State: NewBank(), Keys: TheKeys}); err == nil {
		t.Error("a store with a gap was opened")
	}
}

// gapped leaves out position 1.
type gapped struct{ record.Store }

func (g gapped) Facts(ctx context.Context, from fact.Pos, n int, fn func(fact.Pos, []byte) error) error {
	return g.Store.Facts(ctx, from, n, func(pos fact.Pos, raw []byte) error {
		if pos == 1 {
			return nil
		}
		return fn(pos, raw)
	})
}
