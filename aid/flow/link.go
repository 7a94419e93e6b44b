package flow

import (
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

// A How says in which way one flow pays for another.
type How string

const (
	PassedOn   How = "passed_on"  // what came in is given on
	Reimbursed How = "reimbursed" // it pays back what was spent before
)

// Hows lists them, in the order of forms.
var Hows = []How{PassedOn, Reimbursed}

// Linked says that part of one flow pays for part of another (rule 4). What
// is linked of the parent never exceeds it; the rest is held by whoever
// received it.
type Linked struct {
	Parent ID           `json:"parent"`
	Child  ID           `json:"child"`
	Amount money.Amount `json:"amount"` // of the parent, in its currency
	Part   money.Amount `json:"part"`   // of the child that this pays for, in the child's currency
	How    How          `json:"how"`
	On     fact.Date    `json:"on"`
}

// Unlinked takes a link back that should not have been made.
type Unlinked struct {
	Parent ID     `json:"parent"`
	Child  ID     `json:"child"`
	Reason string `json:"reason"` // a word of a closed list
}

func (Linked) Kind() string   { return "flow.linked" }
func (Unlinked) Kind() string { return "flow.unlinked" }

func (b Linked) Streams() []string   { return []string{string(b.Parent), string(b.Child)} }
func (b Unlinked) Streams() []string { return []string{string(b.Parent), string(b.Child)} }

// A Linking is a link and the fact that says so.
type Linking struct {
	Linked
	Pos fact.Pos
}

// Rest is what of f its receiver has not passed on: f less what its links take
// of it. False when f has no amount.
func (f Flow) Rest() (money.Amount, bool) {
	left := f.Standing().Amount
	if left.Currency() == "" {
		return left, false
	}
	return unlinked(left, f.Children, func(l Linking) money.Amount { return l.Amount }), true
}

var (
	// ErrLink refuses a link between flows that money cannot take.
	ErrLink = fault.New(fault.Conflict, "flow.link",
		"{{.parent}} does not go to whoever gives {{.child}}; link flows that the same hands took in and gave on")
	// ErrLinkAmount refuses a link without amounts of both flows.
	ErrLinkAmount = fault.New(fault.Invalid, "flow.link_amount",
		"say how much of {{.parent}} this takes, in {{.one}}, and how much of {{.child}} it pays for, in {{.other}}; the same where the currency is the same")
	// ErrLinkOver refuses to link more than there is (rule 4).
	ErrLinkOver = fault.New(fault.Conflict, "flow.link_over",
		"{{.flow}} has {{.left}} left that is not linked; link no more than that")
	// ErrLinkTwice refuses a second link between the same two.
	ErrLinkTwice = fault.New(fault.Conflict, "flow.link_twice",
		"{{.parent}} and {{.child}} are linked already; take that link back first")
	// ErrLinkRound refuses money that would pay for itself.
	ErrLinkRound = fault.New(fault.Conflict, "flow.link_round",
		"{{.child}} already pays for {{.parent}}, directly or through others; money cannot pay for itself")
	// ErrLinkDeep refuses a chain past MostLayers.
	ErrLinkDeep = fault.New(fault.Conflict, "flow.link_deep",
		"that chain would have more than {{.most}} layers; look whether a link is missing its way")
	// ErrNoLink refuses to take back what is not linked.
	ErrNoLink = fault.New(fault.Missing, "flow.no_link",
		"{{.parent}} and {{.child}} are not linked")
	// ErrMethod refuses a valuation that does not say how.
	ErrMethod = fault.New(fault.Invalid, "flow.method",
		"{{.method}} is no method of valuation; choose invoice, list_price or statement")
	// ErrNotInKind refuses to value money.
	ErrNotInKind = fault.New(fault.Conflict, "flow.not_in_kind",
		"{{.flow}} is money, and worth what was spoken; only what is given in kind is valued")
	// ErrGoods refuses goods that are not counted.
	ErrGoods = fault.New(fault.Invalid, "flow.goods",
		"say what is given in kind, how many, over zero, and in which unit")
)

// MostLayers bounds a chain of links: no chain of aid that we know has more
// than five hands.
const MostLayers = 16

// Tie links two flows (rule 4): as much of one as wanted says pays for the
// other. The link is made by a party to either, or by the front office.
//
// Errors: ErrMissing, ErrGone, ErrRole, ErrNoSide, ErrLink, ErrLinkAmount,
// ErrLinkOver, ErrLinkTwice, ErrLinkRound, ErrLinkDeep, ErrWord, ErrDecided,
// those of seat.Acting.
func (b *Book) Tie(wanted Linked, by seat.Seat, now time.Time) ([]fact.Body, error) {
	parent, _ := b.Get(wanted.Parent)
	child, _ := b.Get(wanted.Child)
	for _, f := range []Flow{parent, child} {
		if err := f.standing(); err != nil {
			return nil, err
		}
	}
	if err := mayTie(parent, child, by, now); err != nil {
		return nil, err
	}
	if parent.Receiver != child.Provider || parent.Held != child.Held {
		return nil, ErrLink.With("parent", wanted.Parent).With("child", wanted.Child)
	}
	if err := wanted.check(parent, child); err != nil {
		return nil, err
	}
	if wanted.Parent == wanted.Child || b.reaches(wanted.Child, wanted.Parent, map[ID]bool{}) {
		return nil, ErrLinkRound.With("parent", wanted.Parent).With("child", wanted.Child)
	}
	if b.layers(wanted.Parent, up, map[ID]int{})+b.layers(wanted.Child, down, map[ID]int{})+1 > MostLayers {
		return nil, ErrLinkDeep.With("most", MostLayers)
	}
	return held(parent.Held, []fact.Body{wanted}), nil
}

func mayTie(parent, child Flow, by seat.Seat, now time.Time) error {
	if by.Role == seat.FrontOffice {
		return by.Acting(string(fact.Day(now)))
	}
	if err := mayspeak(by, now); err != nil {
		return err
	}
	if parent.SideOf(by.Holder) == "" && child.SideOf(by.Holder) == "" {
		return ErrNoSide.With("party", by.Holder).With("flow", parent.Recorded.Flow)
	}
	return nil
}

// check checks the amounts of a link against what is left of both flows.
func (l Linked) check(parent, child Flow) error {
	one, other := parent.Standing().Amount, child.Standing().Amount
	same := one.Currency() == other.Currency()
	if l.Amount.IsZero() || l.Part.IsZero() || l.Amount.Currency() != one.Currency() ||
		l.Part.Currency() != other.Currency() || same && l.Amount != l.Part {
		return ErrLinkAmount.With("parent", l.Parent).With("child", l.Child).With("one", one.Currency()).With("other", other.Currency())
	}
	if !slices.Contains(Hows, l.How) {
		return refuseWord("link", l.How, Hows)
	}
	if !isDate(l.On) {
		return ErrDecided
	}
	if slices.ContainsFunc(parent.Children, func(k Linking) bool { return k.Child == l.Child }) {
		return ErrLinkTwice.With("parent", l.Parent).With("child", l.Child)
	}
	if left := unlinked(one, parent.Children, func(k Linking) money.Amount { return k.Amount }); l.Amount.Cmp(left) > 0 {
		return ErrLinkOver.With("flow", l.Parent).With("left", left)
	}
	if left := unlinked(other, child.Parents, func(k Linking) money.Amount { return k.Part }); l.Part.Cmp(left) > 0 {
		return ErrLinkOver.With("flow", l.Child).With("left", left)
	}
	return nil
}

// unlinked is what links leave of whole.
func unlinked(whole money.Amount, links []Linking, part func(Linking) money.Amount) money.Amount {
	for _, l := range links {
		rest, ok := whole.Sub(part(l))
		if !ok {
			rest, _ = money.FromMinor(0, whole.Currency())
		}
		whole = rest
	}
	return whole
}

// reaches reports whether money of one flow comes to another by links; seen
// are the flows looked at already.
func (b *Book) reaches(from, to ID, seen map[ID]bool) bool {
	seen[from] = true
	f, _ := b.Get(from)
	return slices.ContainsFunc(f.Children, func(l Linking) bool {
		return l.Child == to || !seen[l.Child] && b.reaches(l.Child, to, seen)
	})
}

// layers is the longest chain of links from id on, each step to next; known
// are those of the flows looked at already.
func (b *Book) layers(id ID, next func(Flow) []ID, known map[ID]int) (most int) {
	if n, ok := known[id]; ok {
		return n
	}
	known[id] = 0 // should a newer program have let links go round
	f, _ := b.Get(id)
	for _, to := range next(f) {
		most = max(most, 1+b.layers(to, next, known))
	}
	known[id] = most
	return most
}

func up(f Flow) (out []ID) {
	for _, l := range f.Parents {
		out = append(out, l.Parent)
	}
	return out
}

func down(f Flow) (out []ID) {
	for _, l := range f.Children {
		out = append(out, l.Child)
	}
	return out
}

// Untie takes a link back.
//
// Errors: ErrMissing, ErrNoLink, ErrRole, ErrNoSide, wording.ErrReason, those
// of seat.Acting.
func (b *Book) Untie(parent, child ID, reason string, by seat.Seat, now time.Time) ([]fact.Body, error) {
	one, _ := b.Get(parent)
	other, _ := b.Get(child)
	if !one.Exists() || !other.Exists() {
		return nil, ErrMissing
	}
	if err := mayTie(one, other, by, now); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(one.Children, func(l Linking) bool { return l.Child == child }) {
		return nil, ErrNoLink.With("parent", parent).With("child", child)
	}
	if err := wording.Reason(reason); err != nil {
		return nil, err
	}
	return held(one.Held, []fact.Body{Unlinked{parent, child, reason}}), nil
}

// Appraise says what f's goods are worth, or that no value can be given (rule 7).
// Either side may, and so may whoever carries it.
//
// Errors: those of speaks; ErrNotInKind, ErrMethod, ErrNoAmount, ErrDecided.
func (f Flow) Appraise(wanted Valued, by seat.Seat, now time.Time) ([]fact.Body, error) {
	if _, err := f.speaks(by, now); err != nil {
		return nil, err
	}
	wanted.Flow, wanted.Party = f.Recorded.Flow, by.Holder
	switch {
	case f.Goods == nil:
		return nil, ErrNotInKind.With("flow", f.Recorded.Flow)
	case !slices.Contains(Methods, wanted.Method):
		return nil, ErrMethod.With("method", clip(string(wanted.Method)))
	case wanted.Amount != nil && wanted.Amount.IsZero():
		return nil, ErrNoAmount
	case !isDate(wanted.On):
		return nil, ErrDecided
	}
	return held(f.Held, []fact.Body{wanted}), nil
}
