package recordhttp

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/csv"
)

// Cases finds what belongs to one thing, from the request to the money.
type Cases struct {
	// Positions are of every fact of the case that the stream is about, in any
	// order; whether the reader may read each is asked of Public and Opens.
	Positions func(ctx context.Context, stream string) ([]fact.Pos, error)
	// Step is how far a fact brings its case: one of Steps, or empty.
	Step  func(f fact.Fact) string
	Steps []string // in order
	// Who says who decided a fact, in words; empty: it is not the reader's to
	// know, or nobody did.
	Who func(ctx context.Context) func(l web.Lang, f fact.Fact) string
}

// mostOfCase bounds the facts of a dossier.
const mostOfCase = 2000

// A dossier is a case as a reader may see it.
type dossier struct {
	web.Page
	stream  string
	lines   []caseLine
	missing []string // steps of which nothing is shown
	cut     bool     // there is more than a dossier holds
}

type caseLine struct {
	line
	who  string
	item string // address of what it is about
	of   string // its stream
	step string
}

// dossier gathers the case of a stream. When the reader may read nothing of
// the stream itself it is missing.
//
// Errors: web.ErrNotFound.
func (h *Handler) dossier(r *http.Request, kind string) (v dossier, err error) {
	ctx, l := r.Context(), web.LangOf(r)
	v.stream = r.PathValue("id")
	if !strings.HasPrefix(v.stream, kind+"-") || h.Cases.Positions == nil {
		return v, web.ErrNotFound
	}
	positions, err := h.Cases.Positions(ctx, v.stream)
	if err != nil {
		return v, err
	}
	slices.Sort(positions)
	positions = slices.Compact(positions)
	opens, who := h.Opens(ctx), h.Cases.Who(ctx)
	own, seen, marking := false, map[string]bool{}, tlp.Clear
	for _, pos := range positions {
		raw, f, err := h.Record.Fact(ctx, pos)
		if err != nil {
			return v, err
		}
		if !h.Public(f) && !opens(f) {
			continue
		}
		if len(v.lines) == mostOfCase {
			v.cut = true
			break
		}
		own = own || slices.Contains(f.Streams, v.stream)
		c := caseLine{line: h.line(l, record.Kept{Raw: raw, Fact: f}), who: who(l, f), item: h.Item(f.Streams[0]), of: f.Streams[0], step: h.Cases.Step(f)}
		seen[c.step], marking = true, min(marking, f.Marking)
		v.lines = append(v.lines, c)
	}
	if !own {
		return v, web.ErrNotFound
	}
	for _, s := range h.Cases.Steps {
		if !seen[s] {
			v.missing = append(v.missing, s)
		}
	}
	v.Page = web.PageOf(r)
	v.Title = web.T(l, "dossier.title", "id", v.stream)
	v.Section, v.Marking = "record", marking
	v.Crumbs = []web.Crumb{{Text: v.stream, Href: h.Item(v.stream)}, {Text: web.T(l, "dossier.crumb")}}
	return v, nil
}

func (h *Handler) showDossier(kind string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := h.dossier(r, kind)
		if err != nil {
			return err
		}
		return web.Render(w, r, v.Page, dossierPage(v))
	}
}

func (v dossier) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "dossier", Caption: web.T(l, "dossier.caption"), CaptionHidden: true, CSV: v.URL.Path + ".csv",
		Columns: []web.Column{{Head: web.T(l, "record.at"), Beside: true}, {Head: web.T(l, "record.what"), Lead: true},
			{Head: web.T(l, "dossier.who")}, {Head: web.T(l, "dossier.about"), Bare: true}, {Head: web.T(l, "record.pos"), Align: web.Right}}}
	for _, c := range v.lines {
		t.Rows = append(t.Rows, web.Row{ID: "p" + strconv.FormatInt(int64(c.Pos), 10), Cells: []web.Cell{web.Text(web.Time(l, c.At)),
			web.Text(c.Sentence), web.Text(c.who), web.To(web.Link{Text: c.of, Href: c.item}),
			web.To(web.Link{Text: strconv.FormatInt(int64(c.Pos), 10), Href: c.href()})}})
	}
	return t
}

// caseTable serves the rows of a dossier.
func (h *Handler) caseTable(kind string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := h.dossier(r, kind)
		if err != nil {
			return err
		}
		return csv.Serve(w, "dossier-"+v.stream+".csv", []string{"pos", "at", "step", "kind", "about", "who", "sentence", "marking", "sha256"}, func(yield func([]string) bool) {
			for _, c := range v.lines {
				if !yield([]string{strconv.FormatInt(int64(c.Pos), 10), c.At.UTC().Format(time.RFC3339Nano), c.step, c.Kind, c.of, c.who, c.Sentence,
					c.Marking.String(), c.Hash}) {
					return
				}
			}
			for _, s := range v.missing {
				if !yield([]string{"", "", s, "", v.stream, "", web.T(v.Lang, "dossier.missing."+s), "", ""}) {
					return
				}
			}
		})
	}
}
