// Package scan runs an engine over many logs at once, and over several parts
// of a large one, and gives out the matches in the order of the logs and their
// records, whatever the number of workers. A log that cannot be opened or read
// to its end costs itself; even a defect in a reader costs only the part of
// the log it met.
package scan

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"tallinn/defence/detection"
	"tallinn/defence/detection/input"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// A Match is one rule met by one record. Its values are copies.
type Match struct {
	File    string
	Index   int    // of the record in its file, from 0
	Record  string // the record's own number, when it has one
	Time    time.Time
	Timed   bool
	Host    string
	Channel string
	EventID string
	Rule    *sigma.Rule
	Level   string // the rule's, or what tuning made of it
	Reasons []detection.Reason
	Event   *event.Event
}

// Options say what to look for.
type Options struct {
	Engine  *detection.Engine
	Workers int       // logs and parts of logs read at once; less than 1: one
	Since   time.Time // zero: no bound; records without a time are kept
	Until   time.Time
	// Keep is asked about each match before it is built; nil keeps all. It
	// returns the level to report it at.
	Keep func(r *sigma.Rule, e *event.Event) (level string, keep bool)
	// Each, if set, sees every event in bounds, in order: then each log is
	// read as a whole. It is called by one goroutine a log, with the log's
	// number.
	Each func(log int, e *event.Event)
}

// Progress counts what was done so far. Its methods may be called at any time.
type Progress struct {
	files, events, matches atomic.Int64
}

// Files, Events and Matches are done so far.
func (p *Progress) Files() int64   { return p.files.Load() }
func (p *Progress) Events() int64  { return p.events.Load() }
func (p *Progress) Matches() int64 { return p.matches.Load() }

// A Result is what was found in one log, or in the next part of it.
type Result struct {
	Matches []Match
	Last    bool         // nothing follows of this log
	Report  input.Report // of the whole log, if Last
}

// Run reads sources and calls deliver with each result, in their order, one
// at a time. It ends early when ctx does or deliver fails.
func Run(ctx context.Context, o Options, sources []input.Source, p *Progress, deliver func(Result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := max(1, o.Workers)
	q := newQueue(sources, o.Each != nil)
	results := make(chan part)
	// Workers run at most this far ahead of what is delivered, so that the
	// matches of many logs do not pile up behind a large one. A worker takes the
	// earliest work there is, so what is waited for never waits itself.
	ahead := make(chan struct{}, 64*workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			w := worker{o: o, p: p}
			if o.Engine != nil {
				w.m = o.Engine.NewMatcher()
			}
			w.run(ctx, q, ahead, results)
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	err := collect(ctx, len(sources), results, ahead, deliver)
	cancel()
	<-done
	return err
}

// A part is what became of a piece of work.
type part struct {
	log, number int // of the log, and within it
	last        bool
	report      input.Report
	matches     []Match
}

// collect puts the parts in order, numbers their records through, and delivers.
func collect(ctx context.Context, logs int, results <-chan part, ahead <-chan struct{}, deliver func(Result) error) error {
	waiting := make(map[[2]int]part)
	next := [2]int{} // log and number
	var sum input.Report
	for next[0] < logs {
		select {
		case x := <-results:
			waiting[[2]int{x.log, x.number}] = x
		case <-ctx.Done():
			return ctx.Err()
		}
		for {
			x, ok := waiting[next]
			if !ok {
				break
			}
			delete(waiting, next)
			<-ahead
			shift(x.matches, sum.Records)
			sum.Name, sum.Format = x.report.Name, x.report.Format
			sum.Add(x.report)
			r := Result{Matches: x.matches, Last: x.last}
			next[1]++
			if x.last {
				r.Report, sum = sum, input.Report{}
				next = [2]int{next[0] + 1, 0}
			}
			if err := deliver(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// shift numbers matches on by the records that stand before their part.
func shift(matches []Match, by int) {
	for i := range matches {
		m := &matches[i]
		m.Index += by
		m.Event.Index = m.Index
	}
}

// A worker does one piece of work after another.
type worker struct {
	o Options
	p *Progress
	m *detection.Matcher
	d input.Decoder
	e event.Event
}

func (w *worker) run(ctx context.Context, q *queue, ahead chan<- struct{}, results chan<- part) {
	for {
		select {
		case ahead <- struct{}{}:
		case <-ctx.Done():
			return
		}
		task, ok := q.take()
		if !ok {
			return
		}
		x := w.do(ctx, task)
		q.spare(task)
		select {
		case results <- x:
		case <-ctx.Done():
			return
		}
	}
}

// A reader gives events until there is none.
type reader interface {
	Next(*event.Event) bool
	Report() input.Report
}

// do does one piece of work. A panic is a defect of ours, but it must not take
// the other logs with it: it becomes the log's error.
func (w *worker) do(ctx context.Context, t task) (x part) {
	x = part{log: t.log, number: t.number, last: t.last, report: t.report}
	defer func() {
		if x.last {
			w.p.files.Add(1)
		}
		if defect := recover(); defect != nil {
			x.report.Err = defective(defect)
			w.d = input.Decoder{}
			if w.o.Engine != nil {
				w.m = w.o.Engine.NewMatcher()
			}
		}
	}()
	var r reader
	if t.closes != nil {
		defer t.closes.Close()
	}
	switch {
	case t.whole != nil:
		r = t.whole
	case t.last:
		return x
	default:
		if err := w.d.Open(t.block); err != nil {
			x.report.Err = err
			return x
		}
		r = &w.d
	}
	seen := 0
	for r.Next(&w.e) {
		if seen++; seen%256 == 0 {
			w.p.events.Add(256)
			if ctx.Err() != nil {
				break
			}
		}
		w.event(&w.e, &x)
	}
	w.p.events.Add(int64(seen % 256))
	x.report.Add(r.Report())
	return x
}

func (w *worker) event(e *event.Event, x *part) {
	if !w.inBounds(e) {
		return
	}
	if w.o.Each != nil {
		w.o.Each(x.log, e)
	}
	if w.m == nil {
		return
	}
	var kept *event.Event
	for _, r := range w.m.Match(e) {
		rule := w.o.Engine.Rule(r)
		level := rule.Level
		if w.o.Keep != nil {
			var keep bool
			if level, keep = w.o.Keep(rule, e); !keep {
				continue
			}
		}
		if kept == nil {
			kept = e.Clone()
		}
		x.matches = append(x.matches, w.match(x.report.Name, rule, level, r, kept))
		w.p.matches.Add(1)
	}
}

func (w *worker) match(file string, rule *sigma.Rule, level string, number int, kept *event.Event) Match {
	m := Match{File: file, Index: kept.Index, Record: kept.RecordID(), Host: kept.Host(), Channel: kept.Channel(),
		EventID: kept.ID(), Rule: rule, Level: level, Event: kept}
	m.Time, m.Timed = kept.Time()
	m.Reasons = w.m.Why(number)
	for i := range m.Reasons {
		m.Reasons[i].Value = string([]byte(m.Reasons[i].Value))
	}
	return m
}

func (w *worker) inBounds(e *event.Event) bool {
	if w.o.Since.IsZero() && w.o.Until.IsZero() {
		return true
	}
	t, ok := e.Time()
	if !ok {
		return true
	}
	return (w.o.Since.IsZero() || !t.Before(w.o.Since)) && (w.o.Until.IsZero() || t.Before(w.o.Until))
}
