package flow

import (
	"slices"

	"tallinn/fact"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/text"
)

// A Side is the part that a party has in a flow.
type Side string

const (
	Giver   Side = "provider"
	Taker   Side = "receiver"
	Carrier Side = "implementer"
)

// Sides lists them, in the order of pages.
var Sides = []Side{Giver, Taker, Carrier}

// Asserted is what one side says of a flow (rule 5). A side's latest word
// replaces what it said before; what was said stays said.
type Asserted struct {
	Flow      ID           `json:"flow"`
	Side      Side         `json:"side"`
	Party     party.ID     `json:"party"`
	Amount    money.Amount `json:"amount,omitzero"` // in the currency of the flow; none in kind, or when denied
	Status    Status       `json:"status,omitempty"`
	On        fact.Date    `json:"on"`                  // since when it has that status
	Denied    bool         `json:"denied,omitempty"`    // the side knows of no such flow
	Reference string       `json:"reference,omitempty"` // of the agreement, as both sides write it
	Look      *Look        `json:"look,omitempty"`
	Import    batch.ID     `json:"import,omitempty"` // the list that it came in by; absent: none
}

// Settled is one side's signature under what both are to say (rule 5). Once
// provider and receiver have signed the same, and neither has said anything
// since, that counts.
type Settled struct {
	Flow   ID           `json:"flow"`
	Side   Side         `json:"side"`
	Party  party.ID     `json:"party"`
	Amount money.Amount `json:"amount,omitzero"`
	Status Status       `json:"status"`
	On     fact.Date    `json:"on"`
}

// Joined says that what one side recorded as a flow of its own is its word
// about another flow: both speak of the same money, which is one record
// (rule 1).
type Joined struct {
	Flow  ID       `json:"flow"`  // that is no flow of its own any more
	Into  ID       `json:"into"`  // that it speaks of
	Side  Side     `json:"side"`  // who said it
	Party party.ID `json:"party"` // and whose word it is
}

// A Look is the answer to the second look that was asked for (rule 9): why
// the amount is right all the same.
type Look struct {
	Doubts []DoubtWhy `json:"doubts"`
	Reason text.Ref   `json:"reason"`
}

func (Asserted) Kind() string { return "flow.asserted" }
func (Settled) Kind() string  { return "flow.settled" }
func (Joined) Kind() string   { return "flow.joined" }

func (b Asserted) Streams() []string { return batch.Joined(b.Import, string(b.Flow)) }
func (b Settled) Streams() []string  { return []string{string(b.Flow)} }
func (b Joined) Streams() []string   { return []string{string(b.Flow), string(b.Into)} }

// A Word is what one side says of a flow, as it stands.
type Word struct {
	Side      Side
	Party     party.ID
	Amount    money.Amount
	Committed Day // binding from; Never when it says that nothing binds
	Paid      Day
	Denied    bool
	Pos       fact.Pos // of the fact that says so
}

// Same reports whether two sides say the same money and status.
func (w Word) Same(o Word) bool {
	return w.Denied == o.Denied && w.Amount == o.Amount && (w.Committed == Never) == (o.Committed == Never) &&
		(w.Paid == Never) == (o.Paid == Never)
}

// Status is the latest status that the word gives.
func (w Word) Status() Status {
	switch {
	case w.Paid != Never:
		return Paid
	case w.Committed != Never:
		return Commitment
	}
	return Pledge
}

// SideOf is the part that id has in f; empty: none.
func (f Flow) SideOf(id party.ID) Side {
	switch id {
	case "":
	case f.Provider:
		return Giver
	case f.Receiver:
		return Taker
	case f.Implementer:
		return Carrier
	}
	return ""
}

// Party is who has a side of f.
func (f Flow) Party(s Side) party.ID {
	switch s {
	case Giver:
		return f.Provider
	case Taker:
		return f.Receiver
	case Carrier:
		return f.Implementer
	}
	return ""
}

// Words are what the sides of f say, each side's latest, in the order of
// Sides. A published flow that nobody confirmed has none.
func (f Flow) Words() (out []Word) {
	said := map[Side]Word{}
	first := f.first()
	for _, s := range f.Basis.sides() {
		w := first
		w.Side, w.Party = s, f.Party(s)
		said[s] = w
	}
	for _, a := range f.Asserted {
		w := Word{Side: a.Side, Party: a.Party, Amount: a.Amount, Committed: Never, Paid: Never, Denied: a.Denied, Pos: a.Pos}
		if !a.Denied {
			w.reach(a.Status, DayOf(a.On))
		}
		said[a.Side] = w
	}
	for _, s := range Sides {
		if w, ok := said[s]; ok {
			out = append(out, w)
		}
	}
	return out
}

