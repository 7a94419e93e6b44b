package edition

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"

	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// Currency is that of every edition, and Boundary what is inside: were there
// several series, one could be subtracted from another.
const Currency = money.EUR

// Boundary is what every edition counts what enters.
var Boundary = statement.Mechanism

// None stands for "not broken down" among lines, and for "not stated" among
// years.
const None = "none"

// Content is what an edition says, and all that it says. Amounts are in euros
// and unrounded, as decimal strings.
type Content struct {
	AsOf     string    `json:"as_of"`
	Known    fact.Pos  `json:"known"`
	Total    string    `json:"total"`
	Least    bool      `json:"least,omitempty"` // the total is more than this: so are parts of it
	Partners []Partner `json:"partners"`        // those that let something be stated, by id
	Lines    []Part    `json:"lines,omitempty"` // none: not broken down, for the disclosure rule
	Years    []Part    `json:"years,omitempty"`
	Whole    string    `json:"whole,omitempty"`     // of Total, what is stated by no line and year: amounts of "more than"
	Rows     []Row     `json:"rows,omitempty"`      // of those who cleared them; pledges too
	Unstated int       `json:"unstated,omitempty"`  // parties that were asked and of which nothing is stated
	HeldBack int       `json:"held_back,omitempty"` // of these, those whose word the disclosure rule does not let be followed
	Since    *Since    `json:"since,omitempty"`     // nil: the first edition
}

// A Partner is what is stated of one party.
type Partner struct {
	Party party.ID `json:"party"`
	Mode  Mode     `json:"mode"`
	Value string   `json:"value"` // of MoreThan, what it is more than
}

// A Part is what several lines, or years, come to together.
type Part struct {
	Of    []string `json:"of"`
	Value string   `json:"value"`
}

// Since says why the total differs from the last edition's.
type Since struct {
	Number int      `json:"number"`
	AsOf   string   `json:"as_of"`
	Total  string   `json:"total"`
	By     []Change `json:"by,omitempty"` // they come to the difference exactly
}

// A Change is what one reason, or several together, did to the total.
type Change struct {
	Of    []statement.Reason `json:"of"`
	Less  bool               `json:"less,omitempty"`
	Value string             `json:"value"`
}

// ByClearance is the reason of what a party lets be stated otherwise than last
// time. The others are those of a statement.
const ByClearance statement.Reason = "clearance"

// Reasons lists them, in the order of pages.
var Reasons = append(slices.Clone(statement.Reasons), ByClearance)

// Digest is the SHA-256 of c, which co-chairs sign.
func (c Content) Digest() string {
	raw, err := json.Marshal(c, json.Deterministic(true))
	if err != nil {
		return "" // of plain values there is no error
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// ModeOf is how c states a party.
func (c Content) ModeOf(id party.ID) Mode {
	if i, found := slices.BinarySearchFunc(c.Partners, id, func(p Partner, id party.ID) int { return cmp.Compare(p.Party, id) }); found {
		return c.Partners[i].Mode
	}
	return Nothing
}

// Content is what e would say were it released now, after all editions so far.
// What e's parties cleared is followed as far as the disclosure rule lets it.
func (b *Book) Content(e Edition) Content {
	if e.Released != nil {
		return e.Released.Content
	}
	g := newGuard(b.Released(), e)
	g.settle()
	return g.content()
}

// counts reports whether r is in sums of an edition that states its provider
// by mode.
func (r Row) counts(mode Mode) bool {
	return (mode == ByRow || mode == ByTotal) && !r.Pledged() && r.Value != ""
}

func (r Row) line() string { return cmp.Or(string(r.Line), None) }

func (r Row) year() string {
	if r.Year == 0 {
		return None
	}
	return strconv.Itoa(r.Year)
}

func (r Row) exact() money.Exact {
	x, _ := money.ParseExact(r.Value) // written by Exact.String
	return x
}

// sum is what a party's rows come to.
func (e Edition) sum(id party.ID) (x money.Exact) {
	for _, r := range e.Rows {
		if r.Provider == id && r.counts(ByTotal) {
			x = x.Add(r.exact())
		}
	}
	return x
}

// Own are the rows of one party, and what they come to: what it is asked to
// clear.
func (e Edition) Own(id party.ID) (rows []Row, sum money.Exact) {
	for _, r := range e.Rows {
		if r.Provider == id {
			rows = append(rows, r)
		}
	}
	return rows, e.sum(id)
}

// content is what g has settled on.
func (g *guard) content() Content {
	e := g.edition
	c := Content{AsOf: e.AsOf, Known: e.Known, Partners: []Partner{}, HeldBack: g.heldBack}
	var total, whole money.Exact
	for _, id := range e.Asked() {
		mode := g.modes[id]
		p := Partner{id, mode, ""}
		switch mode {
		case Nothing:
			c.Unstated++
			continue
		case MoreThan:
			floor := money.Same(*e.Cleared[id].Floor)
			p.Value, total, whole, c.Least = floor.String(), total.Add(floor), whole.Add(floor), true
		default:
			sum := e.sum(id)
			p.Value, total = sum.String(), total.Add(sum)
		}
		c.Partners = append(c.Partners, p)
	}
	c.Total = total.String()
	if c.Least {
		c.Whole = whole.String()
	}
	for _, r := range e.Rows {
		if g.modes[r.Provider] == ByRow {
			c.Rows = append(c.Rows, r)
		}
	}
	slices.SortStableFunc(c.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.On.First(), b.On.First()), cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Year, b.Year))
	})
	c.Lines, c.Years = g.parts(g.lines, Row.line), g.parts(g.years, Row.year)
	if n := len(g.before); n > 0 {
		last := g.before[n-1].Released
		c.Since = &Since{Number: last.Number, AsOf: last.Content.AsOf, Total: last.Content.Total, By: g.since()}
	}
	return c
}

