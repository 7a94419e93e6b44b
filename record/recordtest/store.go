package recordtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/text"
)

// Run is what every store passes. Open returns an empty store, which the
// caller closes when t ends.
func Run(t *testing.T, open func(t *testing.T) record.Store) {
	for _, group := range [][]test{storeTests, decideTests, refusalTests, hubTests, subscribeTests, checkTests, keyTests} {
		for _, tt := range group {
			t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t)) })
		}
	}
	t.Run("property", func(t *testing.T) { testProperty(t, open) })
}

type test struct {
	name string
	run  func(*testing.T, record.Store)
}

var storeTests = []test{
	{"store/empty", testEmpty},
	{"store/append and read", testAppend},
	{"store/taken position", testTaken},
	{"store/gap", testGap},
	{"store/same command twice", testSameCommand},
	{"store/pages", testPages},
	{"store/cursors", testCursors},
	{"store/reading beside appending", testBeside},
	{"store/appending beside reading", testOpenReader},
}

// batch is n facts at first, of one command each. The store does not look
// into the bytes.
func batch(first fact.Pos, n int) record.Batch {
	b := record.Batch{First: first}
	for i := range n {
		pos := first + fact.Pos(i)
		b.Facts = append(b.Facts, fmt.Appendf(nil, "fact %d \x00\xff", pos))
		m := record.Remembered{ID: fmt.Sprintf("c'%04d", pos), Op: "ôp", First: pos, Last: pos, IDs: []string{fmt.Sprint("A-", pos)}}
		m.Args[0] = byte(pos)
		b.Commands = append(b.Commands, m)
	}
	return b
}

func testEmpty(t *testing.T, s record.Store) {
	ctx := t.Context()
	if head, err := s.Head(ctx); head != fact.None || err != nil {
		t.Errorf("Head() = %d, %v", head, err)
	}
	if got := read(t, s, 0, 10); len(got) != 0 {
		t.Errorf("Facts() = %q", got)
	}
	if _, ok, err := s.Command(ctx, "none"); ok || err != nil {
		t.Errorf("Command() = %v, %v", ok, err)
	}
	if _, ok, err := s.Text(ctx, "none"); ok || err != nil {
		t.Errorf("Text() = %v, %v", ok, err)
	}
	if pos, err := s.Cursor(ctx, "none"); pos != fact.None || err != nil {
		t.Errorf("Cursor() = %d, %v", pos, err)
	}
	if now, err := s.Now(ctx); now.IsZero() || err != nil {
		t.Errorf("Now() = %v, %v", now, err)
	}
}

func read(t *testing.T, s record.Store, from fact.Pos, n int) []string {
	t.Helper()
	var got []string
	must(t, s.Facts(t.Context(), from, n, func(pos fact.Pos, raw []byte) error {
		if want := max(from, 0) + fact.Pos(len(got)); pos != want {
			t.Errorf("Facts(%d) gave %d in place of %d", from, pos, want)
		}
		got = append(got, string(raw))
		return nil
	}))
	return got
}

