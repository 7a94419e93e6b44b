package need

import (
	"iter"
	"slices"
	"time"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/text"
)

// A Book holds the needs of one realm. It is no more than the fold of their
// facts, and of the procedures that they are bound to; whoever folds into it
// while others read keeps them apart. What it returns stays valid.
type Book struct {
	procedures *procedure.Book
	words
	scores once[string, []Score]
	calls  once[call, call]
	beside map[fact.Pos]beside
	odd    []text.Ref

	items   []*item // in order of submission
	byID    map[ID]int32
	filed   class.Index
	facets  map[facetWord]*set
	realm   fact.Realm       // of every need
	open    map[string]*line // by stage
	waiting queue            // of every stage
	stuck   []int32          // in order of submission
	alarms  []int32          // likewise; see laned
	doubted []int32          // likewise: somebody asked to open a stage again, and it was not
	recent  fact.Recent[ID]
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{procedures: procedure.NewBook(), words: words{newOnce[string, string]()},
		scores: newOnce[string, []Score](), calls: newOnce[call, call](),
		beside: map[fact.Pos]beside{}, byID: map[ID]int32{}, facets: map[facetWord]*set{}, open: map[string]*line{}}
}

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case procedure.Adopted:
		b.procedures.Fold(f)
	case Submitted:
		b.submit(f, body)
	case marking.Changed:
		b.change(ID(body.Item), f, func(it *item) { b.mark(it, body.Mark()) })
	case Corrected:
		b.change(body.Need, f, func(it *item) { b.mend(it, body.Correction) })
	case Voted:
		b.change(body.Need, f, func(it *item) { b.voted(it, f, body) })
	case StageClosed:
		b.change(body.Need, f, func(it *item) { b.closed(it, f, body) })
	case Validated:
		b.change(body.Need, f, func(it *item) { b.end(it, f, Valid) })
	case Returned:
		b.change(body.Need, f, func(it *item) { b.end(it, f, Back) })
	case Rejected:
		b.change(body.Need, f, func(it *item) { b.end(it, f, Denied) })
	case Withdrawn:
		b.change(body.Need, f, func(it *item) { b.end(it, f, Gone) })
	case Taken:
		b.change(body.Need, f, func(it *item) { b.laneFact(it, f) })
	case PassedProvisionally:
		b.change(body.Need, f, func(it *item) { b.laneFact(it, f) })
	case ValidatedProvisionally:
		b.change(body.Need, f, func(it *item) { b.laneFact(it, f) })
	case Confirmed:
		b.change(body.Need, f, func(it *item) { b.laneFact(it, f) })
	case Detailed:
		b.change(body.Need, f, func(it *item) { b.ask(it, body.Asked) })
	case ReopeningAsked:
		b.change(body.Need, f, func(it *item) { b.askReopen(it, f, body) })
	case Reopened:
		b.change(body.Need, f, func(it *item) { b.reopen(it, f, body) })
	case Resubmitted:
		b.change(body.Need, f, func(it *item) {
			b.ask(it, body.Asked)
			it.round = int32(body.Round)
			it.leaveLane()
			b.begin(it, f)
		})
	}
}

func (b *Book) submit(f fact.Fact, s Submitted) {
	if _, known := b.byID[s.Need]; known {
		return // ids are drawn once; the first stands
	}
	b.realm = f.Realm
	it := &item{id: s.Need, marking: uint8(usual), owner: b.put(string(s.Owner)), procedure: int32(s.Procedure), round: 1,
		submitted: f.At.UnixMicro(), pos: f.Pos, changed: f.Pos}
	if s.Emergency != nil {
		it.lane = &lane{Lane: Lane{Emergency: *s.Emergency}}
	}
	i := int32(len(b.items))
	b.items = append(b.items, it)
	b.byID[s.Need] = i
	b.ask(it, s.Asked)
	b.begin(it, f)
	b.enter(i)
	b.recent.Add(f.Pos, s.Need)
}

// change applies what a fact changes, and moves the need between the indexes.
func (b *Book) change(id ID, f fact.Fact, apply func(*item)) {
	i, known := b.byID[id]
	if !known {
		return
	}
	it := b.items[i]
	b.leave(i)
	apply(it)
	it.changed = f.Pos
	b.enter(i)
	b.recent.Add(f.Pos, id)
}

// begin opens the first stage of a round.
func (b *Book) begin(it *item, f fact.Fact) {
	it.status, it.passed, it.ended, it.began = b.put(string(Open)), 0, 0, f.At.UnixMicro()
	b.openStage(it, f)
}

func (b *Book) openStage(it *item, f fact.Fact) {
	it.opened, it.due, it.stuck = f.At.UnixMicro(), 0, false
	if s, ok := b.stageOf(it); ok {
		it.due = f.At.Add(time.Duration(s.Hours) * time.Hour).UnixMicro()
		if it.lane != nil && !it.lane.provisional.IsZero() {
			it.due = it.lane.provisional.Add(RatifyTime).UnixMicro() // of all stages together
		}
	}
}

func (b *Book) end(it *item, f fact.Fact, as Status) {
	it.status, it.opened, it.due, it.stuck, it.ended = b.put(string(as)), 0, 0, false, f.At.UnixMicro()
}

func (b *Book) voted(it *item, f fact.Fact, v Voted) {
	m := move{pos: f.Pos, at: f.At.UnixMicro(), seat: b.put(string(v.Seat)),
		detail: b.scores.put(sheet(v.Scores), v.Scores), call: b.call(v.Stage, v.Verdict), round: uint16(v.Round)}
	if v.For != "" || v.Reason != (text.Ref{}) {
		m.beside = true
		b.beside[f.Pos] = beside{b.put(string(v.For)), b.pack(v.Reason)}
	}
	it.moves = grown(it.moves, m)
	if s, ok := b.stageOf(it); ok && s.ID == v.Stage {
		it.stuck = b.tally(it, s.ID).Stuck(s)
		b.lineUp(s.ID, v.Caster())
	}
}

