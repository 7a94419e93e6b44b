package editionhttp

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tallinn/aid/edition"
	"tallinn/fact"
	"tallinn/money"
	"tallinn/tlp"
	"tallinn/web"
)

type listView struct {
	web.Page
	released []edition.Edition // the latest first
	drafts   []edition.Edition
	drafting bool // the reader may draft
	now      time.Time
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	v := h.listed(r)
	v.Page = h.page(r, web.T(web.LangOf(r), "edition.list"), tlp.Clear)
	v.Page.Crumbs = v.Page.Crumbs[:1]
	v.Page.Crumbs = append(v.Page.Crumbs, web.Crumb{Text: v.Title})
	if len(v.drafts) > 0 {
		v.Marking = tlp.AmberStrict
	}
	return web.Render(w, r, v.Page, listPage(v))
}

func (h *Handler) listed(r *http.Request) (v listView) {
	rd := h.Reader(r.Context())
	v.now = h.Now()
	h.View(func(b Books) {
		v.released = b.Editions.Released()
		slices.Reverse(v.released)
		for _, e := range b.Editions.Drafts() {
			if e.Open() && h.sees(rd, e) {
				v.drafts = append(v.drafts, e)
			}
		}
		v.drafting = b.Editions.WhyNotDraft(rd.Seat, v.now) == nil
	})
	return v
}

func (v listView) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "editions", Caption: web.T(l, "edition.list"), CaptionHidden: true, Empty: web.T(l, "edition.none"), JSON: "/api/v1/editions",
		Columns: []web.Column{{Head: web.T(l, "edition.number"), Lead: true}, {Head: web.T(l, "edition.total"), Align: web.Right, Beside: true},
			{Head: web.T(l, "edition.as_of")}, {Head: web.T(l, "edition.released")}}}
	for _, e := range v.released {
		c := e.Released.Content
		t.Rows = append(t.Rows, web.Row{ID: "edition-" + strconv.Itoa(e.Released.Number), Cells: []web.Cell{
			web.To(web.Link{Text: numbered(l, e), Href: href(e)}), web.Text(amount(l, c.Total, c.Least)),
			web.Day(l, fact.Date(c.AsOf)), web.Text(web.Time(l, e.On))}})
	}
	return t
}

func numbered(l web.Lang, e edition.Edition) string {
	if e.Released == nil {
		return web.T(l, "edition.draft", "id", e.Edition)
	}
	return web.T(l, "edition.no", "n", e.Released.Number)
}

// amount is an amount of an edition as l writes it, rounded to cents.
func amount(l web.Lang, exact string, least bool) string {
	x, err := money.ParseExact(exact)
	if err != nil {
		return exact
	}
	s := web.Money(l, x.Round(2), edition.Currency)
	if least {
		return web.T(l, "edition.more_than", "amount", s)
	}
	return s
}

// A formView is the page on which an edition is drafted.
type formView struct {
	web.Page
	key, asOf, until string
	today            string
	refusal          error
}

func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	rd, now := h.Reader(r.Context()), h.Now()
	var why error
	h.View(func(b Books) { why = b.Editions.WhyNotDraft(rd.Seat, now) })
	if why != nil {
		return why
	}
	return h.renderForm(w, r, http.StatusOK, formView{key: newKey(), asOf: h.today(), until: h.day(14)})
}

func (h *Handler) today() string { return h.day(0) }

func (h *Handler) day(later int) string {
	return h.Now().In(web.Kyiv).AddDate(0, 0, later).Format(time.DateOnly)
}

func (h *Handler) renderForm(w http.ResponseWriter, r *http.Request, status int, v formView) error {
	v.Page, v.today = h.page(r, web.T(web.LangOf(r), "edition.new"), tlp.AmberStrict, web.Crumb{Text: web.T(web.LangOf(r), "edition.new")}), h.today()
	return web.RenderAs(w, r, status, v.Page, formPage(v))
}

// draft serves POST /editions.
func (h *Handler) draft(w http.ResponseWriter, r *http.Request) error {
	v := formView{key: keyOf(r), asOf: strings.TrimSpace(r.PostFormValue("as_of")), until: strings.TrimSpace(r.PostFormValue("until"))}
	until, err := evening(v.until)
	var res Result
	if err == nil {
		res, err = h.Do(r.Context(), v.key, Deed{Act: Draft, AsOf: v.asOf, Until: until})
	}
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		v.refusal = err
		return h.renderForm(w, r, web.Status(err), v)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/editions/"+string(res.Edition), http.StatusSeeOther)
	return nil
}

// evening is 18:00 in Kyiv of a day.
//
// Errors: ErrTime.
func evening(day string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, day, web.Kyiv)
	if err != nil {
		return t, ErrTime.With("until", strconv.QuoteToASCII(day[:min(len(day), 40)]))
	}
	return t.Add(18 * time.Hour), nil
}

func (v formView) day(name, value string) web.Entry {
	return web.Entry{ID: name, Label: web.T(v.Lang, "edition.field."+name), Hint: web.T(v.Lang, "edition.hint."+name), Value: value, Kind: web.AsDay}
}