func testAppend(t *testing.T, s record.Store) {
	ctx := t.Context()
	a, b := batch(0, 3), batch(3, 2)
	b.Texts = []text.Sealed{{Ref: text.Ref{ID: "t1", Commit: "c"}, Key: []byte{0, 255}, Box: []byte("«ґ»\x00")}}
	must(t, s.Append(ctx, a))
	must(t, s.Append(ctx, b))
	if head, err := s.Head(ctx); head != 4 || err != nil {
		t.Fatalf("Head() = %d, %v", head, err)
	}
	all := read(t, s, math.MinInt64, math.MaxInt)
	for i, raw := range append(a.Facts, b.Facts...) {
		if i >= len(all) || all[i] != string(raw) {
			t.Fatalf("Facts() = %q; %d should be %q", all, i, raw)
		}
	}
	if got := read(t, s, 2, 2); !reflect.DeepEqual(got, all[2:4]) {
		t.Errorf("Facts(2, 2) = %q", got)
	}
	if got := read(t, s, 5, 2); len(got) != 0 {
		t.Errorf("Facts(5, 2) = %q", got)
	}
	m, ok, err := s.Command(ctx, a.Commands[1].ID)
	if !ok || err != nil || !reflect.DeepEqual(m, a.Commands[1]) {
		t.Errorf("Command() = %+v, %v, %v; want %+v", m, ok, err, a.Commands[1])
	}
	sealed, ok, err := s.Text(ctx, "t1")
	if !ok || err != nil || !reflect.DeepEqual(sealed, b.Texts[0]) {
		t.Errorf("Text() = %+v, %v, %v; want %+v", sealed, ok, err, b.Texts[0])
	}
	stop := errors.New("stop")
	err = s.Facts(ctx, 0, 5, func(pos fact.Pos, _ []byte) error {
		if pos == 1 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) {
		t.Errorf("Facts() = %v; want fn's error", err)
	}
}

func testTaken(t *testing.T, s record.Store) {
	must(t, s.Append(t.Context(), batch(0, 3)))
	late := batch(2, 2)
	late.Commands[0].ID, late.Commands[1].ID = "late1", "late2"
	late.Texts = []text.Sealed{{Ref: text.Ref{ID: "late"}}}
	if err := s.Append(t.Context(), late); !errors.Is(err, record.ErrPosTaken) {
		t.Fatalf("Append() = %v; want ErrPosTaken", err)
	}
	nothingKept(t, s, 2, "late1")
	if _, ok, err := s.Text(t.Context(), "late"); ok || err != nil {
		t.Errorf("the text of a lost batch: %v, %v", ok, err)
	}
	must(t, s.Append(t.Context(), batch(3, 1))) // and it goes on
}

func testGap(t *testing.T, s record.Store) {
	must(t, s.Append(t.Context(), batch(0, 1)))
	if err := s.Append(t.Context(), batch(2, 1)); !errors.Is(err, record.ErrGap) {
		t.Fatalf("Append() = %v; want ErrGap", err)
	}
	nothingKept(t, s, 0, "c'0002")
}

func testSameCommand(t *testing.T, s record.Store) {
	must(t, s.Append(t.Context(), batch(0, 1)))
	again := batch(1, 2)
	again.Commands[1].ID = "c'0000"
	if err := s.Append(t.Context(), again); err == nil || errors.Is(err, record.ErrPosTaken) {
		t.Fatalf("Append() = %v; want another error", err)
	}
	nothingKept(t, s, 0, "c'0001")
}

func nothingKept(t *testing.T, s record.Store, head fact.Pos, command string) {
	t.Helper()
	if got, err := s.Head(t.Context()); got != head || err != nil {
		t.Errorf("Head() = %d, %v; want %d", got, err, head)
	}
	if _, ok, err := s.Command(t.Context(), command); ok || err != nil {
		t.Errorf("the command of a refused batch: %v, %v", ok, err)
	}
}

func testPages(t *testing.T, s record.Store) {
	b := batch(0, 25)
	for i := range 25 {
		b.Texts = append(b.Texts, text.Sealed{Ref: text.Ref{ID: fmt.Sprintf("t%02d", (i*7)%25)}, Key: []byte{1}})
	}
	must(t, s.Append(t.Context(), b))
	var commands, texts int
	for from := fact.Pos(math.MinInt64); ; {
		page, err := s.Commands(t.Context(), from, 10)
		must(t, err)
		for _, m := range page {
			if int(m.First) != commands {
				t.Errorf("command %d came in place of %d", m.First, commands)
			}
			commands++
			from = m.First + 1
		}
		if len(page) < 10 {
			break
		}
	}
	for after := ""; ; {
		page, err := s.Texts(t.Context(), after, 10)
		must(t, err)
		for _, x := range page {
			if want := fmt.Sprintf("t%02d", texts); x.Ref.ID != want {
				t.Errorf("text %s came in place of %s", x.Ref.ID, want)
			}
			texts++
			after = x.Ref.ID
		}
		if len(page) < 10 {
			break
		}
	}
	if commands != 25 || texts != 25 {
		t.Errorf("%d commands and %d texts of 25", commands, texts)
	}
}

func testCursors(t *testing.T, s record.Store) {
	ctx := t.Context()
	must(t, s.SetCursor(ctx, "a", 5))
	must(t, s.SetCursor(ctx, "b", 7))
	must(t, s.SetCursor(ctx, "a", 6))
	for name, want := range map[string]fact.Pos{"a": 6, "b": 7} {
		if pos, err := s.Cursor(ctx, name); pos != want || err != nil {
			t.Errorf("Cursor(%s) = %d, %v; want %d", name, pos, err, want)
		}
	}
}

// testBeside reads while batches are appended: a reader sees whole batches,
// without gaps, and their commands with them.
func testBeside(t *testing.T, s record.Store) {
	const rounds, size = 40, 25
	done := make(chan error, 1)
	go func() {
		for i := range rounds {
			if err := s.Append(context.Background(), batch(fact.Pos(i*size), size)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for running := true; running; {
		select {
		case err := <-done:
			must(t, err)
			running = false
		default:
		}
		got := read(t, s, 0, math.MaxInt)
		if len(got)%size != 0 {
			t.Fatalf("a reader saw %d facts, a part of a batch", len(got))
		}
		if len(got) > 0 {
			if _, ok, err := s.Command(t.Context(), fmt.Sprintf("c'%04d", len(got)-1)); !ok || err != nil {
				t.Fatalf("the command of fact %d: %v, %v", len(got)-1, ok, err)
			}
		}
	}
	if got := read(t, s, 0, math.MaxInt); len(got) != rounds*size {
		t.Errorf("%d facts of %d", len(got), rounds*size)
	}
}

// testOpenReader appends from inside a reading: neither waits for the other.
func testOpenReader(t *testing.T, s record.Store) {
	must(t, s.Append(t.Context(), batch(0, 3)))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	must(t, s.Facts(t.Context(), 0, 3, func(pos fact.Pos, _ []byte) error {
		return s.Append(ctx, batch(3+pos, 1))
	}))
	if got := read(t, s, 0, 10); len(got) != 6 {
		t.Errorf("%d facts of 6", len(got))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
