package needhttp

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/tlp"
	"tallinn/web"
)

// A Likely is a need that a text is like; Share is how much of it, 0 to 1.
type Likely struct {
	ID    need.ID
	Share float64
}

// How much of a text a need must share to be shown beside it, and to be asked
// about before the text is submitted; and how many are.
const (
	shownShare = 0.4
	askedShare = 0.65
	mostLikely = 3
)

// errLikely stops a need whose writer has not seen what it is like. It leaves
// this package only as the form that asks.
var errLikely = fault.New(fault.Conflict, "need.likely", "needs that look the same are there already; look at them first")

// A candidate is a need that may ask for the same, as its reader may see it.
type candidate struct {
	row
	share float64
	said  need.Relation // between the two; empty: nobody has said
}

// relation is what the writer of a form says of a candidate.
type relation struct{ Other, Relation string }

// relationsOf reads what was said of each need that was shown.
func relationsOf(q url.Values) (seen []string, said []relation) {
	for _, id := range q["considered"] {
		if id == "" || slices.Contains(seen, id) || len(seen) >= need.MostLots {
			continue
		}
		seen = append(seen, id)
		if word := q.Get("relation." + id); word != "" {
			said = append(said, relation{id, word})
		}
	}
	return seen, said
}

// likely are the needs that the reader may see and that f may ask for again,
// but for those in not.
func (h *Handler) likely(ctx context.Context, l web.Lang, f form, least float64, not ...string) ([]candidate, error) {
	if h.Likely == nil {
		return nil, nil
	}
	tags := []string{"line/" + f.Line, "sector/" + f.Sector}
	for _, lot := range f.Lots {
		tags = append(tags, "good/"+lot.What)
	}
	return h.candidates(ctx, l, f.Title+"\n"+f.Summary, tags, least, not...)
}

func (h *Handler) candidates(ctx context.Context, l web.Lang, text string, tags []string, least float64, not ...string) ([]candidate, error) {
	shares, ids := map[need.ID]float64{}, []need.ID(nil)
	for _, x := range h.Likely(ctx, text, tags) {
		if x.Share >= least && len(ids) < mostLikely && !slices.Contains(not, string(x.ID)) {
			ids, shares[x.ID] = append(ids, x.ID), x.Share
		}
	}
	rd := h.Reader(ctx)
	var rows []row
	h.View(func(b Books) { rows = rowsOf(b, ids) })
	rows = slices.DeleteFunc(rows, func(r row) bool { return !r.Exists() || r.Red() || !rd.sees(r.Head, need.Summary) })
	for i := range rows {
		var err error
		if rows[i].title, err = h.titled(ctx, l, rows[i].Head); err != nil {
			return nil, err
		}
	}
	var out []candidate
	for _, r := range rows {
		out = append(out, candidate{row: r, share: shares[r.ID]})
	}
	return out, nil
}

// suggest serves POST /needs/likely: what a form that is being typed may ask
// for again. It is sent as a form, for no text belongs into an address.
func (h *Handler) suggest(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.maySubmit(r.Context()); err != nil {
		return err
	}
	f, _, err := sent(r)
	if err != nil {
		return err
	}
	v := formView{form: f, Page: web.Page{Lang: web.LangOf(r)}}
	if v.likely, err = h.likely(r.Context(), v.Lang, f, shownShare); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(v.Lang))
	w.Header().Set("Cache-Control", "no-store")
	return likelyPart(v).Render(r.Context(), w)
}

// same is the need that the writer of f says theirs is the same as; empty:
// none.
func (f form) same() need.ID {
	for _, r := range f.Related {
		if r.Relation == string(need.SameAs) {
			return need.ID(r.Other)
		}
	}
	return ""
}

// relate are the facts by which a need that is being submitted is related to
// others, all of which its writer must see.
func (h *Handler) relate(rd Reader, tx Tx, b Books, n need.Head, said []relation) (out []fact.Body, err error) {
	for _, r := range said {
		other, err := h.other(tx, b, rd, r.Other)
		if err != nil {
			return nil, err
		}
		s, _ := b.Seats.Get(rd.Seat.ID)
		facts, err := b.Ties.Relate(n, other, s, tx.Now(), need.Relation(r.Relation))
		if err != nil {
			return nil, err
		}
		out = append(out, facts...)
	}
	return out, nil
}

