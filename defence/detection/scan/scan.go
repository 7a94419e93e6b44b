// Package scan runs an engine over many logs at once and gives out the
// matches in the order of the logs, whatever the number of workers. A log
// that cannot be opened or read to its end costs itself; even a defect in a
// reader costs only the log it met.
package scan

import (
	"context"
	"fmt"
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
	Workers int       // logs read at once; less than 1: one
	Since   time.Time // zero: no bound; records without a time are kept
	Until   time.Time
	// Keep is asked about each match before it is built; nil keeps all. It
	// returns the level to report it at.
	Keep func(r *sigma.Rule, e *event.Event) (level string, keep bool)
	// Each, if set, sees every event in bounds (for searches and summaries).
	// It is called by one goroutine a log, with the log's number.
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

// A Result is what became of one log.
type Result struct {
	Report  input.Report
	Matches []Match
}

// Run reads sources and calls deliver with each result, in their order, one
// at a time. It ends early when ctx does or deliver fails.
func Run(ctx context.Context, o Options, sources []input.Source, p *Progress, deliver func(Result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := max(1, min(o.Workers, len(sources)))
	slots := make([]chan Result, len(sources))
	for i := range slots {
		slots[i] = make(chan Result, 1)
	}
	// Workers run at most this far ahead of what is delivered, so that the
	// matches of many logs do not pile up behind a large one.
	ahead := make(chan struct{}, 64*workers)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			w := worker{o: o, p: p}
			if o.Engine != nil {
				w.m = o.Engine.NewMatcher()
			}
			for {
				select {
				case ahead <- struct{}{}:
				case <-ctx.Done():
					return
				}
				i := int(next.Add(1)) - 1
				if i >= len(sources) {
					return
				}
				slots[i] <- w.log(ctx, i, sources[i])
				p.files.Add(1)
			}
		})
	}
	err := collect(ctx, slots, ahead, deliver)
	cancel()
	wg.Wait()
	return err
}

func collect(ctx context.Context, slots []chan Result, ahead chan struct{}, deliver func(Result) error) error {
	for _, s := range slots {
		select {
		case r := <-s:
			<-ahead
			if err := deliver(r); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// A worker reads one log after another.
type worker struct {
	o Options
	p *Progress
	m *detection.Matcher
}

// log reads one log. A panic is a defect of ours, but it must not take the
// other logs with it: it becomes the log's error.
func (w *worker) log(ctx context.Context, n int, s input.Source) (res Result) {
	res.Report.Name = s.Name
	defer func() {
		if defect := recover(); defect != nil {
			res.Report.Err = fmt.Errorf("a defect in the reader ended this log: %v", defect)
			if w.o.Engine != nil {
				w.m = w.o.Engine.NewMatcher()
			}
		}
	}()
	l, err := s.Open()
	if err != nil {
		res.Report.Err = err
		return res
	}
	defer l.Close()
	var e event.Event
	seen := 0
	for l.Next(&e) {
		if seen++; seen%256 == 0 {
			w.p.events.Add(256)
			if ctx.Err() != nil {
				break
			}
		}
		w.event(n, &e, &res)
	}
	w.p.events.Add(int64(seen % 256))
	res.Report = l.Report()
	return res
}

func (w *worker) event(n int, e *event.Event, res *Result) {
	if !w.inBounds(e) {
		return
	}
	if w.o.Each != nil {
		w.o.Each(n, e)
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
		res.Matches = append(res.Matches, w.match(res.Report.Name, rule, level, r, kept))
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
