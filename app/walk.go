package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/walk"
)

// The guided walk leads a visitor of the demonstration through one need of
// the exercise, on the pages that everybody uses. It keeps nothing of its own:
// a cookie names the visitor's need, and how far the walk has come is read off
// the need itself. So many visitors do not meet, and every way of going on,
// back, reloading, two windows, finds the same step.

// The seats of a walk, by the keys of the exercise's data.
const (
	walkOwner = "orchards"
	walkGiver = "xb"
)

// walkVoters are whose turn it is in a stage, in order.
var walkVoters = map[string][]string{"technical": {"t1", "t2", "t3"}, "interagency": {"i1", "i2", "i3"}}

// walkSteps are the steps as they are counted: two votes a stage.
const walkSteps = 9

// walkCookie names the need of a visitor's walk; walkFresh is one that has no
// need yet.
const (
	walkCookie = "walk"
	walkFresh  = "new"
	walkTime   = 2 * time.Hour
)

// A turn is what comes next in a walk.
type turn struct {
	key  string // of its texts, under "walk."
	step int
	seat string // whose turn it is, by its key; empty: nobody's
	at   string // the page on which it is done
	args []any  // of its texts

	flow   flow.ID // of a walk that is done
	astray bool    // the need did not come through: another walk may
}

// walker serves the walk.
type walker struct {
	*Hub
	door *identityhttp.Handler
}

// Routes adds the walk to mux.
func (w walker) Routes(mux *http.ServeMux) {
	mux.Handle("GET "+walk.Path, web.Handle(w.cfg.Log, w.tell))
	mux.Handle("POST "+walk.Path, web.Handle(w.cfg.Log, w.begin))
	mux.Handle("POST "+walk.NextPath, web.Handle(w.cfg.Log, w.next))
	mux.Handle("POST "+walk.LeavePath, web.Handle(w.cfg.Log, w.leave))
}

func (w walker) tell(rw http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	p.Title, p.Marking = web.T(p.Lang, "walk.title"), tlp.Clear
	p.Reader.Realm = fact.Exercise // the page says so, whoever reads it
	return web.Render(rw, r, p, walk.Offer(p))
}

// begin forgets a walk before this one: the visitor gets a need of their own.
func (w walker) begin(rw http.ResponseWriter, r *http.Request) error {
	remember(rw, r, walkFresh)
	return w.goOn(rw, r, w.turnOf(web.LangOf(r), walkFresh))
}

func (w walker) next(rw http.ResponseWriter, r *http.Request) error {
	return w.goOn(rw, r, w.turnOf(web.LangOf(r), walkOf(r)))
}

// goOn sits the visitor where the next turn is, and leads there.
func (w walker) goOn(rw http.ResponseWriter, r *http.Request, t turn) error {
	if t.seat != "" {
		if err := w.door.Enter(rw, r, string(w.exercise[t.seat])); err != nil {
			return err
		}
	}
	http.Redirect(rw, r, t.at, http.StatusSeeOther)
	return nil
}

func (w walker) leave(rw http.ResponseWriter, r *http.Request) error {
	web.SetCookie(rw, r, walkCookie, "", -1)
	if err := w.door.Leave(rw, r); err != nil {
		return err
	}
	http.Redirect(rw, r, "/", http.StatusSeeOther)
	return nil
}

func remember(rw http.ResponseWriter, r *http.Request, id string) {
	web.SetCookie(rw, r, walkCookie, id, int(walkTime.Seconds()))
}

// walkOf is the need of a visitor's walk; walkFresh when there is none yet.
func walkOf(r *http.Request) string {
	if id, ok := web.CookieOf(r, walkCookie); ok && id != "" {
		return id
	}
	return walkFresh
}

// invite is the way into the walk on the public front page of a
// demonstration; nil elsewhere.
func (h room) invite() func(l web.Lang) templ.Component {
	if !h.demo || h.realm != fact.Real {
		return nil
	}
	return func(l web.Lang) templ.Component { return walk.Begin(l, web.T(l, "statement.walk"), true) }
}