func (w *Word) reach(s Status, on Day) {
	if s.Binding() {
		w.Committed = min(w.Committed, on)
	}
	if s == Paid {
		w.Paid = min(w.Paid, on)
	}
}

// first is what f was recorded as, with its moves.
func (f Flow) first() Word {
	w := Word{Amount: f.Amount, Committed: Never, Paid: Never, Pos: f.Pos}
	if f.Status.Binding() {
		w.Committed = DayOf(f.On)
	}
	if f.Status == Paid {
		w.Paid = max(DayOf(f.On), DayOf(f.Moved))
	}
	for _, a := range f.Advances {
		w.reach(a.Status, DayOf(a.On))
		w.Pos = max(w.Pos, a.Pos)
	}
	return w
}

func (b Basis) sides() []Side {
	switch b {
	case ByProvider:
		return []Side{Giver}
	case ByReceiver:
		return []Side{Taker}
	case ByImplementer:
		return []Side{Carrier}
	case ByBoth:
		return []Side{Giver, Taker}
	}
	return nil
}

// BasisOf says who stands behind what words say.
func basisOf(words []Word) Basis {
	var giver, taker bool
	for _, w := range words {
		giver, taker = giver || w.Side == Giver, taker || w.Side == Taker
	}
	switch {
	case giver && taker:
		return ByBoth
	case giver:
		return ByProvider
	case taker:
		return ByReceiver
	case len(words) > 0:
		return ByImplementer
	}
	return Published
}

// A Standing is what of a flow counts, by what its sides say.
type Standing struct {
	Amount    money.Amount // none: in kind and without a value, or denied by every side
	Committed Day
	Paid      Day
	Basis     Basis
	Open      bool // the sides do not say the same, and have not settled it
	Denied    bool // a side knows of no such flow: it counts nothing meanwhile
	Settled   bool // they have signed what counts
}

// Standing is what of f counts. One side's word counts as it is. Where sides
// do not say the same, what all of them bind themselves to counts: the
// smallest amount, from the latest day, until they have settled it (rule 5).
// The value of what is given in kind is that of its strongest valuation
// (rule 7).
func (f Flow) Standing() Standing {
	words := f.Words()
	if len(words) == 0 {
		words = []Word{f.first()}
	}
	s := Standing{Basis: basisOf(f.Words())}
	agreed, signed := f.settlement(words)
	switch {
	case signed:
		w := Word{Committed: Never, Paid: Never}
		w.reach(agreed.Status, DayOf(agreed.On))
		s.Amount, s.Committed, s.Paid, s.Settled = agreed.Amount, w.Committed, w.Paid, true
	default:
		s.weigh(words)
	}
	if f.Goods != nil {
		if v, ok := f.Value(); ok {
			s.Amount = v
		}
	}
	return s
}

// weigh takes from words what all of them bind themselves to.
func (s *Standing) weigh(words []Word) {
	s.Amount, s.Committed, s.Paid = words[0].Amount, words[0].Committed, words[0].Paid
	s.Denied = words[0].Denied
	for _, w := range words[1:] {
		s.Open = s.Open || !w.Same(words[0])
		s.Denied = s.Denied || w.Denied
		s.Committed, s.Paid = max(s.Committed, w.Committed), max(s.Paid, w.Paid)
		if s.Amount.IsZero() || !w.Amount.IsZero() && w.Amount.Cmp(s.Amount) < 0 {
			s.Amount = w.Amount
		}
	}
	if s.Denied {
		s.Committed, s.Paid = Never, Never
	}
}

// settlement is what both sides have signed since anybody last spoke. Whoever
// else has spoken must have signed too.
func (f Flow) settlement(words []Word) (Settlement, bool) {
	var last fact.Pos = fact.None
	for _, w := range words {
		last = max(last, w.Pos)
	}
	signed := map[Side]Settlement{}
	for _, s := range f.Signed {
		if s.Pos > last {
			signed[s.Side] = s
		}
	}
	agreed, ok := signed[Giver]
	if !ok {
		return agreed, false
	}
	needed := []Side{Taker}
	for _, w := range words {
		needed = append(needed, w.Side)
	}
	for _, side := range needed {
		s, ok := signed[side]
		if side != "" && (!ok || s.Amount != agreed.Amount || s.Status != agreed.Status || s.On != agreed.On) {
			return agreed, false
		}
	}
	return agreed, true
}

// Proposed are the signatures that still stand: given since anybody last
// spoke, each side's latest.
func (f Flow) Proposed() (out []Settlement) {
	var last fact.Pos = fact.None
	for _, w := range f.Words() {
		last = max(last, w.Pos)
	}
	for _, side := range Sides {
		for _, s := range slices.Backward(f.Signed) {
			if s.Side == side && s.Pos > last {
				out = append(out, s)
				break
			}
		}
	}
	return out
}
