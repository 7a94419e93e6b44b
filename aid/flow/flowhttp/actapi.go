package flowhttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/flow"
	"tallinn/web/api"
	"tallinn/web/query"
)

// maxBody bounds what a program sends, in bytes.
const maxBody = 32 << 10

// FlowKey names a command. It is exported because huma fills in nothing else.
type FlowKey struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
}

// WordJSON is what one side says of a flow.
type WordJSON struct {
	Side   string     `json:"side" enum:"provider,receiver,implementer"`
	Party  string     `json:"party"`
	Amount *MoneyJSON `json:"amount,omitempty"`
	Status string     `json:"status,omitempty"`
	Denied bool       `json:"denied,omitzero" required:"false" doc:"It knows of no such flow"`
	Fact   int64      `json:"fact"`
}

// LinkJSON is a link between two flows.
type LinkJSON struct {
	Parent string    `json:"parent"`
	Child  string    `json:"child"`
	Amount MoneyJSON `json:"amount" doc:"Of the parent"`
	Part   MoneyJSON `json:"part" doc:"Of the child that this pays for"`
	How    string    `json:"how" enum:"passed_on,reimbursed"`
	On     string    `json:"on"`
	Fact   int64     `json:"fact"`
}

// GoodsJSON is what is given in kind.
type GoodsJSON struct {
	What     string `json:"what"`
	Quantity int64  `json:"quantity"`
	Unit     string `json:"unit"`
}

// SayJSON is what a side says, as a program sends it.
type SayJSON struct {
	Amount    *MoneyJSON `json:"amount,omitempty" doc:"In the currency of the flow; absent when denied, or in kind"`
	Status    string     `json:"status,omitempty" doc:"pledge, commitment or paid"`
	On        string     `json:"on" doc:"Since when: YYYY, YYYY-MM or YYYY-MM-DD"`
	Denied    bool       `json:"denied,omitzero" required:"false" doc:"You know of no such flow"`
	Reference string     `json:"reference,omitempty" maxLength:"40" doc:"Of the agreement"`
	Reason    string     `json:"reason,omitempty" maxLength:"2000" doc:"Why an amount that asks for a second look is right"`
}

// AnnounceJSON is a flow as one of its sides announces it.
type AnnounceJSON struct {
	Provider    string        `json:"provider"`
	Receiver    string        `json:"receiver"`
	Implementer string        `json:"implementer,omitempty"`
	Line        string        `json:"line,omitempty"`
	Goods       *GoodsJSON    `json:"goods,omitempty" doc:"In kind: the amount may then be absent"`
	Portions    []PortionJSON `json:"portions,omitempty" doc:"Annual parts, which come to the amount exactly"`
	Another     bool          `json:"another,omitzero" required:"false" doc:"It is another than the flows that look like it"`
	SayJSON
}

type (
	announceInput struct {
		api.LangInput
		FlowKey
		Body AnnounceJSON
	}
	sayInput struct {
		api.LangInput
		FlowKey
		ID   string `path:"id" example:"F-0032"`
		Body SayJSON
	}
	previewInput struct {
		api.LangInput
		ID   string `path:"id" example:"F-0032"`
		Body SayJSON
	}
	linkInput struct {
		api.LangInput
		FlowKey
		ID   string `path:"id" doc:"The flow that pays" example:"F-0032"`
		Body struct {
			Child  string     `json:"child"`
			Amount MoneyJSON  `json:"amount" doc:"Of the flow that pays"`
			Part   *MoneyJSON `json:"part,omitempty" doc:"Of the child; absent: the same amount"`
			How    string     `json:"how" enum:"passed_on,reimbursed"`
			On     string     `json:"on"`
		}
	}
	unlinkInput struct {
		api.LangInput
		FlowKey
		ID   string `path:"id" example:"F-0032"`
		Body struct {
			Child  string `json:"child"`
			Reason string `json:"reason" enum:"source_changed,mistyped,duplicate,reclassified"`
		}
	}
	valueInput struct {
		api.LangInput
		FlowKey
		ID   string `path:"id" example:"F-0032"`
		Body struct {
			Method string     `json:"method" enum:"invoice,list_price,statement"`
			Amount *MoneyJSON `json:"amount,omitempty" doc:"Absent: by this method it has no value, which is not zero"`
			On     string     `json:"on"`
		}
	}
	joinInput struct {
		api.LangInput
		FlowKey
		ID   string `path:"id" doc:"Your own flow" example:"F-0032"`
		Body struct {
			Into string `json:"into" doc:"The flow that it is"`
		}
	}
	flowActOutput struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     FlowJSON
	}
	previewOutput struct{ Body PreviewJSON }
	deskOutput    struct{ Body FlowDeskJSON }
)

