package record

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"tallinn/fact"
)

// A Command asks for one decision.
type Command struct {
	ID    string   // unique; the same command again has the same ID
	Op    string   // what is asked for, such as "flow.record"
	Args  [32]byte // SHA-256 of the arguments
	By    string   // the person or machine, opaque
	Seat  string   // the seat it acts from; empty for a machine with none
	Realm fact.Realm
}

// MaxName bounds the strings of a command and the name of a stream, in bytes.
const MaxName = 512

// A Result says what a command recorded: the facts First to Last. When there
// was nothing to record Last is before First.
type Result struct {
	First, Last fact.Pos
	IDs         []string // drawn by the rule, in order
	Repeated    bool     // the command had been recorded before; this is its first answer
}

// Empty reports whether nothing was recorded.
func (r Result) Empty() bool { return r.Last < r.First }

// Decide runs rule on the state as it stands and records the facts it returns,
// all or nothing. It returns when they are durable and folded, or with the
// reason why they are not.
//
// The same command again returns the first Result with Repeated set; its rule
// does not run. A command that was refused, or recorded nothing, is not
// remembered. While one is being decided the same command waits for it.
//
// When ctx ends before the decision's turn has come, nothing is recorded and
// ctx's error is returned. Once its turn has come Decide waits for the commit,
// so that an error never hides a recorded decision; the only exceptions are
// ErrStopped and ErrDoubt.
//
// Errors: the rule's own; ErrCommand, ErrReused, ErrNewerKind, ErrRealmMixed,
// ErrTooMany, ErrTooLarge, ErrBusy, ErrClock, ErrAway, ErrDoubt, ErrStopped,
// ErrClosed.
func (r *Record) Decide(ctx context.Context, cmd Command, rule func(*Tx) ([]fact.Body, error)) (Result, error) {
	if err := cmd.check(); err != nil {
		return Result{}, err
	}
	leave, err := r.join(ctx, cmd.ID)
	if err != nil {
		return Result{}, err
	}
	defer leave()
	return r.decide(ctx, cmd, rule)
}

// serialAfter is how often a rule may lose before the committer itself runs
// it, at the head of a transaction where it cannot lose.
const serialAfter = 3

func (r *Record) decide(ctx context.Context, cmd Command, rule Rule) (Result, error) {
	current := !r.Follow // else the state may be older than the command
	for lost := 0; ; lost++ {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		if m, ok, err := r.remembered(ctx, cmd); ok || err != nil {
			return m, err
		}
		q := &request{cmd: cmd, rule: rule, done: make(chan outcome, 1)}
		if lost < serialAfter {
			head := r.Head()
			err := q.run(r, time.Time{})
			if err != nil || len(q.draft.facts) == 0 {
				if moved, away := r.catchUp(ctx, &current, head); away != nil {
					return Result{}, away
				} else if moved {
					continue
				}
				return r.undecided(ctx, cmd, err)
			}
		}
		o, err := r.send(ctx, q)
		if err != nil || !o.lost {
			return o.result, err
		}
	}
}

// undecided answers for a rule that refused, or had nothing to record. It may
// have seen its own command's facts, recorded by another program and folded
// just before it ran.
func (r *Record) undecided(ctx context.Context, cmd Command, refusal error) (Result, error) {
	if m, ok, err := r.remembered(ctx, cmd); ok || err != nil {
		return m, err
	}
	if refusal != nil {
		return Result{}, refusal
	}
	return nothing, nil
}

var nothing = Result{First: 0, Last: fact.None}

func (c Command) check() error {
	for _, f := range []struct {
		name, value string
		empty       bool
	}{{"id", c.ID, false}, {"operation", c.Op, false}, {"author", c.By, true}, {"seat", c.Seat, true}} {
		if !named(f.value) && !(f.value == "" && f.empty) {
			return ErrCommand.With("field", f.name).With("most", MaxName)
		}
	}
	if !c.Realm.Valid() {
		return fmt.Errorf("record: command %s of unknown realm %q", c.Op, c.Realm)
	}
	return nil
}

