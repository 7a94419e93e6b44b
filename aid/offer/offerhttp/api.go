package offerhttp

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/query"
)

// maxBody bounds what a program sends, in bytes.
const maxBody = 32 << 10

// OfferAmountJSON is an exact amount.
type OfferAmountJSON struct {
	Currency string `json:"currency" example:"EUR"`
	Value    string `json:"value" example:"12500.00"`
}

// EarmarkJSON is what an offer may be used for; what is empty allows all.
type EarmarkJSON struct {
	Lines      []string `json:"lines,omitempty"`
	Sectors    []string `json:"sectors,omitempty"`
	Regions    []string `json:"regions,omitempty"`
	Recipients []string `json:"recipients,omitempty" doc:"Ids of parties"`
}

// OfferBodyJSON is an offer, as a program sends it.
type OfferBodyJSON struct {
	Form     string           `json:"form" enum:"money,goods,licences,services,days,places"`
	What     string           `json:"what,omitempty" doc:"In kind: of the catalogue of goods" example:"edr_seats"`
	Quantity int64            `json:"quantity,omitzero" doc:"In kind"`
	Amount   *OfferAmountJSON `json:"amount,omitempty" doc:"Of money the whole; in kind a ceiling, or absent"`
	Origin   string           `json:"origin,omitempty" doc:"Of goods and licences: ISO 3166"`
	Earmark  EarmarkJSON      `json:"earmark,omitzero"`
	From     string           `json:"from,omitempty" doc:"YYYY-MM-DD; absent: today"`
	Until    string           `json:"until" doc:"YYYY-MM-DD, the last day on which it may be committed"`
	Least    *OfferAmountJSON `json:"least,omitempty" doc:"Smallest ticket"`
	Most     *OfferAmountJSON `json:"most,omitempty" doc:"Largest ticket for one need"`
	LeadDays int              `json:"lead_days,omitzero"`
	Terms    string           `json:"terms,omitempty" doc:"Conditions, in words"`
	Months   int              `json:"months,omitzero" doc:"For how long what is given runs, from its commitment; absent: it does not run out"`
	Expert   *ExpertJSON      `json:"expert,omitzero" doc:"Of days of experts: who comes; nobody is named"`
	Standing *StandingJSON    `json:"standing,omitzero" doc:"Recipients and the front office may call off from it"`
}

// ExpertJSON is who comes when days of experts are offered.
type ExpertJSON struct {
	Role      string   `json:"role" enum:"ciso,incident_responder,legal_policy_compliance,threat_intelligence,architect,auditor,educator,implementer,researcher,risk_manager,forensics,penetration_tester" doc:"Of the European Cybersecurity Skills Framework"`
	Languages []string `json:"languages,omitempty" doc:"ISO 639-1" example:"uk"`
	Clearance string   `json:"clearance,omitempty" enum:"national,eu,nato"`
}

func expertJSON(e *offer.Expert) *ExpertJSON {
	if e == nil {
		return nil
	}
	return &ExpertJSON{e.Role, e.Languages, e.Clearance}
}

// OfferJSON is an offer in the API.
type OfferJSON struct {
	ID         string `json:"id"`
	Provider   string `json:"provider"`
	ProviderAs string `json:"provider_name"`
	OfferBodyJSON
	Unit         string           `json:"unit,omitempty"`
	LeftQuantity int64            `json:"left_quantity,omitzero"`
	LeftAmount   *OfferAmountJSON `json:"left_amount,omitempty"`
	Open         bool             `json:"open" doc:"It may be reserved of today, as far as something is left"`
	Closed       string           `json:"closed,omitempty" doc:"Why it was closed"`
	Fact         int64            `json:"fact"`
}

// ReservationJSON is a reservation in the API.
type ReservationJSON struct {
	ID        string           `json:"id"`
	Offer     string           `json:"offer"`
	Provider  string           `json:"provider"`
	Need      string           `json:"need"`
	Recipient string           `json:"recipient"`
	Lot       string           `json:"lot"`
	Quantity  int64            `json:"quantity"`
	Unit      string           `json:"unit"`
	Amount    *OfferAmountJSON `json:"amount,omitempty"`
	Until     string           `json:"until" doc:"UTC; when it expires"`
	State     string           `json:"state" enum:"reserved,accepted,committed,released,declined,expired,need_ended"`
	Reason    string           `json:"reason,omitempty" doc:"Why it was declined"`
	Caller    string           `json:"called_off_by,omitempty" doc:"The party that called it off a standing offer"`
	Fact      int64            `json:"fact"`
}

