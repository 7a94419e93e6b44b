package seathttp

import (
	"context"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/query"
)

// SeatJSON is a seat in the API.
type SeatJSON struct {
	ID       string `json:"id"`
	Role     string `json:"role" enum:"officer,technical,interagency,programme,implementer,front_office,co_chair,observer,auditor,administrator"`
	Holder   string `json:"holder" doc:"Id of the institution that holds it"`
	Name     string `json:"holder_name"`
	NameUk   string `json:"holder_name_uk,omitempty"`
	Body     string `json:"body,omitempty" doc:"Id of the group that it is in"`
	From     string `json:"from" doc:"Its first day"`
	Until    string `json:"until,omitempty" doc:"Its last day; absent: open"`
	Ended    string `json:"ended,omitempty" doc:"The day from which it is out of use"`
	State    string `json:"state" enum:"acts,ahead,past,ended" doc:"Today"`
	Position int64  `json:"fact" doc:"Position of the fact that opened it"`

	Filled string      `json:"filled,omitempty" doc:"Since when somebody sits there, UTC; for those who may see who sits"`
	Deputy *DeputyJSON `json:"deputy,omitempty"`
}

// Group is not named Body, which huma would take for the request's body.
type seatsInput struct {
	api.LangInput
	api.PageInput
	Role  string `query:"role" doc:"Such as technical"`
	Group string `query:"body" doc:"Id of a group"`
	State string `query:"state" doc:"acts, ahead, past or ended"`
}

// SeatInput names a seat. It is exported because huma fills in nothing else.
type SeatInput struct {
	api.LangInput
	ID string `path:"id" example:"R-0417"`
}

type (
	seatsOutput struct{ Body api.List[SeatJSON] }
	seatOutput  struct{ Body SeatJSON }
)

// API adds the operations on seats.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/seats", "list-seats", "Seats that the sender may see, by role and holder", h.apiSeats)
	api.Get(a, "/seats/{id}", "get-seat", "One seat", h.apiSeat)
	h.actAPI(a)
	h.dutyAPI(a)
}

func (h *Handler) apiSeats(ctx context.Context, in *seatsInput) (*seatsOutput, error) {
	_, list, _, err := h.gather(ctx, web.English, url.Values{"role": {in.Role}, "body": {in.Group}, "state": {in.State}})
	if err != nil {
		return nil, err
	}
	page, err := api.Cut(list, in.PageInput)
	if err != nil {
		return nil, err
	}
	out := &seatsOutput{api.List[SeatJSON]{Items: make([]SeatJSON, 0, len(page.Items)), Next: page.Next, Total: page.Total}}
	for _, e := range page.Items {
		out.Body.Items = append(out.Body.Items, e.json(query.Today(h.Now())))
	}
	return out, nil
}

func (h *Handler) apiSeat(ctx context.Context, in *SeatInput) (*seatOutput, error) {
	e, ok := h.one(ctx, seat.ID(in.ID))
	if !ok {
		return nil, web.ErrNotFound
	}
	return &seatOutput{e.json(query.Today(h.Now()))}, nil
}

func (e entry) json(day string) SeatJSON {
	out := SeatJSON{ID: string(e.ID), Role: string(e.Role), Holder: string(e.Holder), Name: e.holder.Name, NameUk: e.holder.NameUk,
		Body: string(e.Body), From: string(e.From), Until: string(e.Until), State: string(e.state(day)), Position: int64(e.Pos)}
	if e.Ended != nil {
		out.Ended = string(e.Ended.On)
	}
	if !e.sitting {
		return out
	}
	if e.Person != "" && len(e.Sittings) > 0 {
		out.Filled = e.Sittings[len(e.Sittings)-1].At.UTC().Format(time.RFC3339)
	}
	if d := e.Deputy; d != nil && e.deputed {
		out.Deputy = &DeputyJSON{Seat: string(d.Seat), Until: string(d.Until), Powers: []string{}}
		for _, p := range d.Powers {
			out.Deputy.Powers = append(out.Deputy.Powers, string(p))
		}
	}
	return out
}
