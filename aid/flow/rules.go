package flow

import (
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/wording"
)

var (
	// ErrTaken refuses to record a flow twice (rule 1).
	ErrTaken = fault.New(fault.Conflict, "flow.taken",
		"{{.flow}} is recorded already; correct it, or move its status, instead of recording it again")
	// ErrMissing refuses to decide on a flow or mention that is not there.
	ErrMissing = fault.New(fault.Missing, "flow.missing",
		"there is no such flow or mention; look for it in the list of flows")
	// ErrGone refuses to decide on what was withdrawn.
	ErrGone = fault.New(fault.Conflict, "flow.gone",
		"{{.flow}} was withdrawn; record it anew if it should be counted")
	// ErrParties refuses a flow without two parties.
	ErrParties = fault.New(fault.Invalid, "flow.parties",
		"name who provides and who receives, each by the id of a party")
	// ErrSelf refuses a flow from a party to itself.
	ErrSelf = fault.New(fault.Invalid, "flow.self",
		"{{.party}} cannot give to itself; name the party that receives, or leave the flow out")
	// ErrNoAmount refuses a flow without an amount: unknown is not zero (rule 7).
	ErrNoAmount = fault.New(fault.Invalid, "flow.no_amount",
		"a flow needs an amount over zero; where none was stated, record a mention")
	// ErrWord refuses a word that this program does not have.
	ErrWord = fault.New(fault.Invalid, "flow.word",
		"{{.word}} is not a {{.field}} of a flow; choose one of: {{.words}}")
	// ErrScope refuses a flow whose scope is not one scope.
	ErrScope = fault.New(fault.Invalid, "flow.scope",
		"a flow of scope {{.scope}} cannot be counted; record a mention, which keeps the wording")
	// ErrDecided refuses a flow without a day.
	ErrDecided = fault.New(fault.Invalid, "flow.decided",
		"say when it was decided or announced, as YYYY, YYYY-MM or YYYY-MM-DD")
	// ErrOrder refuses a date before the one that it must follow.
	ErrOrder = fault.New(fault.Invalid, "flow.order",
		"{{.later}} is before {{.earlier}}, the day of the decision; look at both dates")
	// ErrPortions refuses annual parts that are not the whole (rule 1).
	ErrPortions = fault.New(fault.Invalid, "flow.portions",
		"the annual parts come to {{.sum}} and the whole is {{.whole}}; make the parts add up exactly, or leave all of them out")
	// ErrPortion refuses one annual part.
	ErrPortion = fault.New(fault.Invalid, "flow.portion",
		"the part for {{.year}} is wrong; give each year from 1990 to 2099 once, with an amount over zero in the currency of the whole")
	// ErrSource refuses a published flow that does not say where.
	ErrSource = fault.New(fault.Invalid, "flow.source",
		"a published flow needs its public wording and source; add them, or choose who asserts it here")
	// ErrStatus refuses to move a status back, or where it stands already.
	ErrStatus = fault.New(fault.Conflict, "flow.status",
		"{{.flow}} is at {{.is}} and cannot move to {{.to}}; a status moves from pledge to commitment to paid, and a mistake is mended by a correction")
	// ErrNothingSaid refuses a mention without wording.
	ErrNothingSaid = fault.New(fault.Invalid, "flow.nothing_said",
		"a mention needs who said it, and where; add the reporter and the source")
)

// Record opens a flow (rule 1: one flow is one record). Known is what its
// source made before, if anything; a flow that was withdrawn may be followed
// by another.
//
// Errors: ErrTaken, ErrParties, ErrSelf, ErrNoAmount, ErrWord, ErrScope,
// ErrDecided, ErrOrder, ErrPortions, ErrPortion, ErrSource, those of package
// wording.
func Record(known Flow, wanted Recorded) ([]fact.Body, error) {
	if known.Exists() && !known.Gone {
		return nil, ErrTaken.With("flow", known.Recorded.Flow)
	}
	if err := wanted.check(); err != nil {
		return nil, err
	}
	return []fact.Body{wanted}, nil
}

