package need

import (
	"iter"
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
)

// A stage that has closed can be opened again: the votes of before stay, and
// count no more; the stage and those after it are voted on in a new round.
// It takes two persons: one asks, from a seat of the body that closed it or
// from the front office, the other agrees, from a seat of that body or as a
// co-chair.

// A ReopenWhy says why a stage is opened again: a word of ReopenWhys.
type ReopenWhy string

const (
	NewFacts    ReopenWhy = "new_facts"
	WrongVotes  ReopenWhy = "wrong_votes"
	Conflict    ReopenWhy = "conflict_of_interest" // that was not known
	NotByRules  ReopenWhy = "not_by_the_procedure"
	ReopenTime            = 7 * 24 * time.Hour // how long one who asked waits for the other
	maxReopened           = 50                 // rounds of one need
)

// ReopenWhys lists why a stage may be opened again.
var ReopenWhys = []ReopenWhy{NewFacts, WrongVotes, Conflict, NotByRules}

// ReopeningAsked is the word of the first of two persons.
type ReopeningAsked struct {
	Need   ID       `json:"need"`
	Stage  string   `json:"stage"`
	Round  int      `json:"round"`  // in which the stage closed, or that of the need
	Reason string   `json:"reason"` // of a closed list
	Why    text.Ref `json:"why"`    // in words; for those who see votes
	Seat   seat.ID  `json:"seat"`
	For    seat.ID  `json:"for,omitempty"` // the seat that a deputy asks for
}

// Reopened is the word of the second: the stage is open in a new round.
type Reopened struct {
	Need   ID      `json:"need"`
	Stage  string  `json:"stage"`
	Round  int     `json:"round"` // the new one
	Was    int     `json:"was"`   // the round before it
	Reason string  `json:"reason"`
	Asked  seat.ID `json:"asked"` // who had asked
	Seat   seat.ID `json:"seat"`
	For    seat.ID `json:"for,omitempty"`
}

func (ReopeningAsked) Kind() string { return "need.reopening_asked" }
func (Reopened) Kind() string       { return "need.reopened" }

func (b ReopeningAsked) Streams() []string { return []string{string(b.Need)} }
func (b Reopened) Streams() []string       { return []string{string(b.Need)} }

func reopenKinds() []fact.Type {
	return []fact.Type{fact.Of[ReopeningAsked](tlp.AmberStrict, false), fact.Of[Reopened](tlp.Amber, false)}
}

var (
	// ErrReopenedOften refuses one round more than a need may have.
	ErrReopenedOften = fault.New(fault.Conflict, "need.reopened_often",
		"{{.need}} has been through {{.most}} rounds, the most there are; submit a new need instead")
	// ErrNotReopener refuses to open a stage again from elsewhere.
	ErrNotReopener = fault.New(fault.Denied, "need.not_reopener",
		"a closed stage of {{.need}} is opened again by two persons: one asks from a seat of its group or the front office, another agrees from a seat of the group or as co-chair; ask them")
	// ErrNotClosed refuses to open what is not closed.
	ErrNotClosed = fault.New(fault.Conflict, "need.not_closed",
		"the {{.stage}} stage of {{.need}} is not closed; vote in it instead")
	// ErrReopenWhy refuses a reason that is not of the list.
	ErrReopenWhy = fault.New(fault.Invalid, "need.reopen_reason",
		"{{.reason}} is not a reason of the list; choose one of: {{.reasons}}")
	// ErrReopening refuses to ask twice.
	ErrReopening = fault.New(fault.Conflict, "need.reopening",
		"it is asked already to open a stage of {{.need}} again; agree to that, or wait until it lapses")
	// ErrNotAsked refuses to agree to what nobody asked.
	ErrNotAsked = fault.New(fault.Conflict, "need.reopening_not_asked",
		"nobody asks now to open a stage of {{.need}} again; ask for it, and let somebody else agree")
	// ErrSamePerson refuses one person in the place of two.
	ErrSamePerson = fault.New(fault.Denied, "need.reopening_same_person",
		"you asked for this yourself; somebody else of the group, or a co-chair, agrees")
	// ErrCommitted refuses to open a stage again once partners are bound.
	ErrCommitted = fault.New(fault.Conflict, "need.reopening_committed",
		"partners have committed to {{.need}} as it was validated; correct what is wrong with their consent instead")
)

