package edition

import (
	"cmp"
	"slices"

	"tallinn/mechanism/party"
)

// Fewest is how many parties stand behind a sum that is broken down, other
// than those whose every row is stated anyway.
const Fewest = 3

// A guard settles what an edition may say, so that the disclosure rule holds
// for all editions together. It merges lines, years and reasons, those with
// the fewest parties first, until it does; where that is not enough, for older
// editions say too much beside, it states parties less openly than they would
// let it.
type guard struct {
	before  []Edition // released, by number
	edition Edition
	modes   map[party.ID]Mode

	lines, years, reasons [][]string
	differences           []difference
	heldBack              int

	history []groups        // of before
	stated  map[column]bool // rows whose value anybody may read
}

func newGuard(before []Edition, e Edition) *guard {
	g := &guard{before: before, edition: e, modes: map[party.ID]Mode{}}
	for _, id := range e.Asked() {
		g.modes[id] = e.ModeOf(id)
	}
	g.history = past(before)
	return g
}

// settle finds the most open content that the rule allows, in its order.
func (g *guard) settle() {
	for {
		g.begin()
		for g.unsafe() && g.merge() {
		}
		if !g.unsafe() || !g.close() {
			return
		}
	}
}

// begin breaks everything down as far as it goes.
func (g *guard) begin() {
	lines, years, reasons := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, r := range g.edition.Rows {
		if r.counts(g.modes[r.Provider]) {
			lines[r.line()], years[r.year()] = true, true
		}
	}
	g.stated, g.differences = g.known(), nil
	if n := len(g.before); n > 0 {
		g.differences = differ(g.before[n-1], g.edition, g.modes)
	}
	for _, d := range g.differences {
		reasons[d.reason] = true
	}
	order := []string{}
	for _, r := range Reasons {
		order = append(order, string(r))
	}
	g.lines, g.years, g.reasons = alone(lines, nil), alone(years, nil), alone(reasons, order)
}

// alone makes each word a group of its own.
func alone(words map[string]bool, order []string) (out [][]string) {
	for w := range words {
		out = append(out, []string{w})
	}
	slices.SortFunc(out, func(a, b []string) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a[0]), slices.Index(order, b[0])), cmp.Compare(a[0], b[0]))
	})
	return out
}

// close states one party less openly: the first that lets all rows be stated,
// or else its total. It is false when nothing is stated any more.
func (g *guard) close() bool {
	for _, from := range []Mode{ByRow, ByTotal} {
		for _, id := range g.edition.Asked() {
			if g.modes[id] != from {
				continue
			}
			g.modes[id] = ByTotal
			if from == ByTotal {
				g.modes[id] = Nothing
				g.heldBack++
			}
			return true
		}
	}
	return false
}

// A column is a row of one party, of a value that was not stated.
type column struct {
	part
	line, value string
}

func columnOf(r Row) column { return column{r.part(), r.line(), r.Value} }

// An equation is a sum that was published, by the columns in it: 1 or -1.
type equation struct {
	own party.ID // of a party's own total
	of  map[column]int
}

// known are the rows whose value anybody may read.
func (g *guard) known() map[column]bool {
	out := map[column]bool{}
	for _, e := range g.before {
		for _, r := range e.Released.Content.Rows {
			out[columnOf(r)] = true
		}
	}
	note := func(rows []Row) {
		for _, r := range rows {
			if r.Public || g.modes[r.Provider] == ByRow {
				out[columnOf(r)] = true
			}
		}
	}
	note(g.edition.Rows)
	for _, e := range g.before {
		for _, r := range e.Rows {
			if r.Public {
				out[columnOf(r)] = true
			}
		}
	}
	return out
}

// groups of one edition, and how its parties are stated.
type groups struct {
	edition               Edition
	mode                  func(party.ID) Mode
	lines, years, reasons [][]string
	differences           []difference
}

// past are the groups of editions that were released.
func past(before []Edition) (out []groups) {
	for i, e := range before {
		c := e.Released.Content
		one := groups{edition: e, mode: c.ModeOf, lines: names(c.Lines), years: names(c.Years)}
		if i > 0 {
			modes := map[party.ID]Mode{}
			for _, id := range e.Asked() {
				modes[id] = c.ModeOf(id)
			}
			one.differences = differ(before[i-1], e, modes)
			for _, ch := range c.Since.By {
				var of []string
				for _, r := range ch.Of {
					of = append(of, string(r))
				}
				one.reasons = append(one.reasons, of)
			}
		}
		out = append(out, one)
	}
	return out
}

