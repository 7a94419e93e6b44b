package searchhttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/search"
	"tallinn/web/api"
)

// HitJSON is a thing that was found, as its reader may see it.
type HitJSON struct {
	ID      string `json:"id,omitempty" example:"N-0417"`
	Kind    string `json:"kind" enum:"need,offer,reservation,flow,mention,project,party,seat,procedure,page"`
	Title   string `json:"title"`
	Note    string `json:"note,omitempty" doc:"Whose it is, or how much"`
	Snippet string `json:"snippet,omitempty" doc:"Where the words stand that were found, when that is not the title"`
	Marking string `json:"marking" enum:"TLP:CLEAR,TLP:GREEN,TLP:AMBER,TLP:AMBER+STRICT,TLP:RED"`
	Href    string `json:"href" doc:"Its page"`
}

// KindJSON is how many things of a kind were found.
type KindJSON struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// FoundJSON is what a search found.
type FoundJSON struct {
	Items    []HitJSON  `json:"items" doc:"The best first"`
	Kinds    []KindJSON `json:"kinds" doc:"How many there are of each kind"`
	Total    int        `json:"total" doc:"How many there are of all kinds"`
	Complete bool       `json:"complete" doc:"false: what was recorded just now, or before the hub started a moment ago, may be missing"`
}

type (
	searchInput struct {
		api.LangInput
		Q     string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"Words, each as it begins or in any of its forms, in English or Ukrainian; an id such as N-0417; an amount as it is written"`
		Kind  string `query:"kind" enum:"need,offer,reservation,flow,mention,project,party,seat,procedure,page" doc:"Only things of this kind"`
		Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many items at most"`
	}
	searchOutput struct{ Body FoundJSON }
)

// API adds the operation of search.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/search", "search", "Things that the sender may see, by their words", h.apiSearch)
}

func (h *Handler) apiSearch(ctx context.Context, in *searchInput) (*searchOutput, error) {
	q := search.Parse(in.Q)
	out := &searchOutput{FoundJSON{Items: []HitJSON{}, Kinds: []KindJSON{}, Complete: true}}
	if q.Empty() || q.Short() {
		return out, nil
	}
	found, err := h.Find(ctx, Ask{Lang: in.Lang(), Query: q, Kind: in.Kind, Most: in.Limit, Whole: true})
	if err != nil {
		return nil, err
	}
	for _, x := range found.Hits {
		out.Body.Items = append(out.Body.Items, HitJSON{ID: x.ID, Kind: x.Kind, Title: x.Title, Note: x.Note,
			Snippet: snippet(q, x.Texts), Marking: x.Marking.String(), Href: x.Href})
	}
	for _, k := range Kinds {
		if n := found.Kinds[k]; n > 0 {
			out.Body.Kinds = append(out.Body.Kinds, KindJSON{k, n})
		}
	}
	out.Body.Total, out.Body.Complete = found.All, !found.Behind
	return out, nil
}
