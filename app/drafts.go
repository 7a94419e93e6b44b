package app

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/aid/project"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/seat/seathttp"
	"tallinn/money"
	"tallinn/search"
	"tallinn/text"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/told"
)

// What can be found, and by which words. A draft is a part of a thing as the
// books stand: its words are put together from what they hold, and from texts
// that lie sealed beside the record and are opened by whoever files it.

// A draft is a part of a thing before its texts are opened.
type draft struct {
	search.Doc
	sealed []sealedField
	person string // whose name is a word of it; empty: nobody's
}

type sealedField struct {
	weight uint8
	ref    text.Ref
}

// source is the same as long as the words of d are.
func (d draft) source() string {
	var b strings.Builder
	for _, f := range d.Fields {
		b.WriteString(strconv.Itoa(int(f.Weight)) + " " + f.Text + "\n")
	}
	for _, f := range d.sealed {
		b.WriteString(strconv.Itoa(int(f.weight)) + " " + f.ref.Commit + "\n")
	}
	return b.String() + d.person + "\n" + strings.Join(d.Tags, " ")
}

// say adds words to d.
func (d *draft) say(weight uint8, texts ...string) {
	for _, t := range texts {
		if t != "" {
			d.Fields = append(d.Fields, search.Field{Weight: weight, Text: t})
		}
	}
}

// word adds a word of a closed list, in every language.
func (d *draft) word(list, word string) {
	if word != "" {
		for _, l := range web.Langs {
			d.say(search.Told, told.Word(l, list, word))
		}
	}
}

// published adds wording of a public source, and our translation of it.
func (d *draft) published(weight uint8, texts ...string) {
	for _, t := range texts {
		d.say(weight, t)
		if ours, ok := web.Published(web.Ukrainian, t); ok {
			d.say(weight, ours)
		}
	}
}

func (d *draft) amounts(list ...*money.Amount) {
	for _, a := range list {
		if a != nil && !a.IsZero() {
			d.say(search.Told, a.Value()+" "+string(a.Currency()))
		}
	}
}

func (d *draft) seal(weight uint8, refs ...text.Ref) {
	for _, r := range refs {
		if r != (text.Ref{}) {
			d.sealed = append(d.sealed, sealedField{weight, r})
		}
	}
}

// newDraft is a draft of a thing that is called id.
func newDraft(kind, id string, c class.Class, at fact.Pos) draft {
	d := draft{Doc: search.Doc{Item: id, Kind: kind, Class: c, At: int64(at)}}
	d.say(search.Named, id)
	return d
}

// names adds what parties are called.
func (b *Books) names(d *draft, weight uint8, ids ...party.ID) {
	for _, id := range ids {
		if p, ok := b.Parties.Get(id); ok {
			d.say(weight, p.Name, p.NameUk)
		}
	}
}

// drafts are the parts of the thing that stream is the history of, the thing
// itself first; none when it is nothing that is found.
func (b *Books) drafts(stream string) []draft {
	if noun, id, named := strings.Cut(stream, "/"); named {
		switch noun {
		case "party":
			return b.partyDrafts(party.ID(id))
		case "procedure":
			return b.procedureDrafts()
		case "page":
			return pageDrafts(id)
		}
		return nil
	}
	prefix, _, _ := strings.Cut(stream, "-")
	switch prefix {
	case "N":
		return b.needDrafts(need.ID(stream))
	case "P":
		return b.offerDrafts(offer.ID(stream))
	case "B":
		return b.reservationDrafts(offer.ReservationID(stream))
	case "F":
		return b.flowDrafts(flow.ID(stream))
	case "S":
		return b.mentionDrafts(flow.MentionID(stream))
	case "W":
		return b.projectDrafts(project.ID(stream))
	case "R":
		return b.seatDrafts(seat.ID(stream))
	}
	return nil
}

// found reports whether stream is the history of something that is found.
func found(stream string) bool {
	noun, _, named := strings.Cut(stream, "/")
	if named {
		return noun == "party" || noun == "procedure"
	}
	prefix, _, _ := strings.Cut(stream, "-")
	return len(prefix) == 1 && strings.Contains("NPBFSWR", prefix)
}

// streams are those of everything that is found.
func (b *Books) streams() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, p := range b.Parties.All() {
			if !yield(p.Registered.Party.Stream()) {
				return
			}
		}
		for _, s := range b.Seats.All() {
			if !yield(string(s.ID)) {
				return
			}
		}
		for _, page := range foundPages {
			if !yield("page/" + page.name) {
				return
			}
		}
		if !yield(procedure.Stream(b.realm)) {
			return
		}
		for n := range b.Needs.All() {
			if !yield(string(n.ID)) {
				return
			}
			for _, r := range b.Offers.ByNeed(n.ID) {
				if !yield(string(r.Reserved.Reservation)) {
					return
				}
			}
		}
		for o := range b.Offers.All() {
			if !yield(string(o.Opened.Offer)) {
				return
			}
		}
		for _, p := range b.Projects.All() {
			if !yield(string(p.Recorded.Project)) {
				return
			}
		}
		for _, m := range b.Flows.Mentions() {
			if !yield(string(m.Mentioned.Mention)) {
				return
			}
		}
		for _, f := range b.Flows.All() {
			if !yield(string(f.Recorded.Flow)) {
				return
			}
		}
	}
}

