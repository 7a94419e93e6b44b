package flow

import (
	"regexp"
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
)

var (
	// ErrNoSide refuses a word about a flow by somebody who has no part in it.
	ErrNoSide = fault.New(fault.Denied, "flow.no_side",
		"{{.party}} neither gives, receives nor carries {{.flow}}; only these may say what it is")
	// ErrRole refuses a word by a seat that does not speak for its holder's money.
	ErrRole = fault.New(fault.Denied, "flow.role",
		"this seat does not speak for its holder's money; ask the programme officer, the implementer or the recipient's officer")
	// ErrAlike asks whether a flow is one that stands already (rule 1).
	ErrAlike = fault.New(fault.Conflict, "flow.alike",
		"this looks like {{.flow}}, which stands already; say what you know of that one, or say that this is another")
	// ErrSpoken refuses a word in another currency than the flow's.
	ErrSpoken = fault.New(fault.Invalid, "flow.spoken",
		"{{.flow}} was spoken in {{.currency}}; say your amount in the same currency, or ask its recorder to correct it")
	// ErrAgreed refuses a word that changes nothing.
	ErrAgreed = fault.New(fault.Conflict, "flow.agreed",
		"you have said exactly this of {{.flow}} already; nothing needs to be recorded")
	// ErrNothingOpen refuses to settle what is not in dispute.
	ErrNothingOpen = fault.New(fault.Conflict, "flow.nothing_open",
		"the two sides of {{.flow}} say the same; there is nothing to settle")
	// ErrSigned refuses the same signature twice.
	ErrSigned = fault.New(fault.Conflict, "flow.signed",
		"you have signed exactly this for {{.flow}} already; the other side signs next")
	// ErrReference refuses a reference that is no reference.
	ErrReference = fault.New(fault.Invalid, "flow.reference",
		"{{.reference}} is no reference; write the agreement's number with letters, digits and . / _ -, at most 40")
	// ErrNotOwn refuses to join a flow that the other side has recorded.
	ErrNotOwn = fault.New(fault.Denied, "flow.not_own",
		"{{.flow}} is not your own word; each side joins what it recorded itself")
	// ErrNotAlike refuses to join flows between other parties.
	ErrNotAlike = fault.New(fault.Conflict, "flow.not_alike",
		"{{.flow}} and {{.into}} are not between the same two parties, or not in the same currency; look at both again")
)

var referenceForm = regexp.MustCompile(`^[0-9\p{L}][0-9\p{L}./_-]{0,39}$`)

// speaks is the side of f that the seat by may speak for.
//
// Errors: ErrMissing, ErrGone, ErrRole, ErrNoSide, those of seat.Acting.
func (f Flow) speaks(by seat.Seat, now time.Time) (Side, error) {
	if err := f.standing(); err != nil {
		return "", err
	}
	if err := mayspeak(by, now); err != nil {
		return "", err
	}
	side := f.SideOf(by.Holder)
	if side == "" {
		return "", ErrNoSide.With("party", by.Holder).With("flow", f.Recorded.Flow)
	}
	return side, nil
}

func mayspeak(by seat.Seat, now time.Time) error {
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return err
	}
	switch by.Role {
	case seat.Programme, seat.Implementer, seat.Officer:
		return nil
	}
	return ErrRole
}

// Assert records what the holder of by says of f: its word as wanted has it.
// Flow, Side and Party of wanted are filled in.
//
// Errors: those of speaks; ErrWord, ErrDecided, ErrSpoken, ErrNoAmount,
// ErrReference, ErrAgreed.
func (f Flow) Assert(wanted Asserted, by seat.Seat, now time.Time) ([]fact.Body, error) {
	side, err := f.speaks(by, now)
	if err != nil {
		return nil, err
	}
	wanted.Flow, wanted.Side, wanted.Party = f.Recorded.Flow, side, by.Holder
	if wanted.Denied {
		wanted.Amount, wanted.Status = money.Amount{}, ""
	}
	if err := f.checkWord(wanted); err != nil {
		return nil, err
	}
	said := Word{Side: side, Party: by.Holder, Amount: wanted.Amount, Committed: Never, Paid: Never, Denied: wanted.Denied}
	said.reach(wanted.Status, DayOf(wanted.On))
	for _, w := range f.Words() {
		if w.Pos = 0; w == said {
			return nil, ErrAgreed.With("flow", f.Recorded.Flow)
		}
	}
	return held(f.Held, []fact.Body{wanted}), nil
}

