package seathttp

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/wording"
	"tallinn/tlp"
	"tallinn/web"
)

// A sort is what an institution comes to the mechanism as.
type sort struct {
	word    string
	party   party.Type
	role    seat.Role
	marking tlp.Marking // a recipient is not public: where the next attack would help is nobody's to read
}

var sorts = []sort{
	{"institution", party.Organisation, seat.Officer, tlp.Green},
	{"company", party.Company, seat.Officer, tlp.Green},
	{"implementer", party.Company, seat.Implementer, tlp.Clear},
	{"partner", party.Organisation, seat.Programme, tlp.Clear},
}

// The questions of an admission, one a page.
var steps = []string{"sort", "names", "letter", "people", "check"}

var (
	// ErrSort asks what an institution comes as.
	ErrSort = fault.New(fault.Invalid, "seat.sort", "choose what the institution comes to the mechanism as")
	// ErrLetter asks for the letter that an admission rests on.
	ErrLetter = fault.New(fault.Invalid, "seat.letter",
		"write the number of the official letter and its date, as YYYY-MM-DD and not later than today")
	// ErrTwoPeople refuses the same name twice.
	ErrTwoPeople = fault.New(fault.Invalid, "seat.two_people",
		"the head and the deputy are two persons; write two names")
)

// An admission is an institution as its letter says. The names of persons go
// to the people, and are in no fact.
type admission struct {
	Sort, NameUk, Name, Country string
	Number, Date                string
	Head, Deputy                string
}

func admissionOf(f url.Values) admission {
	return admission{f.Get("sort"), f.Get("name_uk"), f.Get("name_en"), f.Get("country"), f.Get("number"), f.Get("date"), f.Get("head"), f.Get("deputy")}.trimmed()
}

func (a admission) trimmed() admission {
	for _, s := range []*string{&a.Sort, &a.NameUk, &a.Name, &a.Country, &a.Number, &a.Date, &a.Head, &a.Deputy} {
		*s = strings.TrimSpace(*s)
	}
	a.Country = strings.ToUpper(a.Country)
	return a
}

func (a admission) kind() (sort, bool) {
	for _, s := range sorts {
		if s.word == a.Sort {
			return s, true
		}
	}
	return sort{}, false
}

// country is Ukraine for those who ask for help.
func (a admission) country() string {
	if k, _ := a.kind(); k.role == seat.Officer {
		return party.Ukraine
	}
	return a.Country
}

// check is what is wrong with the answer to one question.
func (a admission) check(step, today string) error {
	switch step {
	case "sort":
		if _, ok := a.kind(); !ok {
			return ErrSort
		}
	case "names":
		_, err := party.Register(party.Party{}, a.registered("X-0000"))
		return err
	case "letter":
		d, err := fact.ParseDate(a.Date)
		if a.Number == "" || err != nil || d.Precision() != "day" || a.Date > today {
			return ErrLetter
		}
		return wording.Check(wording.Field{Name: "number", Text: a.Number})
	case "people":
		for _, name := range []string{a.Head, a.Deputy} {
			if err := checkName(name); err != nil {
				return err
			}
		}
		if strings.EqualFold(a.Head, a.Deputy) {
			return ErrTwoPeople
		}
	}
	return nil
}

// registered is the institution as its fact has it.
func (a admission) registered(id party.ID) party.Registered {
	k, _ := a.kind()
	return party.Registered{Party: id, Type: k.party, Name: cmp.Or(a.Name, a.NameUk), NameUk: a.NameUk, Country: a.country(),
		Source: fact.Source{Cite: strings.TrimSpace("Letter " + a.Number + " of " + a.Date), File: "letters", Row: string(id)}}
}

// askAdmit serves GET /seats/admit.
func (h *Handler) askAdmit(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.giving(r.Context()); err != nil {
		return err
	}
	v := h.admitForm(r, "", steps[0], admission{Date: string(fact.Day(h.Now()))})
	return web.Render(w, r, v.Page, actPage(v))
}

// admit serves POST /seats/admit: one answer after another, each carried on
// with the rest, until the last page records them.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	if _, err := h.giving(r.Context()); err != nil {
		return err
	}
	f := r.PostForm
	a, key, at, today := admissionOf(f), f.Get("key"), stepOf(f.Get("step")), string(fact.Day(h.Now()))
	if f.Get("go") == "back" {
		v := h.admitForm(r, key, steps[max(at-1, 0)], a)
		return web.Render(w, r, v.Page, actPage(v))
	}
	for i, step := range steps[:at+1] {
		if err := a.check(step, today); err != nil {
			return h.answer(w, r, h.admitForm(r, key, steps[i], a), "", err)
		}
	}
	if at+1 < len(steps) {
		v := h.admitForm(r, key, steps[at+1], a)
		return web.Render(w, r, v.Page, actPage(v))
	}
	res, err := h.record(r.Context(), key, a)
	to := ""
	if err == nil {
		to = sheetsHref(res.seats()...)
	}
	return h.answer(w, r, h.admitForm(r, key, steps[at], a), to, err)
}

