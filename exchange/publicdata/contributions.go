package publicdata

import (
	"slices"
	"strconv"
	"strings"

	"tallinn/aid/flow"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/mechanism/party"
)

var (
	scopeWords  = []string{"mechanism", "before launch", "military", "satellite", "mixed", "unclear"}
	statusWords = words(bindings, unbound, totalWords)
)

// words are the words that the column status may have, in alphabetical order.
func words(bound map[string]flow.Status, more ...map[string]bool) []string {
	var out []string
	for w := range bound {
		out = append(out, w)
	}
	for _, m := range more {
		for w := range m {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

func (s *sheet) readContributions() {
	ids := map[string]bool{}
	for id := range s.keys[ContributionsFile] {
		ids[id] = true
	}
	for _, r := range s.rows[ContributionsFile] {
		s.readContribution(s.cells(ContributionsFile, r), ids)
	}
}

func (s *sheet) readContribution(c *cells, ids map[string]bool) {
	row := c.contribution()
	provider, receiver := c.party("provider", s.names), c.party("receiver", s.names)
	c.party("reporter", s.names)
	if unknown := unknownRow(row.Note, ids); unknown != "" {
		c.note("note", ErrNoteRow.With("row", table.Quote(unknown)))
	}
	row.Enters = s.enters(provider, receiver)
	t := Treat(row, ids)
	o := Outcome{Fact: t.String(), Counted: t.Counted, Year: t.Year, Reason: t.Reason}
	if t.Fact == MentionFact {
		m := row.mentioned(t, slices.Concat(provider.ids, receiver.ids))
		s.take(c, row.ID, contributionThing{mention: &m}, o, m)
		return
	}
	c.single(row, provider, receiver)
	f := row.recorded(t, provider.one(), receiver.one(), s.lines[row.ID])
	s.take(c, row.ID, contributionThing{flow: &f}, o, f)
}

// contribution reads the row's words.
func (c *cells) contribution() Contribution {
	row := Contribution{
		ID: c.row.Get("id"), Reporter: c.needed("reporter"), Provider: c.needed("provider"), Receiver: c.needed("receiver"),
		Amount: c.amount(), Announced: c.date("announced"), Period: c.text("period"),
		Status: c.word("status", statusWords...), Scope: flow.Scope(c.word("scope", scopeWords...)),
		Kind: c.word("kind", strings.Split(kinds, ", ")...), Purpose: c.text("purpose"),
		Others: c.text("reported_equivalents"), Note: c.text("note"), Source: c.needed("source"),
	}
	if totalWords[row.Status] && row.Kind != kindTotal {
		c.note("status", ErrTotalStatus.With("status", table.Quote(row.Status)))
	}
	return row
}

// single notes what keeps a row from being a flow.
func (c *cells) single(row Contribution, provider, receiver meaning) {
	if row.Announced == "" && c.row.Get("announced") == "" {
		c.note("announced", ErrUndated)
	}
	if c.bad {
		return
	}
	if !provider.single {
		c.note("provider", ErrSeveral.With("name", table.Quote(row.Provider)))
	}
	if !receiver.single {
		c.note("receiver", ErrSeveral.With("name", table.Quote(row.Receiver)))
	}
}

// enters reports whether money from provider to receiver enters the boundary.
func (s *sheet) enters(provider, receiver meaning) bool {
	inside := func(id party.ID) bool { return s.names.parties[id].Inside() }
	return provider.single && receiver.single &&
		flow.CrossingOf(inside(provider.one()), inside(receiver.one())) == flow.Incoming
}

// recorded is the flow of a row. On and FirstReported are both the day it was
// announced, the only day that the table knows. What was paid for exactly one
// year moved in that year.
func (row Contribution) recorded(t Treatment, provider, receiver party.ID, line flow.Line) flow.Recorded {
	said := row.said()
	f := flow.Recorded{Provider: provider, Receiver: receiver, Amount: row.Amount, Status: t.Status,
		Basis: flow.Published, Scope: row.Scope, Line: line, On: row.Announced, FirstReported: row.Announced, Said: &said}
	if t.Year > 0 {
		f.Portions = []flow.Portion{{Year: t.Year, Amount: row.Amount}}
		if t.Status == flow.Paid && t.Year >= row.Announced.Year() {
			f.Moved = fact.Date(strconv.Itoa(t.Year))
		}
	}
	return f
}

func (row Contribution) mentioned(t Treatment, ids []party.ID) flow.Mentioned {
	m := flow.Mentioned{Scope: row.Scope, Why: t.Why, Total: t.Total, On: row.Announced, Said: row.said()}
	for _, id := range ids {
		if !slices.Contains(m.Parties, id) {
			m.Parties = append(m.Parties, id)
		}
	}
	if row.Amount.Currency() != "" {
		m.Amount = &row.Amount
	}
	return m
}

func (row Contribution) said() flow.Said {
	return flow.Said{Reporter: row.Reporter, Provider: row.Provider, Receiver: row.Receiver, Status: row.Status,
		Form: row.Kind, Period: row.Period, Purpose: row.Purpose, Equivalents: row.Others, Note: row.Note,
		Source: fact.Source{Cite: row.Source, File: ContributionsFile, Row: row.ID}}
}