// named reports whether s can name a thing in every store: some databases
// refuse a zero byte, and a person cannot see a control character.
func named(s string) bool {
	return s != "" && len(s) <= MaxName && utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

// join waits until no other Decide is busy with the command id, and takes it.
func (r *Record) join(ctx context.Context, id string) (leave func(), err error) {
	mine := make(chan struct{})
	for {
		r.flightsMu.Lock()
		other, busy := r.flights[id]
		if !busy {
			r.flights[id] = mine
		}
		r.flightsMu.Unlock()
		if !busy {
			return func() { r.leave(id, mine) }, nil
		}
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (r *Record) leave(id string, mine chan struct{}) {
	r.flightsMu.Lock()
	delete(r.flights, id)
	r.flightsMu.Unlock()
	close(mine)
}

// remembered returns the first answer of a command that was recorded before.
func (r *Record) remembered(ctx context.Context, cmd Command) (Result, bool, error) {
	r.index.mu.RLock()
	may := r.index.mayKnow(cmd.ID)
	r.index.mu.RUnlock()
	if !may {
		return Result{}, false, nil
	}
	m, ok, err := r.Store.Command(ctx, cmd.ID)
	switch {
	case err != nil:
		return Result{}, false, fmt.Errorf("record: look up command: %w", err)
	case !ok:
		return Result{}, false, nil
	case !m.Same(cmd):
		return Result{}, false, ErrReused.With("id", cmd.ID)
	}
	res := m.Result()
	res.Repeated = true
	return res, true, nil
}

// send hands q to the committer and waits for the outcome.
func (r *Record) send(ctx context.Context, q *request) (outcome, error) {
	if err := r.enqueue(q); err != nil {
		return outcome{}, err
	}
	select {
	case o := <-q.done:
		return o.rethrow()
	case <-ctx.Done():
		if q.state.CompareAndSwap(waiting, withdrawn) {
			return outcome{}, ctx.Err()
		}
		return (<-q.done).rethrow()
	}
}

func (r *Record) enqueue(q *request) error {
	r.sending.RLock()
	defer r.sending.RUnlock()
	switch {
	case r.closed:
		return ErrClosed
	case r.Stopped() != nil:
		return r.Stopped()
	}
	select {
	case r.requests <- q:
		return nil
	default:
		return ErrBusy.With("waiting", cap(r.requests))
	}
}

// Stopped is why nothing is recorded any more, until restart; nil while there
// is no reason.
func (r *Record) Stopped() error {
	if p := r.fault.Load(); p != nil {
		return *p
	}
	return nil
}

// Refresh reads and folds what other programs have appended to the store.
//
// Errors: those of the store; ErrAway, ErrStopped, ErrClosed, ErrBusy.
func (r *Record) Refresh(ctx context.Context) error {
	_, err := r.send(ctx, &request{refresh: true, done: make(chan outcome, 1)})
	return err
}

// A request is one decision on its way through the committer. Its caller owns
// it until it is sent, the committer from the moment it has taken it.
type request struct {
	cmd     Command
	rule    Rule
	refresh bool // no decision: read what others have appended
	state   atomic.Int32
	done    chan outcome // holds one
	draft   draft
	drafted bool // draft is that of a run of rule
}

const (
	waiting int32 = iota
	withdrawn
	taken
)

// A draft is what one run of a rule decided.
type draft struct {
	now   time.Time
	facts []fact.Prepared
	reads []read
	ids   []string
	texts []pending
	bytes int
}

type outcome struct {
	result Result
	err    error
	lost   bool // something that was read has changed: decide again
	panic  any  // of a rule that the committer ran
}

func (o outcome) rethrow() (outcome, error) {
	if o.panic != nil {
		panic(o.panic)
	}
	return o, o.err
}

// run runs the rule once, under the read lock, and prepares its facts. A time
// that is not zero is taken for now.
func (q *request) run(r *Record, at time.Time) error {
	tx, bodies, err := q.ask(r, at)
	if tx.err != nil {
		return tx.err // the rule may have taken what it could not read for nothing
	}
	if err != nil {
		return err
	}
	if tx.mixed != nil {
		return tx.mixed
	}
	q.draft = draft{now: tx.now, reads: tx.reads, ids: tx.ids, texts: tx.texts}
	if err := q.draft.prepare(r, bodies); err != nil {
		return err
	}
	q.drafted = true
	return nil
}

func (q *request) ask(r *Record, at time.Time) (*Tx, []fact.Body, error) {
	defer r.look()()
	if at.IsZero() {
		at = r.now()
	}
	tx := &Tx{cmd: q.cmd, now: at, index: r.index, random: r.Random}
	bodies, err := q.rule(tx)
	return tx, bodies, err
}

func (d *draft) prepare(r *Record, bodies []fact.Body) error {
	if len(bodies) > r.MaxFacts {
		return ErrTooMany.With("most", r.MaxFacts).With("got", len(bodies))
	}
	for _, t := range d.texts {
		d.bytes += len(t.Text)
	}
	for _, b := range bodies {
		p, err := r.Registry.Prepare(b)
		if err != nil {
			return err
		}
		for _, name := range p.Fact.Streams {
			if !named(name) {
				return fmt.Errorf("record: %s has the stream %.40q, which is no name", p.Fact.Kind, name)
			}
		}
		if d.bytes += p.Len(); d.bytes > r.MaxBytes {
			break
		}
		d.facts = append(d.facts, p)
	}
	if d.bytes > r.MaxBytes {
		return ErrTooLarge.With("most", r.MaxBytes)
	}
	return d.usesTexts()
}

// usesTexts sees that every text is one that a fact refers to: another could
// never be found, nor erased. It is a defect of the rule.
func (d *draft) usesTexts() error {
	if len(d.facts) == 0 {
		d.texts = nil
	}
	for i := range d.texts {
		t := &d.texts[i]
		at := slices.IndexFunc(d.facts, func(p fact.Prepared) bool { return p.Names(t.Ref.Commit) })
		if at < 0 {
			return fmt.Errorf("record: the rule has kept text %s, and no fact refers to it", t.Ref.ID)
		}
		if t.under == "" {
			t.under = d.facts[at].Fact.Streams[0]
		}
	}
	return nil
}
