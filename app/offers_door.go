package app

import (
	"context"
	"errors"
	"strconv"

	"tallinn/aid/offer"
	"tallinn/aid/offer/offerhttp"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/tlp"
)

// offers are the pages and the API of offers in this realm.
func (h room) offers() *offerhttp.Handler {
	return &offerhttp.Handler{View: h.viewOffers, Deals: deals{h}, Reader: h.offerReader,
		Text: h.record.Text, Facts: h.factsOf, Opens: h.opens, Gate: h.gate, Now: h.cfg.Now, Log: h.cfg.Log,
		Changes: func(ctx context.Context) <-chan fact.Pos { return h.changes.follow(ctx, h.realm) }}
}

func (h room) viewOffers(fn func(offerhttp.Books)) {
	h.View(h.realm, func(b *Books) { fn(offerhttp.Books{Parties: b.Parties, Needs: b.Needs, Offers: b.Offers}) })
}

// offerReader is who sends a request, with the policy's answers.
func (h room) offerReader(ctx context.Context) offerhttp.Reader {
	a := h.acting(ctx)
	p := a.principal(h.realm)
	return offerhttp.Reader{Seat: a.seat, Account: a.person, May: h.reads(p)}
}

// deals decides on offers for whoever sends a request.
type deals struct{ room }

// decide records what rule decides, once for the sender's key. The policy is
// asked whether the seat may act on what is of class c.
func (d deals) decide(ctx context.Context, key, op string, args any, act policy.Action,
	of func(*Books) class.Class, rule func(*Books, seat.ID) record.Rule) (offerhttp.Result, error) {
	by := d.acting(ctx).seat.ID
	res, err := d.room.decide(ctx, command{key: key, op: op, args: args, may: func(b *Books) (policy.Action, class.Class) {
		c := of(b)
		c.Realm = d.realm
		return act, c
	}}, func(tx *record.Tx, b *Books) ([]fact.Body, error) { return rule(b, by)(tx) })
	if errors.Is(err, record.ErrReused) {
		err = offerhttp.ErrReused
	}
	return offerhttp.Result{IDs: res.IDs, Repeated: res.Repeated}, err
}

// ofOffer is the class of an offer; of none yet, of whoever makes it.
func (d deals) ofOffer(ctx context.Context, id offer.ID) func(*Books) class.Class {
	own := string(d.acting(ctx).seat.Holder)
	return func(b *Books) class.Class {
		if o, known := b.Offers.Get(id); known {
			return o.Class
		}
		return class.Class{Noun: "offer", Marking: tlp.Amber, Owner: own}
	}
}

// ofDeal is the class of a reservation.
func ofDeal(id offer.ReservationID) func(*Books) class.Class {
	return func(b *Books) class.Class {
		r, _ := b.Offers.Reservation(id)
		n, _ := b.Needs.Head(r.Need)
		return r.ClassFor(n)
	}
}

func (d deals) Open(ctx context.Context, key string, wanted offer.Opened, terms string) (offerhttp.Result, error) {
	return d.decide(ctx, key, "offer.open", []any{wanted, terms}, policy.Offer, d.ofOffer(ctx, ""), func(b *Books, by seat.ID) record.Rule {
		return b.openOffer(by, wanted, terms)
	})
}

func (d deals) Close(ctx context.Context, key string, id offer.ID, why offer.ClosedWhy) (offerhttp.Result, error) {
	return d.decide(ctx, key, "offer.close", []any{id, why}, policy.Offer, d.ofOffer(ctx, id), func(b *Books, by seat.ID) record.Rule {
		return b.closeOffer(by, id, why)
	})
}

func (d deals) Reserve(ctx context.Context, key string, wanted offer.Reserved) (offerhttp.Result, error) {
	return d.decide(ctx, key, "offer.reserve", wanted, policy.Reserve, d.ofOffer(ctx, wanted.Offer), func(b *Books, by seat.ID) record.Rule {
		return b.reserve(by, wanted)
	})
}

func (d deals) CallOff(ctx context.Context, key string, wanted offer.Reserved) (offerhttp.Result, error) {
	return d.decide(ctx, key, "offer.call_off", wanted, policy.CallOff, d.ofOffer(ctx, wanted.Offer), func(b *Books, by seat.ID) record.Rule {
		return b.callOff(by, wanted)
	})
}

// dealActs are what the policy calls the acts on reservations.
var dealActs = map[offerhttp.Act]policy.Action{offerhttp.Accept: policy.Answer, offerhttp.Decline: policy.Answer,
	offerhttp.Release: policy.Reserve, offerhttp.Commit: policy.Commit}

func (d deals) Answer(ctx context.Context, key string, id offer.ReservationID, act offerhttp.Act, why offer.Refusal) (offerhttp.Result, error) {
	return d.decide(ctx, key, "offer.answer", []any{id, act, why}, dealActs[act], ofDeal(id), func(b *Books, by seat.ID) record.Rule {
		switch act {
		case offerhttp.Accept:
			return b.accept(by, id)
		case offerhttp.Decline:
			return b.decline(by, id, why)
		case offerhttp.Release:
			return b.release(by, id)
		case offerhttp.Commit:
			return b.commit(by, id)
		}
		return func(*record.Tx) ([]fact.Body, error) {
			return nil, offerhttp.ErrAct.With("act", strconv.QuoteToASCII(firstOf(string(act), 40)))
		}
	})
}

// firstOf bounds what an error repeats of its input.
func firstOf(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
