package app

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"tallinn/aid/need"
	"tallinn/aid/need/needhttp"
	"tallinn/aid/offer"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/procedure/procedurehttp"
	"tallinn/mechanism/seat"
	"tallinn/policy"
	"tallinn/policy/reads"
	"tallinn/record"
	"tallinn/tlp"
)

// needs is the door of needs.
func (h room) needs() *needhttp.Handler {
	offers := h.offers()
	return &needhttp.Handler{Sections: []needhttp.Section{h.attachments().OfNeed, offers.OfNeed}, Cover: offers.Cover, Filled: h.realm == fact.Exercise, View: h.viewNeeds, Decide: h.decideNeed, Reader: h.readerOfNeeds,
		Text: h.record.Text, Likely: h.likely, Gate: h.gate, Now: h.cfg.Now, Log: h.cfg.Log,
		Facts: h.factsOfNeed, Opens: h.opens, Audiences: h.audiences, Readings: h.readingsOf, Opened: func(ctx context.Context, item string) error {
			return h.readings.Add(ctx, reads.Reading{Item: item, Seat: string(h.acting(ctx).seat.ID), At: h.cfg.Now()})
		},
		Changes: func(ctx context.Context) <-chan fact.Pos { return h.changes.follow(ctx, h.realm) }}
}

// factsOfNeed are the facts of a need's own. Reservations stand in its history
// too, and are not for everybody who may see the need: offers show them.
func (h room) factsOfNeed(ctx context.Context, id need.ID) ([]fact.Fact, error) {
	facts, err := h.factsOf(ctx, string(id))
	return slices.DeleteFunc(facts, func(f fact.Fact) bool {
		return !ofItem(f, "need", "marking")
	}), err
}

func (b *Books) ofNeeds() needhttp.Books {
	return needhttp.Books{Parties: b.Parties, Seats: b.Seats, Procedures: b.Procedures, Needs: b.Needs, Shown: b.Shown, Ties: b.Ties,
		Agreed: b.Offers.Agreed, Committed: b.Offers.Committed, Met: b.Offers.Met, Held: b.Offers.HeldLots, Beside: b.Offers.ChangedFor, Deals: b.deals}
}

// deals are the reservations for a need that a reader may see.
func (b *Books) deals(n need.Head, may func(class.Class) bool) (out []needhttp.Deal) {
	for _, r := range b.Offers.ByNeed(n.ID) {
		if !may(r.ClassFor(n)) {
			continue
		}
		d := needhttp.Deal{Reserved: r.At, Accepted: r.Accepted}
		if r.State(r.Ended) == offer.Bound {
			d.Committed = r.Ended
		}
		out = append(out, d)
	}
	return out
}

func (h room) viewNeeds(fn func(needhttp.Books)) {
	h.View(h.realm, func(b *Books) { fn(b.ofNeeds()) })
}

func (h room) readerOfNeeds(ctx context.Context) needhttp.Reader {
	a := h.acting(ctx)
	who := a.principal(h.realm)
	own := seat.Seat{}
	if a.deputy != nil {
		own = *a.deputy
	}
	return needhttp.Reader{Seat: a.seat, Deputy: own, May: h.reads(who),
		Records: h.policy.May(who, policy.Record, need.Fresh(h.realm, a.seat.Holder))}
}

// reads asks the policy what who may read.
func (h *Hub) reads(who policy.Principal) func(class.Class) bool {
	return func(c class.Class) bool { return h.policy.May(who, policy.Read, c) }
}

// needActs are what the policy calls the commands on needs.
var needActs = map[string]policy.Action{"need.submit": policy.Submit, "need.resubmit": policy.Submit,
	"need.show_weakness": policy.Submit, "need.hide_weakness": policy.Submit,
	"need.withdraw": policy.Withdraw, "need.vote": policy.Vote, "need.relate": policy.Relate, "need.ask_reopen": policy.Reopen, "need.reopen": policy.Reopen, "need.mark": policy.Mark,
	"need.alarm": policy.Submit, "need.alarm_for": policy.Record, "need.take": policy.Take, "need.pass": policy.Vote,
	"need.confirm": policy.Submit, "need.disown": policy.Withdraw, "need.detail": policy.Detail}

