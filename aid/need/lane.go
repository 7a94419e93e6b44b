package need

import (
	"iter"
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/text"
)

// Three are the three lines of an emergency, sealed beside the record.
type Three struct {
	Hit, Needed, Callback text.Ref
}

// Alarm opens a need by the emergency lane, under an id that the record drew.
// Owner is whom it is for: the holder of by, or, recorded after a call, a
// recipient of the mechanism; that by may record for others is the policy's
// to say. Three lines say no line, lots or sector: it is asked for as help
// with the response, of one package, which Detail makes exact.
//
// Errors: ErrMissing, ErrAlarm, ErrAlarmFor, procedure.ErrMissing, those of
// seat.Acting.
func Alarm(id ID, by seat.Seat, owner party.Party, p procedure.Procedure, now time.Time, said Three) ([]fact.Body, error) {
	if err := by.Acting(dayOf(now)); err != nil {
		return nil, err
	}
	own := by.Role == seat.Officer && owner.Registered.Party == by.Holder
	switch {
	case id == "":
		return nil, ErrMissing
	case !own && by.Role == seat.Officer:
		return nil, ErrAlarm
	case !owner.Exists() || owner.Country != party.Ukraine || owner.Type != party.Organisation && owner.Type != party.Company:
		return nil, ErrAlarmFor
	case !p.Exists():
		return nil, procedure.ErrMissing
	}
	for _, ref := range []text.Ref{said.Hit, said.Needed, said.Callback} {
		if ref == (text.Ref{}) {
			return nil, ErrThree
		}
	}
	e := Emergency{Callback: said.Callback}
	if !own {
		e.RecordedBy = by.Holder
	}
	return []fact.Body{Submitted{Need: id, Owner: owner.Registered.Party, Procedure: p.Version, Emergency: &e, Asked: Asked{
		Title: said.Hit, Summary: said.Needed, Line: capability.Response, Urgency: Immediate, Criticality: Critical,
		UsefulUntil: fact.Date(After(dayOf(now), UsefulDays)),
		Lots:        []Lot{{ID: "a", What: "project_funding", Unit: "packages", Quantity: 1, UsefulShare: 100, MostPartners: MostPartners}}}}}, nil
}

// A Reach is how far the call for an answer has come.
type Reach int

const (
	ToDuty   Reach = iota // the seat on duty
	ToDeputy              // and its deputy
	ToBody                // and every seat of the body
	ToDesk                // and the front office
)

// Reach is how far the call for a duty member's answer in a stage has come,
// and when it goes on; zero: it has come as far as it goes. Whoever takes it
// starts it anew, with TakeTime more.
func (n Need) Reach(stage string, now time.Time) (r Reach, next time.Time) {
	began := n.Submitted
	if t, taken := n.Lane.Take(stage); taken {
		began = t.At.Add(TakeTime)
	}
	r = ReachAfter(began, now)
	if r == ToDesk {
		return r, time.Time{}
	}
	return r, began.Add(time.Duration(r+1) * AnswerTime)
}

// ReachAfter is how far the call for an answer that began then has come.
func ReachAfter(began, now time.Time) Reach {
	return Reach(min(max(now.Sub(began)/AnswerTime, 0), time.Duration(ToDesk)))
}

// A Step is a moment at which the call for an answer in a stage reached more
// people. No timer runs: the clock alone says it, and no fact does.
type Step struct {
	Stage string
	Reach Reach
	At    time.Time
}

// Steps are those of a stage until a moment, in order: the call goes on until
// its body answers or n leaves the lane, which the caller knows. Whoever takes
// it stops the call, and it begins anew when they let the time pass.
func (n Need) Steps(stage string, until time.Time) (out []Step) {
	if n.Lane == nil {
		return nil
	}
	if p, passed := n.Lane.Pass(stage); passed && p.At.Before(until) {
		until = p.At
	}
	call := func(began, ended time.Time) {
		if ended.After(until) {
			ended = until
		}
		for r := ToDuty; r <= ToDesk; r++ {
			if at := began.Add(time.Duration(r) * AnswerTime); !at.After(ended) {
				out = append(out, Step{stage, r, at})
			}
		}
	}
	began := n.Submitted
	for _, t := range n.Lane.Takes {
		if t.Stage != stage {
			continue
		}
		if !t.At.Before(began) {
			call(began, t.At)
		}
		began = t.At.Add(TakeTime)
	}
	call(began, until)
	return out
}

