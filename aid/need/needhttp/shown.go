package needhttp

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/tlp"
	"tallinn/web"
)

// A shownView is the page on which an owner shows a need's weakness to a
// partner, and ends that.
type shownView struct {
	web.Page
	account
	rows     []shownRow
	partners []web.Option
	key      string
	party    string // as chosen
	basis    string
	document string
	refusal  error
}

type shownRow struct {
	need.Showing
	name, document string
}

// askShown serves GET /needs/{id}/weakness.
func (h *Handler) askShown(w http.ResponseWriter, r *http.Request) error {
	return h.renderShown(w, r, http.StatusOK, shownView{})
}

func (h *Handler) renderShown(w http.ResponseWriter, r *http.Request, status int, v shownView) (err error) {
	if v.account, err = h.mineToChange(r); err != nil {
		return err
	}
	if !v.mine() {
		return web.ErrNotFound // to whom a weakness is shown is the owner's to know
	}
	l := web.LangOf(r)
	if v.rows, err = h.shownTo(r.Context(), l, v.ID); err != nil {
		return err
	}
	h.View(func(b Books) {
		for _, p := range b.Parties.All() {
			if need.Partner(p) && p.Registered.Party != v.Owner && !b.Shown.To(v.ID, p.Registered.Party) {
				v.partners = append(v.partners, web.Option{Value: string(p.Registered.Party), Text: p.NameIn(string(l))})
			}
		}
	})
	slices.SortFunc(v.partners, func(a, b web.Option) int { return strings.Compare(a.Text, b.Text) })
	v.key = newKey()
	v.Page = h.page(r, web.T(l, "need.shown.title", "id", v.ID), tlp.AmberStrict,
		web.Crumb{Text: string(v.ID), Href: href(v.ID, "")}, web.Crumb{Text: web.T(l, "need.shown")})
	return web.RenderAs(w, r, status, v.Page, shownPage(v))
}

func (h *Handler) shownTo(ctx context.Context, l web.Lang, id need.ID) (rows []shownRow, err error) {
	h.View(func(b Books) {
		for _, s := range b.Shown.Of(id) {
			p, _ := b.Parties.Get(s.Party)
			rows = append(rows, shownRow{Showing: s, name: p.NameIn(string(l))})
		}
	})
	for i := range rows {
		if rows[i].document, err = h.words(ctx, l, rows[i].Document); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// showWeakness serves POST /needs/{id}/weakness.
func (h *Handler) showWeakness(w http.ResponseWriter, r *http.Request) error {
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	in := ShowingJSON{Party: r.PostFormValue("party"), Basis: r.PostFormValue("basis"), Document: r.PostFormValue("document")}
	res, err := Result{}, error(nil)
	if hide := r.PostFormValue("hide"); hide != "" {
		res, err = h.hide(r.Context(), a.ID, r.PostFormValue("key"), party.ID(hide))
	} else {
		res, err = h.reveal(r.Context(), a.ID, r.PostFormValue("key"), in)
	}
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		return h.renderShown(w, r, web.Status(err), shownView{party: in.Party, basis: in.Basis, document: in.Document, refusal: err})
	}
	if err != nil {
		return err
	}
	q := url.Values{"done": {"shown"}}
	if res.Repeated {
		q.Set("was", "repeated")
	}
	http.Redirect(w, r, href(a.ID, "/weakness?"+q.Encode()), http.StatusSeeOther)
	return nil
}

// mostDocument bounds the name of a document, in bytes.
const mostDocument = 500

// reveal lets a partner read the weakness of need id.
func (h *Handler) reveal(ctx context.Context, id need.ID, key string, in ShowingJSON) (Result, error) {
	by := h.Reader(ctx).Seat.ID
	in.Document = strings.TrimSpace(in.Document)
	c := Command{ID: key, Op: "need.show_weakness", Need: id, Args: []string{string(id), in.Party, in.Basis, in.Document}}
	return h.Decide(ctx, c, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, by)
		if err != nil {
			return nil, err
		}
		p, _ := b.Parties.Get(party.ID(in.Party))
		document := sealed
		if in.Document == "" || len(in.Document) > mostDocument {
			return nil, need.ErrBasis
		}
		if _, err := b.Shown.Show(n, s, tx.Now(), p, need.Basis(in.Basis), document); err != nil {
			return nil, err
		}
		if document, err = tx.Text(in.Document); err != nil {
			return nil, err
		}
		return b.Shown.Show(n, s, tx.Now(), p, need.Basis(in.Basis), document)
	})
}

// hide ends that a partner reads it.
func (h *Handler) hide(ctx context.Context, id need.ID, key string, to party.ID) (Result, error) {
	by := h.Reader(ctx).Seat.ID
	c := Command{ID: key, Op: "need.hide_weakness", Need: id, Args: []string{string(id), string(to)}}
	return h.Decide(ctx, c, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, by)
		if err != nil {
			return nil, err
		}
		return b.Shown.Hide(n, s, tx.Now(), to)
	})
}

// ShowingJSON lets a partner read a need's weakness.
type ShowingJSON struct {
	Party    string `json:"party" doc:"Id of the partner"`
	Basis    string `json:"basis" enum:"consent,agreement,law" doc:"The kind of legal basis"`
	Document string `json:"document" minLength:"1" maxLength:"500" doc:"The decision, agreement or act, by its date and number"`
	Since    string `json:"since,omitempty" doc:"Told; not needed when sent"`
}

// ShownJSON are the partners who may read a need's weakness.
type ShownJSON struct {
	Need  string        `json:"need"`
	Shown []ShowingJSON `json:"shown"`
}

type (
	showInput struct {
		NeedInput
		KeyInput
		Body ShowingJSON
	}
	hideInput struct {
		NeedInput
		KeyInput
		Body HidingJSON
	}
	shownOutput struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     ShownJSON
	}
)

// HidingJSON ends that a partner reads a need's weakness.
type HidingJSON struct {
	Party string `json:"party" doc:"Id of the partner"`
}

func (h *Handler) apiShown(ctx context.Context, in *NeedInput) (*shownOutput, error) {
	a, err := h.seen(ctx, *in)
	if err != nil {
		return nil, err
	}
	if !a.mine() {
		return nil, web.ErrNotFound
	}
	return h.shownAnswer(ctx, in.Lang(), a.ID, Result{})
}

func (h *Handler) shownAnswer(ctx context.Context, l web.Lang, id need.ID, res Result) (*shownOutput, error) {
	rows, err := h.shownTo(ctx, l, id)
	if err != nil {
		return nil, err
	}
	out := &shownOutput{Body: ShownJSON{Need: string(id), Shown: []ShowingJSON{}}}
	for _, x := range rows {
		out.Body.Shown = append(out.Body.Shown, ShowingJSON{string(x.Party), string(x.Basis), x.document, x.At.Format(time.RFC3339)})
	}
	if res.Repeated {
		out.Repeated = "true"
	}
	return out, nil
}

func (h *Handler) apiShow(ctx context.Context, in *showInput) (*shownOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	res, err := h.reveal(ctx, a.ID, in.Key, in.Body)
	if err != nil {
		return nil, err
	}
	return h.shownAnswer(ctx, in.Lang(), a.ID, res)
}

func (h *Handler) apiHide(ctx context.Context, in *hideInput) (*shownOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	res, err := h.hide(ctx, a.ID, in.Key, party.ID(in.Body.Party))
	if err != nil {
		return nil, err
	}
	return h.shownAnswer(ctx, in.Lang(), a.ID, res)
}
