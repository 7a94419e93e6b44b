package flowhttp

import (
	"net/url"
	"slices"

	"tallinn/aid/flow"
	"tallinn/mechanism/party"
	"tallinn/web/query"
)

// A saying is one mention as of a day. It holds values only.
type saying struct {
	flow.Mention
	day     string
	parties []party.Party // those it speaks of
}

func (s saying) id() flow.MentionID { return s.Mentioned.Mention }

func quoted(b Books, m flow.Mention, day string) saying {
	s := saying{Mention: m, day: day}
	for _, id := range m.Parties {
		s.parties = append(s.parties, known(b, id))
	}
	return s
}

// A mentionFilter is what a list of mentions is asked for. Empty is all.
type mentionFilter struct {
	why    flow.Why
	scope  flow.Scope
	total  string      // yes or no
	party  party.ID    // one that it speaks of
	status flow.Status // gone: the withdrawn ones
	asOf   string
	day    string
}

var answers = []string{"yes", "no"}

// mentionFilter reads the parameters of a list. The party is looked at by
// known.
//
// Errors: query.ErrChoice, query.ErrDay.
func (h *Handler) mentionFilter(q url.Values) (f mentionFilter, err error) {
	f.party, f.asOf = party.ID(q.Get("party")), q.Get(query.AsOf)
	if f.why, err = query.Choice("why", q.Get("why"), flow.Whys); err != nil {
		return f, err
	}
	if f.scope, err = query.Choice("scope", q.Get("scope"), flow.Scopes); err != nil {
		return f, err
	}
	if f.total, err = query.Choice("total", q.Get("total"), answers); err != nil {
		return f, err
	}
	if f.status, err = query.Choice("status", q.Get("status"), []flow.Status{gone}); err != nil {
		return f, err
	}
	f.day, err = query.Day(f.asOf, h.Now())
	return f, err
}

func (f mentionFilter) values() url.Values {
	return url.Values{"why": {string(f.why)}, "scope": {string(f.scope)}, "total": {f.total},
		"party": {string(f.party)}, "status": {string(f.status)}, query.AsOf: {f.asOf}}
}

func (f mentionFilter) fits(m flow.Mention) bool {
	switch {
	case m.Gone != (f.status == gone), !m.On.HeldBy(f.day):
		return false
	case f.why != "" && m.Why != f.why, f.scope != "" && m.Scope != f.scope:
		return false
	case f.total != "" && m.Total != (f.total == "yes"):
		return false
	}
	return f.party == "" || slices.Contains(m.Parties, f.party)
}

// matches are the mentions that fit f, newest first, those without a date
// last.
func (f mentionFilter) matches(b Books) []flow.MentionID {
	var ids []flow.MentionID
	for m := range b.Flows.MentionsByDay() {
		if f.fits(m) {
			ids = append(ids, m.Mentioned.Mention)
		}
	}
	slices.Reverse(ids)
	return ids
}

// recorded are the mentions that fit f in order of record.
func (f mentionFilter) recorded(b Books) []flow.MentionID {
	var ids []flow.MentionID
	for _, m := range b.Flows.Mentions() {
		if f.fits(m) {
			ids = append(ids, m.Mentioned.Mention)
		}
	}
	return ids
}

// oneSaid copies the mention called id.
func (h *Handler) oneSaid(id flow.MentionID, day string) (s saying, ok bool) {
	h.View(func(b Books) {
		var m flow.Mention
		if m, ok = b.Flows.Mention(id); ok {
			s = quoted(b, m, day)
		}
	})
	return s, ok
}

// allSaid copies every mention that fits f.
//
// Errors: query.ErrChoice.
func (h *Handler) allSaid(f mentionFilter) (out []saying, err error) {
	h.View(func(b Books) {
		if err = knownParty(b, "party", f.party); err != nil {
			return
		}
		for _, id := range f.matches(b) {
			m, _ := b.Flows.Mention(id)
			out = append(out, quoted(b, m, f.day))
		}
	})
	return out, err
}

// sayings are one page of the list of mentions, and what the list is about.
type sayings struct {
	list   []saying
	window query.Window
	gone   int           // how many withdrawn ones the list leaves out
	spoken []party.Party // whom any mention speaks of
}

// sayings copies a page of the mentions that fit f.
//
// Errors: query.ErrChoice, query.ErrPage.
func (h *Handler) sayings(f mentionFilter, page string) (s sayings, err error) {
	h.View(func(b Books) {
		if err = knownParty(b, "party", f.party); err != nil {
			return
		}
		ids := f.matches(b)
		if s.window, err = query.Page(page, len(ids)); err != nil {
			return
		}
		for _, id := range ids[s.window.First:s.window.End] {
			m, _ := b.Flows.Mention(id)
			s.list = append(s.list, quoted(b, m, f.day))
		}
		s.survey(b, f)
	})
	return s, err
}

func (s *sayings) survey(b Books, f mentionFilter) {
	seen := map[party.ID]bool{}
	for _, m := range b.Flows.Mentions() {
		if m.Gone {
			s.gone++
		}
		for _, id := range m.Parties {
			if !seen[id] {
				seen[id] = true
				s.spoken = append(s.spoken, known(b, id))
			}
		}
	}
	s.spoken = withChosen(b, s.spoken, seen, f.party)
}
