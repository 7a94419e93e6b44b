// Package noticehttp serves a person's own page of notices: the addresses at
// which they are told, each confirmed before it is used, when they are told,
// and a test.
package noticehttp

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tallinn/fault"
	"tallinn/notice"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/assets"
)

var (
	// ErrChoice refuses hours that are none.
	ErrChoice = fault.New(fault.Invalid, "notice.choice",
		"quiet hours begin and end at different times of the day, such as 22:00 and 07:00; choose both")
	// ErrAddress refuses what is no mail address.
	ErrAddress = fault.New(fault.Invalid, "notice.address",
		"this is no mail address; write it like officer@ministry.example")
	// ErrUnsent says that an address did not take what was sent to it.
	ErrUnsent = fault.New(fault.Unavailable, "notice.unsent",
		"the address took nothing just now; see that it is right and that it works, and try again in a minute")
)

// A Contact is an address of the reader.
type Contact struct {
	ID        string
	Channel   notice.Channel
	Address   string
	Confirmed bool
}

// A Told is how the reader is told.
type Told struct {
	Choice   notice.Choice
	Contacts []Contact
	Mail     bool   // mail can be sent from here
	PushKey  string // empty: no push
}

// A Desk is what these handlers ask of the hub, for the person of a request.
type Desk interface {
	// Told is how the person is told; errors say why somebody has no such page.
	Told(ctx context.Context) (Told, error)
	Choose(ctx context.Context, l web.Lang, c notice.Choice) error
	// Add keeps an address and sends the link that confirms it; of a webhook
	// it returns the secret, which is shown once.
	Add(ctx context.Context, l web.Lang, channel notice.Channel, address string) (secret string, err error)
	// Subscribe keeps what a browser says of itself.
	Subscribe(ctx context.Context, l web.Lang, raw []byte) error
	Remove(ctx context.Context, id string) error
	// Confirm takes the link that was sent to an address.
	Confirm(ctx context.Context, token string) error
	// Test hands a notice to every confirmed address, now.
	Test(ctx context.Context, l web.Lang) error
}

// A Handler serves the page.
type Handler struct {
	Desk Desk
	Log  *slog.Logger
}

// Home is the page.
const Home = "/account/notices"

// Routes adds the page to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET "+Home, web.Handle(h.Log, h.show))
	mux.Handle("POST "+Home+"/choice", web.Handle(h.Log, h.choose))
	mux.Handle("POST "+Home+"/add", web.Handle(h.Log, h.add))
	mux.Handle("POST "+Home+"/push", web.Handle(h.Log, h.subscribe))
	mux.Handle("POST "+Home+"/remove", web.Handle(h.Log, h.remove))
	mux.Handle("POST "+Home+"/test", web.Handle(h.Log, h.test))
	mux.Handle("GET "+Home+"/confirm/{token}", web.Handle(h.Log, h.ask))
	mux.Handle("POST "+Home+"/confirm/{token}", web.Handle(h.Log, h.confirm))
	mux.HandleFunc("GET /worker.js", worker)
}

// worker is the script that goes on when no page is open. Its address stays
// the same, for a browser keeps what it has by the address.
func worker(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(assets.Read(assets.Worker)) // a reader who has gone needs nothing
}

type view struct {
	web.Page
	Told
	done   string
	secret string
}

func (h *Handler) page(r *http.Request) (v view, err error) {
	v = view{Page: web.PageOf(r), done: r.URL.Query().Get("done")}
	v.Title, v.Section, v.Marking = web.T(v.Lang, "notice.title"), "account", tlp.AmberStrict
	v.Told, err = h.Desk.Told(r.Context())
	return v, err
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	v, err := h.page(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, v.Page, page(v))
}

func done(w http.ResponseWriter, r *http.Request, what string, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r, Home+"?done="+url.QueryEscape(what), http.StatusSeeOther)
	return nil
}

func (h *Handler) choose(w http.ResponseWriter, r *http.Request) error {
	c := notice.Choice{Digest: r.PostFormValue("when") == "digest", Quiet: r.PostFormValue("quiet") != ""}
	var ok1, ok2 bool
	c.From, ok1 = minutes(r.PostFormValue("from"))
	c.Until, ok2 = minutes(r.PostFormValue("until"))
	if c.Quiet && (!ok1 || !ok2) || !c.Valid() {
		return ErrChoice
	}
	return done(w, r, "choice", h.Desk.Choose(r.Context(), web.LangOf(r), c))
}

// minutes reads "22:00".
func minutes(s string) (int, bool) {
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil
}

func clock(minutes int) string {
	return time.Time{}.Add(time.Duration(minutes) * time.Minute).Format("15:04")
}

func (h *Handler) add(w http.ResponseWriter, r *http.Request) error {
	channel, address := notice.Channel(r.PostFormValue("channel")), strings.TrimSpace(r.PostFormValue("address"))
	secret, err := h.Desk.Add(r.Context(), web.LangOf(r), channel, address)
	if err != nil || secret == "" {
		return done(w, r, "added", err)
	}
	v, err := h.page(r)
	if err != nil {
		return err
	}
	v.secret = secret
	w.Header().Set("Cache-Control", "no-store")
	return web.RenderAs(w, r, http.StatusCreated, v.Page, page(v))
}

// maxSubscription bounds what a browser says of itself, in bytes.
const maxSubscription = 4 << 10

func (h *Handler) subscribe(w http.ResponseWriter, r *http.Request) error {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSubscription))
	if err != nil {
		return web.ErrTooLarge.With("limit", maxSubscription)
	}
	if err := h.Desk.Subscribe(r.Context(), web.LangOf(r), raw); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (h *Handler) remove(w http.ResponseWriter, r *http.Request) error {
	return done(w, r, "removed", h.Desk.Remove(r.Context(), r.PostFormValue("contact")))
}

func (h *Handler) test(w http.ResponseWriter, r *http.Request) error {
	return done(w, r, "test", h.Desk.Test(r.Context(), web.LangOf(r)))
}

// ask shows a button, for a link that mail programs open ahead of their
// readers must not be used up by that.
func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	p.Title, p.Marking = web.T(p.Lang, "notice.confirm.title"), tlp.Clear
	w.Header().Set("Referrer-Policy", "no-referrer")
	return web.Render(w, r, p, confirmPage(p, r.PathValue("token")))
}

func (h *Handler) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := h.Desk.Confirm(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	p := web.PageOf(r)
	p.Title, p.Marking = web.T(p.Lang, "notice.confirmed"), tlp.Clear
	return web.Render(w, r, p, confirmedPage(p))
}

func (v view) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "contacts", Caption: web.T(l, "notice.contacts"), CaptionHidden: true, Empty: web.T(l, "notice.none"), Columns: []web.Column{
		{Head: web.T(l, "notice.where"), Lead: true}, {Head: web.T(l, "notice.state"), Bare: true}, {Head: web.T(l, "notice.act"), Bare: true}}}
	for i, c := range v.Contacts {
		state := web.StatusChip(web.Attention, web.T(l, "notice.unconfirmed"))
		if c.Confirmed {
			state = web.StatusChip(web.Good, web.T(l, "notice.works"))
		}
		t.Rows = append(t.Rows, web.Row{ID: "contact-" + strconv.Itoa(i+1), Cells: []web.Cell{
			web.Text(v.words(c)), state, removeButton(l, c, v.words(c))}})
	}
	return t
}

// words are an address as its owner knows it; a browser's is a long number.
func (v view) words(c Contact) string {
	if c.Channel == notice.Push {
		return web.T(v.Lang, "notice.browser")
	}
	return c.Address
}
