package recordtest

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/text"
	"tallinn/tlp"
)

// MemoryKeys are keys that are forgotten when the program ends.
type MemoryKeys struct {
	mu    sync.Mutex
	locks map[string][]byte // nil: destroyed
}

// TheKeys are those that every hub of the suite shares.
var TheKeys = &MemoryKeys{locks: map[string][]byte{}}

var _ record.Keys = (*MemoryKeys)(nil)

// Make returns the keys called names.
func (k *MemoryKeys) Make(_ context.Context, names []string) (map[string][]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := map[string][]byte{}
	for _, name := range names {
		if _, ok := k.locks[name]; !ok {
			k.locks[name] = make([]byte, text.LockBytes)
			_, _ = rand.Read(k.locks[name]) // never fails
		}
		if k.locks[name] != nil {
			out[name] = k.locks[name]
		}
	}
	return out, nil
}

// Key returns the key called name.
func (k *MemoryKeys) Key(_ context.Context, name string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	lock, ok := k.locks[name]
	switch {
	case !ok:
		return nil, record.ErrNoKey.With("name", name)
	case lock == nil:
		return nil, text.ErrErased
	}
	return lock, nil
}

// Destroy destroys the key called name.
func (k *MemoryKeys) Destroy(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.locks[name] = nil
}

// sealed is a text under a key called "test".
func sealed(id, said string) text.Sealed {
	locks, err := TheKeys.Make(context.Background(), []string{"test"})
	if err != nil {
		panic(err)
	}
	plain, err := text.Commit(rand.Reader, id, said)
	if err != nil {
		panic(err)
	}
	out, err := plain.Seal(rand.Reader, "test", locks["test"])
	if err != nil {
		panic(err)
	}
	return out
}

// failingKeys cannot make a key.
type failingKeys struct{ record.Keys }

func (failingKeys) Make(context.Context, []string) (map[string][]byte, error) {
	return nil, errors.New("no disk")
}

// noted opens an account with a note under the key of person, or of the
// account when it is empty.
func noted(account, person, said string, ref *text.Ref) record.Rule {
	return func(tx *record.Tx) (_ []fact.Body, err error) {
		if *ref, err = tx.TextOf(person, said); err != nil {
			return nil, err
		}
		return []fact.Body{Opened{Account: account, Owner: account, Note: *ref}}, nil
	}
}

// testErased: a text is kept as ciphertext only; it is gone with its key, and
// nothing else is.
func testErased(t *testing.T, s record.Store) {
	w := hire(t, s)
	person := "person/" + rand.Text()
	var mine, its text.Ref
	w.do("1", noted("K-"+person, "", "about the thing", &its))
	w.do("2", noted("L-"+person, person, "about the person", &mine))
	for ref, want := range map[text.Ref]string{its: "K-" + person, mine: person} {
		kept, ok, err := s.Text(t.Context(), ref.ID)
		must(t, err)
		if !ok || kept.Clear() || kept.Under() != want {
			t.Errorf("the text lies under %q, in clear %v; want %q", kept.Under(), kept.Clear(), want)
		}
	}
	TheKeys.Destroy(person)
	if got, err := w.Text(t.Context(), mine); !errors.Is(err, text.ErrErased) {
		t.Errorf("after the key: %q, %v; want ErrErased", got, err)
	}
	if got, err := w.Text(t.Context(), its); err != nil || got != "about the thing" {
		t.Errorf("another text: %q, %v", got, err)
	}
	w.refused("3", text.ErrErased, noted("M-"+person, person, "again", &mine))
	if report := clean(t, s); report.Texts != 2 || report.Erased != 1 {
		t.Errorf("%d texts, %d erased; want 2 and 1", report.Texts, report.Erased)
	}
	report, err := record.Check(t.Context(), s, Registry(), nil)
	must(t, err)
	if !report.Clean() || report.Unopened != 2 {
		t.Errorf("without keys: %+v", report)
	}
}

// testNoKeys: a text whose key is not durable is never recorded; what needs
// none still is.
func testNoKeys(t *testing.T, s record.Store) {
	var ref text.Ref
	w := hire(t, s, func(c *record.Config) { c.Keys = failingKeys{TheKeys} })
	w.refused("1", record.ErrKeys, noted("K-1", "", "said", &ref))
	if head, err := s.Head(t.Context()); head != fact.None || err != nil {
		t.Errorf("a text without a key was recorded: %d, %v", head, err)
	}
	w.open("ada", 1)
}

// testInClear: what an early version kept in clear is sealed when a hub opens
// the record, and reads as before.
func testInClear(t *testing.T, s record.Store) {
	old, ok := s.(record.Resealer)
	if !ok {
		t.Skip("this store never kept a text in clear")
	}
	var ref text.Ref
	hire(t, s).do("1", noted("K-1", "", "said", &ref))
	next := batch(1, 1)
	plain, err := text.Commit(rand.Reader, "clear", "in clear")
	must(t, err)
	next.Texts = []text.Sealed{{Ref: plain.Ref, Key: plain.Key, Box: []byte(plain.Text)}}
	next.Facts[0] = opened(t, 1, next.Commands[0].ID, plain.Ref)
	must(t, s.Append(t.Context(), next))
	w := hire(t, s)
	kept, _, err := s.Text(t.Context(), "clear")
	must(t, err)
	if kept.Clear() || kept.Under() != "K-2" {
		t.Errorf("still in clear, or under %q", kept.Under())
	}
	if got, err := w.Text(t.Context(), plain.Ref); got != "in clear" || err != nil {
		t.Errorf("Text() = %q, %v", got, err)
	}
	if left, err := old.InClear(t.Context(), 10); len(left) > 0 || err != nil {
		t.Errorf("%d texts are left in clear, %v", len(left), err)
	}
}

// opened is the bytes of the fact that opens K-2 with a note.
func opened(t *testing.T, pos fact.Pos, cmd string, note text.Ref) []byte {
	t.Helper()
	body := Opened{Account: "K-2", Owner: "K-2", Note: note}
	raw, err := fact.Encode(fact.Fact{Pos: pos, At: time.Now().UTC().Truncate(time.Microsecond), Cmd: cmd, By: "p",
		Kind: body.Kind(), Streams: body.Streams(), Realm: fact.Real, Marking: tlp.Clear, Body: body})
	must(t, err)
	return raw
}

var keyTests = []test{
	{"keys/erased", testErased},
	{"keys/not there", testNoKeys},
	{"keys/in clear", testInClear},
}
