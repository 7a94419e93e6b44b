package app

import (
	"context"
	"strings"
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/aid/project"
	"tallinn/class"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/seat/seathttp"
	"tallinn/search"
	"tallinn/search/searchhttp"
	"tallinn/text"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/told"
)

// How long a search waits for what was recorded just before it.
const (
	wholeWait = 300 * time.Millisecond
	quickWait = 5 * time.Millisecond
)

// search is the door of search.
func (h room) search() *searchhttp.Handler { return &searchhttp.Handler{Find: h.find, Log: h.cfg.Log} }

// find looks for what the sender of a request may see, and reads what is shown
// of it as it now stands.
func (h room) find(ctx context.Context, a searchhttp.Ask) (searchhttp.Answer, error) {
	wait := quickWait
	if a.Whole {
		wait = wholeWait
	}
	behind := !h.finder.caughtUp(ctx, wait)
	may := h.reads(h.acting(ctx).principal(h.realm))
	found := h.finder.indexes[h.realm].Find(a.Query, may, a.Kind, a.Most)
	out := searchhttp.Answer{Kinds: found.Kinds, All: found.All(), Behind: behind}
	shown := make([]showing, len(found.Hits))
	h.View(h.realm, func(b *Books) {
		for i, x := range found.Hits {
			shown[i] = b.showing(a.Lang, x, may)
		}
	})
	for _, s := range shown {
		if s.Href == "" {
			continue // it has changed since it was found, and is no longer this reader's
		}
		if err := h.openShown(ctx, a.Lang, &s); err != nil {
			return searchhttp.Answer{}, err
		}
		out.Hits = append(out.Hits, s.Hit)
	}
	return out, nil
}

// A showing is a hit before its texts are opened.
type showing struct {
	searchhttp.Hit
	title  text.Ref // in the place of Title
	texts  []text.Ref
	person string // whose name is one of the texts
}

// openShown opens the texts of s. One that was erased says so.
func (h room) openShown(ctx context.Context, l web.Lang, s *showing) error {
	open := func(ref text.Ref) (string, error) {
		said, err := h.record.Text(ctx, ref)
		if fault.KindOf(err) == fault.Missing {
			return web.T(l, "need.text.erased"), nil
		}
		return said, err
	}
	if s.title != (text.Ref{}) {
		var err error
		if s.Title, err = open(s.title); err != nil {
			return err
		}
	}
	for _, ref := range s.texts {
		if ref == (text.Ref{}) {
			continue
		}
		said, err := open(ref)
		if err != nil {
			return err
		}
		s.Texts = append(s.Texts, said)
	}
	if s.person != "" {
		name, err := persons{h}.Name(ctx, l, s.person)
		if err != nil {
			return err
		}
		s.Texts = append(s.Texts, name)
	}
	return nil
}

// showing is what is shown of x to whom may answers for; without an address
// when that is nothing.
func (b *Books) showing(l web.Lang, x search.Hit, may func(class.Class) bool) (s showing) {
	for _, d := range b.drafts(x.Item) {
		if d.Part != x.Part || !may(d.Class) || (d.And != class.Class{}) && !may(d.And) {
			continue
		}
		s = b.shown(l, x)
		s.Kind, s.Marking = x.Kind, d.Class.Marking
		if s.ID == "" && !strings.Contains(x.Item, "/") {
			s.ID = x.Item
		}
		if s.Href == "" {
			s.Href = itemHref(x.Item)
		}
	}
	return s
}

