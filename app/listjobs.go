package app

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"tallinn/exchange/fields"
	"tallinn/exchange/listhttp"
	"tallinn/exchange/sheet"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/batch"
	"tallinn/record"
)

// Phases of an import that runs.
const (
	phaseCheck  = "check"  // every row, before any is recorded
	phaseRecord = "record" // one command a row
	phaseUndo   = "undo"
)

// importers is how many rows of an import wait for the record at the same
// time: enough for its committer to group them, few enough for the commands of
// people to pass between them.
const importers = 48

// jobs are the imports that run on this hub. What one needs to go on after a
// restart is on record: the hub keeps only how far it is.
type jobs struct {
	mu    sync.Mutex
	byID  map[batch.ID]*job
	over  bool
	ended sync.WaitGroup
}

// A job is an import that runs.
type job struct {
	cancel context.CancelFunc
	phase  atomic.Value // string
	done   atomic.Int64
	total  atomic.Int64
	failed atomic.Value // error, why it stopped short of its end
	over   atomic.Bool
	gone   chan struct{} // closed when it has let go of the record

	mu       sync.Mutex
	problems []listhttp.Problem
	dropped  int
}

func (j *job) progress() listhttp.Progress {
	p := listhttp.Progress{Done: int(j.done.Load()), Total: int(j.total.Load()), Over: j.over.Load()}
	p.Phase, _ = j.phase.Load().(string)
	p.Failed, _ = j.failed.Load().(error)
	j.mu.Lock()
	defer j.mu.Unlock()
	p.Problems = len(j.problems) + j.dropped
	return p
}

// note keeps a problem, up to a bound.
func (j *job) note(p listhttp.Problem) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.problems) == listhttp.MostProblems {
		j.dropped++
		return
	}
	j.problems = append(j.problems, p)
}

func (j *job) report() listhttp.Report {
	j.mu.Lock()
	defer j.mu.Unlock()
	return listhttp.Report{Problems: j.problems, Dropped: j.dropped}
}

// get is the job of an import, while this hub knows of it; nil: none.
func (s *jobs) get(id batch.ID) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[id]
}

// add makes room for a job; nil when it runs already, or the hub stops.
func (s *jobs) add(id batch.ID, phase string, cancel context.CancelFunc) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = map[batch.ID]*job{}
	}
	if old := s.byID[id]; s.over || old != nil && !old.over.Load() {
		return nil
	}
	maps.DeleteFunc(s.byID, func(_ batch.ID, j *job) bool { return j.over.Load() && j.failed.Load() == nil })
	j := &job{cancel: cancel, gone: make(chan struct{})}
	j.phase.Store(phase)
	s.byID[id] = j
	s.ended.Add(1)
	return j
}

// close stops every job and waits until each has let go of the record.
func (s *jobs) close() {
	s.mu.Lock()
	s.over = true
	for _, j := range s.byID {
		j.cancel()
	}
	s.mu.Unlock()
	s.ended.Wait()
}

// start lets an import run on, for whoever sends the request, after it is
// answered.
func (l lists) start(ctx context.Context, id batch.ID, phase string) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	j := l.jobs.add(id, phase, cancel)
	if j == nil {
		cancel()
		return
	}
	go func() {
		defer l.jobs.ended.Done()
		defer close(j.gone)
		defer cancel()
		defer j.over.Store(true)
		err := l.run(ctx, id, j, phase)
		if err != nil && !errors.Is(err, errStopped) {
			j.failed.Store(err)
			l.cfg.Log.Warn("an import stopped short of its end, and can be gone on with", "import", id, "error", err)
		}
	}()
}

// errStopped ends a job whose import was ended by somebody.
var errStopped = errors.New("app: the import was stopped")

func (l lists) run(ctx context.Context, id batch.ID, j *job, phase string) error {
	i, err := l.one(ctx, id)
	if err != nil {
		return err
	}
	if phase == phaseUndo {
		return l.undo(ctx, i, j)
	}
	j.total.Store(int64(i.Rows))
	made := 0
	if err := l.checkAll(ctx, i, j); err != nil {
		return err
	}
	bad := j.progress().Problems
	if bad == 0 || i.SkipBad {
		j.phase.Store(phaseRecord)
		j.done.Store(0)
		if made, err = l.recordAll(ctx, i, j); err != nil {
			return err
		}
	}
	return l.end(ctx, i, batch.Ended{Made: made, Left: i.Rows - made}, j.report())
}

