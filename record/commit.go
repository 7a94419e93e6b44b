package record

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"tallinn/fact"
)

// maxGroupBytes bounds one transaction; a single larger decision has its own.
const maxGroupBytes = 8 << 20

// The committer is one goroutine: the only one that appends, folds and writes
// the index. It may therefore read the index without a lock.
type committer struct {
	*Record
	serial  []*request    // lost too often: each in turn heads a transaction
	checked time.Time     // when the clocks were last compared
	shown   time.Time     // what ours showed then
	ahead   time.Duration // how far ours was ahead then; less than 0: behind
	doubt   bool          // the last append may have been kept: read first
}

func newCommitter(r *Record) *committer { return &committer{Record: r} }

func (c *committer) run() {
	defer close(c.done)
	for {
		group, ok := c.next()
		if !ok {
			return
		}
		c.commit(group)
	}
}

// next waits for a request and takes all that wait with it.
func (c *committer) next() ([]*request, bool) {
	var group []*request
	if len(c.serial) == 0 {
		q, ok := <-c.requests
		if !ok {
			return nil, false
		}
		group = append(group, q)
	}
	for bytes := 0; len(group) < c.Group && bytes < maxGroupBytes; {
		select {
		case q, ok := <-c.requests:
			if !ok {
				return group, true // comes again, to find the end
			}
			group = append(group, q)
			bytes += q.draft.bytes
		default:
			return group, true
		}
	}
	return group, true
}

// commit decides, appends and folds one group, and answers everyone in it.
func (c *committer) commit(group []*request) {
	group = c.take(group)
	if err := c.ready(); err != nil {
		c.refuse(group, err)
		return
	}
	group = c.ordered(group)
	b := newBuild(c.Record)
	for _, q := range group {
		b.admit(q)
	}
	if len(b.batch.Facts) == 0 || !b.seal() {
		return
	}
	// The callers' contexts do not reach here: a decision whose turn has come
	// is carried through.
	start, began := c.clock(), time.Now()
	err := c.Store.Append(context.Background(), b.batch)
	if c.Appended != nil {
		c.Appended(b.batch, time.Since(began), err)
	}
	switch {
	case err == nil:
		c.fold(b.facts)
		c.isLevel(start)
		b.acknowledge()
	case errors.Is(err, ErrPosTaken):
		b.lose(c.overtaken())
	case errors.Is(err, ErrAway), errors.Is(err, ErrDoubt):
		c.doubt = errors.Is(err, ErrDoubt)
		c.Log.Warn("the database has not taken a batch", "facts", len(b.facts), "error", err, "cause", errors.Unwrap(err))
		b.lose(err)
	default:
		b.lose(c.stop(err))
	}
}

// take claims the requests that nobody has withdrawn, sets aside those that
// need to head a transaction, and serves refreshes.
func (c *committer) take(group []*request) []*request {
	refresh := []*request{}
	group = slices.DeleteFunc(group, func(q *request) bool {
		if !q.state.CompareAndSwap(waiting, taken) {
			return true
		}
		switch {
		case q.refresh:
			refresh = append(refresh, q)
		case !q.drafted:
			c.serial = append(c.serial, q)
		default:
			return false
		}
		return true
	})
	if len(refresh) > 0 {
		err := c.reread()
		for _, q := range refresh {
			q.done <- outcome{err: err}
		}
	}
	return group
}

// ready reports why nothing may be recorded now.
func (c *committer) ready() error {
	if err := c.Stopped(); err != nil {
		return err
	}
	if c.doubt {
		if err := c.reread(); err != nil {
			return err
		}
		c.doubt = false
	}
	if c.inTime() {
		return nil
	}
	theirs, err := c.Store.Now(context.Background())
	if errors.Is(err, ErrAway) {
		return err
	}
	if err != nil {
		return ErrClock.With("apart", "?").Because(err)
	}
	c.checked, c.shown = time.Now(), c.Now().Round(0) // the clock on the wall, which may be set
	if c.ahead = c.shown.Sub(theirs); c.ahead.Abs() > MaxSkew {
		c.checked = time.Time{}
		return ErrClock.With("apart", c.ahead.Abs().Round(time.Millisecond))
	}
	return nil
}

// inTime reports whether the clocks were compared in the last second, and ours
// has not been set since to what would be refused: one fact from the future
// would hold up the time of all that follow.
func (c *committer) inTime() bool {
	if c.checked.IsZero() {
		return false
	}
	passed := time.Since(c.checked)
	return passed < time.Second && (c.ahead+c.Now().Sub(c.shown)-passed).Abs() <= MaxSkew
}

func (c *committer) refuse(group []*request, err error) {
	for _, q := range append(group, c.serial...) {
		q.done <- outcome{err: err}
	}
	c.serial = nil
}

// ordered puts the group in order of time, so that at never runs backwards.
// One request of the serial line is run here and heads it: nothing is pending
// before it, so nothing it reads can have changed.
func (c *committer) ordered(group []*request) []*request {
	slices.SortStableFunc(group, func(a, b *request) int { return a.draft.now.Compare(b.draft.now) })
	if len(c.serial) == 0 {
		return group
	}
	q := c.serial[0]
	c.serial = c.serial[1:]
	at := c.now()
	if len(group) > 0 && group[0].draft.now.Before(at) && !group[0].draft.now.Before(c.lastAt) {
		at = group[0].draft.now
	}
	if o, settled := q.runSerially(c.Record, at); settled {
		q.done <- o
		return group
	}
	return slices.Insert(group, 0, q)
}

