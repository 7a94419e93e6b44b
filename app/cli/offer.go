package cli

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/aid/offer/offerhttp"
	"tallinn/fault"
	"tallinn/web"
)

// ErrOffer says that what was given on standard input is no offer.
var ErrOffer = fault.New(fault.Invalid, "cli.offer_input",
	"standard input is not the JSON of an offer; the description of POST /api/v1/offers at /api/openapi.json says what it holds")

type offerCmd struct {
	List        offerListCmd        `cmd:"" help:"Offers that the session's seat may see, the latest first."`
	Show        offerShowCmd        `cmd:"" help:"One offer, as JSON."`
	Open        offerOpenCmd        `cmd:"" help:"Make an offer: its JSON on standard input."`
	Close       offerCloseCmd       `cmd:"" help:"Close an offer; what is committed stays."`
	Reserve     offerReserveCmd     `cmd:"" help:"Set part of an offer aside for a lot of a need."`
	CallOff     offerCallOffCmd     `cmd:"" help:"Take from a standing offer without its partner: for your own need, or for one as the front office."`
	Reservation offerReservationCmd `cmd:"" help:"One reservation, as JSON."`
	Accept      offerAcceptCmd      `cmd:"" help:"Accept a reservation, for the recipient."`
	Decline     offerDeclineCmd     `cmd:"" help:"Decline a reservation, for the recipient."`
	Release     offerReleaseCmd     `cmd:"" help:"Give a reservation back, for the partner."`
	Commit      offerCommitCmd      `cmd:"" help:"Commit an accepted reservation, for the partner."`
}

type offerListCmd struct {
	Limit    int    `help:"How many at most." default:"200"`
	After    string `help:"Where to go on: what the page before named." placeholder:"NEXT"`
	Form     string `help:"money, goods, licences, services, days or places."`
	Line     string `help:"A line of capability that the earmark lets through."`
	Provider string `help:"A party's id."`
	State    string `help:"closed, standing or all; those that are open when absent."`
}

