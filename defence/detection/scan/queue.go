package scan

import (
	"fmt"
	"slices"
	"sync"

	"tallinn/defence/detection/input"
)

// A queue hands out the work: the parts of the logs that are open, the
// earliest first, then the next log.
type queue struct {
	sources []input.Source
	whole   bool // no log is cut

	mu      sync.Mutex
	opened  *sync.Cond // signals that opening fell
	opening int        // workers that are opening a log, which may have parts for all
	next    int        // of sources
	shared  []*shared  // logs that are being cut, in the order of the sources
	spares  []input.Block
}

// A shared log is one that several workers cut parts from.
type shared struct {
	mu     sync.Mutex
	log    *input.Log
	number int // of the next part
	n      int // of the log
	done   bool
	held   bool // the worker of its last part closes it
}

// A task is a piece of work: a part of a log, the whole of one, or, for one that
// was cut, its end.
type task struct {
	log, number int
	last        bool
	block       input.Block
	whole       *input.Log
	closes      *input.Log   // when the work is done
	report      input.Report // what is known before the work is done
}

func newQueue(sources []input.Source, whole bool) *queue {
	q := &queue{sources: sources, whole: whole}
	q.opened = sync.NewCond(&q.mu)
	return q
}

// take returns the next piece of work; false: there is none left.
func (q *queue) take() (task, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		switch {
		case len(q.shared) > 0:
			if t, ok := q.part(q.shared[0]); ok {
				return t, true
			}
		case q.next < len(q.sources):
			q.next++
			if t, ok := q.open(q.next - 1); ok {
				return t, true
			}
		case q.opening > 0:
			q.opened.Wait()
		default:
			return task{}, false
		}
	}
}

// open opens log n. It is false when there are parts of it to be taken. q.mu is
// held, but for the opening itself.
func (q *queue) open(n int) (task, bool) {
	q.opening++
	q.mu.Unlock()
	l, err := opened(q.sources[n])
	q.mu.Lock()
	q.opening--
	q.opened.Broadcast()
	t := task{log: n, last: true, report: input.Report{Name: q.sources[n].Name, Err: err}}
	switch {
	case err != nil:
		return t, true
	case q.whole || !l.Splits():
		t.report.Format, t.whole, t.closes = l.Report().Format, l, l
		return t, true
	}
	at := len(q.shared)
	for at > 0 && q.shared[at-1].n > n {
		at--
	}
	q.shared = slices.Insert(q.shared, at, &shared{log: l, n: n})
	return task{}, false
}

// opened opens s; a defect in the unpacking is the log's error.
func opened(s input.Source) (l *input.Log, err error) {
	defer func() {
		if defect := recover(); defect != nil {
			err = defective(defect)
		}
	}()
	return s.Open()
}

func defective(defect any) error {
	return fmt.Errorf("a defect in the reader ended this log: %v", defect)
}

// part cuts the next part from s, or its end. It is false when others have
// taken them all. q.mu is held, but for the cutting itself.
func (q *queue) part(s *shared) (task, bool) {
	var spare input.Block
	if n := len(q.spares); n > 0 {
		spare, q.spares = q.spares[n-1], q.spares[:n-1]
	}
	q.mu.Unlock()
	t, ok := s.cut(spare)
	q.mu.Lock()
	if !ok || t.last {
		q.shared = slices.DeleteFunc(q.shared, func(x *shared) bool { return x == s })
	}
	return t, ok
}

// cut cuts the next part, or the end; false: there is neither.
func (s *shared) cut(spare input.Block) (task, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done {
		return task{}, false
	}
	b, more, err := cut(s.log, spare)
	report := s.log.Report()
	t := task{log: s.n, number: s.number, block: b, report: input.Report{Name: report.Name, Format: report.Format}}
	s.number++
	if b.Follows() {
		t.closes, s.held = s.log, true
	}
	if !more {
		t.last, s.done = true, true
		if t.report.Err = report.Err; err != nil {
			t.report.Err = err
		}
		if !s.held {
			s.log.Close()
		}
	}
	return t, true
}

// cut cuts the next part from l; a defect in the unpacking ends the log.
func cut(l *input.Log, spare input.Block) (b input.Block, more bool, err error) {
	defer func() {
		if defect := recover(); defect != nil {
			more, err = false, defective(defect)
		}
	}()
	b, more = l.Block(spare)
	return b, more, nil
}

// spare gives back the memory of a part that was read.
func (q *queue) spare(t task) {
	if t.last {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.spares = append(q.spares, t.block)
}
