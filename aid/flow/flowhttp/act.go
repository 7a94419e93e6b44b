package flowhttp

import (
	"context"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/tlp"
)

// An Act is what a side does with a flow.
type Act string

const (
	Announce Act = "announce" // records a flow of its own
	Assert   Act = "assert"   // says what it knows of one
	Settle   Act = "settle"   // signs what both are to say
	Tie      Act = "link"     // says what pays for what
	Untie    Act = "unlink"
	Appraise Act = "value" // says what goods are worth
	Join     Act = "join"  // says that its own flow is another one
)

// A Deed is one act with all that it says. Which parts count hangs on the act.
type Deed struct {
	Act      Act
	Recorded flow.Recorded // announce
	Another  bool          // announce: it is another than those alike
	Asserted flow.Asserted // assert
	Settled  flow.Settled
	Linked   flow.Linked // link; unlink: its two ends
	Valued   flow.Valued
	Joined   flow.Joined
	Reason   string // why a doubtful amount is right; of unlink: a word of a closed list
}

// A Result says what a deed did.
type Result struct {
	Flow     flow.ID
	Repeated bool // it had been recorded before
}

// A Change is what a figure would be after a deed.
type Change struct {
	Name          string
	Before, After money.Exact
	Found, Finds  bool // whether any amount was found, and would be
}

// Deeds decides, for the seat of the request and once for a key.
type Deeds interface {
	Do(ctx context.Context, key string, d Deed) (Result, error)
	// Preview is what the figures of the mechanism would become, in euros, and
	// why the amount asks for a second look. It records nothing.
	Preview(ctx context.Context, d Deed) ([]Change, []flow.Doubt, error)
}

var (
	// ErrNoSeat asks a visitor who they are.
	ErrNoSeat = fault.New(fault.Unauthenticated, "flow.no_seat",
		"this is for those who act from a seat; sign in, and choose a seat")
	// ErrAct refuses what is done with no flow.
	ErrAct = fault.New(fault.Invalid, "flow.act",
		"{{.act}} is nothing that is done with a flow; open the flow and choose one of its buttons")
	// ErrReused refuses a key that names another command.
	ErrReused = fault.New(fault.Conflict, "flow.key_reused",
		"this key was used for another command on flows; open the form again, or draw another key")
)

// DoubtWords are the sorts of doubts in ds, each once.
func DoubtWords(ds []flow.Doubt) (out []flow.DoubtWhy) {
	seen := map[flow.DoubtWhy]bool{}
	for _, d := range ds {
		if !seen[d.Why] {
			seen[d.Why] = true
			out = append(out, d.Why)
		}
	}
	return out
}

// A desk is what one party has to do with its flows.
type desk struct {
	open   []account // its sides do not say the same
	awaits []account // others say that it has a part, and it has said nothing
	pairs  []pair    // its own that may be others
}

type pair struct{ own, into account }

// mostDesk bounds each list of a desk.
const mostDesk = 200

// deskOf is what the holder of by has to do.
func (h *Handler) deskOf(by seat.Seat, day string) (d desk) {
	id := by.Holder
	h.View(func(all Books) {
		shelves := []Books{all}
		if all.Held != nil {
			shelves = append(shelves, all.held())
		}
		for _, b := range shelves {
			d.look(b, id, day)
		}
	})
	return d
}

// look adds what id has to do with the flows of b.
func (d *desk) look(b Books, id party.ID, day string) {
	for f := range b.Flows.Open() {
		if f.SideOf(id) != "" && len(d.open) < mostDesk {
			d.open = append(d.open, judge(b, f, day))
		}
	}
	for _, f := range b.Flows.Awaits(id) {
		if len(d.awaits) < mostDesk {
			d.awaits = append(d.awaits, judge(b, f, day))
		}
	}
	for _, p := range b.Flows.Pairs(id) {
		if len(d.pairs) < mostDesk {
			own, _ := b.Flows.Get(p.Own)
			into, _ := b.Flows.Get(p.Into)
			d.pairs = append(d.pairs, pair{judge(b, own, day), judge(b, into, day)})
		}
	}
}

// marking is that of the strictest flow on d.
func (d desk) marking() tlp.Marking {
	for _, list := range [][]account{d.open, d.awaits} {
		for _, a := range list {
			if a.Held {
				return tlp.Amber
			}
		}
	}
	return tlp.Clear
}

// parsed is an amount that was sent; nil is none.
//
// Errors: those of money.ParseAmount.
func (a *MoneyJSON) parsed() (money.Amount, error) {
	if a == nil {
		return money.Amount{}, nil
	}
	return money.ParseAmount(a.Value, money.Currency(a.Currency))
}

func dateOf(s string) fact.Date { return fact.Date(s) }

func partyOf(s string) party.ID { return party.ID(s) }