// end records how an import came out.
func (l lists) end(ctx context.Context, i batch.Import, wanted batch.Ended, r listhttp.Report) (err error) {
	if wanted.Blob, err = l.keepReport(ctx, string(i.Owner), r); err != nil {
		return err
	}
	by := l.acting(ctx).seat
	_, err = l.decide(ctx, command{key: string(i.Begun.Import) + " end", op: "import.end", may: l.act(i.Owner)},
		func(tx *record.Tx, b *Books) ([]fact.Body, error) {
			s, err := b.by(tx, by.ID)
			if err != nil {
				return nil, err
			}
			if err := tx.Read(l.keyName(string(i.Owner))); err != nil {
				return nil, err
			}
			now, _ := b.Imports.Get(i.Begun.Import)
			return now.End(wanted, s, tx.Now())
		})
	if errors.Is(err, batch.ErrOver) || errors.Is(err, record.ErrReused) {
		return nil // somebody stopped it, or another hub was quicker
	}
	return err
}

// goes is errStopped once somebody has ended the import, on this hub or
// another.
func (l lists) goes(id batch.ID) (err error) {
	l.View(l.realm, func(b *Books) {
		if i, _ := b.Imports.Get(id); i.Ended != nil {
			err = errStopped
		}
	})
	return err
}

// looks is after how many rows it is looked whether an import still goes on.
const looks = 500

// checkAll looks at every row as the record stands, and notes what is wrong.
func (l lists) checkAll(ctx context.Context, i batch.Import, j *job) error {
	c := l.checker(ctx, i.Of, l.plan(ctx, i))
	_, err := l.read(ctx, string(i.Owner), i.Blob, func(r sheet.Row) error {
		if c.reader.Head(r) {
			return nil
		}
		if j.done.Add(1)%looks == 0 {
			if err := errors.Join(ctx.Err(), l.goes(i.Begun.Import)); err != nil {
				return err
			}
		}
		_, wrong := c.check(r)
		for _, p := range wrong {
			j.note(p)
		}
		return nil
	})
	return err
}

// recordAll records each row that can be; how many were. A row that was
// recorded before the import was cut off counts, and is not recorded again.
func (l lists) recordAll(ctx context.Context, i batch.Import, j *job) (int, error) {
	c := l.checker(ctx, i.Of, l.plan(ctx, i))
	var made atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(importers)
	_, err := l.read(ctx, string(i.Owner), i.Blob, func(r sheet.Row) error {
		if c.reader.Head(r) {
			return nil
		}
		thing, wrong := c.check(r)
		if len(wrong) > 0 {
			j.done.Add(1)
			return nil // noted when it was checked
		}
		if j.done.Load()%looks == 0 {
			if err := errors.Join(ctx.Err(), l.goes(i.Begun.Import)); err != nil {
				return err
			}
		}
		g.Go(func() error {
			err := l.recordRow(ctx, i, thing)
			if f, ok := fault.Of(err); ok && refusal(f) {
				j.note(c.problem(thing.Line, f))
				err = nil
			} else if err == nil {
				made.Add(1)
			}
			j.done.Add(1)
			return err
		})
		return ctx.Err()
	})
	err = errors.Join(g.Wait(), err) // before made is read
	return int(made.Load()), err
}

// refusal reports whether a rule said no to a row; anything else stops the
// import, which can be gone on with.
func refusal(f *fault.Error) bool {
	switch f.Kind() {
	case fault.Invalid, fault.Conflict, fault.Denied, fault.Missing, fault.TooLarge:
		return true
	}
	return false
}