func (c offerListCmd) Run(ctx context.Context, s *session) error {
	q := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	for name, value := range map[string]string{"after": c.After, "form": c.Form, "line": c.Line, "provider": c.Provider,
		"state": c.State, "lang": string(s.lang)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	heads := []string{s.t("col.id"), s.t("offer.field.provider"), s.t("offer.field.form"), s.t("offer.field.left"), s.t("offer.field.until")}
	return listed(ctx, s, "/api/v1/offers", q, heads, func(o offerhttp.OfferJSON) []string {
		return []string{o.ID, o.ProviderAs, s.t("offer.form." + o.Form), s.left(o), o.Until}
	})
}

// left is what nobody holds of an offer.
func (s *session) left(o offerhttp.OfferJSON) (out string) {
	if o.Unit != "" {
		out = web.N(s.lang, "unit."+o.Unit, int(o.LeftQuantity))
	}
	if o.LeftAmount != nil {
		if out != "" {
			out += " · "
		}
		out += web.Money(s.lang, o.LeftAmount.Value, o.LeftAmount.Currency)
	}
	return out
}

type offerShowCmd struct {
	ID string `arg:"" help:"The offer's id, such as P-0417."`
}

func (c offerShowCmd) Run(ctx context.Context, s *session) error {
	return s.shown(ctx, offerPath(c.ID, ""))
}

func offerPath(id, more string) string { return "/api/v1/offers/" + url.PathEscape(id) + more }

type offerOpenCmd struct{ once }

func (c offerOpenCmd) Run(ctx context.Context, s *session) error {
	var in offerhttp.OfferBodyJSON
	if err := json.UnmarshalRead(s.Stdin, &in, json.RejectUnknownMembers(true)); err != nil {
		return ErrOffer.Because(err)
	}
	return s.offered(ctx, "/api/v1/offers", c.key(), in)
}

type offerCloseCmd struct {
	ID     string `arg:"" help:"The offer's id, such as P-0417."`
	Reason string `help:"used_up, budget_cut, replaced, given_elsewhere or opened_by_mistake." required:"" enum:"used_up,budget_cut,replaced,given_elsewhere,opened_by_mistake"`
	once
}

func (c offerCloseCmd) Run(ctx context.Context, s *session) error {
	return s.offered(ctx, offerPath(c.ID, "/closing"), c.key(), map[string]string{"reason": c.Reason})
}

// offered sends a command and says what is left of the offer after it.
func (s *session) offered(ctx context.Context, path, key string, in any) error {
	var o offerhttp.OfferJSON
	raw, err := s.client.act(ctx, path, key, in, &o)
	switch {
	case err != nil:
		return err
	case s.json:
		return s.raw(raw)
	case o.Closed != "":
		s.line("%s %s", o.ID, s.t("offer.state.closed"))
	default:
		s.line("%s %s", o.ID, s.left(o))
	}
	return nil
}

// part is how much of an offer is set aside for a lot of a need.
type part struct {
	Offer    string `arg:"" help:"The offer's id, such as P-0417."`
	Need     string `arg:"" help:"The need's id, such as N-0417."`
	Lot      string `help:"The lot of the need." default:"a"`
	Quantity int64  `help:"How many, of the lot's unit." required:""`
	Amount   string `help:"Where the offer counts an amount: such as 12500.00." placeholder:"VALUE"`
	Currency string `help:"Of the amount." default:"EUR"`
	Days     int    `help:"How long it holds." default:"14"`
	once
}

type (
	offerReserveCmd struct{ part }
	offerCallOffCmd struct{ part }
)

func (c offerReserveCmd) Run(ctx context.Context, s *session) error {
	return s.reserved(ctx, offerPath(c.Offer, "/reservations"), c.key(), c.body())
}

func (c offerCallOffCmd) Run(ctx context.Context, s *session) error {
	return s.reserved(ctx, offerPath(c.Offer, "/call-offs"), c.key(), c.body())
}

func (c part) body() map[string]any {
	in := map[string]any{"need": c.Need, "lot": c.Lot, "quantity": c.Quantity,
		"until": time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, c.Days).Format(time.RFC3339)}
	if c.Amount != "" {
		in["amount"] = offerhttp.OfferAmountJSON{Currency: c.Currency, Value: c.Amount}
	}
	return in
}

// reserved sends a command and says how far the reservation has come.
func (s *session) reserved(ctx context.Context, path, key string, in any) error {
	var r offerhttp.ReservationJSON
	raw, err := s.client.act(ctx, path, key, in, &r)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s %s", r.ID, s.t("offer.deal."+r.State))
	return nil
}

type offerReservationCmd struct {
	ID string `arg:"" help:"The reservation's id, such as B-0417."`
}

func (c offerReservationCmd) Run(ctx context.Context, s *session) error {
	return s.shown(ctx, "/api/v1/reservations/"+url.PathEscape(c.ID))
}

// answering names a reservation.
type answering struct {
	ID string `arg:"" help:"The reservation's id, such as B-0417."`
	once
}

func (a answering) send(ctx context.Context, s *session, in map[string]string) error {
	return s.reserved(ctx, "/api/v1/reservations/"+url.PathEscape(a.ID)+"/answers", a.key(), in)
}

type (
	offerAcceptCmd  struct{ answering }
	offerReleaseCmd struct{ answering }
	offerCommitCmd  struct{ answering }
	offerDeclineCmd struct {
		answering
		Reason string `help:"does_not_fit, too_late, cannot_run_it, other_offer or no_longer_needed." required:"" enum:"does_not_fit,too_late,cannot_run_it,other_offer,no_longer_needed"`
	}
)

func (c offerAcceptCmd) Run(ctx context.Context, s *session) error {
	return c.send(ctx, s, map[string]string{"act": "accept"})
}

func (c offerReleaseCmd) Run(ctx context.Context, s *session) error {
	return c.send(ctx, s, map[string]string{"act": "release"})
}

func (c offerCommitCmd) Run(ctx context.Context, s *session) error {
	return c.send(ctx, s, map[string]string{"act": "commit"})
}

func (c offerDeclineCmd) Run(ctx context.Context, s *session) error {
	return c.send(ctx, s, map[string]string{"act": "decline", "reason": c.Reason})
}
