package recordhttp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/web"
	"tallinn/web/api"
)

// A FactJSON is one fact in the API.
type FactJSON struct {
	Pos      int64     `json:"pos" doc:"Place in the one order, gap-free from 0"`
	At       time.Time `json:"at" doc:"When it was recorded, UTC"`
	Kind     string    `json:"kind"`
	By       string    `json:"by" doc:"The person or machine, opaque"`
	Seat     string    `json:"seat,omitempty"`
	Streams  []string  `json:"streams" doc:"The histories it belongs to; the first is home"`
	Realm    string    `json:"realm" enum:"real,exercise"`
	Marking  string    `json:"marking"`
	Figure   bool      `json:"figure" doc:"Whether it may change a public figure"`
	Sentence string    `json:"sentence" doc:"The fact as a person would read it, in the reader's language"`
	SHA256   string    `json:"sha256" doc:"Of the exact bytes"`
	Raw      string    `json:"raw" doc:"The exact bytes (RFC 8785 canonical JSON), as a string"`
}

func (h *Handler) json(l web.Lang, k record.Kept) FactJSON {
	sum, f := sha256.Sum256(k.Raw), k.Fact
	return FactJSON{Pos: int64(f.Pos), At: f.At, Kind: f.Kind, By: f.By, Seat: f.Seat, Streams: f.Streams,
		Realm: string(f.Realm), Marking: f.Marking.String(), Figure: f.Figure,
		Sentence: h.Describe(l, f), SHA256: hex.EncodeToString(sum[:]), Raw: string(k.Raw)}
}

// A factsInput asks for facts in order of position.
type factsInput struct {
	api.LangInput
	From  int64 `query:"from" minimum:"0" default:"0" doc:"The first position wanted"`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"How many at most"`
}

type factsOutput struct {
	Body struct {
		Items []FactJSON `json:"items" doc:"In order of position"`
		Next  string     `json:"next,omitempty" doc:"Give it as from to read on"`
		Head  int64      `json:"head" doc:"The last position, -1 when there is no fact"`
	}
}

type factInput struct {
	api.LangInput
	Pos int64 `path:"pos" minimum:"0"`
}

type factOutput struct{ Body FactJSON }

// API adds the record's operations.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/facts", "list-facts", "Facts in the order they were recorded", h.apiList)
	api.Get(a, "/facts/{pos}", "get-fact", "One fact with its exact bytes", h.apiShow)
}

func (h *Handler) apiList(ctx context.Context, in *factsInput) (*factsOutput, error) {
	kept, err := h.Record.Facts(ctx, fact.Pos(in.From), in.Limit)
	if err != nil {
		return nil, err
	}
	out := &factsOutput{}
	out.Body.Items = make([]FactJSON, 0, len(kept))
	out.Body.Head = int64(h.Record.Head())
	for _, k := range kept {
		if h.Public(k.Fact) {
			out.Body.Items = append(out.Body.Items, h.json(in.Lang(), k))
		}
	}
	if next := in.From + int64(len(kept)); len(kept) > 0 && next <= out.Body.Head {
		out.Body.Next = strconv.FormatInt(next, 10)
	}
	return out, nil
}

func (h *Handler) apiShow(ctx context.Context, in *factInput) (*factOutput, error) {
	raw, f, err := h.one(ctx, strconv.FormatInt(in.Pos, 10))
	if err != nil {
		return nil, err
	}
	return &factOutput{h.json(in.Lang(), record.Kept{Raw: raw, Fact: f})}, nil
}
