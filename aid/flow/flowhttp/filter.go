package flowhttp

import (
	"net/url"
	"slices"
	"strconv"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web/query"
)

// gone is the word of ?status= for flows and mentions that were withdrawn.
const gone flow.Status = "withdrawn"

// Words of the selects, in their order. Flows are never of mixed scope.
var (
	statuses = append(slices.Clone(flow.Statuses), gone)
	scopes   = []flow.Scope{flow.Mechanism, flow.BeforeLaunch, flow.Military, flow.Satellite}
	lines    = lineWords()
)

func lineWords() (out []string) {
	for _, l := range flow.Lines {
		out = append(out, lineWord(l))
	}
	return out
}

// A filter is what a list of flows is asked for. Empty is all.
type filter struct {
	status             flow.Status // on the day; gone: the withdrawn ones
	scope              flow.Scope
	provider, receiver party.ID
	line               string // a line, or none
	year               string // that was given for: YYYY, or none
	asOf               string // as it stands in the address; empty: today
	day                string // YYYY-MM-DD
}

// filter reads the parameters of a list. Parties are looked at by known.
//
// Errors: query.ErrChoice, query.ErrDay.
func (h *Handler) filter(q url.Values) (f filter, err error) {
	f.provider, f.receiver = party.ID(q.Get("provider")), party.ID(q.Get("receiver"))
	f.asOf, f.year = q.Get(query.AsOf), q.Get("year")
	if f.status, err = query.Choice("status", q.Get("status"), statuses); err != nil {
		return f, err
	}
	if f.scope, err = query.Choice("scope", q.Get("scope"), scopes); err != nil {
		return f, err
	}
	if f.line, err = query.Choice("line", q.Get("line"), lines); err != nil {
		return f, err
	}
	if !isYear(f.year) {
		_, err = query.Choice("year", f.year, []string{strconv.Itoa(fact.FirstYear), "…", strconv.Itoa(fact.LastYear), none})
		return f, err
	}
	f.day, err = query.Day(f.asOf, h.Now())
	return f, err
}

func isYear(s string) bool {
	d, err := fact.ParseDate(s)
	return s == none || err == nil && (d == "" || d.Precision() == "year")
}

// values are f as the parameters of an address.
func (f filter) values() url.Values {
	return url.Values{"status": {string(f.status)}, "scope": {string(f.scope)},
		"provider": {string(f.provider)}, "receiver": {string(f.receiver)},
		"line": {f.line}, "year": {f.year}, query.AsOf: {f.asOf}}
}

// known refuses a party that nobody has registered.
//
// Errors: query.ErrChoice.
func (f filter) known(b Books) error {
	if err := knownParty(b, "provider", f.provider); err != nil {
		return err
	}
	return knownParty(b, "receiver", f.receiver)
}

func knownParty(b Books, name string, id party.ID) error {
	if _, ok := b.Parties.Get(id); ok || id == "" {
		return nil
	}
	var ids []party.ID
	for _, p := range b.Parties.All() {
		ids = append(ids, p.Registered.Party)
	}
	_, err := query.Choice(name, string(id), ids)
	return err
}

// matches are the flows that fit f, newest first.
func (f filter) matches(b Books) []flow.ID {
	var ids []flow.ID
	for w := range b.Flows.ByDay() {
		if f.fits(w) {
			ids = append(ids, w.Recorded.Flow)
		}
	}
	slices.Reverse(ids)
	return ids
}

// recorded are the flows that fit f in order of record, which grows at its end
// only: a program's place in it holds.
func (f filter) recorded(b Books) []flow.ID {
	var ids []flow.ID
	for _, w := range b.Flows.All() {
		if f.fits(w) {
			ids = append(ids, w.Recorded.Flow)
		}
	}
	return ids
}

// fits reports whether w is in the list. What was withdrawn is there only for
// those who ask for it; what was decided after the day is not there yet.
func (f filter) fits(w flow.Flow) bool {
	switch {
	case w.Gone != (f.status == gone), !w.On.HeldBy(f.day):
		return false
	case f.status != "" && f.status != gone && w.StatusOn(f.day) != f.status:
		return false
	case f.scope != "" && w.Scope != f.scope, f.line != "" && lineWord(w.Line) != f.line:
		return false
	case f.provider != "" && w.Provider != f.provider, f.receiver != "" && w.Receiver != f.receiver:
		return false
	}
	return f.year == "" || givenFor(w, f.year)
}

// givenFor reports whether any of w was given for year, a number or none.
func givenFor(w flow.Flow, year string) bool {
	if len(w.Portions) == 0 {
		return year == none
	}
	return slices.ContainsFunc(w.Portions, func(p flow.Portion) bool { return strconv.Itoa(p.Year) == year })
}

// survey notes what the selects can offer: whoever and whatever year stands
// in any flow.
func (l *ledger) survey(b Books, f filter) {
	providers, receivers, years := map[party.ID]bool{}, map[party.ID]bool{}, map[int]bool{}
	for _, w := range b.Flows.All() {
		if w.Gone {
			l.gone++
		}
		if !providers[w.Provider] {
			providers[w.Provider] = true
			l.providers = append(l.providers, known(b, w.Provider))
		}
		if !receivers[w.Receiver] {
			receivers[w.Receiver] = true
			l.receivers = append(l.receivers, known(b, w.Receiver))
		}
		for _, p := range w.Portions {
			years[p.Year] = true
		}
	}
	l.providers = withChosen(b, l.providers, providers, f.provider)
	l.receivers = withChosen(b, l.receivers, receivers, f.receiver)
	for y := range years {
		l.years = append(l.years, y)
	}
	slices.Sort(l.years)
}

// withChosen adds the party asked for, should it stand in no flow, so that
// the select shows what the list is about.
func withChosen(b Books, list []party.Party, in map[party.ID]bool, chosen party.ID) []party.Party {
	if chosen != "" && !in[chosen] {
		list = append(list, known(b, chosen))
	}
	return list
}