// other is a need that the reader names beside another; what is hidden is
// missing.
//
// Errors: need.ErrOther.
func (h *Handler) other(tx Tx, b Books, rd Reader, id string) (need.Head, error) {
	other, known := b.Needs.Head(need.ID(id))
	if !known || !rd.sees(other, need.Summary) {
		return need.Head{}, need.ErrOther
	}
	return other, tx.Read(id)
}

// say records how two needs are to each other, by the request's seat.
func (h *Handler) say(ctx context.Context, id need.ID, key string, in relation) (Result, error) {
	rd := h.Reader(ctx)
	in.Other = strings.ToUpper(strings.TrimSpace(in.Other))
	c := Command{ID: key, Op: "need.relate", Need: id, Args: []string{string(id), in.Other, in.Relation}}
	return h.Decide(ctx, c, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, rd.Seat.ID)
		if err != nil {
			return nil, err
		}
		other, err := h.other(tx, b, rd, in.Other)
		if err != nil {
			return nil, err
		}
		return b.Ties.Relate(n.Head, other, s, tx.Now(), need.Relation(in.Relation))
	})
}

// A relatedView is the page on which it is said how a need is to others.
type relatedView struct {
	web.Page
	account
	ties    []candidate // what was said
	likely  []candidate // what nobody has said anything of
	key     string
	other   string // as typed
	chosen  string
	refusal error
}

// tied are the needs of which it was said how a is to them, and that its
// reader sees.
func (h *Handler) tied(ctx context.Context, l web.Lang, a account) (out []candidate, err error) {
	for _, t := range a.ties {
		c := candidate{said: t.Relation}
		h.View(func(b Books) { c.row = rowsOf(b, []need.ID{t.Other})[0] })
		if c.title, err = h.titled(ctx, l, c.Head); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// likeThis are the needs that a may ask for again, of which nothing was said.
func (h *Handler) likeThis(ctx context.Context, l web.Lang, a account) ([]candidate, error) {
	if h.Likely == nil || a.Red() {
		return nil, nil
	}
	tags := []string{"line/" + string(a.Line), "sector/" + a.Sector}
	for _, lot := range a.Asked.Lots {
		tags = append(tags, "good/"+lot.What)
	}
	not := []string{string(a.ID)}
	for _, t := range a.ties {
		not = append(not, string(t.Other))
	}
	return h.candidates(ctx, l, a.title+"\n"+a.summary, tags, shownShare, not...)
}

// askRelated serves GET /needs/{id}/related.
func (h *Handler) askRelated(w http.ResponseWriter, r *http.Request) error {
	return h.renderRelated(w, r, http.StatusOK, relatedView{other: r.URL.Query().Get("other")})
}

func (h *Handler) renderRelated(w http.ResponseWriter, r *http.Request, status int, v relatedView) (err error) {
	l := web.LangOf(r)
	if v.account, err = h.one(r.Context(), l, need.ID(r.PathValue("id"))); err != nil {
		return err
	}
	if v.ties, err = h.tied(r.Context(), l, v.account); err != nil {
		return err
	}
	if v.likely, err = h.likeThis(r.Context(), l, v.account); err != nil {
		return err
	}
	v.key = newKey()
	v.Page = h.page(r, web.T(l, "need.related.title", "id", v.ID), v.marking(),
		web.Crumb{Text: string(v.ID), Href: href(v.ID, "")}, web.Crumb{Text: web.T(l, "need.related")})
	for _, c := range slices.Concat(v.ties, v.likely) {
		v.Marking = tlp.Stricter(v.Marking, c.Class.Marking)
	}
	return web.RenderAs(w, r, status, v.Page, relatedPage(v))
}

// sayRelated serves POST /needs/{id}/related.
func (h *Handler) sayRelated(w http.ResponseWriter, r *http.Request) error {
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	in := relation{r.PostFormValue("other"), r.PostFormValue("relation")}
	res, err := h.say(r.Context(), a.ID, r.PostFormValue("key"), in)
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		return h.renderRelated(w, r, web.Status(err), relatedView{other: in.Other, chosen: in.Relation, refusal: err})
	}
	if err != nil {
		return err
	}
	q := url.Values{"done": {"related"}}
	if res.Repeated {
		q.Set("was", "repeated")
	}
	http.Redirect(w, r, href(a.ID, "/related?"+q.Encode()), http.StatusSeeOther)
	return nil
}