// PreviewJSON is what a word would change.
type PreviewJSON struct {
	Changes []FlowChangeJSON `json:"changes"`
	Doubts  []string         `json:"doubts" doc:"Why it asks for a second look: currency, thousand or proportion"`
}

// FlowChangeJSON is a figure before and after.
type FlowChangeJSON struct {
	Figure string `json:"figure"`
	Before string `json:"before,omitempty" doc:"Absent: no amount was found"`
	After  string `json:"after,omitempty"`
}

// FlowDeskJSON is what the session's party has to do with its flows.
type FlowDeskJSON struct {
	Open   []FlowJSON     `json:"open" doc:"The sides do not say the same; the smaller counts"`
	Awaits []FlowJSON     `json:"awaits" doc:"Others say that you have a part; you have said nothing"`
	Pairs  []FlowPairJSON `json:"pairs" doc:"Your own that may be others"`
}

// FlowPairJSON proposes that two flows are one.
type FlowPairJSON struct {
	Own  string `json:"own"`
	Into string `json:"into"`
}

func (h *Handler) actAPI(a huma.API) {
	if h.Deeds == nil {
		return
	}
	api.Post(a, "/flows", "announce-flow", "Record a flow that the session's party gives, receives or carries", maxBody, h.Gate, h.apiAnnounce)
	api.Post(a, "/flows/{id}/words", "assert-flow", "Say what the session's party knows of a flow", maxBody, h.Gate, h.apiAssert)
	api.Post(a, "/flows/{id}/preview", "preview-flow", "What a word would change; records nothing", maxBody, h.Gate, h.apiPreview)
	api.Post(a, "/flows/{id}/signatures", "settle-flow", "Sign what both sides are to say", maxBody, h.Gate, h.apiSettle)
	api.Post(a, "/flows/{id}/links", "link-flows", "Say how much of a flow pays for another", maxBody, h.Gate, h.apiLink)
	api.Post(a, "/flows/{id}/unlinkings", "unlink-flows", "Take a link back", maxBody, h.Gate, h.apiUnlink)
	api.Post(a, "/flows/{id}/values", "value-flow", "Say what goods are worth", maxBody, h.Gate, h.apiValue)
	api.Post(a, "/flows/{id}/joinings", "join-flow", "Say that your own flow is another one", maxBody, h.Gate, h.apiJoin)
	api.Get(a, "/flow-desk", "get-flow-desk", "What is open, awaits a word, or may be the same", h.apiDesk)
}

func (h *Handler) done(ctx context.Context, key string, d Deed) (*flowActOutput, error) {
	res, err := h.Deeds.Do(ctx, key, d)
	if err != nil {
		return nil, err
	}
	a, ok := h.one(res.Flow, query.Today(h.Now()))
	out := &flowActOutput{}
	if ok {
		out.Body = a.json()
	} else {
		out.Body = FlowJSON{ID: string(res.Flow)} // not for everyone yet
	}
	if res.Repeated {
		out.Repeated = "true"
	}
	return out, nil
}

func (b SayJSON) asserted(id string) (flow.Asserted, error) {
	amount, err := b.Amount.parsed()
	return flow.Asserted{Flow: flow.ID(id), Amount: amount, Status: flow.Status(b.Status), On: dateOf(b.On), Denied: b.Denied, Reference: b.Reference}, err
}

func (h *Handler) apiAnnounce(ctx context.Context, in *announceInput) (*flowActOutput, error) {
	b := in.Body
	amount, err := b.Amount.parsed()
	if err != nil {
		return nil, err
	}
	wanted := flow.Recorded{Provider: partyOf(b.Provider), Receiver: partyOf(b.Receiver), Implementer: partyOf(b.Implementer), Amount: amount,
		Status: flow.Status(b.Status), Line: flow.Line(b.Line), On: dateOf(b.On), Reference: b.Reference}
	if b.Goods != nil {
		wanted.Goods = &flow.Goods{What: b.Goods.What, Quantity: b.Goods.Quantity, Unit: b.Goods.Unit}
	}
	for _, p := range b.Portions {
		part, err := p.Amount.parsed()
		if err != nil {
			return nil, err
		}
		wanted.Portions = append(wanted.Portions, flow.Portion{Year: p.Year, Amount: part})
	}
	return h.done(ctx, in.Key, Deed{Act: Announce, Recorded: wanted, Another: b.Another, Reason: b.Reason})
}

func (h *Handler) apiAssert(ctx context.Context, in *sayInput) (*flowActOutput, error) {
	said, err := in.Body.asserted(in.ID)
	if err != nil {
		return nil, err
	}
	return h.done(ctx, in.Key, Deed{Act: Assert, Asserted: said, Reason: in.Body.Reason})
}

