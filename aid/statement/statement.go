package statement

import (
	"fmt"
	"slices"
	"strconv"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
)

// A Statement is the account of one boundary as of one day. Each flow of that
// day stands in exactly one of Total, its LeftOut, Pledges, Internal,
// Outgoing, Beside, OtherScopes, Again, Denied and NoValue.
type Statement struct {
	Query Query

	Total     Figure          // committed or paid into the boundary
	ByPartner []PartnerFigure // of Total; by id, which is no ranking
	ByLine    []Figure        // of Total; in the order of flow.Lines, those with rows
	ByYear    []Figure        // of Total; by year, "year not stated" last
	ByStatus  []Figure        // of Total; commitment, paid
	ByBasis   []Figure        // of Total; who stands behind it
	LeftOut   Figure          // would be in Total, and have no rate; listed

	Pledges     Figure   // would enter, and bind nobody; in no total
	Internal    Figure   // between parties inside; not added
	Outgoing    Figure   // from inside to outside; not added
	Beside      Figure   // of the mechanism, and none of the above; listed
	OtherScopes []Figure // listed, and added nowhere
	Again       Figure   // enters, and was inside before: no new money; listed
	Denied      Figure   // a side knows of no such flow; listed
	NoValue     Figure   // in kind, and has no value; listed, and never zero
	Open        Figure   // of Total: its sides do not say the same, and the smaller counts; listed
	OnHand      Figure   // what programme accounts took in, less what is recorded as passed on

	Published []flow.Mention // totals that others published of the mechanism, by date
	Mentions  []flow.Mention // other public mentions, by date
	Notes     []Note         // where the published totals do not reconcile
}

// A PartnerFigure is what one provider put in. Every partner of the day has
// one, and every other provider that Total names.
type PartnerFigure struct {
	Party  party.Party      // only its id, when it is not registered
	Member party.Membership // zero when it was no member on the day
	Figure
}

// Compute answers q over in. It cannot fail: what cannot be converted is left
// out and listed.
func Compute(in Input, q Query) Statement {
	if q.Boundary == (Boundary{}) {
		q.Boundary = Mechanism
	}
	if q.Currency == "" {
		q.Currency = "EUR"
	}
	c := newCount(in, q)
	c.all()
	c.rates, c.quotes = nil, nil // figures find their own when they are opened
	st := Statement{Query: q}
	st.Total = c.figure("statement.total", pick{kind: byClass, key: int(entering)}, c.classes[entering])
	st.ByPartner = c.byPartner(q.AsOf)
	st.ByLine = c.byLine()
	st.ByYear = c.byYear()
	st.ByStatus = c.byWord("statement.status", byStatus, words(flow.Statuses), c.statuses)
	st.ByBasis = c.byWord("statement.basis", byBasis, words(flow.Bases), c.bases)
	st.Pledges = c.figure("statement.pledges", pick{kind: byClass, key: int(pledged)}, c.classes[pledged])
	st.Internal = c.figure("statement.internal", pick{kind: byClass, key: int(within)}, c.classes[within])
	st.Outgoing = c.figure("statement.outgoing", pick{kind: byClass, key: int(leaving)}, c.classes[leaving])
	aside := c.classes[beside]
	st.Beside = c.listed("statement.beside", pick{kind: byClass, key: int(beside)}, aside.count+aside.without)
	st.LeftOut = c.listed("statement.left_out", pick{kind: unrated}, c.classes[entering].without)
	for i, s := range flow.Scopes {
		if n := c.scopes[i].count; n > 0 {
			st.OtherScopes = append(st.OtherScopes, c.listed("statement.scope."+slug(string(s)), pick{kind: byScope, key: i}, n))
		}
	}
	for f, k := range map[*Figure]class{&st.Again: again, &st.Denied: denied, &st.NoValue: novalue} {
		*f = c.listed("statement."+map[class]string{again: "again", denied: "denied", novalue: "no_value"}[k],
			pick{kind: byClass, key: int(k)}, c.classes[k].count)
	}
	st.Open = c.listed("statement.open", pick{kind: byOpen}, c.open)
	st.OnHand = c.figure("statement.held", pick{kind: byHeld}, c.held)
	st.Published, st.Mentions = mentions(in.Flows, q.AsOf)
	st.Notes = Reconcile(st.Published)
	return st
}