func (f Flow) checkWord(a Asserted) error {
	if a.On == "" || !isDate(a.On) {
		return ErrDecided
	}
	if a.Reference != "" && !referenceForm.MatchString(a.Reference) {
		return ErrReference.With("reference", clip(a.Reference))
	}
	if a.Denied {
		return nil
	}
	return f.checkTerms(a.Amount, a.Status)
}

// checkTerms checks an amount and a status that f could have.
func (f Flow) checkTerms(a money.Amount, s Status) error {
	switch {
	case !slices.Contains(Statuses, s):
		return refuseWord("status", s, Statuses)
	case f.Goods != nil && a.IsZero():
		return nil
	case a.IsZero():
		return ErrNoAmount
	case f.Amount.Currency() != "" && a.Currency() != f.Amount.Currency():
		return ErrSpoken.With("flow", f.Recorded.Flow).With("currency", f.Amount.Currency())
	}
	return nil
}

// Agree is the word that confirms f as it stands: what the other side, or the
// public source, says.
func (f Flow) Agree(now time.Time) Asserted {
	other := f.first()
	for _, w := range f.Words() {
		other = w
	}
	a := Asserted{Amount: other.Amount, Status: other.Status(), On: f.On}
	for _, m := range f.Advances {
		if m.Status == a.Status {
			a.On = m.On
		}
	}
	if a.Status == Paid && f.Status == Paid && f.Moved != "" {
		a.On = f.Moved
	}
	return a
}

// Settle signs what both sides of an open flow are to say. It counts once
// both have signed the same.
//
// Errors: those of speaks; ErrNothingOpen, ErrWord, ErrSpoken, ErrNoAmount,
// ErrDecided, ErrSigned.
func (f Flow) Settle(wanted Settled, by seat.Seat, now time.Time) ([]fact.Body, error) {
	side, err := f.speaks(by, now)
	if err != nil {
		return nil, err
	}
	wanted.Flow, wanted.Side, wanted.Party = f.Recorded.Flow, side, by.Holder
	if !f.Standing().Open && !f.Standing().Denied {
		return nil, ErrNothingOpen.With("flow", f.Recorded.Flow)
	}
	if !isDate(wanted.On) {
		return nil, ErrDecided
	}
	if err := f.checkTerms(wanted.Amount, wanted.Status); err != nil {
		return nil, err
	}
	for _, s := range f.Proposed() {
		if s.Settled == wanted {
			return nil, ErrSigned.With("flow", f.Recorded.Flow)
		}
	}
	return held(f.Held, []fact.Body{wanted}), nil
}

// Announce records a flow that the holder of by has a part in, on its word
// alone. Where a flow between the same two bears the same reference, it is
// that one, and the word is about it (rules 1 and 5); where one is merely
// alike, the recorder is asked first, unless they said that this is another.
//
// Errors: those of Record and Assert; ErrAlike, ErrRole, ErrNoSide.
func (b *Book) Announce(id ID, realm fact.Realm, wanted Recorded, another bool, by seat.Seat, now time.Time) ([]fact.Body, error) {
	if err := mayspeak(by, now); err != nil {
		return nil, err
	}
	wanted.Flow, wanted.Scope, wanted.Said, wanted.Link = id, Mechanism, nil, nil
	side := Flow{Recorded: wanted}.SideOf(by.Holder)
	if side == "" {
		return nil, ErrNoSide.With("party", by.Holder).With("flow", id)
	}
	wanted.Basis = map[Side]Basis{Giver: ByProvider, Taker: ByReceiver, Carrier: ByImplementer}[side]
	alike := b.Alike(wanted)
	if len(alike) > 0 && alike[0].Reference {
		f, _ := b.Get(alike[0].Flow)
		return f.Assert(Asserted{Amount: wanted.Amount, Status: wanted.Status, On: wanted.On,
			Reference: wanted.Reference, Look: wanted.Look, Import: wanted.Import}, by, now)
	}
	if len(alike) > 0 && !another {
		return nil, ErrAlike.With("flow", alike[0].Flow)
	}
	out, err := Record(Flow{}, wanted)
	return held(realm != fact.Exercise, out), err
}