func stepOf(word string) int {
	for i, s := range steps {
		if s == word {
			return i
		}
	}
	return 0
}

// An admitted says what an admission has drawn: the institution's id, and then
// those of the head's seat and the deputy's.
type admitted Result

func (a admitted) seats() []seat.ID { return []seat.ID{seat.ID(a.IDs[1]), seat.ID(a.IDs[2])} }

// record enters the institution with its two seats, and sits both persons
// there.
func (h *Handler) record(ctx context.Context, key string, a admission) (admitted, error) {
	kind, _ := a.kind()
	public := a
	public.Head, public.Deputy = "", ""
	res, err := h.Decide(ctx, Command{ID: key, Op: "party.admit", Args: public}, func(tx Tx, b Books) ([]fact.Body, error) {
		id, err := tx.NewID("I")
		if err != nil {
			return nil, err
		}
		known, _ := b.Parties.Get(party.ID(id))
		wanted := a.registered(party.ID(id))
		facts, err := party.Register(known, wanted)
		if err != nil {
			return nil, err
		}
		facts[0] = fact.Marked(facts[0], kind.marking)
		for range 2 {
			id, err := tx.NewID("R")
			if err != nil {
				return nil, err
			}
			more, err := seat.Open(seat.Seat{}, party.Party{Registered: wanted}, seat.Opened{Seat: seat.ID(id),
				Role: kind.role, Holder: wanted.Party, From: today(tx)})
			if err != nil {
				return nil, err
			}
			facts = append(facts, more...)
		}
		return facts, nil
	})
	if err != nil {
		return admitted{}, err
	}
	out := admitted(res)
	for i, name := range []string{a.Head, a.Deputy} {
		if err := h.seatNew(ctx, key, out.seats()[i], name); err != nil {
			return out, err
		}
	}
	return out, nil
}

// admitForm is the page of one question; what was answered before is carried
// on unseen.
func (h *Handler) admitForm(r *http.Request, key, step string, a admission) actView {
	l := web.LangOf(r)
	v := h.act(r, key, web.T(l, "seat.admit."+step))
	v.step, v.action, v.cancel, v.back = step, "/seats/admit", "/seats", step != steps[0]
	v.lead, v.do = web.T(l, "seat.admit."+step+".lead"), web.T(l, "seat.admit.next")
	line := func(name, value string) web.Entry {
		return web.Entry{ID: name, Label: web.T(l, "seat.admit.field."+name), Kind: web.AsLine, Value: value}
	}
	asked := map[string]bool{}
	switch step {
	case "sort":
		v.legend, v.radio = web.T(l, "seat.admit.sort.which"), "sort"
		for _, s := range sorts {
			v.ticks = append(v.ticks, tick{s.word, web.T(l, "seat.sort."+s.word), web.T(l, "seat.sort."+s.word+".note"), s.word == a.Sort})
		}
		asked["sort"] = true
	case "names":
		v.entries = []web.Entry{line("name_uk", a.NameUk), line("name_en", a.Name)}
		if k, _ := a.kind(); k.role != seat.Officer {
			v.entries = append(v.entries, web.Entry{ID: "country", Label: web.T(l, "seat.admit.field.country"),
				Hint: web.T(l, "seat.admit.country.hint"), Kind: web.AsCode, Value: a.Country})
		}
	case "letter":
		day := line("date", a.Date)
		day.Kind = web.AsDay
		v.entries = []web.Entry{line("number", a.Number), day}
	case "people":
		v.entries = []web.Entry{line("head", a.Head), line("deputy", a.Deputy)}
	case "check":
		v.do, v.items = web.T(l, "seat.admit.do"), a.items(l)
	}
	for _, e := range v.entries {
		asked[e.ID] = true
	}
	for _, o := range []web.Option{{Value: "sort", Text: a.Sort}, {Value: "name_uk", Text: a.NameUk}, {Value: "name_en", Text: a.Name}, {Value: "country", Text: a.Country},
		{Value: "number", Text: a.Number}, {Value: "date", Text: a.Date}, {Value: "head", Text: a.Head}, {Value: "deputy", Text: a.Deputy}} {
		if !asked[o.Value] {
			v.hidden = append(v.hidden, o)
		}
	}
	return v
}

// items are all answers, before they are recorded.
func (a admission) items(l web.Lang) []web.Item {
	out := []web.Item{{Term: web.T(l, "seat.admit.sort.which"), Detail: web.Text(web.T(l, "seat.sort."+a.Sort))}}
	for _, o := range []web.Option{{Value: "name_uk", Text: a.NameUk}, {Value: "name_en", Text: a.Name}, {Value: "country", Text: a.country()},
		{Value: "number", Text: a.Number}, {Value: "head", Text: a.Head}, {Value: "deputy", Text: a.Deputy}} {
		if o.Text != "" {
			out = append(out, web.Item{Term: web.T(l, "seat.admit.field."+o.Value), Detail: web.Text(o.Text)})
		}
		if o.Value == "number" {
			out = append(out, web.Item{Term: web.T(l, "seat.admit.field.date"), Detail: web.Day(l, fact.Date(a.Date))})
		}
	}
	return out
}
