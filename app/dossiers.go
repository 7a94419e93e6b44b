package app

import (
	"context"
	"slices"
	"strings"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/seat/seathttp"
	"tallinn/policy"
	"tallinn/record/recordhttp"
	"tallinn/tlp"
	"tallinn/web"
)

// mostLinked bounds how many flows a dossier follows.
const mostLinked = 200

// steps are those of a case, from request to use. Nothing here records a
// delivery yet, and a dossier says so.
var steps = []string{"asked", "validated", "reserved", "accepted", "committed", "paid", "delivered"}

// cases are the dossiers of this realm's needs and flows.
func (h room) cases() recordhttp.Cases {
	return recordhttp.Cases{Positions: h.caseOf, Step: stepOf, Steps: steps, Who: h.whoDecided}
}

// stepOf is how far a fact brings its case; empty: no further.
func stepOf(f fact.Fact) string {
	switch b := f.Body.(type) {
	case need.Submitted:
		return "asked"
	case need.Validated:
		return "validated"
	case offer.Reserved, offer.CalledOff:
		return "reserved"
	case offer.Accepted:
		return "accepted"
	case offer.Committed:
		return "committed"
	case flow.Recorded:
		return stepOfStatus(b.Status)
	case flow.Advanced:
		return stepOfStatus(b.Status)
	case flow.Asserted:
		return stepOfStatus(b.Status)
	case flow.Settled:
		return stepOfStatus(b.Status)
	}
	return ""
}

func stepOfStatus(s flow.Status) string {
	return map[flow.Status]string{flow.Commitment: "committed", flow.Paid: "paid"}[s]
}

// caseOf are the positions of what belongs to a need or a flow: of a need its
// own facts, with the reservations for it, the offers these are of, and the
// flows that came of them; of a flow those of the flows that it is linked with,
// and of the need that it serves. What is TLP:RED has no dossier: each reading
// of it is logged on its own page.
func (h room) caseOf(ctx context.Context, stream string) ([]fact.Pos, error) {
	c := &gathering{room: h}
	var bound []fact.Pos
	a, needs, deals := h.acting(ctx), h.readerOfNeeds(ctx), h.offerReader(ctx)
	h.View(h.realm, func(b *Books) {
		if strings.HasPrefix(stream, "N-") {
			// What is hidden takes no longer to be missing than what is not there.
			if b.opensNeed(needs, need.ID(stream), need.Summary) {
				bound = c.need(b, need.ID(stream))
			}
		} else if b.opensFlow(a.seat, deals.May, flow.ID(stream)) {
			c.flow(b, flow.ID(stream))
			for _, id := range c.needs {
				c.need(b, id)
			}
		}
	})
	// The flow of a commitment was recorded by the same command.
	var flows []flow.ID
	for _, pos := range bound {
		near, err := h.record.Facts(ctx, pos, 4)
		if err != nil {
			return nil, err
		}
		for _, k := range near {
			if r, ok := k.Fact.Body.(flow.Recorded); ok && k.Fact.Cmd == near[0].Fact.Cmd {
				flows = append(flows, r.Flow)
			}
		}
	}
	h.View(h.realm, func(b *Books) {
		for _, id := range flows {
			c.flow(b, id)
		}
	})
	for _, s := range c.streams {
		c.positions = append(c.positions, h.record.Stream(s)...)
	}
	return c.positions, nil
}

// A gathering is what a dossier has found so far.
type gathering struct {
	room
	streams   []string
	needs     []need.ID
	positions []fact.Pos
}

// need takes a need and its offers; it returns where reservations for it were
// committed.
func (c *gathering) need(b *Books, id need.ID) (bound []fact.Pos) {
	n, known := b.Needs.Head(id)
	if !known || n.Class.Marking == tlp.Red || slices.Contains(c.streams, string(id)) {
		return nil
	}
	c.streams = append(c.streams, string(id))
	for _, r := range b.Offers.ByNeed(id) {
		if o, ok := b.Offers.Get(r.Offer); ok {
			c.positions = append(c.positions, o.Pos)
		}
		if len(r.History) > 0 && r.State(c.cfg.Now()) == offer.Bound {
			bound = append(bound, r.Changed())
		}
	}
	return bound
}

// flow takes a flow and all that it is linked with, either way.
func (c *gathering) flow(b *Books, id flow.ID) {
	if slices.Contains(c.streams, string(id)) || len(c.streams) >= mostLinked {
		return
	}
	f, known := b.Flows.Get(id)
	if !known {
		if f, known = b.Held.Get(id); !known {
			return
		}
	}
	c.streams = append(c.streams, string(id))
	if f.Link != nil {
		c.needs = append(c.needs, f.Link.Need)
	}
	for _, l := range f.Parents {
		c.flow(b, l.Parent)
	}
	for _, l := range f.Children {
		c.flow(b, l.Child)
	}
}

// whoDecided says from which seat a fact was decided, to readers who may know
// who holds it.
func (h room) whoDecided(ctx context.Context) func(web.Lang, fact.Fact) string {
	who := h.acting(ctx).principal(h.realm)
	return func(l web.Lang, f fact.Fact) (words string) {
		h.View(h.realm, func(b *Books) {
			s, known := b.Seats.Get(seat.ID(f.Seat))
			if known && h.policy.May(who, policy.Read, seatClass(h.realm, s, seathttp.Term)) {
				words = b.seatWords(l, s)
			}
		})
		return words
	}
}
