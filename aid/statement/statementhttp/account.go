package statementhttp

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/web"
)

// maxListed bounds the rows that a page lists under one heading; the flows'
// own list has them all.
const maxListed = 200

// An account is a statement as the pages need it: values only.
type account struct {
	question
	head       fact.Pos
	total      figure
	partners   []partner
	lines      []figure
	years      []figure
	statuses   []figure
	bases      []figure
	leftOut    list
	pledges    list
	internal   list
	outgoing   list
	beside     list
	again      list
	denied     list
	noValue    list
	open       list
	onHand     figure
	scopes     []list
	published  []flow.Mention
	mentions   []flow.Mention
	notes      []statement.Note
	members    []member
	milestones []milestone.Milestone
	rates      rates
	names      map[party.ID]party.Party

	pages pages

	drawn    sync.Mutex // guards pictured
	pictured *pictured  // nil until somebody asks for pictures
}

// A figure is a named number without its rows.
type figure struct {
	name    string
	def     statement.Definition
	value   money.Exact
	found   bool
	count   int // rows added up
	without int // rows left out for want of a rate

	currency money.Currency
}

// A partner is one provider's line.
type partner struct {
	id     party.ID
	member party.Membership // zero when it is no member
	figure
	pledges  int // of scope mechanism; in no total
	mentions int
}

// A list is rows under a name, added up nowhere on the page.
type list struct {
	name string
	def  statement.Definition
	all  int // how many there are; rows holds maxListed at most
	sum  figure
	rows []statement.Row
}

// A member is one line of the membership.
type member struct {
	id party.ID
	party.Membership
}

// The rates at hand.
type rates struct {
	first, last string
	days        int
}

// gather computes the statement and takes from the books what its pages show.
func gather(b Books, head fact.Pos, q question) *account {
	st := statement.Compute(statement.Input{Parties: b.Parties, Flows: b.Flows, Rates: b.Rates}, q.statement())
	a := &account{question: q, head: head, total: bare(st.Total), leftOut: listed(st.LeftOut),
		pledges: listed(st.Pledges), internal: listed(st.Internal), outgoing: listed(st.Outgoing),
		beside: listed(st.Beside), again: listed(st.Again), denied: listed(st.Denied), noValue: listed(st.NoValue),
		open: listed(st.Open), onHand: bare(st.OnHand), published: st.Published, mentions: st.Mentions, notes: st.Notes,
		names: map[party.ID]party.Party{}}
	for _, f := range st.ByLine {
		a.lines = append(a.lines, bare(f))
	}
	for _, f := range st.ByYear {
		a.years = append(a.years, bare(f))
	}
	for _, f := range st.ByStatus {
		a.statuses = append(a.statuses, bare(f))
	}
	for _, f := range st.ByBasis {
		a.bases = append(a.bases, bare(f))
	}
	for _, f := range st.OtherScopes {
		a.scopes = append(a.scopes, listed(f))
	}
	for _, p := range b.Parties.All() {
		a.names[p.Registered.Party] = p
	}
	byDayAndRow(a.published)
	byDayAndRow(a.mentions)
	a.gatherPartners(st)
	for _, m := range b.Parties.Members(q.asOf) {
		a.members = append(a.members, member{m.Party.Registered.Party, m.Membership})
	}
	for _, m := range b.Milestones.All() {
		if m.Recorded.On.HeldBy(q.asOf) {
			a.milestones = append(a.milestones, m)
		}
	}
	a.rates.first, a.rates.last, a.rates.days = b.Rates.Days()
	return a
}

func (a *account) gatherPartners(st statement.Statement) {
	pledges, mentions := st.Pledges.Providers(), map[party.ID]int{}
	for _, m := range slices.Concat(st.Published, st.Mentions) {
		for _, id := range m.Parties {
			mentions[id]++
		}
	}
	for _, p := range st.ByPartner {
		id := p.Party.Registered.Party
		a.partners = append(a.partners, partner{id, p.Member, bare(p.Figure), pledges[id], mentions[id]})
	}
}