// Calls is how often the call for an answer in a stage has begun: once more
// whenever whoever took it has let the time pass.
func (n Need) Calls(stage string, now time.Time) int {
	calls := 1
	if n.Lane != nil {
		for _, t := range n.Lane.Takes {
			if t.Stage == stage && !now.Before(t.At.Add(TakeTime)) {
				calls++
			}
		}
	}
	return calls
}

// AnswerBy is when the call for an answer goes on; once it has come as far as
// it goes, when it did.
func (n Need) AnswerBy(stage string, now time.Time) time.Time {
	_, next := n.Reach(stage, now)
	if !next.IsZero() {
		return next
	}
	began := n.Submitted
	if t, taken := n.Lane.Take(stage); taken {
		began = t.At.Add(TakeTime)
	}
	return began.Add(time.Duration(ToDesk) * AnswerTime)
}

// concerns reports whether a party asked for n, or recorded it for its owner:
// its seats do not answer for it.
func (n Need) concerns(p party.ID) bool {
	return p == n.Owner || n.Lane != nil && n.Lane.RecordedBy != "" && p == n.Lane.RecordedBy
}

// OnDuty is the seat on duty that answers for n; empty: nobody who may is on
// duty.
func (n Need) OnDuty(s seat.Seat) seat.ID {
	if n.concerns(s.Holder) {
		return ""
	}
	return s.ID
}

// Answering reports whether by is to answer for its body in a stage of an
// emergency: it is on duty, or nobody is; it took it; or the call has reached
// the whole body. Duty is the seat on duty; empty: none.
func (n Need) Answering(stage procedure.Stage, by seat.Seat, duty seat.ID, now time.Time) bool {
	if _, passed := n.Lane.Pass(stage.ID); passed || !n.InLane() || by.Role != stage.Role || by.Body != stage.Body || n.concerns(by.Holder) {
		return false
	}
	if t, taken := n.Lane.Take(stage.ID); taken && (t.For == by.ID || t.Seat == by.ID) {
		return true
	}
	r, _ := n.Reach(stage.ID, now)
	return duty == "" || duty == by.ID || r >= ToBody
}

// StageFor is the stage in which seats such as by answer for their body.
func (n Need) StageFor(by seat.Seat) (procedure.Stage, bool) {
	i := slices.IndexFunc(n.Stages, func(s procedure.Stage) bool { return s.Role == by.Role && s.Body == by.Body })
	if i < 0 {
		return procedure.Stage{}, false
	}
	return n.Stages[i], true
}

// A Hand is who answers for a body: by is the seat of the body, deputy the
// one from which it is done for by; zero: by's own. Duty is the seat on duty.
type Hand struct {
	By, Deputy seat.Seat
	Duty       seat.ID
}

// own is the seat on which whoever answers sits.
func (h Hand) own() seat.Seat {
	if h.Deputy.Exists() {
		return h.Deputy
	}
	return h.By
}

// Who is the seat on which whoever answers sits.
func (h Hand) Who() seat.ID { return h.own().ID }

func (h Hand) ids() (by, castFor seat.ID) {
	if h.Deputy.Exists() {
		return h.Deputy.ID, h.By.ID
	}
	return h.By.ID, ""
}

// Take is a duty member's word that it looks at n.
//
// Errors: ErrMissing, ErrNotInLane, ErrNotAnswering, those of seat.Acting.
func (n Need) Take(h Hand, now time.Time) ([]fact.Body, error) {
	stage, err := n.answers(h, now)
	if err != nil {
		return nil, err
	}
	by, castFor := h.ids()
	if t, taken := n.Lane.Take(stage.ID); taken && t.Seat == by && t.For == castFor && now.Sub(t.At) < TakeTime {
		return nil, nil
	}
	return []fact.Body{Taken{n.ID, stage.ID, by, castFor}}, nil
}