// An Asking is a ReopeningAsked with the fact that says so.
type Asking struct {
	ReopeningAsked
	At  time.Time
	Pos fact.Pos
}

// Until is when an asking lapses.
func (a Asking) Until() time.Time { return a.At.Add(ReopenTime) }

// A Reopening is a Reopened with the fact that says so.
type Reopening struct {
	Reopened
	At  time.Time
	Pos fact.Pos
}

// again is what the book keeps of a need that was, or may be, opened again.
type again struct {
	asked  *Asking
	opened []Reopening
}

// AskReopen asks that a closed stage of n be opened again.
//
// Errors: ErrMissing, ErrNotReopener, ErrOver, ErrNotClosed, ErrCommitted,
// ErrReopening, ErrReopenWhy, ErrWhy, those of seat.Acting.
func (n Need) AskReopen(by Hand, stage string, reason ReopenWhy, why text.Ref, committed bool, now time.Time) ([]fact.Body, error) {
	if err := n.mayAskReopen(by.By, stage, committed, now); err != nil {
		return nil, err
	}
	switch _, asked := n.Asking(now); {
	case asked:
		return nil, ErrReopening.With("need", n.ID)
	case !slices.Contains(ReopenWhys, reason):
		return nil, ErrReopenWhy.With("reason", quote(reason)).With("reasons", list(ReopenWhys))
	case why == text.Ref{}:
		return nil, ErrWhy
	}
	id, castFor := by.ids()
	return []fact.Body{ReopeningAsked{n.ID, stage, n.Round, string(reason), why, id, castFor}}, nil
}

func (n Need) mayAskReopen(by seat.Seat, stage string, committed bool, now time.Time) error {
	if !n.Exists() {
		return ErrMissing
	}
	if err := by.Acting(dayOf(now)); err != nil {
		return err
	}
	i := n.stageIndex(stage)
	switch c, closed := n.closing(stage); {
	case by.Holder == n.Owner, by.Role != seat.FrontOffice && !n.judges(by, stage):
		return ErrNotReopener.With("need", n.ID)
	case n.Status == Gone:
		return ErrOver.With("need", n.ID).With("status", n.Status)
	case i < 0 || !closed || n.Status == Open && c.Verdict != Pass:
		return ErrNotClosed.With("need", n.ID).With("stage", quote(stage))
	case committed:
		return ErrCommitted.With("need", n.ID)
	case n.Round >= maxReopened:
		return ErrReopenedOften.With("need", n.ID).With("most", maxReopened)
	}
	return nil
}

// judges reports whether by is of the body that votes in a stage.
func (n Need) judges(by seat.Seat, stage string) bool {
	i := n.stageIndex(stage)
	return i >= 0 && by.Role == n.Stages[i].Role && by.Body == n.Stages[i].Body
}

// Reopen agrees to what was asked: the stage opens in a new round. Asker is
// the seat from which it was asked.
//
// Errors: ErrMissing, ErrNotAsked, ErrNotReopener, ErrSamePerson, ErrCommitted,
// those of seat.Acting.
func (n Need) Reopen(by Hand, asker seat.Seat, committed bool, now time.Time) ([]fact.Body, error) {
	if !n.Exists() {
		return nil, ErrMissing
	}
	if err := by.By.Acting(dayOf(now)); err != nil {
		return nil, err
	}
	a, asked := n.Asking(now)
	switch {
	case !asked:
		return nil, ErrNotAsked.With("need", n.ID)
	case by.By.Holder == n.Owner, by.By.Role != seat.CoChair && !n.judges(by.By, a.Stage):
		return nil, ErrNotReopener.With("need", n.ID)
	case by.own().Person == asker.Person || by.own().ID == a.Seat || by.By.ID == a.Seat || by.By.ID == a.For:
		return nil, ErrSamePerson
	case committed:
		return nil, ErrCommitted.With("need", n.ID)
	}
	id, castFor := by.ids()
	return []fact.Body{Reopened{n.ID, a.Stage, n.Round + 1, n.Round, a.Reason, a.Seat, id, castFor}}, nil
}

