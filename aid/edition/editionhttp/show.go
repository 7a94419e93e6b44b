package editionhttp

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"tallinn/aid/edition"
	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/money"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/told"
)

// A view is an edition written for a reader.
type view struct {
	web.Page
	one
	key     string
	refusal error
	mode    string // as it was chosen
	floor   string // as it was typed
	done    string
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	v, err := h.view(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, v.Page, v.page())
}

func (h *Handler) view(r *http.Request) (v view, err error) {
	if v.one, err = h.one(r.Context(), r.PathValue("id")); err != nil {
		return v, err
	}
	v.key, v.mode = newKey(), string(v.ModeOf(v.seat.Holder))
	marking, title := tlp.AmberStrict, numbered(web.LangOf(r), v.Edition)
	if v.Released != nil {
		marking = tlp.Clear
	}
	v.Page = h.page(r, title, marking, web.Crumb{Text: title})
	if d := r.URL.Query().Get("done"); slices.Contains([]string{"clear", "sign", "withdraw"}, d) && v.seat.Exists() {
		v.done = d
	}
	return v, nil
}

// act serves POST /editions/{id}.
func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	v, err := h.view(r)
	if err != nil {
		return err
	}
	d := Deed{Act: Act(r.PostFormValue("do")), Edition: v.Edition.Edition, Mode: edition.Mode(r.PostFormValue("mode")),
		Content: r.PostFormValue("content"), Why: edition.Why(r.PostFormValue("why"))}
	v.mode, v.floor = string(d.Mode), strings.TrimSpace(r.PostFormValue("floor"))
	if d.Act == Clear && d.Mode == edition.MoreThan {
		a, bad := money.ParseAmount(plain(v.floor), edition.Currency)
		if err = bad; bad == nil {
			d.Floor = &a
		}
	}
	if err == nil {
		_, err = h.Do(r.Context(), keyOf(r), d)
	}
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		v.refusal = err
		return web.RenderAs(w, r, web.Status(err), v.Page, v.page())
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/editions/"+string(v.Edition.Edition)+"?done="+string(d.Act), http.StatusSeeOther)
	return nil
}

// plain is a number without the marks between its thousands.
func plain(s string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", "").Replace(s)
}

func (v view) t(key string, args ...any) string { return web.T(v.Lang, key, args...) }

func (v view) header() web.Header {
	h := web.Header{Title: v.Title}
	switch {
	case v.Released != nil:
		h.Lead = v.t("edition.lead", "date", web.Date(v.Lang, fact.Date(v.AsOf)))
	case v.Withdrawn != nil:
		h.Status = []web.Cell{web.StatusChip(web.Neutral, v.t("edition.state.withdrawn"))}
	case v.Ready(v.now):
		h.Status = []web.Cell{web.StatusChip(web.Attention, v.t("edition.state.ready"))}
	default:
		h.Status = []web.Cell{web.StatusChip(web.Active, v.t("edition.state.clearing"))}
	}
	return h
}

// items are what a draft is.
func (v view) items() []web.Item {
	items := []web.Item{
		{Term: v.t("edition.as_of"), Detail: web.Text(web.Date(v.Lang, fact.Date(v.AsOf)))},
		{Term: v.t("edition.until"), Detail: web.Text(web.Time(v.Lang, v.Until))},
	}
	if v.desk {
		items = append(items, web.Item{Term: v.t("edition.signed"), Detail: web.Text(v.signers())})
	}
	if v.Withdrawn != nil {
		items = append(items, web.Item{Term: v.t("edition.state.withdrawn"), Detail: web.Text(told.Word(v.Lang, "edition.why", v.Withdrawn.Why))})
	}
	return items
}

// signers are the sides that have signed.
func (v view) signers() string {
	if len(v.Signed) == 0 {
		return v.t("edition.signed.none")
	}
	var out []string
	for _, s := range v.Signed {
		out = append(out, v.name(v.Lang, s.Party))
	}
	return strings.Join(out, ", ")
}

// askedTable is how each party answered: for those who draft and release.
func (v view) askedTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "asked", Caption: v.t("edition.asked"), CaptionHidden: true,
		Columns: []web.Column{{Head: v.t("edition.party"), Lead: true}, {Head: v.t("edition.sum"), Align: web.Right, Beside: true},
			{Head: v.t("edition.answer"), Bare: true}}}
	for _, id := range v.asked {
		_, sum := v.Own(id)
		answer := web.Cell(web.StatusChip(web.Attention, v.t("edition.silent")))
		if c, said := v.Cleared[id]; said {
			words := v.t("edition.mode." + string(c.Mode))
			if c.Floor != nil {
				words = web.T(l, "edition.more_than", "amount", web.Money(l, c.Floor.Value(), c.Floor.Currency()))
			}
			answer = web.StatusChip(web.Good, words)
		}
		t.Rows = append(t.Rows, web.Row{ID: "asked-" + string(id), Cells: []web.Cell{web.Text(v.name(l, id)),
			web.Text(web.Money(l, sum.Round(2), edition.Currency)), answer}})
	}
	return t
}