type offersInput struct {
	api.PageInput
	api.LangInput
	Form     string `query:"form"`
	Line     string `query:"line" doc:"That the offer's earmark lets through"`
	Provider string `query:"provider" doc:"A party's id"`
	State    string `query:"state" enum:"closed,all,standing" doc:"Absent: those that are open"`
}

// OfferKey names a command. It is exported because huma fills in nothing else.
type OfferKey struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
}

type (
	// OfferInput names an offer.
	OfferInput struct {
		api.LangInput
		ID string `path:"id" example:"P-0417"`
	}
	// ReservationInput names a reservation.
	ReservationInput struct {
		api.LangInput
		ID string `path:"id" example:"B-0417"`
	}
	openInput struct {
		api.LangInput
		OfferKey
		Body OfferBodyJSON
	}
	closeInput struct {
		OfferInput
		OfferKey
		Body struct {
			Reason string `json:"reason" enum:"used_up,budget_cut,replaced,given_elsewhere,opened_by_mistake"`
		}
	}
	reserveInput struct {
		OfferInput
		OfferKey
		Body struct {
			Need     string           `json:"need" example:"N-0417"`
			Lot      string           `json:"lot" example:"a"`
			Quantity int64            `json:"quantity"`
			Amount   *OfferAmountJSON `json:"amount,omitempty" doc:"Needed where the offer counts an amount"`
			Until    time.Time        `json:"until" doc:"When it expires, at most 30 days from now"`
		}
	}
	answerInput struct {
		ReservationInput
		OfferKey
		Body struct {
			Act    string `json:"act" enum:"accept,decline,release,commit"`
			Reason string `json:"reason,omitempty" doc:"Of decline: does_not_fit, too_late, cannot_run_it, other_offer or no_longer_needed"`
		}
	}
	offersOutput struct{ Body api.List[OfferJSON] }
	offerOutput  struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     OfferJSON
	}
	reservationOutput struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     ReservationJSON
	}
)

// API adds the operations on offers and reservations.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/offers", "list-offers", "Offers that the sender may see, the latest first", h.apiOffers)
	h.renewalAPI(a)
	api.Get(a, "/offers/{id}", "get-offer", "One offer", h.apiOffer)
	api.Post(a, "/offers", "open-offer", "Make an offer from the session's seat", maxBody, h.Gate, h.apiOpen)
	api.Post(a, "/offers/{id}/closing", "close-offer", "Close an offer; what is committed stays", maxBody, h.Gate, h.apiClose)
	api.Post(a, "/offers/{id}/reservations", "reserve", "Set part of an offer aside for a lot of a need", maxBody, h.Gate, h.apiReserve)
	api.Post(a, "/offers/{id}/call-offs", "call-off", "Set part of a standing offer aside for a lot of a need, without its partner", maxBody, h.Gate, h.apiCallOff)
	api.Get(a, "/reservations/{id}", "get-reservation", "One reservation", h.apiReservation)
	api.Post(a, "/reservations/{id}/answers", "answer-reservation", "Accept, decline, release or commit a reservation", maxBody, h.Gate, h.apiAnswer)
}

func (h *Handler) apiOffers(ctx context.Context, in *offersInput) (*offersOutput, error) {
	var f filter
	var err error
	if f.form, err = query.Choice("form", in.Form, offer.Forms); err != nil {
		return nil, err
	}
	if f.line, err = query.Choice("line", in.Line, capability.Lines); err != nil {
		return nil, err
	}
	f.provider, f.state = party.ID(in.Provider), in.State
	page, err := api.Cut(h.gather(h.Reader(ctx), in.Lang(), f), in.PageInput)
	if err != nil {
		return nil, err
	}
	out := &offersOutput{api.List[OfferJSON]{Items: make([]OfferJSON, 0, len(page.Items)), Next: page.Next, Total: page.Total}}
	for _, r := range page.Items {
		out.Body.Items = append(out.Body.Items, r.json(h.Now()))
	}
	return out, nil
}

