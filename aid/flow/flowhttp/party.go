package flowhttp

import (
	"github.com/a-h/templ"

	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/query"
)

// dealingsMost is how many rows a party's page lists under one heading; the
// lists of flows and mentions have them all.
const dealingsMost = 20

// dealings are what a party's page shows of flows and mentions.
type dealings struct {
	web.Page
	given, received part[account]
	mentions        part[saying]
	givenBy, to     filter
	about           mentionFilter
}

// A part is the newest rows of a list, and how many it has.
type part[T any] struct {
	rows []T
	all  int
}

// OfParty is the part of a party's page that says what it gave and received,
// and which mentions speak of it, as of day. It must not be called inside
// View.
func (h *Handler) OfParty(p web.Page, id party.ID, day string) templ.Component {
	asOf := ""
	if p.URL != nil {
		asOf = p.URL.Query().Get(query.AsOf)
	}
	d := dealings{Page: p, givenBy: filter{provider: id, asOf: asOf, day: day},
		to: filter{receiver: id, asOf: asOf, day: day}, about: mentionFilter{party: id, asOf: asOf, day: day}}
	h.View(func(b Books) {
		d.given, d.received = newest(b, d.givenBy), newest(b, d.to)
		ids := d.about.matches(b)
		d.mentions.all = len(ids)
		for _, id := range ids[:min(len(ids), dealingsMost)] {
			m, _ := b.Flows.Mention(id)
			d.mentions.rows = append(d.mentions.rows, quoted(b, m, day))
		}
	})
	return dealingsPart(d)
}

func newest(b Books, f filter) (p part[account]) {
	ids := f.matches(b)
	p.all = len(ids)
	for _, id := range ids[:min(len(ids), dealingsMost)] {
		w, _ := b.Flows.Get(id)
		p.rows = append(p.rows, judge(b, w, f.day))
	}
	return p
}

// flows is a table of what was given or received, with a way to all of it.
func (d dealings) flows(id string, p part[account], f filter) web.Table {
	return flowTable(d.Lang, id+"-list", web.N(d.Lang, "flow.count", p.all), p.rows, f)
}

func (d dealings) said() web.Table {
	return mentionTable(d.Lang, "mentions-list", web.N(d.Lang, "mention.count", d.mentions.all), d.mentions.rows, d.about)
}