// rowTable lists rows of one party, or those that an edition states.
func (v view) rowTable(id string, rows []edition.Row) web.Table {
	const most = 200
	l := v.Lang
	t := web.Table{ID: id, Caption: v.t("edition.rows"), CaptionHidden: true, Empty: v.t("edition.rows.none"),
		Columns: []web.Column{{Head: v.t("flows.between"), Lead: true}, {Head: v.t("flows.spoken"), Align: web.Right, Beside: true},
			{Head: v.t("edition.value"), Align: web.Right}, {Head: v.t("flows.status"), Bare: true}, {Head: v.t("lines.line"), Bare: true},
			{Head: v.t("years.year"), Bare: true}}}
	for _, r := range rows[:min(len(rows), most)] {
		to := v.t("edition.receiver.unnamed")
		if r.Receiver != "" {
			to = v.name(l, r.Receiver)
		}
		value := web.Cell(web.None(v.t("rate.none")))
		if r.Value != "" {
			value = web.Text(amount(l, r.Value, false))
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(string(r.Flow) + " " + v.name(l, r.Provider) + " → " + to),
			web.Text(web.Money(l, r.Spoken.Value(), r.Spoken.Currency())), value, web.Text(v.t("status." + string(r.Status))),
			web.Text(lineWord(l, string(r.Line))), web.Text(yearWord(l, r.Year))}})
	}
	if len(rows) > most && v.Released != nil {
		t.CSV = href(v.Edition) + "/rows.csv"
	}
	return t
}

func lineWord(l web.Lang, line string) string {
	if line == "" {
		line = edition.None
	}
	return web.T(l, "line."+line)
}

func yearWord(l web.Lang, year int) string {
	if year == 0 {
		return web.T(l, "year.none")
	}
	return web.Date(l, fact.Date(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")))
}

// The tables of the document.

func (v view) partnerTable() web.Table {
	t := web.Table{ID: "partners", Caption: v.t("edition.partners"), CaptionHidden: true, Empty: v.t("edition.partners.none"),
		Columns: []web.Column{{Head: v.t("edition.party"), Lead: true}, {Head: v.t("edition.value"), Align: web.Right, Beside: true}, {Head: v.t("edition.stated"), Bare: true}}}
	for _, p := range v.content.Partners {
		t.Rows = append(t.Rows, web.Row{ID: "partner-" + string(p.Party), Cells: []web.Cell{web.Text(v.name(v.Lang, p.Party)),
			web.Text(amount(v.Lang, p.Value, p.Mode == edition.MoreThan)), web.Text(v.t("edition.stated." + string(p.Mode)))}})
	}
	if len(t.Rows) == 0 {
		return t // nothing stated is not a sum of zero
	}
	t.Foot = []web.Cell{web.Text(v.t("edition.sum")), web.Text(amount(v.Lang, v.content.Total, v.content.Least)), nil}
	return t
}

// partTable is the total by line or by year. What is stated as "more than" is
// broken down by neither, and stands below.
func (v view) partTable(id string, parts []edition.Part, word func(string) string) web.Table {
	t := web.Table{ID: id, Caption: v.t("edition." + id), CaptionHidden: true, Empty: v.t("edition.unbroken"),
		Columns: []web.Column{{Head: v.t("edition." + id), Lead: true}, {Head: v.t("edition.value"), Align: web.Right, Beside: true}}}
	for _, p := range parts {
		var words []string
		for _, w := range p.Of {
			words = append(words, word(w))
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(strings.Join(words, "; ")), web.Text(amount(v.Lang, p.Value, false))}})
	}
	if len(parts) > 0 && v.content.Whole != "" {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(v.t("edition.whole")), web.Text(amount(v.Lang, v.content.Whole, true))}})
	}
	return t
}

func (v view) line(s string) string { return v.t("line." + s) }

func (v view) year(s string) string {
	if s == edition.None {
		return v.t("year.none")
	}
	return s
}

// changeTable is why the total is another than the last edition's.
func (v view) changeTable() web.Table {
	s := v.content.Since
	t := web.Table{ID: "changes", Caption: v.t("edition.changes"), CaptionHidden: true, Empty: v.t("edition.unchanged"),
		Columns: []web.Column{{Head: v.t("edition.reason"), Lead: true}, {Head: v.t("edition.value"), Align: web.Right, Beside: true}}}
	for _, c := range s.By {
		var words []string
		for _, r := range c.Of {
			words = append(words, v.t("edition.reason."+string(r)))
		}
		sign := "+"
		if c.Less {
			sign = "−"
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(strings.Join(words, "; ")), web.Text(sign + " " + amount(v.Lang, c.Value, false))}})
	}
	return t
}

// modes are the choices of a party.
func (v view) modes() []web.Option {
	var out []web.Option
	for _, m := range edition.Modes {
		out = append(out, web.Option{Value: string(m), Text: v.t("edition.choose." + string(m))})
	}
	return out
}

func (v view) whys() web.Entry {
	e := web.Entry{ID: "why", Label: v.t("edition.withdraw.why"), Kind: web.AsChoice}
	for _, w := range edition.Whys {
		e.Options = append(e.Options, web.Option{Value: string(w), Text: v.t("edition.why." + string(w))})
	}
	return e
}

// pledged are the pledges among rows; they are in no total.
func pledged(rows []edition.Row) (out []edition.Row) {
	for _, r := range rows {
		if r.Status == flow.Pledge {
			out = append(out, r)
		}
	}
	return out
}

func counted(rows []edition.Row) (out []edition.Row) {
	for _, r := range rows {
		if r.Status != flow.Pledge {
			out = append(out, r)
		}
	}
	return out
}