// byPartner gives every partner of the day a figure, found or not, and every
// other party that provides.
func (c *count) byPartner(asOf string) []PartnerFigure {
	var out []PartnerFigure
	place := map[party.ID]int{}
	for i, id := range c.in.Flows.Names() {
		place[id] = i
		if c.partners[i].count+c.partners[i].without > 0 {
			out = append(out, c.partner(id, i, asOf))
		}
	}
	for _, m := range c.in.Parties.Members(asOf) {
		id := m.Party.Registered.Party
		i, named := place[id]
		if m.Role != party.Partner || named && c.partners[i].count+c.partners[i].without > 0 {
			continue
		}
		if !named {
			i = -1 // of which there are no rows
		}
		out = append(out, c.partner(id, i, asOf))
	}
	slices.SortFunc(out, func(a, b PartnerFigure) int { return compare(a.Party.Registered.Party, b.Party.Registered.Party) })
	return out
}

func (c *count) partner(id party.ID, i int, asOf string) PartnerFigure {
	p, ok := c.in.Parties.Get(id)
	if !ok {
		p.Registered.Party = id
	}
	m, _ := p.MemberOn(asOf)
	var s sum
	if i >= 0 {
		s = c.partners[i]
	}
	f := c.figure("statement.partner."+string(id), pick{kind: byProvider, key: i}, s)
	f.about = p.History
	return PartnerFigure{p, m, f}
}

func (c *count) byLine() (out []Figure) {
	for i, line := range flow.Lines {
		name := string(line)
		if name == "" {
			name = "none" // not broken down (rule 8)
		}
		if s := c.lines[i]; s.count+s.without > 0 {
			out = append(out, c.figure("statement.line."+name, pick{kind: byLine, key: i}, s))
		}
	}
	return out
}

func (c *count) byYear() (out []Figure) {
	for year := fact.FirstYear; year <= fact.LastYear; year++ {
		if s := c.years[yearPlace(year)]; s.count+s.without > 0 {
			out = append(out, c.figure("statement.year."+strconv.Itoa(year), pick{kind: byYear, key: year}, s))
		}
	}
	if s := c.years[0]; s.count+s.without > 0 {
		out = append(out, c.figure("statement.year.none", pick{kind: byYear}, s))
	}
	return out
}

func (c *count) byWord(prefix string, k kind, names []string, sums []sum) (out []Figure) {
	for i, s := range sums {
		if s.count+s.without > 0 {
			out = append(out, c.figure(prefix+"."+names[i], pick{kind: k, key: i}, s))
		}
	}
	return out
}

// Figures lists every figure of the statement, the total first, but for Paths
// and Accounts.
func (st *Statement) Figures() []Figure {
	out := []Figure{st.Total}
	for _, p := range st.ByPartner {
		out = append(out, p.Figure)
	}
	return slices.Concat(out, st.ByLine, st.ByYear, st.ByStatus, st.ByBasis,
		[]Figure{st.LeftOut, st.Pledges, st.Internal, st.Outgoing, st.Beside}, st.OtherScopes,
		[]Figure{st.Again, st.Denied, st.NoValue, st.Open, st.OnHand})
}

// Figure finds a figure by name, such as "statement.partner.EE".
//
// Errors: ErrFigure.
func (st *Statement) Figure(name string) (Figure, error) {
	for _, f := range st.Figures() {
		if f.Name == name {
			return f, nil
		}
	}
	if f, ok := st.more(name); ok {
		return f, nil
	}
	return Figure{}, ErrFigure.With("figure", clip(name))
}

// Parts are the rows of Total, and those that would be if they had a rate, each
// cut to what one provider gave first for one year. They come to Total exactly.
func (st *Statement) Parts() (out []Row) {
	c := st.Total.count
	tallies := c.in.Flows.Tallies()
	for i := range tallies {
		t := &tallies[i]
		if !st.Total.picks(i, t) {
			continue
		}
		rows := c.rows(nil, i, pick{})
		if len(rows) == 0 {
			continue
		}
		q := c.find(rows[0].Whole.Currency(), rows[0].On.First())
		c.cells(i, t, func(k cell) {
			r := rows[0]
			r.Provider, r.Year = c.in.Flows.Names()[k.provider], int(k.year)
			r.Spoken, r.Converted = minor(k.minor, r.Whole.Currency()), q.of(k.minor)
			out = append(out, r)
		})
	}
	return out
}

func words[W ~string](list []W) (out []string) {
	for _, w := range list {
		out = append(out, fmt.Sprint(w))
	}
	return out
}