func amountJSON(a *money.Amount) *OfferAmountJSON {
	if a == nil {
		return nil
	}
	return &OfferAmountJSON{string(a.Currency()), a.Value()}
}

func (r row) json(now time.Time) OfferJSON {
	o := OfferJSON{ID: string(r.Opened.Offer), Provider: string(r.Provider), ProviderAs: r.provider, Unit: r.Unit,
		LeftQuantity: r.LeftQuantity, Open: r.ValidOn(string(fact.Day(now))), Fact: int64(r.Pos),
		OfferBodyJSON: OfferBodyJSON{Form: string(r.Form), What: r.What, Quantity: r.Quantity, Amount: amountJSON(r.Amount), Origin: r.Origin,
			Earmark: EarmarkJSON{words(r.Earmark.Lines), r.Earmark.Sectors, r.Earmark.Regions, words(r.Earmark.Recipients)},
			From:    string(r.From), Until: string(r.Until), Least: amountJSON(r.Least), Most: amountJSON(r.Most), LeadDays: r.LeadDays,
			Standing: standingJSON(r.Standing), Months: r.Months, Expert: expertJSON(r.Expert)}}
	if r.Amount != nil {
		o.LeftAmount = amountJSON(&r.LeftAmount)
	}
	if r.Closed != nil {
		o.Closed = string(r.Closed.Reason)
	}
	return o
}

func words[W ~string](list []W) (out []string) {
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}

func (h *Handler) apiOffer(ctx context.Context, in *OfferInput) (*offerOutput, error) {
	return h.offerAnswer(ctx, in.Lang(), offer.ID(in.ID), Result{})
}

// offerAnswer answers with an offer as it stands after a command.
func (h *Handler) offerAnswer(ctx context.Context, l web.Lang, id offer.ID, res Result) (*offerOutput, error) {
	rd, found := h.Reader(ctx), false
	out, o := &offerOutput{}, row{}
	h.View(func(b Books) {
		x, known := b.Offers.Get(id)
		if found = known && rd.May(x.Class); found {
			o.View, _ = b.Offers.ViewFor(id, rd.Seat, h.Now())
			o.provider = name(b, l, x.Provider)
		}
	})
	if !found {
		return nil, web.ErrNotFound
	}
	out.Body = o.json(h.Now())
	var err error
	if out.Body.Terms, err = h.words(ctx, l, o.Terms); err != nil {
		return nil, err
	}
	if res.Repeated {
		out.Repeated = "true"
	}
	return out, nil
}

// parsed is an amount that was sent; nil stays nil.
//
// Errors: those of money.ParseAmount.
func (a *OfferAmountJSON) parsed() (*money.Amount, error) {
	if a == nil {
		return nil, nil
	}
	out, err := money.ParseAmount(a.Value, money.Currency(a.Currency))
	return &out, err
}

func (b OfferBodyJSON) wanted() (out offer.Opened, err error) {
	out = offer.Opened{Form: offer.Form(b.Form), What: b.What, Quantity: b.Quantity, Origin: b.Origin,
		From: fact.Date(b.From), Until: fact.Date(b.Until), LeadDays: b.LeadDays,
		Earmark: offer.Earmark{Sectors: b.Earmark.Sectors, Regions: b.Earmark.Regions}}
	for _, l := range b.Earmark.Lines {
		out.Earmark.Lines = append(out.Earmark.Lines, capability.Line(l))
	}
	for _, id := range b.Earmark.Recipients {
		out.Earmark.Recipients = append(out.Earmark.Recipients, party.ID(id))
	}
	if good, known := need.GoodOf(b.What); known {
		out.Unit = good.Unit
	}
	if out.Amount, err = b.Amount.parsed(); err != nil {
		return out, err
	}
	if out.Least, err = b.Least.parsed(); err != nil {
		return out, err
	}
	if out.Most, err = b.Most.parsed(); err != nil {
		return out, err
	}
	if out.Months = b.Months; b.Expert != nil {
		out.Expert = &offer.Expert{Role: b.Expert.Role, Languages: b.Expert.Languages, Clearance: b.Expert.Clearance}
	}
	out.Standing, err = b.Standing.parsed()
	return out, err
}