func (g *guard) parts(groups [][]string, of func(Row) string) (out []Part) {
	if len(groups) < 2 {
		return nil // it is the total
	}
	for _, names := range groups {
		var x money.Exact
		for _, r := range g.edition.Rows {
			if r.counts(g.modes[r.Provider]) && slices.Contains(names, of(r)) {
				x = x.Add(r.exact())
			}
		}
		out = append(out, Part{names, x.String()})
	}
	return out
}

// since are the changes of the total by reason, as they are grouped.
func (g *guard) since() (out []Change) {
	sums := map[string]statement.Signed{}
	for _, d := range g.differences {
		sums[d.reason] = sums[d.reason].Add(statement.Signed{Less: d.less, Value: d.row.exact()})
	}
	last := g.before[len(g.before)-1].Released.Content
	for _, p := range last.Partners {
		if p.Mode == MoreThan {
			x, _ := money.ParseExact(p.Value)
			sums[string(ByClearance)] = sums[string(ByClearance)].Add(statement.Signed{Less: !x.IsZero(), Value: x})
		}
	}
	for id, mode := range g.modes {
		if mode == MoreThan {
			sums[string(ByClearance)] = sums[string(ByClearance)].Add(statement.Signed{Value: money.Same(*g.edition.Cleared[id].Floor)})
		}
	}
	groups := g.reasons
	if len(groups) == 0 {
		groups = [][]string{}
	}
	if _, floors := sums[string(ByClearance)]; floors && !slices.ContainsFunc(groups, func(of []string) bool { return slices.Contains(of, string(ByClearance)) }) {
		groups = append(slices.Clone(groups), []string{string(ByClearance)})
	}
	for _, names := range groups {
		var by statement.Signed
		ch := Change{}
		for _, name := range names {
			by = by.Add(sums[name])
			ch.Of = append(ch.Of, statement.Reason(name))
		}
		ch.Less, ch.Value = by.Less, by.Value.String()
		out = append(out, ch)
	}
	return out
}

// A difference is a row that one of two editions counts and the other does not.
type difference struct {
	row    Row
	less   bool // only the earlier counts it
	reason string
}

// part names what a row is a part of: at most one row of an edition each.
type part struct {
	flow     flow.ID
	provider party.ID
	year     int
}

func (r Row) part() part { return part{r.Flow, r.Provider, r.Year} }

// differ are the rows that differ between two editions, with the reason of
// each, where before states its parties by modes of its content.
func differ(before Edition, now Edition, modes map[party.ID]Mode) (out []difference) {
	was, is := map[part]Row{}, map[part]Row{}
	flowsBefore, flowsNow := map[flow.ID]bool{}, map[flow.ID]bool{}
	for _, r := range before.Rows {
		was[r.part()], flowsBefore[r.Flow] = r, true
	}
	for _, r := range now.Rows {
		is[r.part()], flowsNow[r.Flow] = r, true
	}
	counted := func(r Row) bool { return r.counts(before.Released.Content.ModeOf(r.Provider)) }
	for _, r := range before.Rows {
		n, still := is[r.part()]
		if !counted(r) || still && n.counts(modes[n.Provider]) && n.Value == r.Value {
			continue
		}
		out = append(out, difference{r, true, why(r, true, n, still, flowsNow[r.Flow], modes[r.Provider] == ByRow || modes[r.Provider] == ByTotal)})
	}
	for _, n := range now.Rows {
		r, known := was[n.part()]
		if !n.counts(modes[n.Provider]) || known && counted(r) && n.Value == r.Value {
			continue
		}
		mode := before.Released.Content.ModeOf(n.Provider)
		out = append(out, difference{n, false, why(n, false, r, known, flowsBefore[n.Flow], mode == ByRow || mode == ByTotal)})
	}
	return out
}

// why a row is counted by one edition alone: other is the same part in the
// other edition, if it is there; flow whether its flow is; open whether the
// other edition counts rows of its provider at all.
func why(r Row, gone bool, other Row, is, flow, open bool) string {
	switch {
	case !open:
		return string(ByClearance)
	case is && other.Pledged() != r.Pledged():
		return string(statement.Reclassified)
	case is && other.Spoken == r.Spoken:
		return string(statement.ByRate)
	case is:
		return string(statement.Corrected)
	case flow:
		return string(statement.Reclassified) // another year's or provider's now
	case gone:
		return string(statement.Corrected) // withdrawn, or of a later day
	}
	return string(statement.New)
}