// Leads puts the bar of the walk over the pages of a visitor who takes it, and
// learns which need is theirs when they submit it.
func (w walker) Leads(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, walks := web.CookieOf(r, walkCookie)
		if !walks || !web.ReaderOf(r.Context()).Exercise() || strings.HasPrefix(r.URL.Path, "/api/") {
			next.ServeHTTP(rw, r)
			return
		}
		if r.Method == http.MethodPost && r.URL.Path == "/needs" && walkOf(r) == walkFresh {
			rw = &submitting{ResponseWriter: rw, to: r}
		}
		next.ServeHTTP(rw, r.WithContext(w.withBar(r)))
	})
}

// submitting watches for the answer to a need that was submitted.
type submitting struct {
	http.ResponseWriter
	to *http.Request
}

// WriteHeader remembers the need that the answer leads to.
func (s *submitting) WriteHeader(status int) {
	if to := s.Header().Get("Location"); status == http.StatusSeeOther && strings.HasPrefix(to, "/needs/") {
		id, _, _ := strings.Cut(strings.TrimPrefix(to, "/needs/"), "?")
		remember(s.ResponseWriter, s.to, id)
	}
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *submitting) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (w walker) withBar(r *http.Request) context.Context {
	l, reader := web.LangOf(r), web.ReaderOf(r.Context())
	reader.Above = walk.Show(w.bar(r, l))
	return web.WithReader(r.Context(), reader)
}

// bar says where the walk stands, to whom the page is shown.
func (w walker) bar(r *http.Request, l web.Lang) walk.Bar {
	t := w.turnOf(l, walkOf(r))
	b := walk.Bar{Lang: l, Step: t.step, Steps: walkSteps, Again: t.astray}
	s, _ := identityhttp.SessionOf(r.Context())
	mine := t.seat == "" || seat.ID(s.Seat) == w.exercise[t.seat]
	here := r.URL.Path == path(t.at)
	switch {
	case t.astray:
		b.Said = web.T(l, "walk."+t.key+".said", t.args...)
	case !mine:
		b.Said, b.Next = web.T(l, "walk."+t.key+".said", t.args...), web.T(l, "walk.as", "seat", w.wordsOf(l, t.seat))
	case t.flow != "" && here:
		b.Said, b.Do = web.T(l, "walk.done.here", t.args...), web.T(l, "walk.done.do")
		b.Links = []web.Link{{Text: web.T(l, "walk.done.flow", "flow", t.flow), Href: "/flows/" + string(t.flow)}}
		b.Again = true
	case t.flow != "":
		b.Said, b.Next = web.T(l, "walk.done.said", t.args...), web.T(l, "walk.done.see")
	case here:
		b.Said, b.Do = web.T(l, "walk.you", "seat", w.wordsOf(l, t.seat)), web.T(l, "walk."+t.key+".do", t.args...)
	default:
		b.Said, b.Next = web.T(l, "walk.you", "seat", w.wordsOf(l, t.seat)), web.T(l, "walk.back")
	}
	return b
}

func path(address string) string {
	p, _, _ := strings.Cut(address, "?")
	return p
}

func (w walker) wordsOf(l web.Lang, key string) (words string) {
	w.View(fact.Exercise, func(b *Books) {
		s, _ := b.Seats.Get(w.exercise[key])
		words = b.seatWords(l, s)
	})
	return words
}

// turnOf reads off the need what comes next. A need that is not there, or is
// not one of the walk's owner, is one that is still to be submitted.
func (w walker) turnOf(l web.Lang, id string) (t turn) {
	now := w.cfg.Now()
	w.View(fact.Exercise, func(b *Books) {
		n, _ := b.Needs.Get(need.ID(id))
		owner, _ := b.Seats.Get(w.exercise[walkOwner])
		if !n.Exists() || n.Owner != owner.Holder {
			t = turn{key: "submit", step: 1, seat: walkOwner, at: "/needs/new?" + w.asked(l, now).Encode()}
			return
		}
		switch n.Status {
		case need.Open:
			t = w.voting(b, n)
		case need.Valid:
			t = w.dealing(b, l, n, now)
		default:
			t = turn{key: "astray", step: walkSteps, at: "/needs/" + id, astray: true}
		}
		t.args = append(t.args, "need", id, "owner", b.nameOf(l, n.Owner), "giver", w.giver(b, l))
	})
	return t
}

func (w walker) giver(b *Books, l web.Lang) string {
	s, _ := b.Seats.Get(w.exercise[walkGiver])
	return b.nameOf(l, s.Holder)
}

