package app

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/demo/exercise"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/record"
)

// unitOf is the unit that a good is counted in; none for money.
func unitOf(what string) string {
	g, _ := need.GoodOf(what)
	return g.Unit
}

// A course is one need of the exercise on its way through its plan.
type course struct {
	*play
	data        exercise.Need
	id          need.ID
	reservation offer.ReservationID // the last one
	flow        flow.ID             // of the last commitment; empty: none
}

// need submits a need and plays its plan, one decision after the other.
func (p *play) need(ctx context.Context, x exercise.Need) error {
	c := &course{play: p, data: x}
	res, err := p.decide(ctx, "need/"+x.Key, "need.submit", p.seats[x.Seat], c.submit)
	if err != nil {
		return fmt.Errorf("app: exercise need %s: %w", x.Key, err)
	}
	c.id = need.ID(res.IDs[0])
	for i, step := range strings.Fields(x.Plan) {
		key := "need/" + x.Key + "/" + strconv.Itoa(i) + " " + step
		if err := c.step(ctx, key, step); err != nil {
			return fmt.Errorf("app: exercise need %s, step %d %s: %w", x.Key, i, step, err)
		}
	}
	return nil
}

// asked is what the need asks for, with its texts kept beside the record.
func (c *course) asked(tx *record.Tx) (a need.Asked, err error) {
	x := c.data
	a = need.Asked{Line: capability.Line(x.Line), Urgency: need.Urgency(x.Urgency),
		UsefulUntil: fact.Day(tx.Now().AddDate(0, 0, x.UsefulDays)), LeadDays: x.LeadDays,
		Criticality: need.Criticality(x.Criticality), Sector: x.Sector, Region: x.Region,
		HideRegion: x.HideRegion, Excluded: x.Excluded, RenewMonths: x.RenewMonths,
		Lots: []need.Lot{{ID: "a", What: x.What, Quantity: x.Quantity, Unit: unitOf(x.What),
			Cost: euros(x.Euros), UsefulShare: x.UsefulShare, MostPartners: x.Partners}}}
	if a.Title, err = tx.Text(x.Title); err != nil {
		return a, err
	}
	if a.Summary, err = tx.Text(x.Summary); err != nil || x.Weakness == "" {
		return a, err
	}
	a.Weakness, err = tx.Text(x.Weakness)
	return a, err
}

func (c *course) submit(tx *record.Tx) ([]fact.Body, error) {
	by, err := c.books.by(tx, c.seats[c.data.Seat].ID)
	if err != nil {
		return nil, err
	}
	id, err := tx.NewID("N")
	if err != nil {
		return nil, err
	}
	if err := tx.Read(procedure.Stream(fact.Exercise)); err != nil {
		return nil, err
	}
	asked, err := c.asked(tx)
	if err != nil {
		return nil, err
	}
	p, _ := c.books.Procedures.InForce(string(fact.Day(tx.Now())))
	return need.Submit(need.ID(id), by, p, tx.Now(), asked)
}

// step plays one word of a plan.
func (c *course) step(ctx context.Context, key, word string) error {
	owner, giver := c.seats[c.data.Seat], c.seats[c.giver()]
	run := func(op string, by seat.Seat, rule record.Rule) error {
		_, err := c.decide(ctx, key, op, by, rule)
		return err
	}
	switch word {
	case "withdraw":
		return run("need.withdraw", owner, c.withNeed(owner, func(tx *record.Tx, n need.Need, s seat.Seat) ([]fact.Body, error) {
			return n.Withdraw(s, tx.Now(), need.MetElsewhere)
		}))
	case "again":
		return run("need.resubmit", owner, c.withNeed(owner, func(tx *record.Tx, n need.Need, s seat.Seat) ([]fact.Body, error) {
			asked, err := c.asked(tx)
			if err != nil {
				return nil, err
			}
			return n.Resubmit(s, tx.Now(), asked)
		}))
	case "reserve":
		return c.reserve(ctx, key, giver, c.data.Quantity, c.data.Euros)
	case "half":
		return c.reserve(ctx, key, giver, c.data.Quantity/2, c.data.Euros/2)
	case "call":
		wanted := c.wanted(c.data.Quantity, c.data.Euros)
		return c.setAside(ctx, key, "offer.call_off", owner, c.books.callOff(owner.ID, wanted))
	case "accept":
		return run("offer.accept", owner, c.books.accept(owner.ID, c.reservation))
	case "decline":
		return run("offer.decline", owner, c.books.decline(owner.ID, c.reservation, offer.DoesNotFit))
	case "release":
		return run("offer.release", giver, c.books.release(giver.ID, c.reservation))
	case "commit":
		res, err := c.decide(ctx, key, "offer.commit", giver, c.books.commit(giver.ID, c.reservation))
		if len(res.IDs) > 0 {
			c.flow = flow.ID(res.IDs[0])
		}
		return err
	case "paid":
		return run("flow.advance", giver, func(tx *record.Tx) ([]fact.Body, error) {
			f, _ := c.books.Flows.Get(c.flow)
			return f.Advance(flow.Paid, fact.Day(tx.Now()), nil)
		})
	}
	return c.vote(ctx, key, word)
}