// Join says that what the holder of by recorded as a flow of its own is its
// word about another flow.
//
// Errors: those of speaks; ErrMissing, ErrGone, ErrNotOwn, ErrNotAlike.
func (b *Book) Join(id, into ID, by seat.Seat, now time.Time) ([]fact.Body, error) {
	own, _ := b.Get(id)
	other, _ := b.Get(into)
	side, err := own.speaks(by, now)
	if err != nil {
		return nil, err
	}
	if err := other.standing(); err != nil {
		return nil, err
	}
	if !slices.Equal(own.Recorded.Basis.sides(), []Side{side}) || len(own.Parents)+len(own.Children) > 0 {
		return nil, ErrNotOwn.With("flow", id)
	}
	if id == into || own.Provider != other.Provider || own.Receiver != other.Receiver || own.Held != other.Held ||
		other.Amount.Currency() != "" && own.Amount.Currency() != other.Amount.Currency() {
		return nil, ErrNotAlike.With("flow", id).With("into", into)
	}
	return held(own.Held, []fact.Body{Joined{id, into, side, by.Holder}}), nil
}

// A Likeness is a flow that another may be, and why.
type Likeness struct {
	Flow      ID
	Reference bool // both bear the same reference: it is the same
	Amount    bool // the same amount, or within a fiftieth of it
	Days      Day  // between the two dates, as Day counts
}

// likeDays is how far apart two records of one flow may be dated: headquarters
// and the field report weeks apart.
const likeDays = 186

// Alike are the flows that wanted may be, the likest first: between the same
// two, in the same currency, and by reference, or by amount and day.
func (b *Book) Alike(wanted Recorded) []Likeness {
	var out []Likeness
	for _, i := range b.likely(wanted) {
		f := *b.flows.at(i)
		if f.Gone || f.Recorded.Flow == wanted.Flow || f.Provider != wanted.Provider || f.Receiver != wanted.Receiver {
			continue
		}
		l := Likeness{Flow: f.Recorded.Flow, Reference: f.bears(wanted.Reference), Amount: near(f.Amount, wanted.Amount),
			Days: max(DayOf(f.On)-DayOf(wanted.On), DayOf(wanted.On)-DayOf(f.On))}
		if l.Reference && f.Amount.Currency() != wanted.Amount.Currency() && f.Amount.Currency() != "" {
			continue
		}
		if l.Reference || l.Amount && (l.Days <= likeDays || !before(f.On, wanted.On) && !before(wanted.On, f.On)) {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(x, y Likeness) int {
		switch {
		case x.Reference != y.Reference:
			return map[bool]int{true: -1, false: 1}[x.Reference]
		case x.Days != y.Days:
			return int(x.Days - y.Days)
		}
		return 0
	})
	return out
}

// bears reports whether any side gave f that reference.
func (f Flow) bears(reference string) bool {
	if reference == "" {
		return false
	}
	return f.Reference == reference || slices.ContainsFunc(f.Asserted, func(a Assertion) bool { return a.Reference == reference })
}

// near reports whether two amounts of one currency are within a fiftieth of
// one another: what fees and rounding make of one payment.
func near(a, b money.Amount) bool {
	if a.Currency() != b.Currency() || a.IsZero() || b.IsZero() {
		return false
	}
	small, large := min(a.Minor(), b.Minor()), max(a.Minor(), b.Minor())
	return large-small <= large/50
}

// A Pair is two records that may be one flow: one by each side, or one by a
// side and one published.
type Pair struct {
	Own  ID // that its side may join into the other
	Into ID
	Likeness
}

// Pairs proposes which of the flows that id recorded itself may be words about
// others.
func (b *Book) Pairs(id party.ID) (out []Pair) {
	for f := range b.Of(id) {
		side := f.SideOf(id)
		if !slices.Equal(f.Recorded.Basis.sides(), []Side{side}) || len(f.Parents)+len(f.Children) > 0 {
			continue
		}
		for _, l := range b.Alike(f.Recorded) {
			other, _ := b.Get(l.Flow)
			if !slices.Contains(other.Recorded.Basis.sides(), side) && other.Held == f.Held {
				out = append(out, Pair{f.Recorded.Flow, l.Flow, l})
				break
			}
		}
	}
	return out
}

// Awaits are the flows that others say id has a part in, and of which it has
// said nothing, in order of record.
func (b *Book) Awaits(id party.ID) (out []Flow) {
	for f := range b.Of(id) {
		side := f.SideOf(id)
		if !slices.ContainsFunc(f.Words(), func(w Word) bool { return w.Side == side }) {
			out = append(out, f)
		}
	}
	return out
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
