package flowhttp

import (
	"context"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/query"
)

// MoneyJSON is an exact amount in the API.
type MoneyJSON struct {
	Currency string `json:"currency" doc:"ISO 4217 code"`
	Value    string `json:"value" doc:"Decimal digits, never a binary fraction" example:"135000000.00"`
}

// PartyNameJSON names a party in the API.
type PartyNameJSON struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	NameUk string `json:"name_uk,omitempty"`
}

// PortionJSON is what was given for one year.
type PortionJSON struct {
	Year   int       `json:"year"`
	Amount MoneyJSON `json:"amount"`
}

// RateUsedJSON is the reference rate that a conversion used.
type RateUsedJSON struct {
	Rate     string      `json:"rate" doc:"Units of currency for one of base, as published"`
	Currency string      `json:"currency"`
	Base     string      `json:"base"`
	On       string      `json:"on" doc:"The last day with a rate on or before the day of the flow"`
	Issuer   string      `json:"issuer"`
	Fact     int64       `json:"fact"`
	Source   fact.Source `json:"source"`
}

// ConvertedJSON is an amount converted to euros.
type ConvertedJSON struct {
	MoneyJSON
	Exact string        `json:"exact" doc:"With 12 decimals; value is rounded half to even"`
	Rate  *RateUsedJSON `json:"rate,omitempty" doc:"Absent when the amount was spoken in euros"`
}

// AdvanceJSON is a move of a flow's status.
type AdvanceJSON struct {
	Status string     `json:"status" enum:"commitment,paid"`
	On     string     `json:"on"`
	Said   *flow.Said `json:"said,omitempty"`
	Fact   int64      `json:"fact"`
}

// FlowJSON is a flow in the API.
type FlowJSON struct {
	ID            string         `json:"id"`
	Provider      PartyNameJSON  `json:"provider"`
	Receiver      PartyNameJSON  `json:"receiver"`
	Amount        MoneyJSON      `json:"amount" doc:"As it was spoken"`
	Status        string         `json:"status" enum:"pledge,commitment,paid" doc:"On the day asked for"`
	Basis         string         `json:"basis" enum:"provider,receiver,both,published,implementer" doc:"published: imported from a public source, not confirmed here"`
	Scope         string         `json:"scope" enum:"mechanism,before launch,military,satellite"`
	Line          string         `json:"line,omitempty" doc:"Absent: not broken down"`
	On            string         `json:"on" doc:"Decided or announced: YYYY, YYYY-MM or YYYY-MM-DD"`
	Moved         string         `json:"moved,omitempty"`
	FirstReported string         `json:"first_reported,omitempty"`
	Portions      []PortionJSON  `json:"portions,omitempty" doc:"By year; absent: year not stated"`
	Crossing      string         `json:"crossing" enum:"incoming,internal,outgoing,outside" doc:"How it lies to boundary mechanism"`
	Counted       bool           `json:"counted" doc:"Whether it is in the total of boundary mechanism"`
	Verdict       string         `json:"verdict" enum:"counted,no_rate,pledge,scope,internal,outgoing,outside,later,withdrawn,denied,no_value,again" doc:"Why it is counted, or is not"`
	Figures       []string       `json:"figures,omitempty" doc:"Names of the figures of the statement that it stands in"`
	Converted     *ConvertedJSON `json:"converted,omitempty" doc:"Absent: no rate, left out of the total"`
	Advances      []AdvanceJSON  `json:"advances,omitempty"`
	Said          *flow.Said     `json:"said,omitempty" doc:"The public wording that a published flow rests on"`
	Withdrawn     bool           `json:"withdrawn"`
	Counts        *MoneyJSON     `json:"counts,omitempty" doc:"What of it counts by what its sides say; absent: in kind and without a value"`
	Open          bool           `json:"open" doc:"Its sides do not say the same; the smaller counts"`
	Words         []WordJSON     `json:"words,omitempty" doc:"What its sides say"`
	PaidBy        []LinkJSON     `json:"paid_by,omitempty" doc:"The flows that pay for it"`
	PaysFor       []LinkJSON     `json:"pays_for,omitempty" doc:"The flows that it pays for"`
	Held          *MoneyJSON     `json:"held,omitempty" doc:"What its receiver has not passed on, where anything was"`
	Goods         *GoodsJSON     `json:"goods,omitempty"`
	Implementer   string         `json:"implementer,omitempty"`
	Reference     string         `json:"reference,omitempty"`
	Into          string         `json:"into,omitempty" doc:"The flow that it turned out to be"`
	Fact          int64          `json:"fact" doc:"Position of the fact that recorded it"`
	History       []int64        `json:"history" doc:"Positions of every fact of it"`
}