func (h *Handler) apiOpen(ctx context.Context, in *openInput) (*offerOutput, error) {
	wanted, err := in.Body.wanted()
	if err != nil {
		return nil, err
	}
	res, err := h.Deals.Open(ctx, in.Key, wanted, in.Body.Terms)
	if err != nil {
		return nil, err
	}
	return h.offerAnswer(ctx, in.Lang(), offer.ID(res.IDs[0]), res)
}

func (h *Handler) apiClose(ctx context.Context, in *closeInput) (*offerOutput, error) {
	id := offer.ID(in.ID)
	if _, err := h.offerAnswer(ctx, in.Lang(), id, Result{}); err != nil {
		return nil, err
	}
	res, err := h.Deals.Close(ctx, in.Key, id, offer.ClosedWhy(in.Body.Reason))
	if err != nil {
		return nil, err
	}
	return h.offerAnswer(ctx, in.Lang(), id, res)
}

func (h *Handler) apiReserve(ctx context.Context, in *reserveInput) (*reservationOutput, error) {
	return h.apiSetAside(ctx, in, h.Deals.Reserve)
}

func (h *Handler) apiSetAside(ctx context.Context, in *reserveInput, decide func(context.Context, string, offer.Reserved) (Result, error)) (*reservationOutput, error) {
	if _, err := h.offerAnswer(ctx, in.Lang(), offer.ID(in.ID), Result{}); err != nil {
		return nil, err
	}
	b := in.Body
	wanted := offer.Reserved{Offer: offer.ID(in.ID), Need: need.ID(b.Need), Lot: b.Lot, Quantity: b.Quantity, Until: b.Until.UTC()}
	rd, seen := h.Reader(ctx), false
	h.View(func(books Books) {
		n, _ := books.Needs.Head(wanted.Need)
		seen = rd.seesNeed(n)
	})
	if !seen {
		return nil, need.ErrMissing
	}
	var err error
	if wanted.Amount, err = b.Amount.parsed(); err != nil {
		return nil, err
	}
	res, err := decide(ctx, in.Key, wanted)
	if err != nil {
		return nil, err
	}
	return h.reservationAnswer(ctx, offer.ReservationID(res.IDs[0]), res)
}

func (h *Handler) apiReservation(ctx context.Context, in *ReservationInput) (*reservationOutput, error) {
	return h.reservationAnswer(ctx, offer.ReservationID(in.ID), Result{})
}

// reservationAnswer answers with a reservation as it stands after a command.
func (h *Handler) reservationAnswer(ctx context.Context, id offer.ReservationID, res Result) (*reservationOutput, error) {
	rd, found, out := h.Reader(ctx), false, &reservationOutput{}
	h.View(func(b Books) {
		r, known := b.Offers.Reservation(id)
		n, _ := b.Needs.Get(r.Need)
		if found = known && rd.may(r, n.Head); !found {
			return
		}
		lot, _ := n.Lot(r.Lot)
		out.Body = ReservationJSON{ID: string(id), Offer: string(r.Offer), Provider: string(r.Provider), Need: string(r.Need),
			Recipient: string(n.Owner), Lot: r.Lot, Quantity: r.Quantity, Unit: lot.Unit, Amount: amountJSON(r.Amount),
			Until: r.Until.UTC().Format(time.RFC3339), Reason: string(r.Reason), Caller: string(r.Caller), Fact: int64(r.Pos)}
		v, _ := b.Offers.ReservationFor(id, n.Head, rd.Seat, h.Now())
		out.Body.State = string(v.State)
	})
	if !found {
		return nil, web.ErrNotFound
	}
	if res.Repeated {
		out.Repeated = "true"
	}
	return out, nil
}

func (h *Handler) apiAnswer(ctx context.Context, in *answerInput) (*reservationOutput, error) {
	id := offer.ReservationID(in.ID)
	if _, err := h.reservationAnswer(ctx, id, Result{}); err != nil {
		return nil, err
	}
	res, err := h.Deals.Answer(ctx, in.Key, id, Act(in.Body.Act), offer.Refusal(in.Body.Reason))
	if err != nil {
		return nil, err
	}
	return h.reservationAnswer(ctx, id, res)
}
