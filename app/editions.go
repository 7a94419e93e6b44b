package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"tallinn/aid/edition"
	"tallinn/aid/edition/editionhttp"
	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/notice/desk"
	"tallinn/policy"
	"tallinn/record"
)

// editions are the pages and the API of editions in this realm.
func (h room) editions() *editionhttp.Handler {
	return &editionhttp.Handler{Realm: h.realm, Gate: h.gate, Now: h.cfg.Now, Log: h.cfg.Log, Do: h.decideEdition,
		View: func(fn func(editionhttp.Books)) {
			h.View(h.realm, func(b *Books) { fn(editionhttp.Books{Editions: b.Editions, Parties: b.Parties}) })
		},
		Reader: func(ctx context.Context) editionhttp.Reader {
			a := h.acting(ctx)
			return editionhttp.Reader{Seat: a.seat, May: h.reads(a.principal(h.realm))}
		}}
}

// editionActs are what the policy calls the acts on editions.
var editionActs = map[editionhttp.Act]policy.Action{editionhttp.Draft: policy.Draft, editionhttp.Clear: policy.Clear,
	editionhttp.Sign: policy.Release, editionhttp.Withdraw: policy.Draft}

func (h room) decideEdition(ctx context.Context, key string, d editionhttp.Deed) (editionhttp.Result, error) {
	by := h.acting(ctx).seat
	res, err := h.decide(ctx, command{key: key, op: "edition." + string(d.Act), args: d, may: func(b *Books) (policy.Action, class.Class) {
		e, _ := b.Editions.Get(d.Edition)
		act := editionActs[d.Act]
		if d.Act == editionhttp.Withdraw && by.Role == seat.CoChair {
			act = policy.Release
		}
		return act, editionhttp.Class(h.realm, e)
	}}, func(tx *record.Tx, b *Books) ([]fact.Body, error) {
		s, err := b.by(tx, by.ID)
		if err != nil {
			return nil, err
		}
		return b.edition(tx, h.realm, d, s)
	})
	if errors.Is(err, record.ErrReused) {
		err = editionhttp.ErrReused
	}
	if err != nil {
		return editionhttp.Result{}, err
	}
	id := d.Edition
	if len(res.IDs) > 0 {
		id = edition.ID(res.IDs[0])
	}
	return editionhttp.Result{Edition: id, Repeated: res.Repeated}, nil
}

// edition is the rule of one deed.
func (b *Books) edition(tx *record.Tx, realm fact.Realm, d editionhttp.Deed, by seat.Seat) ([]fact.Body, error) {
	if err := tx.Read(named(edition.Series, string(d.Edition))...); err != nil {
		return nil, err
	}
	e, _ := b.Editions.Get(d.Edition)
	switch now := tx.Now(); d.Act {
	case editionhttp.Draft:
		if err := b.Editions.WhyNotDraft(by, now); err != nil {
			return nil, err
		}
		if err := edition.CheckPlan(d.AsOf, d.Until, now); err != nil {
			return nil, err
		}
		id, err := tx.NewID("E")
		if err != nil {
			return nil, err
		}
		return b.Editions.Begin(edition.Drafted{Edition: edition.ID(id), AsOf: d.AsOf, Known: b.head, Until: d.Until,
			Rows: b.editionRows(realm, d.AsOf)}, by, now)
	case editionhttp.Clear:
		return e.Clear(d.Mode, d.Floor, by, now)
	case editionhttp.Sign:
		return b.Editions.Sign(d.Edition, d.Content, by, now)
	case editionhttp.Withdraw:
		return e.Withdraw(d.Why, by, now)
	}
	return nil, edition.ErrMissing
}

// editionRows are the account of a day, as an edition drafts it: what everyone
// may see of it, and what is held for its sides until they clear it. What a
// public source said is public; and so is, in the real realm, every flow that
// is not held.
func (b *Books) editionRows(realm fact.Realm, asOf string) (out []edition.Row) {
	for _, book := range []*flow.Book{b.Flows, b.Held} {
		st := statement.Compute(statement.Input{Parties: b.Parties, Flows: book, Rates: b.Rates}, statement.Query{AsOf: asOf, Boundary: edition.Boundary, Currency: edition.Currency})
		for _, r := range slices.Concat(st.Parts(), st.Pledges.Rows(), st.Pledges.LeftOut()) {
			row := edition.Row{Flow: r.Flow, Provider: r.Provider, Receiver: r.Receiver, Line: r.Line, Year: r.Year, Status: r.Status, On: r.On,
				Spoken: r.Spoken, Public: r.Basis == flow.Published || realm == fact.Real && book == b.Flows}
			if r.Rated {
				row.Value = r.Converted.String()
			}
			if to, _ := b.Parties.Get(r.Receiver); !row.Public && to.Type != party.Account {
				row.Receiver = "" // who receives what is not public is not everyone's to know
			}
			out = append(out, row)
		}
	}
	slices.SortFunc(out, func(x, y edition.Row) int {
		return cmp.Or(cmp.Compare(x.Flow, y.Flow), cmp.Compare(x.Provider, y.Provider), cmp.Compare(x.Year, y.Year))
	})
	return out
}

// editionsOf is what the draft of an edition asks of s.
func (b *Books) editionsOf(s seat.Seat, now time.Time, may func(class.Class) bool) (out []waiting) {
	e, open := b.Editions.Draft()
	if !open || !may(editionhttp.Class(b.realm, e)) {
		return nil
	}
	i := desk.Item{ID: string(e.Edition), Href: "/editions/" + string(e.Edition)}
	switch s.Role {
	case seat.Programme:
		if _, said := e.Cleared[s.Holder]; !said && slices.Contains(e.Asked(), s.Holder) && len(e.Signed) == 0 {
			i.Kind, i.Due = desk.Clear, e.Until
			out = append(out, waiting{Item: i})
		}
	case seat.CoChair:
		if e.WhyNotSign(s, now) == nil {
			i.Kind = desk.Sign
			out = append(out, waiting{Item: i})
		}
	}
	return out
}