// Advance moves f's status on a day, said where it was published or nil. It
// rises by one step or by two; it never falls.
//
// Errors: ErrMissing, ErrGone, ErrWord, ErrDecided, ErrOrder, ErrStatus,
// those of package wording.
func (f Flow) Advance(to Status, on fact.Date, said *Said) ([]fact.Body, error) {
	if err := f.standing(); err != nil {
		return nil, err
	}
	switch {
	case to.rank() < 0:
		return nil, refuseWord("status", to, Statuses)
	case !isDate(on):
		return nil, ErrDecided
	case before(on, f.On):
		return nil, ErrOrder.With("later", on).With("earlier", f.On)
	case to.rank() <= f.Latest().rank():
		return nil, ErrStatus.With("flow", f.Recorded.Flow).With("is", f.Latest()).With("to", to)
	}
	if said != nil {
		if err := said.check(); err != nil {
			return nil, err
		}
	}
	return held(f.Held, []fact.Body{Advanced{f.Recorded.Flow, to, on, said}}), nil
}

// Correct mends a flow to read as wanted; nothing when it reads so already.
// Its id is for ever.
//
// Errors: ErrMissing, ErrGone, and those of Record except ErrTaken.
func Correct(known Flow, wanted Recorded, reason string) ([]fact.Body, error) {
	if err := known.standing(); err != nil {
		return nil, err
	}
	wanted.Flow = known.Recorded.Flow
	if err := wanted.check(); err != nil {
		return nil, err
	}
	out, err := corrections(known.Pos, known.Recorded, wanted, reason, func(c fact.Correction) fact.Body {
		return Corrected{wanted.Flow, c}
	})
	return held(known.Held, out), err
}

// Withdraw ends a flow that should not have been recorded as one.
//
// Errors: ErrMissing, ErrGone, wording.ErrReason.
func Withdraw(known Flow, reason string) ([]fact.Body, error) {
	if err := known.standing(); err != nil {
		return nil, err
	}
	if err := wording.Reason(reason); err != nil {
		return nil, err
	}
	return held(known.Held, []fact.Body{Withdrawn{known.Recorded.Flow, reason}}), nil
}

// RecordMention keeps a public statement that is no flow. Known is what its
// source made before, if anything.
//
// Errors: ErrTaken, ErrWord, ErrNothingSaid, ErrNoAmount, ErrDecided, those
// of package wording.
func RecordMention(known Mention, wanted Mentioned) ([]fact.Body, error) {
	if known.Exists() && !known.Gone {
		return nil, ErrTaken.With("flow", known.Mentioned.Mention)
	}
	if err := wanted.check(); err != nil {
		return nil, err
	}
	return []fact.Body{wanted}, nil
}

// CorrectMention mends a mention to read as wanted; nothing when it reads so
// already.
//
// Errors: ErrMissing, ErrGone, and those of RecordMention except ErrTaken.
func CorrectMention(known Mention, wanted Mentioned, reason string) ([]fact.Body, error) {
	if err := known.standing(); err != nil {
		return nil, err
	}
	wanted.Mention = known.Mentioned.Mention
	if err := wanted.check(); err != nil {
		return nil, err
	}
	return corrections(known.Pos, known.Mentioned, wanted, reason, func(c fact.Correction) fact.Body {
		return MentionCorrected{wanted.Mention, c}
	})
}

// WithdrawMention ends a mention whose source row now reads differently.
//
// Errors: ErrMissing, ErrGone, wording.ErrReason.
func WithdrawMention(known Mention, reason string) ([]fact.Body, error) {
	if err := known.standing(); err != nil {
		return nil, err
	}
	if err := wording.Reason(reason); err != nil {
		return nil, err
	}
	return []fact.Body{MentionWithdrawn{known.Mentioned.Mention, reason}}, nil
}

func (f Flow) standing() error {
	switch {
	case !f.Exists():
		return ErrMissing
	case f.Gone:
		return ErrGone.With("flow", f.Recorded.Flow)
	}
	return nil
}

func (m Mention) standing() error {
	switch {
	case !m.Exists():
		return ErrMissing
	case m.Gone:
		return ErrGone.With("flow", m.Mentioned.Mention)
	}
	return nil
}

func corrections[B fact.Body](pos fact.Pos, was, now B, reason string, corrected func(fact.Correction) fact.Body) ([]fact.Body, error) {
	patches, err := fact.Differences(pos, was, now, reason)
	if err != nil || len(patches) == 0 {
		return nil, err
	}
	if err := wording.Reason(reason); err != nil {
		return nil, err
	}
	var out []fact.Body
	for _, c := range patches {
		out = append(out, corrected(c))
	}
	return out, nil
}
