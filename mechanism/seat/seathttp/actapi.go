package seathttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/query"
)

// maxBody bounds what a program sends, in bytes.
const maxBody = 16 << 10

// SeatKey names a command. It is exported because huma fills in nothing else.
type SeatKey struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
}

// DeputyJSON is who acts for a seat today, for those who may see who sits.
type DeputyJSON struct {
	Seat   string   `json:"seat" doc:"The deputy's own"`
	Powers []string `json:"powers"`
	Until  string   `json:"until" doc:"The last day"`
}

// OpenSeatJSON is a seat that is to be opened.
type OpenSeatJSON struct {
	Role   string `json:"role" enum:"officer,technical,interagency,programme,implementer,front_office,co_chair,observer,auditor,administrator"`
	Holder string `json:"holder" doc:"Id of the institution that is to hold it"`
	Body   string `json:"body,omitempty" doc:"Id of the group, of roles that are in one"`
	From   string `json:"from,omitempty" doc:"Its first day; absent: today"`
	Until  string `json:"until,omitempty" doc:"Its last day; absent: open"`
	Name   string `json:"name" maxLength:"120" doc:"Of the person who is to sit there; kept apart from facts, and told to nobody"`
}

// SitJSON says who is to sit on a seat.
type SitJSON struct {
	Name string `json:"name,omitempty" maxLength:"120" doc:"Of somebody new"`
	Of   string `json:"of,omitempty" doc:"Id of another seat of the same institution, on which the person sits"`
}

// EndSeatJSON takes a seat out of use.
type EndSeatJSON struct {
	On     string `json:"on,omitempty" doc:"From which day; absent: today"`
	Reason string `json:"reason" enum:"term_over,replaced,dissolved,opened_by_mistake"`
}

// DelegateJSON lets somebody act for a seat.
type DelegateJSON struct {
	To     string   `json:"to" doc:"Id of the deputy's own seat, of the same institution"`
	Powers []string `json:"powers" minItems:"1" maxItems:"4" doc:"vote; ask, answer; or give"`
	Until  string   `json:"until" doc:"The last day"`
}

// AdmitJSON is an institution as its official letter says.
type AdmitJSON struct {
	As      string `json:"as" enum:"institution,company,implementer,partner"`
	NameUk  string `json:"name_uk"`
	Name    string `json:"name,omitempty" doc:"In English; absent: the Ukrainian one"`
	Country string `json:"country,omitempty" doc:"ISO 3166-1 alpha-2; needed of implementers and partners"`
	Letter  string `json:"letter" doc:"The number of the letter"`
	Date    string `json:"date" doc:"Of the letter, YYYY-MM-DD"`
	Head    string `json:"head" maxLength:"120" doc:"Name of its head; kept apart from facts"`
	Deputy  string `json:"deputy" maxLength:"120" doc:"Name of its deputy head; kept apart from facts"`
}

// AdmittedJSON is what came of an admission.
type AdmittedJSON struct {
	Party  string     `json:"party" doc:"Id of the institution"`
	Seats  []SeatJSON `json:"seats" doc:"Of the head and of the deputy"`
	Sheets string     `json:"sheets" doc:"The page from which somebody who is signed in prints their sheets; no program is given a way in"`
}

type (
	openInput struct {
		api.LangInput
		SeatKey
		Body OpenSeatJSON
	}
	sitInput struct {
		api.LangInput
		SeatKey
		ID   string `path:"id" example:"R-0417"`
		Body SitJSON
	}
	endInput struct {
		api.LangInput
		SeatKey
		ID   string `path:"id" example:"R-0417"`
		Body EndSeatJSON
	}
	delegateInput struct {
		api.LangInput
		SeatKey
		ID   string `path:"id" example:"R-0417"`
		Body DelegateJSON
	}
	undelegateInput struct {
		api.LangInput
		SeatKey
		ID string `path:"id" example:"R-0417"`
	}
	admitInput struct {
		api.LangInput
		SeatKey
		Body AdmitJSON
	}
	seatActOutput struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     SeatJSON
	}
	admitOutput struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     AdmittedJSON
	}
)

func (h *Handler) actAPI(a huma.API) {
	if h.Decide == nil {
		return
	}
	api.Post(a, "/seats", "open-seat", "Give an institution a seat, and sit somebody there", maxBody, h.Gate, h.apiOpen)
	api.Post(a, "/seats/{id}/sitting", "assign-seat", "Sit somebody on a seat, in place of who sat there", maxBody, h.Gate, h.apiSit)
	api.Post(a, "/seats/{id}/end", "end-seat", "Take a seat out of use", maxBody, h.Gate, h.apiEnd)
	api.Post(a, "/seats/{id}/deputy", "delegate-seat", "Let somebody act for a seat, for a time", maxBody, h.Gate, h.apiDelegate)
	api.Post(a, "/seats/{id}/deputy/end", "undelegate-seat", "Take a delegation back", maxBody, h.Gate, h.apiUndelegate)
	api.Post(a, "/institutions", "admit-institution", "Enter an institution from its letter, with a seat for its head and one for the deputy", maxBody, h.Gate, h.apiAdmit)
}