func names(parts []Part) (out [][]string) {
	for _, p := range parts {
		out = append(out, p.Of)
	}
	return out
}

// equations are all sums that all editions state, in what is not known.
func (g *guard) equations() (out []equation) {
	known := g.stated
	now := groups{g.edition, func(id party.ID) Mode { return g.modes[id] }, g.lines, g.years, g.reasons, g.differences}
	for _, one := range append(slices.Clip(g.history), now) {
		own := map[party.ID]map[column]int{}
		sums := func(groups [][]string, of func(Row) string) {
			for _, names := range groups {
				eq := equation{of: map[column]int{}}
				for _, r := range one.edition.Rows {
					if r.counts(one.mode(r.Provider)) && !known[columnOf(r)] && slices.Contains(names, of(r)) {
						eq.of[columnOf(r)] = 1
					}
				}
				out = append(out, eq)
			}
		}
		sums(one.lines, Row.line)
		sums(one.years, Row.year)
		for _, r := range one.edition.Rows {
			if r.counts(one.mode(r.Provider)) && !known[columnOf(r)] {
				if own[r.Provider] == nil {
					own[r.Provider] = map[column]int{}
				}
				own[r.Provider][columnOf(r)] = 1
			}
		}
		for id, of := range own {
			out = append(out, equation{id, of})
		}
		for _, names := range one.reasons {
			eq := equation{of: map[column]int{}}
			for _, d := range one.differences {
				if c := columnOf(d.row); !known[c] && slices.Contains(names, d.reason) {
					eq.of[c]++
					if d.less {
						eq.of[c] -= 2
					}
				}
			}
			out = append(out, eq)
		}
	}
	return slices.DeleteFunc(out, func(eq equation) bool { return len(eq.of) == 0 })
}

// parties are those behind a group of the edition that are not stated row by
// row anyway.
func (g *guard) parties(groups [][]string, i int, of func(Row) string) int {
	known, seen := g.stated, map[party.ID]bool{}
	if of == nil {
		for _, d := range g.differences {
			if slices.Contains(groups[i], d.reason) && !known[columnOf(d.row)] {
				seen[d.row.Provider] = true
			}
		}
		return len(seen)
	}
	for _, r := range g.edition.Rows {
		if r.counts(g.modes[r.Provider]) && !known[columnOf(r)] && slices.Contains(groups[i], of(r)) {
			seen[r.Provider] = true
		}
	}
	return len(seen)
}

// A dimension is one way of breaking the total, or its change, down.
type dimension struct {
	groups *[][]string
	of     func(Row) string // nil: by reason
}

func (g *guard) dimensions() []dimension {
	return []dimension{{&g.lines, Row.line}, {&g.years, Row.year}, {&g.reasons, nil}}
}

// unsafe reports whether the rule does not hold.
func (g *guard) unsafe() bool {
	for _, d := range g.dimensions() {
		for i := range *d.groups {
			if n := g.parties(*d.groups, i, d.of); n > 0 && n < Fewest && len(*d.groups) > 1 {
				return true
			}
		}
	}
	return leaks(g.equations())
}

// merge joins the group with the fewest parties behind it with the next. It is
// false when nothing is broken down any more.
func (g *guard) merge() bool {
	var best *[][]string
	one, two, least := -1, -1, 0
	for _, d := range g.dimensions() {
		if len(*d.groups) < 2 {
			continue
		}
		order := make([]int, len(*d.groups))
		behind := make([]int, len(order))
		for i := range order {
			order[i], behind[i] = i, g.parties(*d.groups, i, d.of)
		}
		// What nobody unnamed stands behind hides nothing: it comes last.
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Or(boolCompare(behind[a] == 0, behind[b] == 0), cmp.Compare(behind[a], behind[b]))
		})
		if n := behind[order[0]]; best == nil || n < least {
			best, one, two, least = d.groups, min(order[0], order[1]), max(order[0], order[1]), n
		}
	}
	if best == nil {
		return false
	}
	list := slices.Clone(*best)
	list[one] = slices.Concat(list[one], list[two])
	*best = slices.Delete(list, two, two+1)
	return true
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
