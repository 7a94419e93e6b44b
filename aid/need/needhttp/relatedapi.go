package needhttp

import (
	"context"

	"tallinn/aid/need"
	"tallinn/web/api"
)

// RelationJSON says how a need is to another.
type RelationJSON struct {
	Other    string `json:"other" example:"N-0417"`
	Relation string `json:"relation" enum:"same,related,different"`
}

// LikelyJSON is a need that may ask for the same.
type LikelyJSON struct {
	HeadJSON
	Share    float64 `json:"share,omitempty,omitzero" doc:"How much of the text it shares, 0 to 1"`
	Relation string  `json:"relation,omitempty" enum:"same,related,different" doc:"What was said of the two"`
}

// AlikeJSON are the needs beside one that the sender may see.
type AlikeJSON struct {
	Related []LikelyJSON `json:"related" doc:"Of which it was said how they are to it"`
	Likely  []LikelyJSON `json:"likely" doc:"That look alike, and of which nobody has said anything; the likest first"`
}

type (
	likelyInput struct {
		api.LangInput
		NeedTextInput
	}
	// NeedTextInput is a need as far as it is written.
	NeedTextInput struct {
		Body struct {
			Title   string   `json:"title" maxLength:"150"`
			Summary string   `json:"summary,omitempty" maxLength:"4000"`
			Line    string   `json:"line,omitempty"`
			Sector  string   `json:"sector,omitempty"`
			Goods   []string `json:"goods,omitempty" maxItems:"20" doc:"Of the catalogue, such as edr_seats"`
		}
	}
	relateInput struct {
		NeedInput
		KeyInput
		Body RelationJSON
	}
	alikeOutput struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     AlikeJSON
	}
)

func (h *Handler) apiLikely(ctx context.Context, in *likelyInput) (*alikeOutput, error) {
	if _, err := h.maySubmit(ctx); err != nil {
		return nil, err
	}
	f := form{Title: in.Body.Title, Summary: in.Body.Summary, Line: in.Body.Line, Sector: in.Body.Sector}
	for _, g := range in.Body.Goods {
		f.Lots = append(f.Lots, lotForm{What: g})
	}
	list, err := h.likely(ctx, in.Lang(), f, shownShare)
	return &alikeOutput{Body: AlikeJSON{Related: []LikelyJSON{}, Likely: h.likelyJSON(list)}}, err
}

func (h *Handler) likelyJSON(list []candidate) []LikelyJSON {
	out := make([]LikelyJSON, 0, len(list))
	for _, c := range list {
		out = append(out, LikelyJSON{HeadJSON: c.json(h.Now()), Share: float64(int(c.share*100)) / 100, Relation: string(c.said)})
	}
	return out
}

func (h *Handler) apiRelated(ctx context.Context, in *NeedInput) (*alikeOutput, error) {
	a, err := h.one(ctx, in.Lang(), need.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return h.alike(ctx, *in, a, Result{})
}

func (h *Handler) alike(ctx context.Context, in NeedInput, a account, res Result) (*alikeOutput, error) {
	ties, err := h.tied(ctx, in.Lang(), a)
	if err != nil {
		return nil, err
	}
	like, err := h.likeThis(ctx, in.Lang(), a)
	if err != nil {
		return nil, err
	}
	out := &alikeOutput{Body: AlikeJSON{Related: h.likelyJSON(ties), Likely: h.likelyJSON(like)}}
	if res.Repeated {
		out.Repeated = "true"
	}
	return out, nil
}

func (h *Handler) apiRelate(ctx context.Context, in *relateInput) (*alikeOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	res, err := h.say(ctx, a.ID, in.Key, relation{in.Body.Other, in.Body.Relation})
	if err != nil {
		return nil, err
	}
	if a, err = h.one(ctx, in.Lang(), a.ID); err != nil {
		return nil, err
	}
	return h.alike(ctx, in.NeedInput, a, res)
}