// MentionJSON is a public mention in the API: something said that is no flow.
type MentionJSON struct {
	ID        string          `json:"id"`
	Parties   []PartyNameJSON `json:"parties,omitempty" doc:"Those it speaks of, where they resolve"`
	Amount    *MoneyJSON      `json:"amount,omitempty" doc:"As it was said; in no total"`
	Scope     string          `json:"scope" enum:"mechanism,before launch,military,satellite,mixed,unclear"`
	Why       string          `json:"why" enum:"total,overlap,scope,no_amount,status" doc:"Why it is no flow"`
	Total     bool            `json:"total" doc:"A published total, or a part of one"`
	On        string          `json:"on,omitempty" doc:"Absent: date not stated"`
	Said      flow.Said       `json:"said"`
	Withdrawn bool            `json:"withdrawn"`
	Fact      int64           `json:"fact"`
	History   []int64         `json:"history"`
}

type flowsInput struct {
	api.LangInput
	api.PageInput
	Status   string `query:"status" doc:"pledge, commitment or paid, on the day asked for; withdrawn for those only"`
	Scope    string `query:"scope" doc:"mechanism, before launch, military or satellite"`
	Provider string `query:"provider" doc:"Id of a party" example:"SE"`
	Receiver string `query:"receiver" doc:"Id of a party"`
	Line     string `query:"line" doc:"training, detection, response, infrastructure, connectivity, continuity or coordination; none for not broken down"`
	Year     string `query:"year" doc:"That it was given for, YYYY; none for year not stated" example:"2025"`
	AsOf     string `query:"as_of" doc:"A day, YYYY-MM-DD; absent: today" example:"2024-12-20"`
}

type mentionsInput struct {
	api.LangInput
	api.PageInput
	Why    string `query:"why" doc:"total, overlap, scope, no_amount or status"`
	Scope  string `query:"scope" doc:"mechanism, before launch, military, satellite, mixed or unclear"`
	Total  string `query:"total" doc:"yes or no"`
	Party  string `query:"party" doc:"Id of a party that it speaks of"`
	Status string `query:"status" doc:"withdrawn for those only"`
	AsOf   string `query:"as_of" doc:"A day, YYYY-MM-DD; absent: today" example:"2024-12-20"`
}

type itemInput struct {
	api.LangInput
	ID   string `path:"id" example:"F-0032"`
	AsOf string `query:"as_of" doc:"A day, YYYY-MM-DD; absent: today" example:"2024-12-20"`
}

type (
	flowsOutput    struct{ Body api.List[FlowJSON] }
	flowOutput     struct{ Body FlowJSON }
	mentionsOutput struct{ Body api.List[MentionJSON] }
	mentionOutput  struct{ Body MentionJSON }
)

// API adds the operations on flows and mentions.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/flows", "list-flows", "Flows in order of record, each with its place in the account", h.apiFlows)
	api.Get(a, "/flows/{id}", "get-flow", "One flow", h.apiFlow)
	h.actAPI(a)
	api.Get(a, "/mentions", "list-mentions", "Public mentions in order of record: what was said and is no flow", h.apiMentions)
	api.Get(a, "/mentions/{id}", "get-mention", "One mention", h.apiMention)
}

func (h *Handler) apiFlows(_ context.Context, in *flowsInput) (*flowsOutput, error) {
	f, err := h.filter(url.Values{"status": {in.Status}, "scope": {in.Scope}, "provider": {in.Provider},
		"receiver": {in.Receiver}, "line": {in.Line}, "year": {in.Year}, query.AsOf: {in.AsOf}})
	if err != nil {
		return nil, err
	}
	out := &flowsOutput{}
	h.View(func(b Books) {
		var page api.List[flow.ID]
		if err = f.known(b); err != nil {
			return
		}
		if page, err = api.Cut(f.recorded(b), in.PageInput); err != nil {
			return
		}
		out.Body = api.List[FlowJSON]{Items: make([]FlowJSON, 0, len(page.Items)), Next: page.Next, Total: page.Total}
		for _, id := range page.Items {
			w, _ := b.Flows.Get(id)
			out.Body.Items = append(out.Body.Items, judge(b, w, f.day).json())
		}
	})
	return out, err
}

func (h *Handler) apiFlow(_ context.Context, in *itemInput) (*flowOutput, error) {
	day, err := query.Day(in.AsOf, h.Now())
	if err != nil {
		return nil, err
	}
	a, ok := h.one(flow.ID(in.ID), day)
	if !ok {
		return nil, web.ErrNotFound
	}
	return &flowOutput{a.json()}, nil
}