// needDrafts are a need and, for whom that is, what bears it out. Of what is
// TLP:RED only the id is found: its words are read where that is logged. A
// hidden region is not found, so that asking for it tells nothing.
func (b *Books) needDrafts(id need.ID) []draft {
	n, known := b.Needs.Get(id)
	if !known {
		return nil
	}
	d := newDraft("need", string(id), n.Class, n.Changed)
	if n.Red() {
		return []draft{d}
	}
	d.seal(search.Titled, n.Asked.Title)
	d.seal(search.Told, n.Asked.Summary)
	b.names(&d, search.Told, n.Owner)
	d.word("line", string(n.Line))
	d.word("sector", n.Sector)
	if !n.HideRegion {
		d.word("region", n.Region)
	}
	d.Tags = []string{"line/" + string(n.Line), "sector/" + n.Sector}
	for _, l := range n.Asked.Lots {
		d.word("good", l.What)
		d.say(search.Told, strconv.FormatInt(l.Quantity, 10))
		d.amounts(l.Cost)
		if good := "good/" + l.What; !slices.Contains(d.Tags, good) {
			d.Tags = append(d.Tags, good)
		}
	}
	borne := newDraft("need", string(id), b.weaknessClass(n.Head), n.Changed)
	borne.Part, borne.And = string(need.Weakness), n.Class
	borne.seal(search.Told, n.Asked.Weakness, n.Asked.Evidence, n.Asked.Incidents)
	if len(borne.sealed) == 0 {
		return []draft{d}
	}
	borne.seal(search.Titled, n.Asked.Title)
	return []draft{d, borne}
}

// weaknessClass is that of what bears n out, with all whom it is shown to.
func (b *Books) weaknessClass(n need.Head) class.Class {
	c := n.ClassOf(need.Weakness)
	var shown []party.ID
	for _, s := range b.Shown.Of(n.ID) {
		shown = append(shown, s.Party)
	}
	c.Audience = class.Audience(shown...)
	return c
}

func (b *Books) offerDrafts(id offer.ID) []draft {
	o, known := b.Offers.Get(id)
	if !known {
		return nil
	}
	d := newDraft("offer", string(id), o.Class, b.Offers.ChangedOf(id))
	if o.Class.Marking == tlp.Red {
		return []draft{d}
	}
	b.names(&d, search.Titled, o.Provider)
	d.word("offer.form", string(o.Form))
	d.word("good", o.What)
	for _, l := range o.Earmark.Lines {
		d.word("line", string(l))
	}
	for _, s := range o.Earmark.Sectors {
		d.word("sector", s)
	}
	for _, r := range o.Earmark.Regions {
		d.word("region", r)
	}
	b.names(&d, search.Told, o.Earmark.Recipients...)
	if o.Quantity > 0 {
		d.say(search.Told, strconv.FormatInt(o.Quantity, 10))
	}
	d.amounts(o.Amount, o.Least, o.Most)
	d.seal(search.Told, o.Terms)
	return []draft{d}
}

func (b *Books) reservationDrafts(id offer.ReservationID) []draft {
	r, known := b.Offers.Reservation(id)
	if !known {
		return nil
	}
	n, _ := b.Needs.Head(r.Need)
	d := newDraft("reservation", string(id), r.ClassFor(n), r.Changed())
	b.names(&d, search.Titled, r.Provider, n.Owner)
	d.say(search.Told, string(r.Need), string(r.Offer), strconv.FormatInt(r.Quantity, 10))
	d.amounts(r.Amount)
	return []draft{d}
}

func publicClass(realm fact.Realm, noun string) class.Class {
	return class.Class{Realm: realm, Noun: noun, Marking: tlp.Clear}
}

func (b *Books) flowDrafts(id flow.ID) []draft {
	f, known := b.Flows.Get(id)
	if !known {
		return nil
	}
	d := newDraft("flow", string(id), publicClass(b.realm, "flow"), f.Pos)
	b.names(&d, search.Titled, f.Provider, f.Receiver, f.Recorded.Implementer)
	d.amounts(&f.Amount)
	d.word("line", string(f.Line))
	d.word("flow.status", string(f.Latest()))
	d.say(search.Told, f.Reference)
	if f.Said != nil {
		d.published(search.Told, f.Said.Reporter, f.Said.Provider, f.Said.Receiver, f.Said.Purpose, f.Said.Note, f.Said.Equivalents)
	}
	if f.Link != nil {
		d.say(search.Told, string(f.Link.Reservation))
	}
	return []draft{d}
}