func bare(f statement.Figure) figure {
	return figure{f.Name, f.Definition, f.Value, f.Found(), f.Count, f.Without, f.Currency}
}

// listed takes every row of f, with a rate or without: what is only listed
// needs none.
func listed(f statement.Figure) list {
	return list{f.Name, f.Definition, f.Count + f.Without, bare(f), f.First(maxListed)}
}

// byDayAndRow orders mentions of one day by the row they came by: ids are
// drawn, and would order them differently on every hub.
func byDayAndRow(mentions []flow.Mention) {
	slices.SortStableFunc(mentions, func(a, b flow.Mention) int {
		return cmp.Or(strings.Compare(a.On.First(), b.On.First()), strings.Compare(a.Said.Source.Row, b.Said.Source.Row))
	})
}

// name is a party's name in l; its id when it is not registered.
func (a *account) name(l web.Lang, id party.ID) string {
	if p, ok := a.names[id]; ok {
		return p.NameIn(string(l))
	}
	return string(id)
}

// alphabetical orders ids by name as l's readers do. There is no ranking.
func alphabetical[T any](l web.Lang, items []T, name func(T) string) []T {
	tag := language.English
	if l == web.Ukrainian {
		tag = language.Ukrainian
	}
	c := collate.New(tag)
	out := slices.Clone(items)
	slices.SortStableFunc(out, func(x, y T) int { return c.CompareString(name(x), name(y)) })
	return out
}

// A detail is one figure with everything under it.
type detail struct {
	question
	head    fact.Pos
	figure  figure
	listed  bool
	rows    []statement.Row
	leftOut []statement.Row
	rates   []rate.Used
	facts   []fact.Pos
	names   map[party.ID]party.Party
	sources map[flow.ID]fact.Source // of published flows
}

// maxRows bounds the rows of one answer about a figure; the count says how
// many there are.
const maxRows = 2000

// detail opens the figure called name.
//
// Errors: statement.ErrFigure, web.ErrTooSlow.
func (h *Handler) detail(ctx context.Context, q question, name string) (d detail, err error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return d, err
	}
	defer leave()
	failed := h.books(ctx, q, func(b Books, head fact.Pos) {
		st := statement.Compute(statement.Input{Parties: b.Parties, Flows: b.Flows, Rates: b.Rates}, q.statement())
		var f statement.Figure
		if f, err = st.Figure(name); err != nil {
			return
		}
		o := f.Open()
		d = detail{question: q, head: head, figure: bare(f), listed: f.Listed, rows: o.Rows,
			leftOut: o.LeftOut, rates: o.Rates, facts: o.Facts,
			names: map[party.ID]party.Party{}, sources: map[flow.ID]fact.Source{}}
		for _, r := range slices.Concat(d.rows, d.leftOut) {
			if w, ok := b.Flows.Get(r.Flow); ok && w.Said != nil {
				d.sources[r.Flow] = w.Said.Source
			}
			for _, id := range []party.ID{r.Provider, r.Receiver} {
				if p, ok := b.Parties.Get(id); ok {
					d.names[id] = p
				}
			}
		}
		for _, id := range spokenOf(name) {
			d.names[id], _ = b.Parties.Get(id)
		}
	})
	return d, cmp.Or(failed, err)
}

func (d detail) name(l web.Lang, id party.ID) string {
	if p, ok := d.names[id]; ok && p.Exists() {
		return p.NameIn(string(l))
	}
	return string(id)
}

// others are the figures besides the total and the partners'.
func (a *account) others() []figure {
	out := slices.Concat(a.lines, a.years, a.statuses, a.bases)
	for _, l := range a.lists() {
		out = append(out, l.figure())
	}
	return append(out, a.onHand)
}

// lists are the figures that only list, and those not added to the total.
func (a *account) lists() []list {
	return append([]list{a.leftOut, a.pledges, a.internal, a.outgoing, a.beside, a.again, a.denied, a.noValue, a.open}, a.scopes...)
}

func (l list) figure() figure { return l.sum }
