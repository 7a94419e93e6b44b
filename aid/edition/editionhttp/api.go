package editionhttp

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/edition"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/api"
)

// maxBody bounds what a program sends, in bytes.
const maxBody = 4 << 10

// EditionJSON is an edition in the API. What a reader may not see is absent.
type EditionJSON struct {
	ID       string             `json:"id"`
	Number   int                `json:"number,omitzero" doc:"Once it is released; its permanent address is /editions/ and this"`
	State    string             `json:"state" enum:"clearing,ready,released,withdrawn"`
	AsOf     string             `json:"as_of"`
	KnownAt  int64              `json:"known_at" doc:"Position of the last fact that was taken into account"`
	Until    string             `json:"until" doc:"By when the parties clear their figures, UTC"`
	Released string             `json:"released,omitempty" doc:"When, UTC"`
	Signed   []string           `json:"signed,omitempty" doc:"The sides that have signed: parties. Of a draft, for those who draft and release"`
	Digest   string             `json:"digest,omitempty" doc:"SHA-256 of the content, which co-chairs sign"`
	Asked    []EditionAskedJSON `json:"asked,omitempty" doc:"Of a draft, for those who draft and release"`
	Own      *EditionOwnJSON    `json:"own,omitempty" doc:"Of a draft, for a party that is asked"`
	Content  *EditionBodyJSON   `json:"content,omitempty" doc:"What it says; of a draft, for those who draft and release"`
	Fact     int64              `json:"fact" doc:"Of its draft, or of its release"`
}

// EditionAskedJSON is how a party has answered.
type EditionAskedJSON struct {
	Party string `json:"party"`
	Mode  string `json:"mode,omitempty" enum:"row,total,more,nothing" doc:"Absent: it is silent"`
	Floor string `json:"floor,omitempty"`
}

// EditionOwnJSON is what a party is asked to clear.
type EditionOwnJSON struct {
	Party string           `json:"party"`
	Sum   string           `json:"sum_eur" doc:"What its rows come to"`
	Mode  string           `json:"mode,omitempty" enum:"row,total,more,nothing" doc:"Absent: it has not answered"`
	Rows  []EditionRowJSON `json:"rows"`
}

// EditionRowJSON is a flow, or what one provider gave first of it for one year.
type EditionRowJSON struct {
	Flow     string            `json:"flow"`
	Provider string            `json:"provider"`
	Receiver string            `json:"receiver,omitempty" doc:"Absent: not named"`
	Line     string            `json:"line,omitempty" doc:"Absent: not broken down"`
	Year     int               `json:"year,omitzero" doc:"Absent: not stated"`
	Status   string            `json:"status" enum:"pledge,commitment,paid"`
	On       string            `json:"on"`
	Spoken   EditionSpokenJSON `json:"spoken"`
	Value    string            `json:"value_eur,omitempty" doc:"Unrounded; absent: no rate, and in no sum"`
}

// EditionSpokenJSON is an amount in the currency that was spoken.
type EditionSpokenJSON struct {
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

// EditionBodyJSON is all that an edition says, in euros and unrounded.
type EditionBodyJSON struct {
	Notice   string            `json:"notice"`
	Total    string            `json:"total"`
	Least    bool              `json:"least,omitzero" required:"false" doc:"The total is more than this"`
	Partners []EditionPartJSON `json:"partners"`
	Lines    []EditionPartJSON `json:"lines" doc:"Empty: not broken down, for the disclosure rule"`
	Years    []EditionPartJSON `json:"years" doc:"Empty: not broken down, for the disclosure rule"`
	Whole    string            `json:"whole,omitempty" doc:"Of the total, what is stated as more than and by no line and year"`
	Unstated int               `json:"unstated,omitzero" required:"false" doc:"Parties that were asked and of which nothing is stated"`
	HeldBack int               `json:"held_back,omitzero" required:"false" doc:"Of these, those whose word the disclosure rule does not let be followed"`
	Since    *EditionSinceJSON `json:"since,omitempty" doc:"Absent: the first"`
	Rows     []EditionRowJSON  `json:"rows" doc:"Of those who cleared them"`
}

// EditionPartJSON is what parties, lines, years or reasons come to.
type EditionPartJSON struct {
	Of    []string `json:"of" doc:"One, or several together"`
	Mode  string   `json:"mode,omitempty" enum:"row,total,more" doc:"Of a party"`
	Value string   `json:"value" doc:"Of more, what it is more than; of a change, with its sign"`
}

// EditionSinceJSON says why the total differs from the last edition's.
type EditionSinceJSON struct {
	Number int               `json:"number"`
	AsOf   string            `json:"as_of"`
	Total  string            `json:"total"`
	By     []EditionPartJSON `json:"by" doc:"By reason: new, corrected, reclassified, rate, clearance"`
}

// EditionKey names a command. It is exported because huma fills in nothing else.
type EditionKey struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
}

