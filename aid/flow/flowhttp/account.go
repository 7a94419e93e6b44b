package flowhttp

import (
	"context"
	"strconv"
	"strings"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/tlp"
	"tallinn/web/query"
)

// Base is the currency that flows are converted to.
const base = money.EUR

// A verdict says whether a flow is in the total of boundary "mechanism", or
// why it is not. The words stand in the API and the catalogue.
type verdict string

const (
	counted   verdict = "counted"   // binding, and enters the boundary (rules 2 and 3)
	noRate    verdict = "no_rate"   // would count, and cannot be converted (rule 6)
	pledged   verdict = "pledge"    // binds nobody (rule 2)
	otherwise verdict = "scope"     // of another scope; added nowhere
	internal  verdict = "internal"  // between parties inside (rule 3)
	outgoing  verdict = "outgoing"  // leaves the boundary (rule 3)
	outside   verdict = "outside"   // between parties outside (rule 3)
	later     verdict = "later"     // decided after the day asked for
	withdrawn verdict = "withdrawn" // should not have been recorded as a flow
	disputed  verdict = "denied"    // a side knows of no such flow (rule 5)
	noValue   verdict = "no_value"  // in kind, and nobody gave it a value (rule 7)
	passed    verdict = "again"     // enters, and was inside before (rule 4)
)

var verdicts = []verdict{counted, noRate, pledged, otherwise, internal, outgoing, outside, later, withdrawn, disputed, noValue, passed}

// An account is one flow as of a day, with what became of it. It holds values
// only, and may be kept past the lock.
type account struct {
	flow.Flow
	day                string // YYYY-MM-DD
	provider, receiver party.Party
	status             flow.Status // on the day
	crossing           flow.Crossing
	verdict            verdict
	value              money.Exact // in base, when rated
	standing           flow.Standing
	used               []rate.Used // none when no conversion was needed, or possible
	rated              bool
	passed             bool // all of it was inside the boundary before
}

func (a account) id() flow.ID { return a.Recorded.Flow }

// judge places w as of day by the counting rules.
func judge(b Books, w flow.Flow, day string) account {
	a := account{Flow: w, day: day, status: w.StatusOn(day), standing: w.Standing()}
	a.provider, a.receiver = known(b, w.Provider), known(b, w.Receiver)
	a.crossing = flow.CrossingOf(a.provider.Inside(), a.receiver.Inside())
	a.value, a.used, a.rated = b.Rates.Convert(a.standing.Amount, base, w.On.First())
	a.passed = len(w.Parents) > 0 && fresh(b, w, day) == 0
	a.verdict = a.judged()
	return a
}

// fresh is how much of w was not inside the boundary before, in minor units.
func fresh(b Books, w flow.Flow, day string) int64 {
	inside := make([]bool, len(b.Flows.Names()))
	for i, id := range b.Flows.Names() {
		p, _ := b.Parties.Get(id)
		inside[i] = p.Exists() && p.Inside()
	}
	return flow.NewLineage(b.Flows, inside, flow.DayOf(fact.Date(day))).Fresh(b.Flows.Place(w.Recorded.Flow))
}

func (a account) judged() verdict {
	switch {
	case a.Gone:
		return withdrawn
	case !a.On.HeldBy(a.day):
		return later
	case a.Scope != flow.Mechanism:
		return otherwise
	case a.standing.Denied:
		return disputed
	case !a.status.Binding():
		return pledged
	}
	switch a.crossing {
	case flow.Internal:
		return internal
	case flow.Outgoing:
		return outgoing
	case flow.Outside:
		return outside
	}
	switch {
	case a.standing.Amount.IsZero():
		return noValue
	case a.passed:
		return passed
	case !a.rated:
		return noRate
	}
	return counted
}

// known is the party called id; of one that is not registered, its id.
func known(b Books, id party.ID) party.Party {
	p, ok := b.Parties.Get(id)
	if !ok {
		p.Registered.Party = id
	}
	return p
}

