package outbox_test

import (
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/notice"
	"tallinn/notice/outbox"
)

var now = time.Date(2026, 4, 14, 9, 30, 0, 0, time.UTC)

func open(t *testing.T, dir string) *outbox.Outbox {
	t.Helper()
	o, err := outbox.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Close() })
	return o
}

func entry(contact, thing string, after time.Time) outbox.Entry {
	return outbox.Entry{Person: "person/1", Contact: contact, Channel: notice.Mail, Realm: fact.Real, Seat: "R-0001", Kind: "vote", Thing: thing, After: after}
}

// TestOutbox: what was put twice is told once; what one contact waits for goes
// together; a batch that failed comes again as it was, also after a restart;
// an emergency goes first and alone.
func TestOutbox(t *testing.T) {
	dir := t.TempDir()
	o, ctx := open(t, dir), t.Context()
	urgent := entry("a", "N-9", now.Add(time.Second))
	urgent.Urgent = true
	all := []outbox.Entry{entry("a", "N-1", now), entry("a", "N-2", now), entry("b", "N-1", now), entry("a", "N-3", now.Add(time.Hour)), urgent}
	for want := len(all); want >= 0; want -= len(all) {
		if n, err := o.Put(ctx, all); err != nil || n != want {
			t.Fatalf("put %d, %v; want %d", n, err, want)
		}
	}
	next := func(at time.Time, want ...string) outbox.Batch {
		t.Helper()
		b, ok, err := o.Next(ctx, notice.Mail, at)
		if err != nil || ok != (len(want) > 0) || len(b.Entries) != len(want) {
			t.Fatalf("next is %+v, %v, %v; want %v", b, ok, err, want)
		}
		for _, e := range b.Entries {
			found := false
			for _, w := range want {
				found = found || e.Contact+" "+e.Thing == w
			}
			if !found {
				t.Fatalf("next has %s %s; want %v", e.Contact, e.Thing, want)
			}
		}
		return b
	}
	done := func(b outbox.Batch) {
		t.Helper()
		if err := o.Done(ctx, b.ID, now); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok, _ := o.Next(ctx, notice.Push, now); ok {
		t.Error("mail goes out by push")
	}
	if b := next(now.Add(2*time.Second), "a N-9"); !b.Entries[0].Urgent {
		t.Error("the emergency is not urgent")
	} else {
		done(b)
	}
	sent := map[string]int{}
	for range 2 {
		b, ok, err := o.Next(ctx, notice.Mail, now.Add(2*time.Second))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := o.Again(ctx, b.ID, now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		o = open(t, dir)
		again, ok, err := o.Next(ctx, notice.Mail, now.Add(time.Minute))
		if err != nil || !ok || again.Tries > 1 {
			t.Fatal(again, ok, err)
		}
		if again.ID == b.ID && len(again.Entries) != len(b.Entries) {
			t.Errorf("tried again with %d entries, first with %d", len(again.Entries), len(b.Entries))
		}
		for _, e := range b.Entries {
			sent[e.Contact+" "+e.Thing]++
		}
		done(b)
	}
	if len(sent) != 3 || sent["a N-1"] != 1 || sent["a N-2"] != 1 || sent["b N-1"] != 1 {
		t.Errorf("sent %v", sent)
	}
	next(now.Add(2 * time.Minute))
	done(next(now.Add(2*time.Hour), "a N-3"))
	if n, err := o.Waiting(ctx); err != nil || n != 0 {
		t.Errorf("%d wait, %v", n, err)
	}
}