type (
	// EditionInput names an edition.
	EditionInput struct {
		api.LangInput
		ID string `path:"id" maxLength:"20" example:"1" doc:"Its number, or the id of a draft"`
	}
	editionsInput struct {
		api.PageInput
		api.LangInput
	}
	draftEditionInput struct {
		api.LangInput
		EditionKey
		Body struct {
			AsOf  string    `json:"as_of" example:"2026-06-30"`
			Until time.Time `json:"until" doc:"By when the parties clear their figures: from 1 hour to 60 days"`
		}
	}
	clearEditionInput struct {
		EditionInput
		EditionKey
		Body struct {
			Mode  string `json:"mode" enum:"row,total,more,nothing"`
			Floor string `json:"floor,omitempty" doc:"Of more: an amount in euros that is less than the party's total" example:"5000000"`
		}
	}
	signEditionInput struct {
		EditionInput
		EditionKey
		Body struct {
			Digest string `json:"digest" doc:"Of the content that was read" maxLength:"64"`
		}
	}
	withdrawEditionInput struct {
		EditionInput
		EditionKey
		Body struct {
			Why string `json:"why" enum:"mistaken,outdated,refused"`
		}
	}
	editionsOutput struct{ Body api.List[EditionJSON] }
	editionOutput  struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     EditionJSON
	}
)

// API adds the editions' operations.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/editions", "list-editions", "Released editions of the public statement, and drafts that the seat has a part in", h.apiList)
	api.Get(a, "/editions/{id}", "get-edition", "An edition by its number, or a draft by its id", h.apiShow)
	api.Post(a, "/editions", "draft-edition", "Draft an edition, for the front office", maxBody, h.Gate, h.apiDraft)
	api.Post(a, "/editions/{id}/clearances", "clear-edition", "Say how the figures of the seat's party are stated", maxBody, h.Gate, h.apiClear)
	api.Post(a, "/editions/{id}/signatures", "sign-edition", "Sign an edition, for a co-chair; the second side's releases it", maxBody, h.Gate, h.apiSign)
	api.Post(a, "/editions/{id}/withdrawals", "withdraw-edition", "Withdraw a draft, for the front office or a co-chair", maxBody, h.Gate, h.apiWithdraw)
}

func (h *Handler) apiList(ctx context.Context, in *editionsInput) (*editionsOutput, error) {
	rd := h.Reader(ctx)
	var ids []string
	h.View(func(b Books) {
		for _, e := range b.Editions.Released() {
			ids = append(ids, string(e.Edition))
		}
		for _, e := range b.Editions.Drafts() {
			if h.sees(rd, e) {
				ids = append(ids, string(e.Edition))
			}
		}
	})
	cut, err := api.Cut(ids, in.PageInput)
	if err != nil {
		return nil, err
	}
	out := &editionsOutput{Body: api.List[EditionJSON]{Items: []EditionJSON{}, Next: cut.Next, Total: cut.Total}}
	for _, id := range cut.Items {
		v, err := h.one(ctx, id)
		if err != nil {
			return nil, err
		}
		e := v.json(in.Lang())
		if e.Content != nil {
			e.Content.Rows = []EditionRowJSON{} // the edition's own address has them
		}
		out.Body.Items = append(out.Body.Items, e)
	}
	return out, nil
}

