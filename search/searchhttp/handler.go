package searchhttp

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"tallinn/search"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/query"
)

// Path is where the page of a search is.
const Path = "/search"

// Kinds are what can be looked for alone, in the order of the page.
var Kinds = []string{"need", "offer", "reservation", "flow", "mention", "project", "party", "seat", "procedure", "page"}

// An Ask is one search of one reader.
type Ask struct {
	Lang  web.Lang
	Query search.Query
	Kind  string // empty: all
	Most  int
	// Whole waits a moment for what was recorded just now.
	Whole bool
}

// A Hit is a thing that was found, as its reader may see it.
type Hit struct {
	ID      string // as it is called; may be empty
	Kind    string
	Href    string
	Title   string
	Note    string   // whose it is, or how much
	Texts   []string // where the words may stand that were found, the first first
	Marking tlp.Marking
}

// An Answer is what a search found.
type Answer struct {
	Hits  []Hit
	Kinds map[string]int // how many of each kind there are
	All   int
	// Behind says that not everything that is recorded can be found yet.
	Behind bool
}

// A Handler serves the search of one realm.
type Handler struct {
	// Find looks for what the sender of a request may see.
	Find func(ctx context.Context, a Ask) (Answer, error)
	Log  *slog.Logger
}

// Routes adds the page, and what opens under its box, to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET "+Path, web.Handle(h.Log, h.page))
	mux.Handle("GET "+Path+"/suggest", web.Handle(h.Log, h.suggest))
}

// How many are shown.
const (
	onPage     = 50
	suggested  = 8
	mostTyped  = search.MostQuery
	snippetAll = 180 // characters of a snippet
	snippetPre = 50  // of it before the first word that was found
)

// typed is what is asked for, within bounds.
func typed(q url.Values) string {
	s := strings.TrimSpace(strings.ToValidUTF8(q.Get("q"), ""))
	if r := []rune(s); len(r) > mostTyped {
		return string(r[:mostTyped])
	}
	return s
}

// A view is the page of a search.
type view struct {
	web.Page
	Answer
	query search.Query
	kind  string
}

func (h *Handler) page(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := web.PageOf(r)
	v := view{Page: p, query: search.Parse(typed(q))}
	var err error
	if v.kind, err = query.Choice("kind", q.Get("kind"), Kinds); err != nil {
		return err
	}
	v.Query = typed(q)
	if v.asks() {
		if v.Answer, err = h.Find(r.Context(), Ask{Lang: p.Lang, Query: v.query, Kind: v.kind, Most: onPage, Whole: true}); err != nil {
			return err
		}
	}
	v.Title, v.Marking = web.T(p.Lang, "search.title"), markingOf(v.Hits)
	v.Crumbs = []web.Crumb{{Text: v.Title}}
	return web.Render(w, r, v.Page, searchPage(v))
}

// asks reports whether there is enough to look for.
func (v view) asks() bool { return !v.query.Empty() && !v.query.Short() }

// markingOf is the strictest of what is shown; nothing tells nothing.
func markingOf(hits []Hit) tlp.Marking {
	m := tlp.Clear
	for _, h := range hits {
		m = tlp.Stricter(m, h.Marking)
	}
	return m
}

// count is how many of the kind that is shown there are.
func (v view) count() int {
	if v.kind == "" {
		return v.All
	}
	return v.Kinds[v.kind]
}

func (v view) said() string {
	switch {
	case !v.asks():
		return web.T(v.Lang, "search.lead")
	case v.All == 0:
		return web.T(v.Lang, "search.none", "typed", v.Query)
	}
	return web.N(v.Lang, "search.found", v.count(), "typed", v.Query)
}

func (v view) at(kind string) string {
	return query.Address(Path, url.Values{"q": {v.Query}, "kind": {kind}})
}

// tabs narrow to a kind; a kind of which nothing was found has none.
func (v view) tabs() (current string, links []web.Link) {
	links = append(links, web.Link{Text: web.T(v.Lang, "search.all") + " " + web.Number(v.Lang, v.All), Href: v.at("")})
	for _, k := range Kinds {
		if n := v.Kinds[k]; n > 0 || k == v.kind {
			links = append(links, web.Link{Text: web.T(v.Lang, "search.kinds."+k) + " " + web.Number(v.Lang, n), Href: v.at(k)})
		}
	}
	return v.at(v.kind), links
}

func (v view) table() web.Table {
	t := web.Table{ID: "found", Caption: v.said(), Columns: []web.Column{
		{Head: web.T(v.Lang, "search.what"), Lead: true, Wide: true}, {Head: web.T(v.Lang, "search.kind"), Bare: true},
		{Head: web.T(v.Lang, "search.marking"), Beside: true}}}
	for _, h := range v.Hits {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{found(v.query, h), web.Text(web.T(v.Lang, "search.kind."+h.Kind)), web.Marking(h.Marking)}})
	}
	return t
}

func (h *Handler) suggest(w http.ResponseWriter, r *http.Request) error {
	l, said := web.LangOf(r), typed(r.URL.Query())
	v := view{Page: web.Page{Lang: l, Query: said}, query: search.Parse(said)}
	if v.asks() {
		var err error
		if v.Answer, err = h.Find(r.Context(), Ask{Lang: l, Query: v.query, Most: suggested}); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(l))
	w.Header().Set("Cache-Control", "no-store")
	return suggestions(v).Render(r.Context(), w)
}

// snippet is the part of a hit's texts where the first word stands that was
// found; empty when it stands elsewhere.
func snippet(q search.Query, texts []string) string {
	for _, t := range texts {
		t = strings.Join(strings.Fields(t), " ")
		pieces := q.Mark(t)
		if len(pieces) == 1 {
			continue
		}
		before := []rune(pieces[0])
		from := max(0, len(before)-snippetPre)
		for from > 0 && from < len(before) && before[from-1] != ' ' {
			from++
		}
		rest := []rune(t)[from:]
		out := string(rest[:min(len(rest), snippetAll)])
		if len(rest) > snippetAll {
			if cut := strings.LastIndex(out, " "); cut > 0 {
				out = out[:cut]
			}
			out += " …"
		}
		if from > 0 {
			out = "… " + out
		}
		return out
	}
	return ""
}

func address(h Hit) templ.SafeURL { return templ.SafeURL(h.Href) }