func (h *Handler) apiPreview(ctx context.Context, in *previewInput) (*previewOutput, error) {
	said, err := in.Body.asserted(in.ID)
	if err != nil {
		return nil, err
	}
	changes, doubts, err := h.Deeds.Preview(ctx, Deed{Act: Assert, Asserted: said})
	if err != nil {
		return nil, err
	}
	out := &previewOutput{PreviewJSON{Changes: []FlowChangeJSON{}, Doubts: []string{}}}
	for _, c := range changes {
		j := FlowChangeJSON{Figure: c.Name}
		if c.Found {
			j.Before = c.Before.Round(shown)
		}
		if c.Finds {
			j.After = c.After.Round(shown)
		}
		out.Body.Changes = append(out.Body.Changes, j)
	}
	for _, w := range DoubtWords(doubts) {
		out.Body.Doubts = append(out.Body.Doubts, string(w))
	}
	return out, nil
}

func (h *Handler) apiSettle(ctx context.Context, in *sayInput) (*flowActOutput, error) {
	said, err := in.Body.asserted(in.ID)
	if err != nil {
		return nil, err
	}
	return h.done(ctx, in.Key, Deed{Act: Settle, Settled: flow.Settled{Flow: said.Flow, Amount: said.Amount, Status: said.Status, On: said.On}})
}

func (h *Handler) apiLink(ctx context.Context, in *linkInput) (*flowActOutput, error) {
	of, err := in.Body.Amount.parsed()
	if err != nil {
		return nil, err
	}
	part := of
	if in.Body.Part != nil {
		if part, err = in.Body.Part.parsed(); err != nil {
			return nil, err
		}
	}
	return h.done(ctx, in.Key, Deed{Act: Tie, Linked: flow.Linked{Parent: flow.ID(in.ID), Child: flow.ID(in.Body.Child), Amount: of, Part: part,
		How: flow.How(in.Body.How), On: dateOf(in.Body.On)}})
}

func (h *Handler) apiUnlink(ctx context.Context, in *unlinkInput) (*flowActOutput, error) {
	return h.done(ctx, in.Key, Deed{Act: Untie, Linked: flow.Linked{Parent: flow.ID(in.ID), Child: flow.ID(in.Body.Child)}, Reason: in.Body.Reason})
}

func (h *Handler) apiValue(ctx context.Context, in *valueInput) (*flowActOutput, error) {
	v := flow.Valued{Flow: flow.ID(in.ID), Method: flow.Method(in.Body.Method), On: dateOf(in.Body.On)}
	if in.Body.Amount != nil {
		a, err := in.Body.Amount.parsed()
		if err != nil {
			return nil, err
		}
		v.Amount = &a
	}
	return h.done(ctx, in.Key, Deed{Act: Appraise, Valued: v})
}

func (h *Handler) apiJoin(ctx context.Context, in *joinInput) (*flowActOutput, error) {
	return h.done(ctx, in.Key, Deed{Act: Join, Joined: flow.Joined{Flow: flow.ID(in.ID), Into: flow.ID(in.Body.Into)}})
}

func (h *Handler) apiDesk(ctx context.Context, _ *api.LangInput) (*deskOutput, error) {
	s := h.Seat(ctx)
	d, out := h.deskOf(s, query.Today(h.Now())), &deskOutput{FlowDeskJSON{Open: []FlowJSON{}, Awaits: []FlowJSON{}, Pairs: []FlowPairJSON{}}}
	for _, a := range d.open {
		out.Body.Open = append(out.Body.Open, a.json())
	}
	for _, a := range d.awaits {
		out.Body.Awaits = append(out.Body.Awaits, a.json())
	}
	for _, p := range d.pairs {
		out.Body.Pairs = append(out.Body.Pairs, FlowPairJSON{string(p.own.id()), string(p.into.id())})
	}
	return out, nil
}

func (a account) wordsJSON() (out []WordJSON) {
	for _, w := range a.Words() {
		j := WordJSON{Side: string(w.Side), Party: string(w.Party), Denied: w.Denied, Fact: int64(w.Pos)}
		if !w.Denied {
			j.Status = string(w.Status())
		}
		if w.Amount.Currency() != "" {
			m := amountJSON(w.Amount)
			j.Amount = &m
		}
		out = append(out, j)
	}
	return out
}

func linksJSON(links []flow.Linking) (out []LinkJSON) {
	for _, l := range links {
		out = append(out, LinkJSON{string(l.Parent), string(l.Child), amountJSON(l.Amount), amountJSON(l.Part), string(l.How), string(l.On), int64(l.Pos)})
	}
	return out
}