func (q *request) runSerially(r *Record, at time.Time) (o outcome, settled bool) {
	if r.index.mayKnow(q.cmd.ID) {
		return outcome{lost: true}, true
	}
	defer func() {
		if p := recover(); p != nil {
			o, settled = outcome{panic: p}, true
		}
	}()
	if err := q.run(r, at); err != nil {
		return outcome{err: err}, true
	}
	return outcome{result: nothing}, len(q.draft.facts) == 0
}

// overtaken folds what has taken our place. There must be something: else the
// store contradicts itself, and trying again would never end.
func (c *committer) overtaken() error {
	before := c.Head()
	if err := c.reread(); err != nil {
		return err
	}
	if c.Head() == before {
		return c.stop(ErrPosTaken)
	}
	return nil
}

// reread folds what another program has appended.
func (c *committer) reread() error {
	for {
		var facts []fact.Fact
		start, from := c.clock(), c.Head()+1
		err := c.Store.Facts(context.Background(), from, replayBatch, func(pos fact.Pos, raw []byte) error {
			f, err := c.decode(pos, raw)
			if err == nil && pos != from+fact.Pos(len(facts)) {
				err = fmt.Errorf("record: gap in the store before position %d", pos)
			}
			facts = append(facts, f)
			return err
		})
		switch {
		case errors.Is(err, ErrAway):
			return err
		case err != nil:
			return c.stop(err)
		case len(facts) == 0:
			c.isLevel(start)
			return nil
		}
		c.fold(facts)
	}
}

// stop ends all recording until restart: after a failed append nobody knows
// what the disk holds.
func (c *committer) stop(cause error) error {
	var err error = ErrStopped.Because(cause)
	c.fault.Store(&err)
	c.Log.Error("the store failed; nothing is recorded until restart", "error", cause)
	return err
}

// A build is one transaction in the making: the batch, and how far it has
// moved each stream past the index.
type build struct {
	r        *Record
	batch    Batch
	facts    []fact.Fact
	moved    map[string]stream
	lastAt   time.Time
	present  time.Time // of no later time is any fact
	texts    []pending
	admitted []*request
	results  []Result
}

func newBuild(r *Record) *build {
	return &build{r: r, batch: Batch{First: r.Head() + 1}, moved: map[string]stream{}, lastAt: r.lastAt, present: r.now()}
}

// admit adds q's facts to the batch, or answers why not.
func (b *build) admit(q *request) {
	if b.changed(q) {
		q.done <- outcome{lost: true}
		return
	}
	if err := b.open(q); err != nil {
		q.done <- outcome{err: err}
		return
	}
	facts, raws, err := b.encode(q)
	if err != nil {
		q.done <- outcome{err: err}
		return
	}
	b.take(q, facts, raws)
}

// changed reports whether q was decided on something that stands no longer: the
// time, too, when the clock was set back since.
func (b *build) changed(q *request) bool {
	if q.draft.now.Before(b.lastAt) || q.draft.now.After(b.present) || b.r.index.mayKnow(q.cmd.ID) {
		return true
	}
	return slices.ContainsFunc(q.draft.reads, func(was read) bool {
		return b.stream(was.stream).version != was.version
	})
}

// stream is the stream as it stands with the batch added.
func (b *build) stream(name string) stream {
	if s, ok := b.moved[name]; ok {
		return s
	}
	return b.r.index.find(name)
}

// open checks that q may write to every stream of its facts.
func (b *build) open(q *request) error {
	for _, p := range q.draft.facts {
		for _, name := range p.Fact.Streams {
			if err := b.stream(name).open(name, q.cmd.Realm); err != nil {
				return err
			}
		}
	}
	return nil
}

// encode gives q's facts their places.
func (b *build) encode(q *request) ([]fact.Fact, [][]byte, error) {
	facts := make([]fact.Fact, len(q.draft.facts))
	raws := make([][]byte, len(q.draft.facts))
	next := b.batch.First + fact.Pos(len(b.batch.Facts))
	for i, p := range q.draft.facts {
		f := &p.Fact
		f.Pos, f.At = next+fact.Pos(i), q.draft.now
		f.Cmd, f.By, f.Seat, f.Realm = q.cmd.ID, q.cmd.By, q.cmd.Seat, q.cmd.Realm
		if _, err := io.ReadFull(b.r.Random, f.Salt[:]); err != nil {
			return nil, nil, fmt.Errorf("record: read randomness: %w", err)
		}
		raw, err := p.Encode()
		if err != nil {
			return nil, nil, err
		}
		facts[i], raws[i] = *f, raw
	}
	return facts, raws, nil
}

func (b *build) take(q *request, facts []fact.Fact, raws [][]byte) {
	for _, f := range facts {
		for _, name := range f.Streams {
			s := b.stream(name)
			s.version++
			s.realm = codeOf(f.Realm)
			b.moved[name] = s
		}
	}
	m := Remembered{ID: q.cmd.ID, Op: q.cmd.Op, Args: q.cmd.Args, IDs: q.draft.ids,
		First: facts[0].Pos, Last: facts[len(facts)-1].Pos}
	b.batch.Facts = append(b.batch.Facts, raws...)
	b.batch.Commands = append(b.batch.Commands, m)
	b.texts = append(b.texts, q.draft.texts...)
	b.facts = append(b.facts, facts...)
	b.lastAt = q.draft.now
	b.admitted = append(b.admitted, q)
	b.results = append(b.results, m.Result())
}

func (b *build) acknowledge() {
	for i, q := range b.admitted {
		q.done <- outcome{result: b.results[i]}
	}
}

// lose answers everyone whose facts were not kept: decide again, or err.
func (b *build) lose(err error) {
	for _, q := range b.admitted {
		q.done <- outcome{err: err, lost: err == nil}
	}
}
