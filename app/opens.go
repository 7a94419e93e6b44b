package app

import (
	"context"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/need/needhttp"
	"tallinn/aid/offer"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/recovery"
	"tallinn/mechanism/report"
	"tallinn/mechanism/seat"
	"tallinn/policy"
)

// opens answers which facts of this realm the sender of a request may read: of
// a need, an offer or a reservation those that its page tells them. It must
// not be called inside View, and neither may what it returns.
func (h room) opens(ctx context.Context) func(fact.Fact) bool {
	who := h.acting(ctx)
	needs, deals := h.readerOfNeeds(ctx), h.offerReader(ctx)
	return func(f fact.Fact) (may bool) {
		if f.Realm != h.realm {
			return false
		}
		if h.policy.May(who.principal(h.realm), policy.Read, class.Class{Realm: f.Realm, Noun: "fact", Marking: f.Marking}) {
			return true
		}
		h.View(h.realm, func(b *Books) {
			switch body := f.Body.(type) {
			case need.Submitted:
				may = b.opensAsked(needs, body.Need, body.Asked)
			case need.Resubmitted:
				may = b.opensAsked(needs, body.Need, body.Asked)
			case need.ReopeningAsked:
				may = b.opensNeed(needs, body.Need, need.Votes)
			case need.Detailed:
				may = b.opensAsked(needs, body.Need, body.Asked)
			case need.Voted:
				may = b.opensNeed(needs, body.Need, need.Votes) || who.seat.Exists() && body.Seat == who.seat.ID
			case correction.Asked:
				may = b.opensCorrection(who.principal(h.realm), h, body.Correction)
			case correction.Agreed:
				may = b.opensCorrection(who.principal(h.realm), h, body.Correction)
			case correction.Refused:
				may = b.opensCorrection(who.principal(h.realm), h, body.Correction)
			case correction.Withdrawn:
				may = b.opensCorrection(who.principal(h.realm), h, body.Correction)
			case recovery.Asked:
				may = recoveryOpens(b, who.seat, body.Of)
			case recovery.Confirmed:
				may = recoveryOpens(b, who.seat, body.Of)
			case report.Filed, report.Closed:
				may = h.policy.May(who.principal(h.realm), policy.Read, reportClass(h.realm))
			case need.Corrected:
				n, _ := b.Needs.Get(body.Need)
				may = b.opensAsked(needs, body.Need, n.Asked)
			case offer.Corrected:
				o, _ := b.Offers.Get(body.Offer)
				may = b.opensDeal(deals.May, body.Reservation) || body.Reservation == "" && o.Exists() && deals.May(o.Class)
			case need.Related:
				may = b.opensNeed(needs, body.Need, need.Summary) && b.opensNeed(needs, body.Other, need.Summary)
			case offer.Opened:
				o, _ := b.Offers.Get(body.Offer)
				may = o.Exists() && deals.May(o.Class)
			case offer.Closed:
				o, _ := b.Offers.Get(body.Offer)
				may = o.Exists() && deals.May(o.Class)
			case marking.Changed:
				o, _ := b.Offers.Get(offer.ID(body.Item))
				may = b.opensNeed(needs, need.ID(body.Item), need.Summary) || o.Exists() && deals.May(o.Class)
			case flow.Recorded:
				may = body.Link != nil && b.opensDeal(deals.May, body.Link.Reservation) || b.opensHeld(who.seat, body.Flow)
			case flow.Asserted:
				may = b.opensHeld(who.seat, body.Flow)
			case flow.Settled:
				may = b.opensHeld(who.seat, body.Flow)
			case flow.Valued:
				may = b.opensHeld(who.seat, body.Flow)
			case flow.Linked:
				may = b.opensHeld(who.seat, body.Parent) && b.opensHeld(who.seat, body.Child)
			default:
				id, deal := about(f)
				may = deal == "" && b.opensNeed(needs, id, need.Summary) || b.opensDeal(deals.May, deal)
			}
		})
		return may
	}
}

// recoveryOpens: who let whom in is for the institution and the front office.
func recoveryOpens(b *Books, by seat.Seat, of seat.ID) bool {
	s, known := b.Seats.Get(of)
	return known && by.Exists() && (by.Role == seat.FrontOffice || by.Holder == s.Holder)
}

func (b *Books) opensCorrection(who policy.Principal, h room, id correction.ID) bool {
	c, known := b.Corrections.Get(id)
	return known && b.seesCorrection(h.reads(who), c)
}

func (b *Books) opensNeed(r needhttp.Reader, id need.ID, p need.Part) bool {
	n, known := b.Needs.Head(id)
	return known && r.May(n.ClassOf(p))
}

// opensAsked: who reads what was asked reads where, too; while that is hidden
// the fact opens only to its owner and to those who judge it.
func (b *Books) opensAsked(r needhttp.Reader, id need.ID, a need.Asked) bool {
	if !b.opensNeed(r, id, need.Summary) {
		return false
	}
	n, _ := b.Needs.Head(id)
	return !a.HideRegion || r.Seat.Exists() && r.Seat.Holder == n.Owner || b.opensNeed(r, id, need.Votes)
}

// opensHeld: a flow that is not for everyone is open to its sides and to the
// front office.
func (b *Books) opensHeld(s seat.Seat, id flow.ID) bool {
	f, held := b.Held.Get(id)
	return held && s.Exists() && (f.SideOf(s.Holder) != "" || s.Role == seat.FrontOffice)
}

// opensFlow: a flow is public, or held and open to its sides, to the front
// office and to those who may see the reservation that it came of.
func (b *Books) opensFlow(s seat.Seat, may func(class.Class) bool, id flow.ID) bool {
	if _, public := b.Flows.Get(id); public {
		return true
	}
	f, held := b.Held.Get(id)
	return held && (b.opensHeld(s, id) || f.Link != nil && b.opensDeal(may, f.Link.Reservation))
}

func (b *Books) opensDeal(may func(class.Class) bool, id offer.ReservationID) bool {
	r, known := b.Offers.Reservation(id)
	n, _ := b.Needs.Head(r.Need)
	return known && may(r.ClassFor(n))
}