func (b *Books) mentionDrafts(id flow.MentionID) []draft {
	m, known := b.Flows.Mention(id)
	if !known {
		return nil
	}
	d := newDraft("mention", string(id), publicClass(b.realm, "mention"), m.Pos)
	b.names(&d, search.Titled, m.Parties...)
	d.amounts(m.Amount)
	d.published(search.Titled, m.Said.Reporter)
	d.published(search.Told, m.Said.Provider, m.Said.Receiver, m.Said.Purpose, m.Said.Note, m.Said.Equivalents, m.Said.Period)
	return []draft{d}
}

func (b *Books) projectDrafts(id project.ID) []draft {
	p, known := b.Projects.Get(id)
	if !known {
		return nil
	}
	d := newDraft("project", string(id), publicClass(b.realm, "project"), p.Pos)
	d.published(search.Titled, p.Name)
	b.names(&d, search.Told, p.Providers...)
	b.names(&d, search.Told, p.Implementers...)
	d.published(search.Told, p.ProviderSaid, p.ImplementerSaid, p.Recipients, p.Capability, p.Result)
	return []draft{d}
}

func partyClass(realm fact.Realm, p party.Party) class.Class {
	return class.Class{Realm: realm, Noun: "party", Marking: p.Marking, Owner: string(p.Registered.Party)}
}

func (b *Books) partyDrafts(id party.ID) []draft {
	p, known := b.Parties.Get(id)
	if !known {
		return nil
	}
	d := newDraft("party", id.Stream(), partyClass(b.realm, p), p.Pos)
	d.Fields = nil
	d.say(search.Named, string(id), p.Name, p.NameUk)
	d.word("party.type", string(p.Type))
	for _, m := range p.Memberships {
		d.word("party.role", string(m.Role))
	}
	return []draft{d}
}

// seatDrafts are a seat and, for whom that is, who sits there.
func (b *Books) seatDrafts(id seat.ID) []draft {
	s, known := b.Seats.Get(id)
	if !known {
		return nil
	}
	d := newDraft("seat", string(id), seatClass(b.realm, s, seathttp.Term), s.Pos)
	b.names(&d, search.Titled, s.Holder)
	b.names(&d, search.Told, s.Body)
	d.word("seat.role", string(s.Role))
	if s.Person == "" || b.Erasures.Get(s.Person).Done {
		return []draft{d}
	}
	sits := newDraft("seat", string(id), seatClass(b.realm, s, seathttp.Sitting), s.Pos)
	sits.Part, sits.And, sits.person = string(seathttp.Sitting), d.Class, s.Person
	b.names(&sits, search.Titled, s.Holder)
	return []draft{d, sits}
}

func (b *Books) procedureDrafts() []draft {
	all := b.Procedures.All()
	if len(all) == 0 {
		return nil
	}
	d := newDraft("procedure", procedure.Stream(b.realm), publicClass(b.realm, "procedure"), 0)
	d.Fields = nil
	for _, l := range web.Langs {
		d.say(search.Titled, web.T(l, "procedure.title"))
		for _, p := range all {
			for _, s := range p.Stages {
				d.say(search.Told, told.Word(l, "procedure.stage", s.ID))
				for _, c := range s.Criteria {
					d.say(search.Told, c.Name.In(string(l)))
				}
			}
		}
	}
	return []draft{d}
}

// A foundPage is a page of the public account: texts of the catalogue.
type foundPage struct {
	name, href, title, lead string
	more                    []string
}

// foundPages are those that are found by their title and first words.
var foundPages = []foundPage{
	{"statement", "/statement", "statement.title", "statement.lead", nil},
	{"methods", "/methods", "methods.title", "methods.lead", []string{"methods.boundary", "methods.boundary.text", "methods.rules",
		"methods.rates", "methods.rates.text", "methods.basis", "methods.basis.text"}},
	{"parties", "/parties", "party.list", "party.list.lead", nil},
	{"flows", "/flows", "flow.list", "flow.list.lead", nil},
	{"mentions", "/mentions", "mention.list", "mention.list.lead", nil},
	{"projects", "/projects", "project.list", "project.list.lead", nil},
	{"record", "/record", "record.title", "record.lead", nil},
}

func pageOf(name string) (foundPage, bool) {
	i := slices.IndexFunc(foundPages, func(p foundPage) bool { return p.name == name })
	if i < 0 {
		return foundPage{}, false
	}
	return foundPages[i], true
}

func pageDrafts(name string) []draft {
	p, known := pageOf(name)
	if !known {
		return nil
	}
	d := draft{Doc: search.Doc{Item: "page/" + name, Kind: "page", Class: publicClass("", "page")}}
	for _, l := range web.Langs {
		d.say(search.Titled+2, web.T(l, p.title))
		for _, key := range append([]string{p.lead}, p.more...) {
			d.say(search.Told, web.T(l, key))
		}
	}
	return []draft{d}
}