// figures are the figures of the statement that the flow stands in, by name.
func (a account) figures() []string {
	switch a.verdict {
	case counted:
		return append([]string{"statement.total", "statement.partner." + string(a.Provider),
			"statement.line." + lineWord(a.Line)}, a.yearFigures()...)
	case noRate:
		return []string{"statement.left_out"}
	case otherwise:
		return []string{"statement.scope." + strings.ReplaceAll(string(a.Scope), " ", "_")}
	case internal:
		return []string{"statement.internal"}
	case outgoing:
		return []string{"statement.outgoing"}
	case pledged:
		if a.crossing == flow.Incoming {
			return []string{"statement.pledges"}
		}
	case disputed:
		return []string{"statement.denied"}
	case noValue:
		return []string{"statement.no_value"}
	case passed:
		return []string{"statement.again"}
	case later, withdrawn:
		return nil
	}
	return []string{"statement.beside"}
}

func (a account) yearFigures() []string {
	if len(a.Portions) == 0 {
		return []string{"statement.year.none"}
	}
	var out []string
	for _, p := range a.Portions {
		out = append(out, "statement.year."+strconv.Itoa(p.Year))
	}
	return out
}

// none is how an address and a key say the empty Line, and "year not stated".
const none = "none"

func lineWord(line flow.Line) string {
	if line == "" {
		return none
	}
	return string(line)
}

// one copies the flow called id.
func (h *Handler) one(id flow.ID, day string) (a account, ok bool) {
	h.View(func(b Books) {
		var w flow.Flow
		if w, ok = b.Flows.Get(id); ok {
			a = judge(b, w, day)
		}
	})
	return a, ok
}

// oneFor is one, and of flows that are not for everyone those in which the
// request's party has a part.
func (h *Handler) oneFor(ctx context.Context, id flow.ID, day string) (a account, ok bool) {
	if a, ok = h.one(id, day); ok || h.Seat == nil {
		return a, ok
	}
	by := h.Seat(ctx)
	h.View(func(b Books) {
		if b.Held == nil || !by.Exists() {
			return
		}
		var w flow.Flow
		if w, ok = b.Held.Get(id); ok {
			if ok = w.SideOf(by.Holder) != ""; ok {
				a = judge(b.held(), w, day)
			}
		}
	})
	return a, ok
}

// held are the books of flows that are not for everyone.
func (b Books) held() Books { return Books{Parties: b.Parties, Flows: b.Held, Rates: b.Rates} }

// marking is what a page that shows a is marked.
func (a account) marking() tlp.Marking {
	if a.Held {
		return tlp.Amber
	}
	return tlp.Clear
}

// all copies every flow that fits f, newest first.
//
// Errors: query.ErrChoice.
func (h *Handler) all(f filter) (out []account, err error) {
	h.View(func(b Books) {
		if err = f.known(b); err != nil {
			return
		}
		for _, id := range f.matches(b) {
			w, _ := b.Flows.Get(id)
			out = append(out, judge(b, w, f.day))
		}
	})
	return out, err
}

// A ledger is one page of the list of flows, and what the list is about.
type ledger struct {
	accounts  []account // of the page, newest first
	window    query.Window
	totals    []money.Amount // of those counted on all pages; one a currency
	counted   int            // how many are
	gone      int            // how many withdrawn ones the list leaves out
	providers []party.Party  // that have given anything, in order of record
	receivers []party.Party
	years     []int
}

// ledger copies a page of the flows that fit f.
//
// Errors: query.ErrChoice, query.ErrPage.
func (h *Handler) ledger(f filter, page string) (l ledger, err error) {
	h.View(func(b Books) {
		if err = f.known(b); err != nil {
			return
		}
		ids := f.matches(b)
		if l.window, err = query.Page(page, len(ids)); err != nil {
			return
		}
		for i, id := range ids {
			w, _ := b.Flows.Get(id)
			a := judge(b, w, f.day)
			l.sum(a)
			if l.window.First <= i && i < l.window.End {
				l.accounts = append(l.accounts, a)
			}
		}
		l.survey(b, f)
	})
	return l, err
}

// sum adds a to the total of its currency. A sum past what an amount can hold
// stands as two.
func (l *ledger) sum(a account) {
	if a.verdict != counted {
		return
	}
	l.counted++
	for i, t := range l.totals {
		if more, err := t.Add(a.Amount); err == nil {
			l.totals[i] = more
			return
		}
	}
	l.totals = append(l.totals, a.Amount)
}
