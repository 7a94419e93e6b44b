package need

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"tallinn/class"
	"tallinn/mechanism/seat"
)

// A queue is sorted by the moment at which what waits in it is overdue.
type queue struct{ list []entry }

type entry struct {
	due int64
	i   int32
}

func compareEntries(a, b entry) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.i, b.i)) }

func (q *queue) put(e entry) {
	at, _ := slices.BinarySearchFunc(q.list, e, compareEntries)
	q.list = slices.Insert(q.list, at, e)
}

func (q *queue) take(e entry) {
	if at, ok := slices.BinarySearchFunc(q.list, e, compareEntries); ok {
		q.list = slices.Delete(q.list, at, at+1)
	}
}

// before is how many in q are overdue by now.
func (q *queue) before(now time.Time) int {
	at, _ := slices.BinarySearchFunc(q.list, entry{now.UnixMicro() + 1, -1}, compareEntries)
	return at
}

// A line is what waits in a stage. Of each seat that ever voted in it there is
// also what waits for that seat's vote: of all others, that is everything.
type line struct {
	queue
	seats map[seat.ID]*queue
}

// of is what waits for a seat.
func (l *line) of(by seat.ID) []entry {
	switch {
	case l == nil:
		return nil
	case l.seats[by] != nil:
		return l.seats[by].list
	}
	return l.list
}

// wait lets need i wait in a stage.
func (b *Book) wait(stage string, i int32) {
	it := b.items[i]
	e := entry{it.due, i}
	b.putFacet(byStage, b.put(stage), i)
	if b.open[stage] == nil {
		b.open[stage] = &line{seats: map[seat.ID]*queue{}}
	}
	l := b.open[stage]
	l.put(e)
	b.waiting.put(e)
	for by, q := range l.seats {
		if !b.cast(it, stage, by) {
			q.put(e)
		}
	}
}

func (b *Book) waitNoMore(stage string, i int32) {
	e, l := entry{b.items[i].due, i}, b.open[stage]
	b.dropFacet(byStage, b.put(stage), i)
	if l == nil {
		return // its procedure was adopted after it was submitted, and it never waited
	}
	l.take(e)
	b.waiting.take(e)
	for _, q := range l.seats {
		q.take(e)
	}
}

// lineUp gives a seat that votes in a stage for the first time what waits for
// it. The need that it votes on has left the stage's line for the moment.
func (b *Book) lineUp(stage string, by seat.ID) {
	if l := b.open[stage]; l != nil && l.seats[by] == nil {
		l.seats[by] = &queue{slices.Clone(l.list)}
	}
}

// cast reports whether a vote for a seat stands in a stage of it's round.
func (b *Book) cast(it *item, stage string, by seat.ID) bool {
	for j := range it.moves {
		m := &it.moves[j]
		if m.seat != 0 && int32(m.round) == it.round && b.calls.get(m.call).stage == stage && b.casterOf(m) == by {
			return true
		}
	}
	return false
}

// Voted reports whether a vote for a seat stands in the present stage of a
// need.
func (b *Book) Voted(id ID, by seat.ID) bool {
	i, known := b.byID[id]
	if !known {
		return false
	}
	s, open := b.stageOf(b.items[i])
	return open && b.cast(b.items[i], s.ID, by)
}

// Unvoted yields the needs in some stages that wait for the vote of a seat,
// the first to be overdue first; those of the classes in not are left out.
func (b *Book) Unvoted(stages []string, by seat.ID, not []class.Class) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		var lists [][]entry
		for _, stage := range stages {
			lists = append(lists, b.open[stage].of(by))
		}
		for e, some := firstOf(lists); some; e, some = firstOf(lists) {
			if it := b.items[e.i]; (len(not) == 0 || !slices.Contains(not, b.classOf(it))) && !yield(it.id) {
				return
			}
		}
	}
}

// firstOf takes the first entry of all lists out of its list.
func firstOf(lists [][]entry) (entry, bool) {
	least := -1
	for i, l := range lists {
		if len(l) > 0 && (least < 0 || compareEntries(l[0], lists[least][0]) < 0) {
			least = i
		}
	}
	if least < 0 {
		return entry{}, false
	}
	e := lists[least][0]
	lists[least] = lists[least][1:]
	return e, true
}

// CountUnvoted is how many needs Unvoted yields. It looks at none but those of
// the classes in not.
func (b *Book) CountUnvoted(stages []string, by seat.ID, not []class.Class) (n int) {
	for _, stage := range stages {
		n += len(b.open[stage].of(by))
		for _, c := range not {
			for _, i := range b.filed.Bucket(c) {
				if it := b.items[i]; b.waitsIn(it, stage) && !b.cast(it, stage, by) {
					n--
				}
			}
		}
	}
	return n
}

// Queue yields the needs that wait in a stage, the first to be overdue first.
func (b *Book) Queue(stage string) iter.Seq[Head] {
	return b.entries(b.open[stage].of(""))
}

// Waiting is how many needs wait in a stage.
func (b *Book) Waiting(stage string) int {
	return len(b.open[stage].of(""))
}

// Overdue yields the needs whose stage should have ended by now, the longest
// overdue first. Nothing is decided by that: the front office is told.
func (b *Book) Overdue(now time.Time) iter.Seq[Head] {
	return b.entries(b.waiting.list[:b.waiting.before(now)])
}

// CountOverdue is how many Overdue yields.
func (b *Book) CountOverdue(now time.Time) int { return b.waiting.before(now) }

// Stuck yields the needs on which every seat has voted and no verdict has a
// majority, in order of submission.
func (b *Book) Stuck() iter.Seq[Head] {
	return func(yield func(Head) bool) {
		for _, i := range b.stuck {
			if !yield(b.titled(i)) {
				return
			}
		}
	}
}

func (b *Book) entries(list []entry) iter.Seq[Head] {
	return func(yield func(Head) bool) {
		for _, e := range list {
			if !yield(b.titled(e.i)) {
				return
			}
		}
	}
}

// CountStuck is how many Stuck yields.
func (b *Book) CountStuck() int { return len(b.stuck) }