// Asking is what is asked now about n's stages, if anything is: it lapses, and
// it is over when n has moved on.
func (n Need) Asking(now time.Time) (a Asking, asked bool) {
	if n.asking == nil || n.asking.Round != n.Round || !now.Before(n.asking.Until()) {
		return a, false
	}
	_, closed := n.closing(n.asking.Stage)
	return *n.asking, closed && n.Status != Gone
}

// Reopenable are the stages of n that by may ask to open again, in order.
func (n Need) Reopenable(by seat.Seat, committed bool, now time.Time) (out []string) {
	for _, s := range n.Stages {
		if n.mayAskReopen(by, s.ID, committed, now) == nil {
			out = append(out, s.ID)
		}
	}
	return out
}

func (n Need) stageIndex(stage string) int {
	for i, s := range n.Stages {
		if s.ID == stage {
			return i
		}
	}
	return -1
}

// roundOf is the round whose votes count in a stage: one that was opened again
// left the stages before it as they were.
func (n Need) roundOf(stage string) int {
	round, i := n.Round, n.stageIndex(stage)
	for _, r := range slices.Backward(n.Reopenings) {
		if r.Round == round {
			if i >= n.stageIndex(r.Stage) {
				return round
			}
			round = r.Was
		}
	}
	return round
}

// AskedIn is the round in which what n asks was submitted.
func (n Need) AskedIn() int {
	round := n.Round
	for _, r := range slices.Backward(n.Reopenings) {
		if r.Round == round {
			round = r.Was
		}
	}
	return round
}

// reopenedAt is when a stage of the present course was opened again; zero: it
// was not.
func (n Need) reopenedAt(stage string) (at time.Time) {
	for _, r := range n.Reopenings {
		if r.Stage == stage && r.Round == n.roundOf(stage) {
			at = r.At
		}
	}
	return at
}

// askReopen folds the word of the first of two persons.
func (b *Book) askReopen(it *item, f fact.Fact, a ReopeningAsked) {
	if it.again == nil {
		it.again = &again{}
	}
	it.again.asked = &Asking{a, f.At, f.Pos}
	i := b.byID[it.id]
	b.doubted = put(take(b.doubted, i), i)
}

// Doubted yields the needs of which it is asked at now to open a stage again,
// in order of submission.
func (b *Book) Doubted(now time.Time) iter.Seq[Need] {
	return func(yield func(Need) bool) {
		for _, i := range b.doubted {
			n := b.whole(b.items[i])
			if _, asked := n.Asking(now); asked && !yield(n) {
				return
			}
		}
	}
}

func (b *Book) reopen(it *item, f fact.Fact, r Reopened) {
	p, known := b.procedures.Version(int(it.procedure))
	if !known {
		return
	}
	for i, s := range p.Stages {
		if s.ID != r.Stage {
			continue
		}
		if it.again == nil {
			it.again = &again{}
		}
		it.again.asked, it.again.opened = nil, grown(it.again.opened, Reopening{r, f.At, f.Pos})
		it.status, it.passed, it.round, it.ended = b.put(string(Open)), uint8(i), int32(r.Round), 0
		it.leaveLane()
		b.openStage(it, f)
		b.doubted = take(b.doubted, b.byID[it.id])
	}
}
