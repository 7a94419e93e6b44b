package listhttp

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tallinn/exchange/fields"
	"tallinn/exchange/sheet"
	"tallinn/fault"
	"tallinn/mechanism/batch"
	"tallinn/web"
)

// A sample is the first rows of a file.
type sample struct {
	file  File
	rows  [][]string
	lines []int
}

// sampled is how many rows a guess looks at.
const sampled = 200

// A planView is the page on which columns become fields.
type planView struct {
	web.Page
	sample
	blob    string
	of      batch.Noun
	nouns   []batch.Noun
	plan    fields.Plan
	skip    bool
	trial   Trial
	same    *batch.Import // that took in the same file
	told    []toldRow
	refusal error
	key     string
}

// A toldRow is a row as it was understood, a text for each field.
type toldRow struct {
	line  int
	cells []string
	wrong []bool
}

// plan serves GET /lists/{file}.
func (h *Handler) plan(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	return h.renderPlan(w, r, http.StatusOK, r.PathValue("file"), nil)
}

func (h *Handler) renderPlan(w http.ResponseWriter, r *http.Request, status int, blob string, refusal error) error {
	v, err := h.planned(r, blob, r.Form)
	if err != nil {
		return err
	}
	v.refusal = refusal
	if v.trial, err = h.Lists.Try(r.Context(), v.of, v.plan, blob, tried); err != nil {
		return err
	}
	if same, ok := h.Lists.Same(r.Context(), v.of, v.file.Digest); ok {
		v.same = &same
	}
	v.Lang = web.LangOf(r)
	v.tell(h.Lists.Reader(v.of, v.plan))
	v.Page = h.page(r, web.T(web.LangOf(r), "import.plan"), web.Crumb{Text: v.file.Name})
	return web.RenderAs(w, r, status, v.Page, planPage(v))
}

// planned is the plan that a form has; where it has none, a guess.
func (h *Handler) planned(r *http.Request, blob string, q url.Values) (v planView, err error) {
	v = planView{blob: blob, nouns: h.Lists.Nouns(r.Context()), key: rand.Text(), skip: q.Get("skip_bad") != ""}
	if len(v.nouns) == 0 {
		return v, ErrNoSeat
	}
	if v.sample, err = h.sample(r.Context(), blob); err != nil {
		return v, err
	}
	if v.of = batch.Noun(q.Get("of")); !slices.Contains(v.nouns, v.of) {
		v.of = v.likeliest()
	}
	g := guesser(v.of)
	head, _ := strconv.Atoi(q.Get("head"))
	at := slices.Index(v.lines, head)
	switch {
	case at < 0:
		v.plan = g.Guess(v.rows, v.lines)
	case q.Get("of") != q.Get("of_was") || q.Get("head") != q.Get("head_was"):
		v.plan = g.At(v.rows, v.lines, at)
	default:
		v.plan = g.At(v.rows, v.lines, at)
		for i := range v.plan.Columns {
			v.plan.Columns[i] = q.Get("c" + strconv.Itoa(i))
		}
		v.plan.Comma, v.plan.Month = q.Get("comma") == "yes", q.Get("month") == "yes"
	}
	for _, f := range fields.Of(v.of) {
		if s := strings.TrimSpace(q.Get("same_" + f.Name)); s != "" && v.plan.Column(f.Name) < 0 {
			v.plan.Same[f.Name] = s
		}
	}
	v.clipHeads()
	return v, nil
}

// clipHeads bounds what is kept of the heads.
func (v *planView) clipHeads() {
	for i, name := range v.plan.Heads {
		if r := []rune(name); len(r) > 60 {
			v.plan.Heads[i] = string(r[:60]) + "…"
		}
	}
}

func (h *Handler) sample(ctx context.Context, blob string) (s sample, err error) {
	s.file, err = h.Lists.Read(ctx, blob, func(row sheet.Row) error {
		s.rows, s.lines = append(s.rows, slices.Clone(row.Cells)), append(s.lines, row.Line)
		if len(s.rows) == sampled {
			return ErrEnough
		}
		return nil
	})
	return s, err
}

// likeliest is the noun whose fields the heads name best.
func (v planView) likeliest() batch.Noun {
	best, most := v.nouns[0], -1
	for _, noun := range v.nouns {
		p, known := guesser(noun).Guess(v.rows, v.lines), 0
		for _, c := range p.Columns {
			if c != "" {
				known += 2
			}
		}
		if known -= len(p.Missing(noun)); known > most {
			best, most = noun, known
		}
	}
	return best
}

func guesser(of batch.Noun) fields.Guesser {
	return fields.Guesser{Noun: of, Labels: func(field string) (out []string) {
		for _, l := range web.Langs {
			out = append(out, label(l, field))
		}
		return out
	}}
}

// label is what a field is called.
func label(l web.Lang, field string) string { return web.T(l, "import.field."+field) }

// tell makes the first rows as they were understood.
func (v *planView) tell(r *fields.Reader) {
	r.Tells = true
	for i, cells := range v.rows {
		row := sheet.Row{Line: v.lines[i], Cells: cells}
		if r.Head(row) {
			continue
		}
		_, wrong := r.Read(row)
		told := toldRow{line: row.Line}
		for _, name := range v.mapped() {
			f, _ := fields.Get(v.of, name)
			bad := slices.ContainsFunc(wrong, func(p fields.Problem) bool { return p.Field == name })
			told.cells, told.wrong = append(told.cells, v.shown(f, r.Shown(name))), append(told.wrong, bad)
		}
		if v.told = append(v.told, told); len(v.told) == shown {
			return
		}
	}
}

// shown is what a cell says, in the reader's words.
func (v planView) shown(f fields.Field, s string) string {
	if f.Kind == fields.Word && s != "" {
		return WordIn(v.Lang, f.List, s)
	}
	return s
}

// mapped are the fields that come from somewhere, in the order of forms.
func (v planView) mapped() (out []string) {
	for _, f := range fields.Of(v.of) {
		if v.plan.Has(f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// begin serves POST /imports.
func (h *Handler) begin(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	blob := r.Form.Get("file")
	v, err := h.planned(r, blob, r.Form)
	if err != nil {
		return err
	}
	id, _, err := h.start(r.Context(), web.LangOf(r), r.Form.Get("key"), Wanted{Blob: blob, Of: v.of, Plan: v.plan, SkipBad: v.skip})
	if err != nil && web.Status(err) < http.StatusInternalServerError && fault.KindOf(err) != fault.Missing {
		return h.renderPlan(w, r, web.Status(err), blob, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/imports/"+string(id), http.StatusSeeOther)
	return nil
}

func (h *Handler) start(ctx context.Context, l web.Lang, key string, w Wanted) (batch.ID, bool, error) {
	if missing := missing(l, w.Of, w.Plan); missing != "" {
		return "", false, ErrColumns.With("fields", missing)
	}
	return h.Lists.Begin(ctx, key, w)
}

// missing names the fields that a plan lacks.
func missing(l web.Lang, of batch.Noun, p fields.Plan) string {
	var names []string
	for _, f := range p.Missing(of) {
		names = append(names, "“"+label(l, f)+"”")
	}
	return strings.Join(names, ", ")
}