// voting is the turn of the first seat of the stage that has not voted.
func (w walker) voting(b *Books, n need.Need) turn {
	cast := 0
	for _, key := range walkVoters[n.Stage] {
		if b.Needs.Voted(n.ID, w.exercise[key]) {
			cast++
			continue
		}
		step := map[string]int{"technical": 2, "interagency": 4}[n.Stage] + min(cast, 1)
		more := map[int]string{0: "first", 1: "second"}[min(cast, 1)]
		return turn{key: n.Stage + "." + more, step: step, seat: key, at: "/needs/" + string(n.ID) + "/vote?" + w.ballot(n).Encode()}
	}
	return turn{key: "astray", step: walkSteps, at: "/needs/" + string(n.ID), astray: true}
}

// dealing is the turn of either side, once the need is validated.
func (w walker) dealing(b *Books, l web.Lang, n need.Need, now time.Time) turn {
	var last offer.Reservation
	for _, r := range b.Offers.ByNeed(n.ID) {
		if last = r; r.State(now) == offer.Bound {
			break
		}
	}
	id := string(last.Reserved.Reservation)
	switch last.State(now) {
	case offer.Waiting:
		return turn{key: "accept", step: 7, seat: walkOwner, at: "/reservations/" + id, args: []any{"reservation", id}}
	case offer.Agreed:
		return turn{key: "commit", step: 8, seat: w.seatOf(b, last), at: "/reservations/" + id, args: []any{"reservation", id}}
	case offer.Bound:
		t := turn{key: "done", step: walkSteps, at: "/statement"}
		for _, f := range b.Flows.All() {
			if f.Link != nil && f.Link.Reservation == last.Reserved.Reservation {
				t.flow = f.Recorded.Flow
				t.args = []any{"amount", web.Money(l, f.Amount.Value(), f.Amount.Currency()), "flow", t.flow}
			}
		}
		return t
	}
	return turn{key: "reserve", step: 6, seat: walkGiver, at: w.reserveAt(b, n, now)}
}

// seatOf is the key of the seat that gives what r reserves.
func (w walker) seatOf(b *Books, r offer.Reservation) string {
	for key, id := range w.exercise {
		if s, _ := b.Seats.Get(id); s.Holder == r.Provider && s.Role == seat.Programme {
			return key
		}
	}
	return walkGiver
}

// reserveAt is the page on which the partner reserves: of the first of its
// offers that fits, else the need's own.
func (w walker) reserveAt(b *Books, n need.Need, now time.Time) string {
	s, _ := b.Seats.Get(w.exercise[walkGiver])
	for o := range b.Offers.By(s.Holder) {
		id := o.Opened.Offer
		v, _ := b.Offers.ViewFor(id, s, now)
		enough := !o.InKind() || v.LeftQuantity >= n.Asked.Lots[0].Quantity
		if enough && b.Offers.WhyNotReserve(id, n, n.Asked.Lots[0].ID, s, now) == nil {
			return "/offers/" + string(id) + "/reserve?" + url.Values{"need": {string(n.ID)}, "lot": {n.Asked.Lots[0].ID}}.Encode()
		}
	}
	return "/needs/" + string(n.ID)
}

// asked is what the form of a need is filled in with.
func (w walker) asked(l web.Lang, now time.Time) url.Values {
	return url.Values{"title": {web.T(l, "walk.need.title")}, "summary": {web.T(l, "walk.need.summary")},
		"line": {"detection"}, "lot_what": {"edr_seats"}, "lot_quantity": {"20"}, "lot_cost": {"960"}, "lot_currency": {"EUR"},
		"lot_useful_share": {"50"}, "lot_most_partners": {"2"}, "urgency": {string(need.Short)},
		"useful_until": {string(fact.Day(now.AddDate(0, 3, 0)))}, "lead_days": {"5"}, "criticality": {string(need.High)},
		"sector": {"public_administration"}}
}

// ballot is what the form of a vote is filled in with: the need passes.
func (w walker) ballot(n need.Need) url.Values {
	q := url.Values{"verdict": {string(need.Pass)}}
	for _, s := range n.Stages {
		if s.ID != n.Stage {
			continue
		}
		for _, c := range s.Criteria {
			q.Set("score."+c.ID, "4")
		}
	}
	return q
}