// acted answers with a seat as it stands after a command.
func (h *Handler) acted(ctx context.Context, id seat.ID, res Result, err error) (*seatActOutput, error) {
	if err != nil {
		return nil, err
	}
	e, ok := h.one(ctx, id)
	if !ok {
		return nil, web.ErrNotFound
	}
	return &seatActOutput{replay(res), e.json(query.Today(h.Now()))}, nil
}

func replay(res Result) string {
	if res.Repeated {
		return "true"
	}
	return ""
}

// toGive is the seat called id, which the sender is to give or to end.
//
// Errors: ErrGive, web.ErrNotFound.
func (h *Handler) toGive(ctx context.Context, id string) (e entry, err error) {
	if _, err := h.giving(ctx); err != nil {
		return e, err
	}
	e, ok := h.one(ctx, seat.ID(id))
	if !ok {
		return e, web.ErrNotFound
	}
	return e, nil
}

func (h *Handler) day(said string) fact.Date {
	if said == "" {
		return fact.Day(h.Now())
	}
	return fact.Date(said)
}

func (h *Handler) apiOpen(ctx context.Context, in *openInput) (*seatActOutput, error) {
	if _, err := h.giving(ctx); err != nil {
		return nil, err
	}
	b := in.Body
	id, res, err := h.seatFor(ctx, in.Key, seat.Opened{Role: seat.Role(b.Role), Holder: party.ID(b.Holder), Body: party.ID(b.Body),
		From: h.day(b.From), Until: fact.Date(b.Until)}, b.Name)
	return h.acted(ctx, id, res, err)
}

func (h *Handler) apiSit(ctx context.Context, in *sitInput) (*seatActOutput, error) {
	e, err := h.toGive(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	person := ""
	if in.Body.Of != "" {
		other, ok := h.one(ctx, seat.ID(in.Body.Of))
		if !ok || !other.sitting || other.Person == "" {
			return nil, ErrColleague.With("seat", e.ID)
		}
		person = other.Person
	}
	res, err := h.sit(ctx, in.Key, e.Seat, person, in.Body.Name)
	return h.acted(ctx, e.ID, res, err)
}

func (h *Handler) apiEnd(ctx context.Context, in *endInput) (*seatActOutput, error) {
	e, err := h.toGive(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	res, err := h.close(ctx, in.Key, e.Seat, h.day(in.Body.On), in.Body.Reason)
	return h.acted(ctx, e.ID, res, err)
}

func (h *Handler) apiDelegate(ctx context.Context, in *delegateInput) (*seatActOutput, error) {
	e, ok := h.one(ctx, seat.ID(in.ID))
	if !ok {
		return nil, web.ErrNotFound
	}
	if err := whyNotDelegate(e.Seat, h.Acting(ctx)); err != nil {
		return nil, err
	}
	d := delegation{To: seat.ID(in.Body.To), Until: fact.Date(in.Body.Until)}
	for _, p := range in.Body.Powers {
		d.Powers = append(d.Powers, seat.Power(p))
	}
	res, err := h.depute(ctx, in.Key, e.ID, d)
	return h.acted(ctx, e.ID, res, err)
}

func (h *Handler) apiUndelegate(ctx context.Context, in *undelegateInput) (*seatActOutput, error) {
	e, ok := h.one(ctx, seat.ID(in.ID))
	if !ok {
		return nil, web.ErrNotFound
	}
	res, err := h.takeBack(ctx, in.Key, e.ID)
	return h.acted(ctx, e.ID, res, err)
}

func (h *Handler) apiAdmit(ctx context.Context, in *admitInput) (*admitOutput, error) {
	if _, err := h.giving(ctx); err != nil {
		return nil, err
	}
	b := in.Body
	a := admission{b.As, b.NameUk, b.Name, b.Country, b.Letter, b.Date, b.Head, b.Deputy}.trimmed()
	for _, step := range steps {
		if err := a.check(step, string(fact.Day(h.Now()))); err != nil {
			return nil, err
		}
	}
	res, err := h.record(ctx, in.Key, a)
	if err != nil {
		return nil, err
	}
	out := &admitOutput{replay(Result(res)), AdmittedJSON{Party: res.IDs[0], Seats: []SeatJSON{}, Sheets: sheetsHref(res.seats()...)}}
	for _, id := range res.seats() {
		if e, ok := h.one(ctx, id); ok {
			out.Body.Seats = append(out.Body.Seats, e.json(query.Today(h.Now())))
		}
	}
	return out, nil
}
