package statement

import (
	"cmp"
	"slices"
	"strings"

	"tallinn/aid/flow"
	"tallinn/mechanism/party"
)

// A Path is a part of the total by three words at once: who gave it first, for
// which line, and what sort of party took it in at the boundary.
type Path struct {
	Provider party.ID
	Line     flow.Line  // empty: not broken down
	Sort     party.Type // of whoever received it inside
	Figure
}

// sorts are what a receiver may be, in the order of pictures. A party that is
// not registered, which only the boundary of one party can have inside, is of
// none.
var sorts = []party.Type{party.Account, party.State, party.Body, party.Organisation, party.Company, party.Class, ""}

// noSort stands in the name of a figure for the sort of a party that is not
// registered.
const noSort = "none"

// Paths are all parts of the total by provider, line and sort of receiver, in
// this order. They come to the total exactly.
func (st *Statement) Paths() []Path {
	c := st.Total.count
	sums := map[pick]sum{}
	quote := c.quoter()
	tallies := c.in.Flows.Tallies()
	var byPartner []part
	for i := range tallies {
		t := &tallies[i]
		if c.class(i, t) != entering {
			continue
		}
		q := quote(i, t)
		byPartner = byPartner[:0]
		c.cells(i, t, func(k cell) { byPartner = addPart(byPartner, k.provider, q.of(k.minor)) })
		for _, p := range byPartner {
			at := pick{kind: byPath, key: int(p.of), line: t.Line, sort: c.sort(t.Receiver)}
			s := sums[at]
			s.take(p.x, q.rated)
			sums[at] = s
		}
	}
	var out []Path
	for at, s := range sums {
		out = append(out, c.path(at, s))
	}
	slices.SortFunc(out, func(a, b Path) int {
		return cmp.Or(compare(a.Provider, b.Provider), cmp.Compare(a.pick.line, b.pick.line), cmp.Compare(a.pick.sort, b.pick.sort))
	})
	return out
}

func (c *count) path(at pick, s sum) Path {
	p := Path{Provider: c.in.Flows.Names()[at.key], Line: flow.Lines[at.line], Sort: sorts[at.sort]}
	line, sort := cmp.Or(string(p.Line), "none"), cmp.Or(string(p.Sort), noSort)
	p.Figure = c.figure("statement.path."+string(p.Provider)+"."+line+"."+sort, at, s)
	return p
}

// sort is the place in sorts of the party called Names()[i].
func (c *count) sort(i int32) uint8 {
	p, _ := c.in.Parties.Get(c.in.Flows.Names()[i])
	return uint8(max(0, slices.Index(sorts, p.Type)))
}

// quoter finds the rate of each currency and day once.
func (c *count) quoter() func(i int, t *flow.Tally) quote {
	type key struct {
		currency uint16
		on       flow.Day
	}
	known := map[key]quote{}
	return func(i int, t *flow.Tally) quote {
		k := key{t.Currency, t.On}
		q, seen := known[k]
		if !seen {
			q = c.find(c.in.Flows.Currencies()[t.Currency], c.in.Flows.At(i).On.First())
			known[k] = q
		}
		return q
	}
}

// An Account is what one programme account took in and has not, by any link,
// passed on.
type Account struct {
	Party party.ID
	Figure
}

// Accounts are those that took anything in, by id. They come to OnHand exactly.
func (st *Statement) Accounts() []Account {
	c := st.Total.count
	names := c.in.Flows.Names()
	sums, quote := make([]sum, len(names)), c.quoter()
	tallies := c.in.Flows.Tallies()
	for i := range tallies {
		t := &tallies[i]
		if left := c.left(i, t, c.class(i, t)); left > 0 {
			q := quote(i, t)
			sums[t.Receiver].take(q.of(left), q.rated)
		}
	}
	var out []Account
	for i, id := range names {
		if s := sums[i]; s.count+s.without > 0 {
			out = append(out, Account{id, c.figure("statement.account."+string(id), pick{kind: byAccount, key: i}, s)})
		}
	}
	slices.SortFunc(out, func(a, b Account) int { return compare(a.Party, b.Party) })
	return out
}

// more finds the figures that a statement makes only when they are asked for.
func (st *Statement) more(name string) (Figure, bool) {
	switch {
	case strings.HasPrefix(name, "statement.path."):
		for _, p := range st.Paths() {
			if p.Name == name {
				return p.Figure, true
			}
		}
	case strings.HasPrefix(name, "statement.account."):
		for _, a := range st.Accounts() {
			if a.Name == name {
				return a.Figure, true
			}
		}
	}
	return Figure{}, false
}