func (b *Book) call(stage string, v Verdict) uint32 {
	return b.calls.put(call{stage, v}, call{stage, v})
}

// tally counts the votes that stand in a stage of the present round: of each
// seat the latest.
func (b *Book) tally(it *item, stage string) (t Tally) {
	var counted []seat.ID
	for i := range slices.Backward(it.moves) {
		m := &it.moves[i]
		if m.seat == 0 || int32(m.round) != it.round || b.calls.get(m.call).stage != stage {
			continue
		}
		if by := b.casterOf(m); !slices.Contains(counted, by) {
			counted = append(counted, by)
			t.add(b.calls.get(m.call).verdict)
		}
	}
	return t
}

func (b *Book) closed(it *item, f fact.Fact, c StageClosed) {
	it.moves = grown(it.moves, move{pos: f.Pos, at: f.At.UnixMicro(), detail: uint32(c.Votes),
		call: b.call(c.Stage, c.Verdict), round: uint16(c.Round)})
	if c.Verdict == Pass && b.get(it.status) == string(Open) {
		it.passed++
		b.openStage(it, f)
	}
}

// grown is list with x at its end, and no room to spare: a need has few moves
// and is kept long.
func grown[T any](list []T, x T) []T {
	out := make([]T, len(list)+1)
	copy(out, list)
	out[len(list)] = x
	return out
}

// stageOf is the stage that it waits in.
func (b *Book) stageOf(it *item) (procedure.Stage, bool) {
	p, ok := b.procedures.Version(int(it.procedure))
	if !ok || int(it.passed) >= len(p.Stages) || b.get(it.status) != string(Open) {
		return procedure.Stage{}, false
	}
	return p.Stages[it.passed], true
}

// enter puts need i into the indexes.
func (b *Book) enter(i int32) {
	it := b.items[i]
	b.filed.Put(i, b.classOf(it))
	if it.stuck {
		b.stuck = put(b.stuck, i)
	}
	if b.laned(it) {
		b.alarms = put(b.alarms, i)
	}
	if s, ok := b.stageOf(it); ok {
		b.wait(s.ID, i)
	}
}

// leave takes need i out of the indexes but that of classes, where it moves
// when it enters again.
func (b *Book) leave(i int32) {
	it := b.items[i]
	if it.stuck {
		b.stuck = take(b.stuck, i)
	}
	if it.lane != nil {
		b.alarms = take(b.alarms, i)
	}
	if s, ok := b.stageOf(it); ok {
		b.waitNoMore(s.ID, i)
	}
}

func put(list []int32, i int32) []int32 {
	at, _ := slices.BinarySearch(list, i)
	return slices.Insert(list, at, i)
}

func take(list []int32, i int32) []int32 {
	if at, ok := slices.BinarySearch(list, i); ok {
		return slices.Delete(list, at, at+1)
	}
	return list
}

// Len is how many needs there are.
func (b *Book) Len() int { return len(b.items) }

// Get returns the need called id, unpacked whole.
func (b *Book) Get(id ID) (Need, bool) {
	i, ok := b.byID[id]
	if !ok {
		return Need{}, false
	}
	return b.whole(b.items[i]), true
}

// Lots returns the lots of the need called id, and whether partners may
// reserve for them.
func (b *Book) Lots(id ID) (lots []Lot, open bool) {
	i, ok := b.byID[id]
	if !ok {
		return nil, false
	}
	it := b.items[i]
	status := Status(b.get(it.status))
	return b.lots(it), status == Valid || status == Open && it.lane != nil && !it.lane.provisional.IsZero()
}

// Head returns what lists show of the need called id.
func (b *Book) Head(id ID) (Head, bool) {
	i, ok := b.byID[id]
	if !ok {
		return Head{}, false
	}
	return b.titled(i), true
}

// titled is a head with its title, which is unpacked only for those who look.
func (b *Book) titled(i int32) Head {
	h := b.head(b.items[i])
	if !h.Red() {
		h.Title = b.unpack(b.items[i].title)
	}
	return h
}

// Classes are those of needs that may lets through: what a reader sees of a
// list is their union.
func (b *Book) Classes(may func(class.Class) bool) []class.Class { return b.filed.Classes(may) }

// Count is how many needs are of some classes.
func (b *Book) Count(classes []class.Class) int { return b.filed.Count(classes) }

// All yields every need, last submitted first. Titles are left out: ask Head.
func (b *Book) All() iter.Seq[Head] {
	return func(yield func(Head) bool) {
		for _, it := range slices.Backward(b.items) {
			if !yield(b.head(it)) {
				return
			}
		}
	}
}

// In yields the needs of some classes, last submitted first. Titles are left
// out: ask Head for those that are shown.
func (b *Book) In(classes []class.Class) iter.Seq[Head] { return b.Find(classes, Filter{}) }

func (b *Book) casterOf(m *move) seat.ID {
	if m.beside && b.beside[m.pos].castFor != 0 {
		return seat.ID(b.get(b.beside[m.pos].castFor))
	}
	return seat.ID(b.get(m.seat))
}

// Changed is the position of the last fact that changed a need; fact.None
// before the first.
func (b *Book) Changed() fact.Pos { return b.recent.Last() }

// ChangedAfter calls with the needs that facts after pos changed, the last
// first and some of them twice, until with is false. It remembers the last
// fact.MostRecent changes.
func (b *Book) ChangedAfter(pos fact.Pos, with func(ID, fact.Pos) bool) { b.recent.After(pos, with) }
