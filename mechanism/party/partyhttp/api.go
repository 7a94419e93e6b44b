package partyhttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/query"
)

// PartyJSON is a party in the API.
type PartyJSON struct {
	ID          string           `json:"id" doc:"An ISO 3166 code for a state, else a short name"`
	Type        string           `json:"type" enum:"state,organisation,body,account,company,class"`
	Name        string           `json:"name"`
	NameUk      string           `json:"name_uk,omitempty"`
	Country     string           `json:"country,omitempty" doc:"ISO 3166 code of the state it belongs to; absent when of none or several"`
	Inside      bool             `json:"inside" doc:"Whether it is inside boundary mechanism: Ukrainian, or a programme account"`
	Member      *MembershipJSON  `json:"member,omitempty" doc:"The membership held on the day asked for; absent when none was"`
	Memberships []MembershipJSON `json:"memberships,omitempty" doc:"Every membership, in order of record"`
	Sort        string           `json:"sort,omitempty" doc:"Of a body: office, group, system, fund"`
	Place       string           `json:"place,omitempty"`
	Function    string           `json:"function,omitempty"`
	Composition string           `json:"composition,omitempty" doc:"Absent: not published"`
	ExistsSince string           `json:"exists_since,omitempty" doc:"YYYY, YYYY-MM or YYYY-MM-DD"`
	Source      fact.Source      `json:"source"`
	Fact        int64            `json:"fact" doc:"Position of the fact that registered it"`
	History     []int64          `json:"history" doc:"Positions of every fact of it"`
}

// MembershipJSON is a membership in the API.
type MembershipJSON struct {
	Role      string      `json:"role" enum:"partner,recipient member,observer"`
	Since     string      `json:"since" doc:"YYYY, YYYY-MM or YYYY-MM-DD"`
	Precision string      `json:"since_precision" enum:"day,by" doc:"day: joined then; by: first seen as a member by then"`
	Note      string      `json:"note,omitempty"`
	Source    fact.Source `json:"source"`
	Fact      int64       `json:"fact"`
}

type listInput struct {
	api.LangInput
	api.PageInput
	Type string `query:"type" doc:"state, organisation, body, account, company or class"`
	Role string `query:"role" doc:"partner, recipient member or observer; member for any of them, none for the others"`
	AsOf string `query:"as_of" doc:"A day, YYYY-MM-DD; absent: today" example:"2024-12-20"`
}

type listOutput struct{ Body api.List[PartyJSON] }

type itemInput struct {
	api.LangInput
	ID   string `path:"id" example:"EE"`
	AsOf string `query:"as_of" doc:"A day, YYYY-MM-DD; absent: today" example:"2024-12-20"`
}

type itemOutput struct{ Body PartyJSON }

// API adds the operations on parties.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/parties", "list-parties", "Parties by id, with the membership each held on a day", h.apiList)
	api.Get(a, "/parties/{id}", "get-party", "One party with its memberships", h.apiShow)
}

func (h *Handler) apiList(ctx context.Context, in *listInput) (*listOutput, error) {
	f, err := h.filter(in.Type, in.Role, in.AsOf)
	if err != nil {
		return nil, err
	}
	page, err := api.Cut(h.gather(ctx, f).entries, in.PageInput)
	if err != nil {
		return nil, err
	}
	out := &listOutput{api.List[PartyJSON]{Items: make([]PartyJSON, 0, len(page.Items)), Next: page.Next, Total: page.Total}}
	for _, e := range page.Items {
		out.Body.Items = append(out.Body.Items, e.json())
	}
	return out, nil
}

func (h *Handler) apiShow(ctx context.Context, in *itemInput) (*itemOutput, error) {
	day, err := query.Day(in.AsOf, h.Now())
	if err != nil {
		return nil, err
	}
	e, ok := h.one(ctx, party.ID(in.ID), day)
	if !ok {
		return nil, web.ErrNotFound
	}
	return &itemOutput{e.json()}, nil
}

func (e entry) json() PartyJSON {
	out := PartyJSON{ID: string(e.id()), Type: string(e.Type), Name: e.Name, NameUk: e.NameUk, Country: e.Country,
		Inside: e.Inside(), Sort: e.Sort, Place: e.Place, Function: e.Function, Composition: e.Composition,
		ExistsSince: string(e.On), Source: e.Source, Fact: int64(e.Pos), History: positions(e.History)}
	if e.isMember {
		m := membership(e.member)
		out.Member = &m
	}
	for _, m := range e.Memberships {
		out.Memberships = append(out.Memberships, membership(m))
	}
	return out
}

func membership(m party.Membership) MembershipJSON {
	return MembershipJSON{Role: string(m.Role), Since: string(m.On), Precision: string(m.Precision),
		Note: m.Note, Source: m.Source, Fact: int64(m.Pos)}
}

func positions(list []fact.Pos) []int64 {
	out := make([]int64, len(list))
	for i, pos := range list {
		out[i] = int64(pos)
	}
	return out
}