// shown says what a hit is called, and where its words stand.
func (b *Books) shown(l web.Lang, x search.Hit) (s showing) {
	names := func(ids ...party.ID) string {
		var out []string
		for _, id := range ids {
			if id != "" {
				out = append(out, b.nameOf(l, id))
			}
		}
		return strings.Join(out, ", ")
	}
	switch x.Kind {
	case "need":
		n, _ := b.Needs.Get(need.ID(x.Item))
		s.Note = names(n.Owner)
		if n.Red() {
			s.Title = web.T(l, "need.red")
			return s
		}
		s.title, s.texts = n.Asked.Title, []text.Ref{n.Asked.Summary}
		if x.Part != "" {
			s.texts = []text.Ref{n.Asked.Weakness, n.Asked.Evidence, n.Asked.Incidents}
		}
	case "offer":
		o, _ := b.Offers.Get(offer.ID(x.Item))
		if o.Class.Marking == tlp.Red {
			s.Title = web.T(l, "need.red")
			return s
		}
		s.Title = names(o.Provider)
		s.Note, s.texts = offered(l, o), []text.Ref{o.Terms}
	case "reservation":
		r, _ := b.Offers.Reservation(offer.ReservationID(x.Item))
		n, _ := b.Needs.Head(r.Need)
		s.Title, s.Note = names(r.Provider)+" → "+names(n.Owner), string(r.Offer)+" → "+string(r.Need)
	case "flow":
		f, _ := b.Flows.Get(flow.ID(x.Item))
		s.Title, s.Note = names(f.Provider)+" → "+names(f.Receiver), spoken(l, f)
		if f.Said != nil {
			s.Texts = saidTexts(l, *f.Said)
		}
	case "mention":
		m, _ := b.Flows.Mention(flow.MentionID(x.Item))
		s.Title, s.Texts = web.Said(l, m.Said.Reporter), saidTexts(l, m.Said)
		if m.Amount != nil {
			s.Note = web.Money(l, m.Amount.Value(), m.Amount.Currency())
		}
	case "project":
		p, _ := b.Projects.Get(project.ID(x.Item))
		s.Title, s.Note = web.Said(l, p.Name), names(p.Providers...)
		s.Texts = []string{web.Said(l, p.Capability), web.Said(l, p.Recipients), web.Said(l, p.Result)}
	case "party":
		p, _ := b.Parties.Get(party.ID(strings.TrimPrefix(x.Item, "party/")))
		s.Title, s.Note = p.NameIn(string(l)), told.Word(l, "party.type", p.Type)
	case "seat":
		r, _ := b.Seats.Get(seat.ID(x.Item))
		s.Title = b.seatWords(l, r)
		if x.Part == string(seathttp.Sitting) {
			s.person = r.Person
		}
	case "procedure":
		s.Title, s.Href, s.Texts = web.T(l, "procedure.title"), "/procedure", []string{web.T(l, "procedure.lead")}
	case "page":
		p, _ := pageOf(strings.TrimPrefix(x.Item, "page/"))
		s.Title, s.Href = web.T(l, p.title), p.href
		for _, key := range append([]string{p.lead}, p.more...) {
			s.Texts = append(s.Texts, web.T(l, key))
		}
	}
	return s
}

// offered is what an offer is of, in a line.
func offered(l web.Lang, o offer.Offer) string {
	parts := []string{told.Word(l, "offer.form", o.Form)}
	if o.What != "" {
		parts = append(parts, told.Word(l, "good", o.What))
	}
	if o.Amount != nil {
		parts = append(parts, web.Money(l, o.Amount.Value(), o.Amount.Currency()))
	}
	return strings.Join(parts, " · ")
}

// spoken is the amount of a flow and how binding it is.
func spoken(l web.Lang, f flow.Flow) string {
	status := told.Word(l, "flow.status", f.Latest())
	if f.Amount.IsZero() {
		return status
	}
	return web.Money(l, f.Amount.Value(), f.Amount.Currency()) + " · " + status
}

// saidTexts are the wording of a public source, in the reader's language where
// we have translated it, and as it was published.
func saidTexts(l web.Lang, s flow.Said) (out []string) {
	for _, t := range []string{s.Purpose, s.Note, s.Provider, s.Receiver, s.Equivalents, s.Reporter} {
		if t == "" {
			continue
		}
		if ours := web.Said(l, t); ours != t {
			out = append(out, ours)
		}
		out = append(out, t)
	}
	return out
}