// giver is the key of the seat whose offer fits the need.
func (c *course) giver() string {
	for _, o := range exercise.Offers {
		if o.Key == c.data.Offer {
			return o.Seat
		}
	}
	return ""
}

func (c *course) withNeed(by seat.Seat, decide func(*record.Tx, need.Need, seat.Seat) ([]fact.Body, error)) record.Rule {
	return func(tx *record.Tx) ([]fact.Body, error) {
		s, err := c.books.by(tx, by.ID)
		if err != nil {
			return nil, err
		}
		if err := tx.Read(string(c.id)); err != nil {
			return nil, err
		}
		n, _ := c.books.Needs.Get(c.id)
		return decide(tx, n, s)
	}
}

// reservedDays is how long the exercise's reservations hold.
const reservedDays = 14

func (c *course) reserve(ctx context.Context, key string, by seat.Seat, quantity, amount int64) error {
	return c.setAside(ctx, key, "offer.reserve", by, c.books.reserve(by.ID, c.wanted(quantity, amount)))
}

// wanted is a part of the need's offer.
func (c *course) wanted(quantity, amount int64) offer.Reserved {
	return offer.Reserved{Offer: c.offers[c.data.Offer], Need: c.id, Lot: "a", Quantity: quantity,
		Amount: euros(amount), Until: c.cfg.Now().UTC().Truncate(time.Second).AddDate(0, 0, reservedDays)}
}

func (c *course) setAside(ctx context.Context, key, op string, by seat.Seat, rule record.Rule) error {
	res, err := c.decide(ctx, key, op, by, rule)
	if err != nil {
		return err
	}
	c.reservation = offer.ReservationID(res.IDs[0])
	return nil
}

// verdicts by the sign after a seat's key.
var verdicts = map[byte]need.Verdict{'+': need.Pass, '?': need.Return, '-': need.Reject, '=': need.Abstain}

// vote plays a word such as "t1+".
func (c *course) vote(ctx context.Context, key, word string) error {
	voter, verdict := c.seats[word[:len(word)-1]], verdicts[word[len(word)-1]]
	_, err := c.decide(ctx, key, "need.vote", voter, c.withNeed(voter, func(tx *record.Tx, n need.Need, s seat.Seat) ([]fact.Body, error) {
		b := need.Ballot{Stage: n.Stage, Round: n.Round, Verdict: verdict}
		var err error
		switch verdict {
		case need.Pass:
			b.Scores = c.scores(n, s)
		case need.Return:
			b.Reason, err = tx.Text(exercise.Question)
		case need.Reject:
			b.Reason, err = tx.Text(exercise.Rejection)
		}
		if err != nil {
			return nil, err
		}
		return n.Vote(s, tx.Now(), b)
	}))
	return err
}

// scores of a seat that lets a need pass: 3 to 5, the same at every start.
func (c *course) scores(n need.Need, s seat.Seat) (out []need.Score) {
	for _, stage := range n.Stages {
		if stage.ID != n.Stage {
			continue
		}
		for i, criterion := range stage.Criteria {
			most := criterion.Max
			out = append(out, need.Score{Criterion: criterion.ID, Score: most - (len(c.data.Title)+len(s.Holder)+i)%3})
		}
	}
	return out
}
