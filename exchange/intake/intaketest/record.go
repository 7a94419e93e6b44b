// Package intaketest has a record in memory for the tests of importers. It
// keeps what record promises importers: one order, all or nothing, a command
// twice is decided once, the same id with other arguments is refused, and
// every fact goes through its stored bytes.
package intaketest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tallinn/exchange/intake"
	"tallinn/fact"
)

// A Folder takes facts in their order.
type Folder interface{ Fold(fact.Fact) }

// A Record keeps facts in memory.
type Record struct {
	Registry *fact.Registry
	Folders  []Folder
	Facts    []fact.Fact

	// Fail, when set, is asked before each command and may refuse it.
	Fail func(intake.Command) error

	mu       sync.RWMutex
	commands map[string][32]byte
	ids      int
}

// View runs fn while nothing changes.
func (r *Record) View(fn func()) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	fn()
}

// Decide runs rule and keeps its facts.
func (r *Record) Decide(_ context.Context, c intake.Command, rule intake.Rule) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Fail != nil {
		if err := r.Fail(c); err != nil {
			return err
		}
	}
	if args, seen := r.commands[c.ID]; seen {
		if args != c.Args {
			return fmt.Errorf("intaketest: command %s with other arguments", c.ID)
		}
		return nil
	}
	bodies, err := rule(&tx{r})
	if err != nil || len(bodies) == 0 {
		return err
	}
	facts := make([]fact.Fact, 0, len(bodies))
	for i, b := range bodies {
		f, err := r.stored(c, b, fact.Pos(len(r.Facts)+i))
		if err != nil {
			return err
		}
		facts = append(facts, f)
	}
	if r.commands == nil {
		r.commands = map[string][32]byte{}
	}
	r.commands[c.ID] = c.Args
	for _, f := range facts {
		r.Facts = append(r.Facts, f)
		for _, folder := range r.Folders {
			folder.Fold(f)
		}
	}
	return nil
}

// stored is the fact as it comes back from its stored bytes.
func (r *Record) stored(c intake.Command, b fact.Body, pos fact.Pos) (fact.Fact, error) {
	body, marking, figure, err := r.Registry.Classify(b)
	if err != nil {
		return fact.Fact{}, err
	}
	raw, err := fact.Encode(fact.Fact{Pos: pos, At: time.Unix(0, 0), Cmd: c.ID, By: "importer", Kind: body.Kind(),
		Streams: body.Streams(), Realm: fact.Real, Marking: marking, Figure: figure, Body: body})
	if err != nil {
		return fact.Fact{}, err
	}
	return r.Registry.Decode(raw)
}

type tx struct{ r *Record }

func (t *tx) Read(...string) error { return nil }

// NewID counts, so that a test knows what to expect.
func (t *tx) NewID(prefix string) (string, error) {
	t.r.ids++
	return fmt.Sprintf("%s-%04d", prefix, t.r.ids), nil
}