func (h *Handler) apiMentions(_ context.Context, in *mentionsInput) (*mentionsOutput, error) {
	f, err := h.mentionFilter(url.Values{"why": {in.Why}, "scope": {in.Scope}, "total": {in.Total},
		"party": {in.Party}, "status": {in.Status}, query.AsOf: {in.AsOf}})
	if err != nil {
		return nil, err
	}
	out := &mentionsOutput{}
	h.View(func(b Books) {
		var page api.List[flow.MentionID]
		if err = knownParty(b, "party", f.party); err != nil {
			return
		}
		if page, err = api.Cut(f.recorded(b), in.PageInput); err != nil {
			return
		}
		out.Body = api.List[MentionJSON]{Items: make([]MentionJSON, 0, len(page.Items)), Next: page.Next, Total: page.Total}
		for _, id := range page.Items {
			m, _ := b.Flows.Mention(id)
			out.Body.Items = append(out.Body.Items, quoted(b, m, f.day).json())
		}
	})
	return out, err
}

func (h *Handler) apiMention(_ context.Context, in *itemInput) (*mentionOutput, error) {
	day, err := query.Day(in.AsOf, h.Now())
	if err != nil {
		return nil, err
	}
	s, ok := h.oneSaid(flow.MentionID(in.ID), day)
	if !ok {
		return nil, web.ErrNotFound
	}
	return &mentionOutput{s.json()}, nil
}

func (a account) json() FlowJSON {
	out := FlowJSON{ID: string(a.id()), Provider: partyJSON(a.provider), Receiver: partyJSON(a.receiver),
		Amount: amountJSON(a.Amount), Status: string(a.status), Basis: string(a.standing.Basis), Scope: string(a.Scope),
		Line: string(a.Line), On: string(a.On), Moved: string(a.Moved), FirstReported: string(a.FirstReported),
		Crossing: a.crossing.String(), Counted: a.verdict == counted, Verdict: string(a.verdict), Figures: a.figures(),
		Converted: a.convertedJSON(), Said: a.Said, Withdrawn: a.Gone, Fact: int64(a.Pos), History: positions(a.History)}
	if a.standing.Amount.Currency() != "" {
		m := amountJSON(a.standing.Amount)
		out.Counts = &m
	}
	out.Open, out.Words, out.Implementer, out.Reference, out.Into = a.standing.Open, a.wordsJSON(), string(a.Implementer), a.Reference, string(a.Into)
	out.PaidBy, out.PaysFor = linksJSON(a.Parents), linksJSON(a.Children)
	if rest, ok := a.Rest(); ok && len(a.Children) > 0 {
		m := amountJSON(rest)
		out.Held = &m
	}
	if g := a.Goods; g != nil {
		out.Goods = &GoodsJSON{g.What, g.Quantity, g.Unit}
	}
	for _, p := range a.Portions {
		out.Portions = append(out.Portions, PortionJSON{p.Year, amountJSON(p.Amount)})
	}
	for _, m := range a.Advances {
		out.Advances = append(out.Advances, AdvanceJSON{string(m.Status), string(m.On), m.Said, int64(m.Pos)})
	}
	return out
}

func (a account) convertedJSON() *ConvertedJSON {
	if !a.rated {
		return nil
	}
	out := &ConvertedJSON{MoneyJSON: MoneyJSON{string(base), a.value.Round(shown)}, Exact: a.value.String()}
	for _, u := range a.used {
		out.Rate = &RateUsedJSON{u.Rate.String(), string(u.Currency), string(u.Base), string(u.On), u.Issuer, int64(u.Fact), u.Source}
	}
	return out
}

func (s saying) json() MentionJSON {
	out := MentionJSON{ID: string(s.id()), Scope: string(s.Scope), Why: string(s.Why), Total: s.Total, On: string(s.On),
		Said: s.Said, Withdrawn: s.Gone, Fact: int64(s.Pos), History: positions(s.History)}
	if s.Amount != nil {
		amount := amountJSON(*s.Amount)
		out.Amount = &amount
	}
	for _, p := range s.parties {
		out.Parties = append(out.Parties, partyJSON(p))
	}
	return out
}

func amountJSON(a money.Amount) MoneyJSON { return MoneyJSON{string(a.Currency()), a.Value()} }

func partyJSON(p party.Party) PartyNameJSON {
	return PartyNameJSON{string(p.Registered.Party), p.Name, p.NameUk}
}

func positions(list []fact.Pos) []int64 {
	out := make([]int64, len(list))
	for i, pos := range list {
		out[i] = int64(pos)
	}
	return out
}