// Pass is a duty member's yes for its body, in any order of the bodies; the
// last one validates n provisionally. Earlier are the seats that answered for
// the other bodies: one person answers for one.
//
// Errors: ErrMissing, ErrNotInLane, ErrNotAnswering, ErrTwoBodies, those of
// seat.Acting.
func (n Need) Pass(h Hand, earlier []seat.Seat, now time.Time) ([]fact.Body, error) {
	stage, err := n.answers(h, now)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(earlier, func(s seat.Seat) bool { return s.Person == h.own().Person }) {
		return nil, ErrTwoBodies
	}
	by, castFor := h.ids()
	out := []fact.Body{PassedProvisionally{n.ID, stage.ID, by, castFor}}
	if len(n.Lane.Passes)+1 == len(n.Stages) {
		out = append(out, ValidatedProvisionally{n.ID, n.Round})
	}
	return out, nil
}

// answers is the stage in which h answers, or why not.
func (n Need) answers(h Hand, now time.Time) (procedure.Stage, error) {
	if !n.Exists() {
		return procedure.Stage{}, ErrMissing
	}
	if err := h.By.Acting(dayOf(now)); err != nil {
		return procedure.Stage{}, err
	}
	if !n.InLane() || !n.Provisional.IsZero() {
		return procedure.Stage{}, ErrNotInLane.With("need", n.ID)
	}
	stage, ok := n.StageFor(h.By)
	if !ok || !n.Answering(stage, h.By, h.Duty, now) {
		return stage, ErrNotAnswering.With("need", n.ID)
	}
	return stage, nil
}

// Confirm is the owner's word that what was recorded for it is so. That it is
// not, it says by Withdraw for RecordedWrongly.
//
// Errors: ErrNothingToConfirm, those of OwnedBy.
func (n Need) Confirm(by seat.Seat, now time.Time) ([]fact.Body, error) {
	if err := n.owned(by, now); err != nil {
		return nil, err
	}
	if !n.Unconfirmed() {
		return nil, ErrNothingToConfirm.With("need", n.ID)
	}
	return []fact.Body{Confirmed{n.ID}}, nil
}

// Detail says exactly what an emergency asks for: by its owner, by who
// recorded it, or by a technical member, until the groups decide. What
// partners have reserved for a lot keeps the lot as it is: held are the ids of
// such lots. Once a seat has voted, its vote is on what stands: what is wrong
// in it is corrected, with the group's consent.
//
// Errors: ErrMissing, ErrNotInLane, ErrDetail, ErrDetailVoted, ErrHeldLot, those of
// seat.Acting and of Asked.Check.
func (n Need) Detail(by seat.Seat, now time.Time, asked Asked, held []string) ([]fact.Body, error) {
	if err := n.MayDetail(by, now); err != nil {
		return nil, err
	}
	if err := asked.Check(dayOf(now)); err != nil {
		return nil, err
	}
	for _, id := range held {
		was, _ := n.Lot(id)
		i := slices.IndexFunc(asked.Lots, func(l Lot) bool { return l.ID == id })
		if i < 0 || asked.Lots[i].What != was.What || asked.Lots[i].Unit != was.Unit || asked.Lots[i].Quantity < was.Quantity {
			return nil, ErrHeldLot.With("lot", id)
		}
	}
	return []fact.Body{Detailed{n.ID, asked}}, nil
}

// MayDetail is why by may not say what n asks for exactly, or nil.
func (n Need) MayDetail(by seat.Seat, now time.Time) error {
	if !n.Exists() {
		return ErrMissing
	}
	if err := by.Acting(dayOf(now)); err != nil {
		return err
	}
	owner := by.Role == seat.Officer && by.Holder == n.Owner
	switch {
	case !n.InLane():
		return ErrNotInLane.With("need", n.ID)
	case !owner && by.Role != seat.FrontOffice && by.Role != seat.Technical:
		return ErrDetail.With("need", n.ID)
	case len(n.Votes) > 0:
		return ErrDetailVoted.With("need", n.ID)
	}
	return nil
}

// InLane yields the emergencies that the groups have not decided, and those
// that their owners have not confirmed, in order of submission.
func (b *Book) InLane() iter.Seq[Need] {
	return func(yield func(Need) bool) {
		for _, i := range b.alarms {
			if !yield(b.whole(b.items[i])) {
				return
			}
		}
	}
}

// laned reports whether it stands among Book.alarms.
func (b *Book) laned(it *item) bool {
	if it.lane == nil {
		return false
	}
	n := Need{Head: b.head(it), Lane: &it.lane.Lane}
	return n.InLane() || n.Unconfirmed()
}