func (h room) decideNeed(ctx context.Context, c needhttp.Command, rule func(needhttp.Tx, needhttp.Books) ([]fact.Body, error)) (needhttp.Result, error) {
	own := cmp.Or(c.Owner, h.acting(ctx).seat.Holder)
	res, err := h.decide(ctx, command{key: c.ID, op: c.Op, args: c.Args, may: func(b *Books) (policy.Action, class.Class) {
		if head, known := b.Needs.Head(c.Need); known {
			return needActs[c.Op], head.Class
		}
		return needActs[c.Op], need.Fresh(h.realm, own)
	}}, func(tx *record.Tx, b *Books) ([]fact.Body, error) { return rule(tx, b.ofNeeds()) })
	if errors.Is(err, record.ErrReused) {
		err = needhttp.ErrReused
	}
	return needhttp.Result{IDs: res.IDs, Repeated: res.Repeated, Empty: err == nil && res.Empty()}, err
}

// audiences are how many of the seats in use of each role may read what is of a
// class, and whether visitors may.
func (h room) audiences(c class.Class) (out []needhttp.Audience) {
	seats, may := map[seat.Role]int{}, map[seat.Role]int{}
	h.View(h.realm, func(b *Books) {
		for _, s := range b.Seats.All() {
			if s.Acts(h.today()) {
				seats[s.Role]++
				if h.policy.May(principalOf(s, h.realm), policy.Read, c) {
					may[s.Role]++
				}
			}
		}
	})
	for _, r := range seat.Roles {
		if seats[r] > 0 {
			out = append(out, needhttp.Audience{Role: r, Seats: seats[r], May: may[r]})
		}
	}
	if h.realm != fact.Real { // nobody is in the exercise without a seat
		return out
	}
	everyone := needhttp.Audience{Seats: 1}
	if h.policy.May(policy.Visitor, policy.Read, c) {
		everyone.May = 1
	}
	return append(out, everyone)
}

// readingsOf are who read a thing that is TLP:RED, for its owner.
func (h room) readingsOf(ctx context.Context, item string) (out []needhttp.Reading, err error) {
	list, err := h.readings.Of(ctx, item, needhttp.MostReadings)
	for _, r := range list {
		out = append(out, needhttp.Reading{Seat: seat.ID(r.Seat), At: r.At})
	}
	return out, err
}

// mostLikely is how many needs that are like a text are looked at.
const mostLikely = 20

// likely are the needs that the sender of a request may see, by how much of a
// text each shares.
func (h room) likely(ctx context.Context, text string, tags []string) (out []needhttp.Likely) {
	h.finder.caughtUp(ctx, quickWait)
	may := h.reads(h.acting(ctx).principal(h.realm))
	for _, x := range h.finder.indexes[h.realm].Like(text, tags, may, "need", mostLikely) {
		if x.Words > 1 {
			out = append(out, needhttp.Likely{ID: need.ID(x.Item), Share: x.Share})
		}
	}
	return out
}

// procedures is the door of the procedure, which everyone may read.
func (h room) procedures() *procedurehttp.Handler {
	return &procedurehttp.Handler{Gate: h.gate, Now: h.cfg.Now, Log: h.cfg.Log,
		View: func(fn func(procedurehttp.Books)) { h.View(h.realm, func(b *Books) { fn(b.ofProcedures()) }) },
		Acting: func(ctx context.Context) procedurehttp.Acting {
			a := h.acting(ctx)
			return procedurehttp.Acting{Person: a.person, Seat: a.seat}
		},
		Decide: func(ctx context.Context, c procedurehttp.Command, rule func(procedurehttp.Tx, procedurehttp.Books) ([]fact.Body, error)) (bool, error) {
			res, err := h.decide(ctx, command{key: c.ID, op: c.Op, args: c.Args, may: func(*Books) (policy.Action, class.Class) {
				return policy.Adopt, class.Class{Realm: h.realm, Noun: "procedure", Marking: tlp.Clear}
			}}, func(tx *record.Tx, b *Books) ([]fact.Body, error) { return rule(tx, b.ofProcedures()) })
			return res.Repeated, err
		}}
}

func (b *Books) ofProcedures() procedurehttp.Books {
	return procedurehttp.Books{Parties: b.Parties, Seats: b.Seats, Procedures: b.Procedures}
}
