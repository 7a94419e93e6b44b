package recordhttp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/web"
	"tallinn/web/csv"
)

// A Record is what these handlers ask of the record of facts.
type Record interface {
	Head() fact.Pos
	Fact(ctx context.Context, pos fact.Pos) ([]byte, fact.Fact, error)
	Facts(ctx context.Context, from fact.Pos, n int) ([]record.Kept, error)
	Stream(name string) []fact.Pos
}

// A Handler serves the record's pages and its part of the API.
type Handler struct {
	Record Record
	Log    *slog.Logger
	// Describe says a fact in one sentence of the reader's language.
	Describe func(l web.Lang, f fact.Fact) string
	// Item is the page of the thing that a stream is the history of; empty
	// when it has none.
	Item func(stream string) string
	// Public reports whether everyone who reads here may read f. Lists have no
	// other facts.
	Public func(f fact.Fact) bool
	// Mend is where the sender of a request mends f; empty: they may not. May
	// be nil.
	Mend func(ctx context.Context, f fact.Fact) string
	// Opens reports whether the reader of a request may read a fact that is
	// not public, by its own page; nil: nobody may.
	Opens func(ctx context.Context) func(f fact.Fact) bool
	Cases Cases
}

// perPage is how many facts a page lists.
const perPage = 50

// Routes adds the pages to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /record", web.Handle(h.Log, h.list))
	mux.Handle("GET /record.csv", web.Handle(h.Log, h.table))
	mux.Handle("GET /record/{pos}", web.Handle(h.Log, h.show))
	mux.Handle("GET /record/{pos}/raw", web.Handle(h.Log, h.raw))
	for path, kind := range map[string]string{"/needs/{id}/dossier": "N", "/flows/{id}/dossier": "F"} {
		mux.Handle("GET "+path, web.Handle(h.Log, h.showDossier(kind)))
		mux.Handle("GET "+path+".csv", web.Handle(h.Log, h.caseTable(kind)))
	}
}

// one returns a fact that the reader may read; what is hidden is missing.
//
// Errors: record.ErrNoFact.
func (h *Handler) one(ctx context.Context, position string) ([]byte, fact.Fact, error) {
	n, err := strconv.ParseInt(position, 10, 64)
	if err != nil {
		return nil, fact.Fact{}, web.ErrNotFound
	}
	raw, f, err := h.Record.Fact(ctx, fact.Pos(n))
	if err != nil {
		return nil, fact.Fact{}, err
	}
	if !h.Public(f) && (h.Opens == nil || !h.Opens(ctx)(f)) {
		return nil, fact.Fact{}, record.ErrNoFact.With("pos", n)
	}
	return raw, f, nil
}

// newest returns up to perPage public facts at or before last, newest first,
// and where to go on, fact.None at the end.
func (h *Handler) newest(ctx context.Context, last fact.Pos) ([]record.Kept, fact.Pos, error) {
	from := max(last-perPage+1, 0)
	facts, err := h.Record.Facts(ctx, from, int(last-from)+1)
	if err != nil {
		return nil, fact.None, err
	}
	out := make([]record.Kept, 0, len(facts))
	for i := len(facts) - 1; i >= 0; i-- {
		if h.Public(facts[i].Fact) {
			out = append(out, facts[i])
		}
	}
	return out, from - 1, nil
}

// history returns the public facts of a stream, newest first.
func (h *Handler) history(ctx context.Context, stream string) ([]record.Kept, error) {
	positions := h.Record.Stream(stream)
	positions = positions[max(0, len(positions)-perPage):]
	out := make([]record.Kept, 0, len(positions))
	for i := len(positions) - 1; i >= 0; i-- {
		raw, f, err := h.Record.Fact(ctx, positions[i])
		if err != nil {
			return nil, err
		}
		if h.Public(f) {
			out = append(out, record.Kept{Raw: raw, Fact: f})
		}
	}
	return out, nil
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	v := listView{Page: p, Head: h.Record.Head(), Stream: r.URL.Query().Get("stream")}
	var facts []record.Kept
	var err error
	if v.Stream != "" {
		facts, err = h.history(r.Context(), v.Stream)
	} else {
		last, perr := upTo(r.URL.Query(), v.Head)
		if perr != nil {
			return perr
		}
		var older fact.Pos
		facts, older, err = h.newest(r.Context(), last)
		v.setPager(last, older)
	}
	if err != nil {
		return err
	}
	for _, k := range facts {
		v.Facts = append(v.Facts, h.line(p.Lang, k))
	}
	return v.render(w, r)
}

var fields = []string{"pos", "at", "kind", "by", "streams", "sha256", "sentence"}

// table serves GET /record.csv: what the page of the same address lists.
func (h *Handler) table(w http.ResponseWriter, r *http.Request) error {
	q, head := r.URL.Query(), h.Record.Head()
	last, err := upTo(q, head)
	if err != nil {
		return err
	}
	var facts []record.Kept
	if stream := q.Get("stream"); stream != "" {
		facts, err = h.history(r.Context(), stream)
	} else {
		facts, _, err = h.newest(r.Context(), last)
	}
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	return csv.Serve(w, "record.csv", fields, func(yield func([]string) bool) {
		for _, k := range facts {
			f := h.line(l, k)
			if !yield([]string{strconv.FormatInt(int64(f.Pos), 10), f.At.UTC().Format(time.RFC3339Nano), f.Kind, f.By,
				strings.Join(f.Streams, " "), f.Hash, f.Sentence}) {
				return
			}
		}
	})
}

// upTo reads ?to=, the newest position to list.
func upTo(q url.Values, head fact.Pos) (fact.Pos, error) {
	if q.Get("to") == "" {
		return head, nil
	}
	n, err := strconv.ParseInt(q.Get("to"), 10, 64)
	if err != nil || n < 0 {
		return 0, ErrPosition.With("to", strconv.QuoteToASCII(q.Get("to")))
	}
	return min(fact.Pos(n), head), nil
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	raw, f, err := h.one(r.Context(), r.PathValue("pos"))
	if err != nil {
		return err
	}
	p := web.PageOf(r)
	v := factView{Page: p, Line: h.line(p.Lang, record.Kept{Raw: raw, Fact: f}),
		Raw: indent(raw), Head: h.Record.Head()}
	if h.Mend != nil {
		v.mend = h.Mend(r.Context(), f)
	}
	for _, s := range f.Streams {
		v.Streams = append(v.Streams, streamLink{s, h.Item(s), streamHref(s)})
	}
	return v.render(w, r)
}

// raw serves the exact bytes that are stored and hashed.
func (h *Handler) raw(w http.ResponseWriter, r *http.Request) error {
	raw, f, err := h.one(r.Context(), r.PathValue("pos"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=3600") // a fact never changes
	if !h.Public(f) {
		w.Header().Set("Cache-Control", "private, no-store")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	_, err = w.Write(raw)
	return err
}

func (h *Handler) line(l web.Lang, k record.Kept) line {
	sum := sha256.Sum256(k.Raw)
	return line{Fact: k.Fact, Sentence: h.Describe(l, k.Fact), Hash: hex.EncodeToString(sum[:])}
}

func streamHref(s string) string { return "/record?stream=" + url.QueryEscape(s) }