func (h *Handler) apiShow(ctx context.Context, in *EditionInput) (*editionOutput, error) {
	v, err := h.one(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &editionOutput{Body: v.json(in.Lang())}, nil
}

func (h *Handler) did(ctx context.Context, l web.Lang, key string, d Deed) (*editionOutput, error) {
	res, err := h.Do(ctx, key, d)
	if err != nil {
		return nil, err
	}
	v, err := h.one(ctx, string(res.Edition))
	if err != nil {
		return nil, err
	}
	out := &editionOutput{Body: v.json(l)}
	if res.Repeated {
		out.Repeated = "true"
	}
	return out, nil
}

func (h *Handler) apiDraft(ctx context.Context, in *draftEditionInput) (*editionOutput, error) {
	return h.did(ctx, in.Lang(), in.Key, Deed{Act: Draft, AsOf: in.Body.AsOf, Until: in.Body.Until})
}

// onDraft does d with the edition that in names, if the reader may see it.
func (h *Handler) onDraft(ctx context.Context, in EditionInput, key string, d Deed) (*editionOutput, error) {
	v, err := h.one(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	d.Edition = v.Edition.Edition
	return h.did(ctx, in.Lang(), key, d)
}

func (h *Handler) apiClear(ctx context.Context, in *clearEditionInput) (*editionOutput, error) {
	d := Deed{Act: Clear, Mode: edition.Mode(in.Body.Mode)}
	if in.Body.Floor != "" {
		a, err := money.ParseAmount(in.Body.Floor, edition.Currency)
		if err != nil {
			return nil, err
		}
		d.Floor = &a
	}
	return h.onDraft(ctx, in.EditionInput, in.Key, d)
}

func (h *Handler) apiSign(ctx context.Context, in *signEditionInput) (*editionOutput, error) {
	return h.onDraft(ctx, in.EditionInput, in.Key, Deed{Act: Sign, Content: in.Body.Digest})
}

func (h *Handler) apiWithdraw(ctx context.Context, in *withdrawEditionInput) (*editionOutput, error) {
	return h.onDraft(ctx, in.EditionInput, in.Key, Deed{Act: Withdraw, Why: edition.Why(in.Body.Why)})
}

func (v one) state() string {
	switch {
	case v.Released != nil:
		return "released"
	case v.Withdrawn != nil:
		return "withdrawn"
	case v.Ready(v.now):
		return "ready"
	}
	return "clearing"
}

func (v one) json(l web.Lang) EditionJSON {
	out := EditionJSON{ID: string(v.Edition.Edition), State: v.state(), AsOf: v.AsOf, KnownAt: int64(v.Known),
		Until: v.Until.UTC().Format(time.RFC3339), Digest: v.digest, Fact: int64(v.Pos)}
	if v.Released != nil {
		out.Number, out.Released, out.Fact = v.Released.Number, v.On.UTC().Format(time.RFC3339), int64(v.ByPos)
	}
	if v.Released != nil || v.desk {
		for _, s := range v.Signed {
			out.Signed = append(out.Signed, string(s.Party))
		}
		out.Content = bodyJSON(l, v.content)
	}
	if v.Released != nil {
		return out
	}
	if v.desk {
		for _, id := range v.asked {
			out.Asked = append(out.Asked, v.answer(id))
		}
	}
	if v.part {
		out.Own = &EditionOwnJSON{Party: string(v.seat.Holder), Sum: v.ownSum.String(), Mode: v.answer(v.seat.Holder).Mode, Rows: rowsJSON(v.own)}
	}
	return out
}

func (v one) answer(id party.ID) EditionAskedJSON {
	out := EditionAskedJSON{Party: string(id)}
	if c, said := v.Cleared[id]; said {
		out.Mode = string(c.Mode)
		if c.Floor != nil {
			out.Floor = c.Floor.Value()
		}
	}
	return out
}

func rowsJSON(rows []edition.Row) []EditionRowJSON {
	out := make([]EditionRowJSON, 0, len(rows))
	for _, r := range rows {
		out = append(out, EditionRowJSON{Flow: string(r.Flow), Provider: string(r.Provider), Receiver: string(r.Receiver), Line: string(r.Line),
			Year: r.Year, Status: string(r.Status), On: string(r.On), Spoken: EditionSpokenJSON{r.Spoken.Value(), string(r.Spoken.Currency())}, Value: r.Value})
	}
	return out
}

func bodyJSON(l web.Lang, c edition.Content) *EditionBodyJSON {
	out := &EditionBodyJSON{Notice: web.T(l, "site.disclaimer"), Total: c.Total, Least: c.Least, Whole: c.Whole, Unstated: c.Unstated, HeldBack: c.HeldBack,
		Partners: []EditionPartJSON{}, Lines: partsJSON(c.Lines), Years: partsJSON(c.Years), Rows: rowsJSON(c.Rows)}
	for _, p := range c.Partners {
		out.Partners = append(out.Partners, EditionPartJSON{Of: []string{string(p.Party)}, Mode: string(p.Mode), Value: p.Value})
	}
	if c.Since != nil {
		out.Since = &EditionSinceJSON{Number: c.Since.Number, AsOf: c.Since.AsOf, Total: c.Since.Total, By: []EditionPartJSON{}}
		for _, ch := range c.Since.By {
			p := EditionPartJSON{Value: ch.Value}
			for _, r := range ch.Of {
				p.Of = append(p.Of, string(r))
			}
			if ch.Less {
				p.Value = "-" + p.Value
			}
			out.Since.By = append(out.Since.By, p)
		}
	}
	return out
}

func partsJSON(parts []edition.Part) []EditionPartJSON {
	out := []EditionPartJSON{}
	for _, p := range parts {
		out = append(out, EditionPartJSON{Of: p.Of, Value: p.Value})
	}
	return out
}

// Describe says a fact of an edition in one sentence. It is false for facts of
// other nouns.
func Describe(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case edition.Drafted:
		return web.T(l, "edition.fact.drafted", "edition", b.Edition, "date", web.Date(l, fact.Date(b.AsOf))), true
	case edition.Cleared:
		return web.T(l, "edition.fact.cleared", "edition", b.Edition, "party", name(b.Party)), true
	case edition.Signed:
		return web.T(l, "edition.fact.signed", "edition", b.Edition, "party", name(b.Party)), true
	case edition.Released:
		return web.T(l, "edition.fact.released", "n", b.Number, "date", web.Date(l, fact.Date(b.Content.AsOf))), true
	case edition.Withdrawn:
		return web.T(l, "edition.fact.withdrawn", "edition", b.Edition), true
	}
	return "", false
}