// recordRow records a row, once for ever. A record that is busy is waited for.
func (l lists) recordRow(ctx context.Context, i batch.Import, t checked) error {
	for wait := 50 * time.Millisecond; ; wait *= 2 {
		_, err := l.decide(ctx, command{key: rowKey(i.Begun.Import, t.Line), op: "import.row", may: t.may(l.realm, i.Owner)},
			func(tx *record.Tx, b *Books) ([]fact.Body, error) { return b.imported(tx, i, t) })
		if !errors.Is(err, record.ErrBusy) || wait > time.Second {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// Stop ends an import where it is.
func (l lists) Stop(ctx context.Context, id batch.ID) error {
	i, err := l.one(ctx, id)
	if err != nil {
		return err
	}
	made, r := 0, listhttp.Report{}
	if j := l.jobs.get(id); j != nil {
		j.cancel()
		select { // what is on its way to the record is counted
		case <-j.gone:
		case <-ctx.Done():
			return ctx.Err()
		}
		r = j.report()
	}
	for _, pos := range l.record.Stream(string(id)) {
		if _, f, err := l.record.Fact(ctx, pos); err == nil && batchOf(f) != "" {
			made++
		}
	}
	if i.Ended != nil {
		return batch.ErrOver.With("import", id)
	}
	return l.end(ctx, i, batch.Ended{Made: made, Left: max(0, i.Rows-made), Stopped: true}, r)
}

// Resume goes on with an import that was cut off.
//
// Errors: batch.ErrOver, those of batch.WhyNot.
func (l lists) Resume(ctx context.Context, id batch.ID) error {
	i, err := l.one(ctx, id)
	if err != nil {
		return err
	}
	if err := batch.WhyNot(i.Of, l.acting(ctx).seat, l.cfg.Now()); err != nil {
		return err
	}
	if i.Ended != nil {
		return batch.ErrOver.With("import", id)
	}
	l.start(ctx, id, phaseCheck)
	return nil
}

// Undo begins to take back what an import made.
func (l lists) Undo(ctx context.Context, id batch.ID) error {
	i, err := l.one(ctx, id)
	if err != nil {
		return err
	}
	if err := i.WhyNotUndo(l.acting(ctx).seat, l.cfg.Now()); err != nil {
		return err
	}
	l.start(ctx, id, phaseUndo)
	return nil
}

// undo withdraws what an import made, each thing by a command of its own, and
// says what it could not withdraw.
func (l lists) undo(ctx context.Context, i batch.Import, j *job) error {
	id := i.Begun.Import
	stream := l.record.Stream(string(id))
	j.total.Store(int64(len(stream)))
	var gone, kept atomic.Int64
	g, all := errgroup.WithContext(ctx)
	g.SetLimit(importers)
	for _, pos := range stream {
		g.Go(func() error {
			_, f, err := l.record.Fact(all, pos)
			if err != nil {
				return err
			}
			if batchOf(f) == "" {
				j.done.Add(1)
				return nil
			}
			_, err = l.decide(all, command{key: string(id) + " undo " + f.Home(), op: "import.undo", may: l.mayUndo(f, i.Owner)},
				func(tx *record.Tx, b *Books) ([]fact.Body, error) { return b.takenBack(tx, f) })
			if x, ok := fault.Of(err); ok && refusal(x) {
				kept.Add(1)
				j.note(listhttp.Problem{Item: f.Home(), Code: x.Code(), Args: argsOf(x)})
				err = nil
			} else if err == nil {
				gone.Add(1)
			}
			j.done.Add(1)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	wanted := batch.Undone{Gone: int(gone.Load()), Kept: int(kept.Load())}
	var err error
	if wanted.Blob, err = l.keepReport(ctx, string(i.Owner), j.report()); err != nil {
		return err
	}
	by := l.acting(ctx).seat
	_, err = l.decide(ctx, command{key: string(id) + " undone", op: "import.undone", may: l.act(i.Owner)},
		func(tx *record.Tx, b *Books) ([]fact.Body, error) {
			s, err := b.by(tx, by.ID)
			if err != nil {
				return nil, err
			}
			if err := tx.Read(string(id)); err != nil {
				return nil, err
			}
			now, _ := b.Imports.Get(id)
			return now.Undo(wanted, s, tx.Now())
		})
	return err
}

// argsOf are what a fault names, as it is kept.
func argsOf(f *fault.Error) map[string]string {
	out := map[string]string{}
	for _, a := range f.Args() {
		out[a.Name] = firstOf(a.Value, 200)
	}
	return out
}

// Try looks at the first rows of a file as a plan has them.
func (l lists) Try(ctx context.Context, of batch.Noun, plan fields.Plan, blob string, most int) (out listhttp.Trial, err error) {
	c := l.checker(ctx, of, plan)
	out.File, err = l.Read(ctx, blob, func(r sheet.Row) error {
		if c.reader.Head(r) {
			return nil
		}
		if out.Looked == most {
			out.More = true
			return errStopReading
		}
		out.Looked++
		_, wrong := c.check(r)
		if len(wrong) > 0 {
			out.Bad++
		}
		out.Problems = append(out.Problems, wrong...)
		return nil
	})
	return out, err
}
