package needs_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/app"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/record"
	"tallinn/record/sqlite"
	"tallinn/text"
	"tallinn/tlp"
)

const (
	needs = 20_000
	flows = 100_000
)

func fill(ctx context.Context, dir string) error {
	h, err := app.Open(ctx, config(dir))
	if err != nil {
		return err
	}
	if err := h.LoadDemo(ctx); err != nil {
		return err
	}
	s := story{book: need.NewBook()}
	h.View(fact.Exercise, func(b *app.Books) { s.procedure, _ = b.Procedures.InForce(string(fact.Day(time.Now()))) })
	s.book.Fold(fact.Fact{Body: s.procedure.Adopted})
	if err := h.Close(); err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer store.Close()
	head, err := store.Head(ctx)
	if err != nil {
		return err
	}
	s.next = head + 1
	for i := range needs {
		if err := s.need(i); err != nil {
			return err
		}
	}
	for i := range flows {
		w, err := flowOf(i)
		if err != nil {
			return err
		}
		if err := s.tell(tlp.Clear, w); err != nil {
			return err
		}
	}
	const most = 5_000
	for from := 0; from < len(s.raw); from += most {
		to := min(from+most, len(s.raw))
		batch := record.Batch{First: head + 1 + fact.Pos(from), Facts: s.raw[from:to], Commands: s.commands[from:to]}
		if from == 0 {
			batch.Texts = s.texts
		}
		if err := store.Append(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// A story tells facts one after another, as the rules make them.
type story struct {
	book      *need.Book
	procedure procedure.Procedure
	next      fact.Pos
	raw       [][]byte
	commands  []record.Remembered
	texts     []text.Sealed
}

func (s *story) tell(m tlp.Marking, bodies ...fact.Body) error {
	for _, body := range bodies {
		f := fact.Fact{Pos: s.next, At: time.Now().UTC().Truncate(time.Millisecond), Cmd: fmt.Sprintf("made-up/%d", s.next), By: "bench",
			Kind: body.Kind(), Streams: body.Streams(), Realm: fact.Exercise, Marking: m, Figure: m == tlp.Clear, Body: body}
		raw, err := fact.Encode(f)
		if err != nil {
			return err
		}
		s.book.Fold(f)
		s.raw = append(s.raw, raw)
		s.commands = append(s.commands, record.Remembered{ID: f.Cmd, Op: "bench", First: f.Pos, Last: f.Pos})
		s.next++
	}
	return nil
}

// need is number i: of two hundred owners; three in ten wait for their first
// vote, the rest are validated.
func (s *story) need(i int) error {
	id := need.ID(fmt.Sprintf("N-M%05d", i))
	now := time.Now()
	owner := sit("R-M1", seat.Officer, party.ID(fmt.Sprintf("x-owner-%03d", i%200)), "")
	a := need.Asked{Line: capability.Lines[i%len(capability.Lines)], Urgency: need.Urgencies[i%4], Criticality: need.Criticalities[i/4%4],
		UsefulUntil: fact.Day(now.AddDate(1, 0, i%300)), LeadDays: i % 60, Sector: need.Sectors[i%len(need.Sectors)],
		Lots: []need.Lot{{ID: "a", What: need.Goods[0].What, Unit: need.Goods[0].Unit, Quantity: int64(1 + i%1000), UsefulShare: 20, MostPartners: 3}}}
	for _, t := range []struct {
		into *text.Ref
		said string
	}{{&a.Title, fmt.Sprintf("Endpoint protection for branch %d", i)}, {&a.Summary, fmt.Sprintf("The desks of branch %d have none.", i)}} {
		var id [16]byte
		rand.Read(id[:])
		p, err := text.Commit(rand.Reader, hex.EncodeToString(id[:]), t.said)
		if err != nil {
			return err
		}
		*t.into = p.Ref
		s.texts = append(s.texts, text.Sealed{Ref: p.Ref, Key: p.Key, Box: []byte(p.Text)})
	}
	bodies, err := need.Submit(id, owner, s.procedure, now, a)
	if err == nil {
		err = s.tell(tlp.Amber, bodies...)
	}
	if err != nil || i%10 < 3 {
		return err
	}
	for _, stage := range s.procedure.Stages {
		for voter := range stage.Quorum {
			n, _ := s.book.Get(id)
			b := need.Ballot{Stage: stage.ID, Round: n.Round, Verdict: need.Pass}
			for _, c := range stage.Criteria {
				b.Scores = append(b.Scores, need.Score{Criterion: c.ID, Score: i % (c.Max + 1)})
			}
			by := sit(seat.ID(fmt.Sprintf("R-M-%s-%d", stage.ID, voter)), stage.Role, party.ID(fmt.Sprintf("x-member-%d", voter)), stage.Body)
			bodies, err := n.Vote(by, now, b)
			if err == nil {
				err = s.tell(tlp.AmberStrict, bodies...)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func sit(id seat.ID, role seat.Role, holder, body party.ID) seat.Seat {
	return seat.Seat{ID: id, Role: role, Holder: holder, Body: body, From: "2020-01-01"}
}

func flowOf(i int) (flow.Recorded, error) {
	amount, err := money.FromMinor(int64(1_000_000+i*137), "EUR")
	day := time.Date(2023, 12, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i*31%900)
	return flow.Recorded{Flow: flow.ID(fmt.Sprintf("F-M%06d", i)), Provider: "XA", Receiver: party.ID(fmt.Sprintf("x-owner-%03d", i%200)),
		Amount: amount, Status: flow.Commitment, Basis: flow.ByProvider, Scope: flow.Mechanism, Line: flow.Lines[i%len(flow.Lines)],
		On: fact.Date(day.Format(time.DateOnly))}, err
}
