package edition_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/aid/edition"
	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
)

// A series is editions of one realm in the making.
type series struct {
	book    *edition.Book
	parties []party.ID
	rows    []edition.Row
	modes   map[party.ID]edition.Mode
	now     time.Time
	pos     fact.Pos
	flows   int
	t       *rapid.T
	fail    func(string, ...any)
}

func newSeries(t *rapid.T) *series {
	s := &series{book: edition.NewBook(), modes: map[party.ID]edition.Mode{}, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), t: t, fail: t.Fatalf}
	for i := range rapid.IntRange(2, 5).Draw(t, "parties") {
		s.parties = append(s.parties, party.ID(string(rune('A'+i))))
	}
	return s
}

// change lets rows come, change and go, and parties change their minds.
func (s *series) change() {
	t := s.t
	var kept []edition.Row
	for _, r := range s.rows {
		switch rapid.IntRange(0, 9).Draw(t, "fate") {
		case 0:
			continue
		case 1:
			r.Value = worth(t)
		case 2:
			r.Value, r.Spoken = worth(t), spoken(t)
		case 3:
			r.Line = line(t)
		}
		kept = append(kept, r)
	}
	s.rows = kept
	for range rapid.IntRange(0, 8).Draw(t, "more") {
		s.flows++
		s.rows = append(s.rows, edition.Row{Flow: flow.ID(fmt.Sprintf("F-%d", s.flows)), Provider: rapid.SampledFrom(s.parties).Draw(t, "provider"),
			Line: line(t), Year: rapid.SampledFrom([]int{0, 2025, 2026}).Draw(t, "year"), Spoken: spoken(t), Value: worth(t), On: "2026-01-01",
			Status: rapid.SampledFrom([]flow.Status{flow.Paid, flow.Paid, flow.Pledge}).Draw(t, "status"),
			Public: rapid.IntRange(0, 9).Draw(t, "public") == 0})
	}
	for _, id := range s.parties {
		if s.modes[id] == "" || rapid.IntRange(0, 4).Draw(t, "mind") == 0 {
			s.modes[id] = rapid.SampledFrom([]edition.Mode{edition.ByTotal, edition.ByTotal, edition.ByTotal, edition.ByRow, edition.MoreThan, edition.Nothing}).Draw(t, "mode")
		}
	}
}

func worth(t *rapid.T) string {
	a, _ := money.FromMinor(rapid.Int64Range(1, 1_000_000).Draw(t, "worth"), money.EUR)
	return money.Same(a).String()
}

func spoken(t *rapid.T) money.Amount {
	a, _ := money.FromMinor(rapid.Int64Range(1, 1_000_000).Draw(t, "spoken"), "SEK")
	return a
}

func line(t *rapid.T) flow.Line {
	return rapid.SampledFrom([]flow.Line{"", flow.Training, flow.Detection, flow.Response}).Draw(t, "line")
}

func (s *series) fold(bodies []fact.Body, err error) {
	if err != nil {
		s.fail("%v", err)
	}
	for _, b := range bodies {
		s.book.Fold(fact.Fact{Pos: s.pos, At: s.now, Kind: b.Kind(), Streams: b.Streams(), Body: b})
		s.pos++
	}
}

func at(role seat.Role, holder party.ID) seat.Seat {
	b := seat.NewBook()
	b.Fold(fact.Fact{Body: seat.Opened{Seat: seat.ID("R-" + string(role) + string(holder)), Holder: holder, Role: role, From: "2020-01-01"}})
	out, _ := b.Get(seat.ID("R-" + string(role) + string(holder)))
	return out
}

// release takes one edition through all its steps.
func (s *series) release() {
	if len(s.rows) == 0 {
		return
	}
	id := edition.ID(fmt.Sprintf("E-%04d", s.pos))
	s.fold(s.book.Begin(edition.Drafted{Edition: id, AsOf: "2026-02-28", Until: s.now.Add(2 * time.Hour), Rows: slices.Clone(s.rows)}, at(seat.FrontOffice, "front"), s.now))
	e, _ := s.book.Get(id)
	for _, p := range e.Asked() {
		mode := s.modes[p]
		if mode == "" || mode == edition.Nothing {
			continue // says nothing
		}
		var floor *money.Amount
		if _, sum := e.Own(p); mode == edition.MoreThan {
			half, err := money.FromMinor(int64(sum.Float()*50), money.EUR)
			if err != nil || sum.IsZero() {
				continue
			}
			floor = &half
		}
		s.fold(e.Clear(mode, floor, at(seat.Programme, p), s.now))
		e, _ = s.book.Get(id)
	}
	s.now = s.now.Add(3 * time.Hour)
	content := s.book.Content(e).Digest()
	s.fold(s.book.Sign(id, content, at(seat.CoChair, "one"), s.now))
	s.fold(s.book.Sign(id, content, at(seat.CoChair, "two"), s.now))
}

// TestSteps: each act, and each refusal that the rules promise.
func TestSteps(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	front, pa, pb, one, two := at(seat.FrontOffice, "front"), at(seat.Programme, "A"), at(seat.Programme, "B"), at(seat.CoChair, "one"), at(seat.CoChair, "two")
	rows := []edition.Row{{Flow: "F-1", Provider: "A", Status: flow.Paid, On: "2026-01-01", Value: "10.000000000000"},
		{Flow: "F-2", Provider: "B", Status: flow.Paid, On: "2026-01-01", Value: "20.000000000000"}}
	draft := edition.Drafted{Edition: "E-1", AsOf: "2026-03-01", Until: now.Add(24 * time.Hour), Rows: rows}
	eur := func(minor int64) *money.Amount { a, _ := money.FromMinor(minor, money.EUR); return &a }
	s := &series{book: edition.NewBook(), now: now, fail: t.Fatalf}
	with := func(change func(*edition.Drafted)) func() ([]fact.Body, error) {
		d := draft
		change(&d)
		return func() ([]fact.Body, error) { return s.book.Begin(d, front, now) }
	}
	e := func() edition.Edition { e, _ := s.book.Get("E-1"); return e }
	clear := func(m edition.Mode, floor *money.Amount, by seat.Seat, later time.Duration) func() ([]fact.Body, error) {
		return func() ([]fact.Body, error) { return e().Clear(m, floor, by, now.Add(later)) }
	}
	sign := func(by seat.Seat, later time.Duration, content string) func() ([]fact.Body, error) {
		return func() ([]fact.Body, error) {
			return s.book.Sign("E-1", cmp.Or(content, s.book.Content(e()).Digest()), by, now.Add(later))
		}
	}
	withdraw := func(why edition.Why, by seat.Seat) func() ([]fact.Body, error) {
		return func() ([]fact.Body, error) { return e().Withdraw(why, by, now) }
	}
	for _, step := range []struct {
		name string
		do   func() ([]fact.Body, error)
		err  error
	}{
		{"nobody drafts", func() ([]fact.Body, error) { return s.book.Begin(draft, seat.Seat{}, now) }, seat.ErrMissing},
		{"a partner drafts", func() ([]fact.Body, error) { return s.book.Begin(draft, pa, now) }, edition.ErrDesk},
		{"of tomorrow", with(func(d *edition.Drafted) { d.AsOf = "2026-03-03" }), edition.ErrDay},
		{"of a month", with(func(d *edition.Drafted) { d.AsOf = "2026-02" }), edition.ErrDay},
		{"with no time", with(func(d *edition.Drafted) { d.Until = now.Add(time.Minute) }), edition.ErrUntil},
		{"with a year's time", with(func(d *edition.Drafted) { d.Until = now.AddDate(1, 0, 0) }), edition.ErrUntil},
		{"of nothing", with(func(d *edition.Drafted) { d.Rows = nil }), edition.ErrEmpty},
		{"of too much", with(func(d *edition.Drafted) { d.Rows = make([]edition.Row, edition.MostRows+1) }), edition.ErrRows},
		{"clear what is not", clear(edition.ByRow, nil, pa, 0), edition.ErrMissing},
		{"sign what is not", sign(one, 0, ""), edition.ErrMissing},
		{"withdraw what is not", withdraw(edition.Mistaken, front), edition.ErrMissing},
		{"draft", with(func(*edition.Drafted) {}), nil},
		{"draft another", with(func(d *edition.Drafted) { d.Edition = "E-2" }), edition.ErrOpen},
		{"clear by a stranger", clear(edition.ByRow, nil, at(seat.Programme, "C"), 0), edition.ErrNotAsked},
		{"clear by an officer", clear(edition.ByRow, nil, at(seat.Officer, "A"), 0), edition.ErrNotAsked},
		{"clear as what is not", clear("half", nil, pa, 0), edition.ErrMode},
		{"more than, of nothing", clear(edition.MoreThan, nil, pa, 0), edition.ErrFloor},
		{"more than the truth", clear(edition.MoreThan, eur(1000), pa, 0), edition.ErrFloor},
		{"more than 5", clear(edition.MoreThan, eur(500), pa, 0), nil},
		{"more than 5 again", clear(edition.MoreThan, eur(500), pa, 0), edition.ErrSame},
		{"sign early", sign(one, 0, ""), edition.ErrEarly},
		{"sign as a partner", sign(pa, 25*time.Hour, ""), edition.ErrChair},
		{"clear late", clear(edition.ByRow, nil, pb, 24*time.Hour), edition.ErrLate},
		{"clear in time", clear(edition.ByRow, nil, pb, 24*time.Hour-1), nil},
		{"sign other words", sign(one, 0, "00"), edition.ErrContent},
		{"sign, as all have answered", sign(one, 0, ""), nil},
		{"sign twice", sign(one, 0, ""), edition.ErrTwice},
		{"clear after a signature", clear(edition.ByRow, nil, pa, 0), edition.ErrSigning},
		{"withdraw as a partner", withdraw(edition.Mistaken, pa), edition.ErrWithdraw},
		{"withdraw for no reason", withdraw("tired", two), edition.ErrWhy},
		{"release", sign(two, 0, ""), nil},
		{"clear what stands", clear(edition.ByRow, nil, pa, 0), edition.ErrOver},
		{"sign what stands", sign(two, 0, ""), edition.ErrOver},
		{"withdraw what stands", withdraw(edition.Mistaken, front), edition.ErrOver},
	} {
		bodies, err := step.do()
		if !errors.Is(err, step.err) {
			t.Fatalf("%s: %v, want %v", step.name, err, step.err)
		}
		if err == nil {
			s.fold(bodies, nil)
		}
	}
	r, ok := s.book.Numbered(1)
	c := r.Released.Content
	if !ok || c.Total != "25.000000000000" || !c.Least || c.Whole != "5.000000000000" || len(c.Rows) != 1 || c.Rows[0].Flow != "F-2" {
		t.Errorf("edition 1 says %+v", c)
	}
	if _, open := s.book.Draft(); open || len(s.book.Drafts()) != 0 {
		t.Error("it is still a draft")
	}
}

// TestSilence: who says nothing is not in it, and is counted.
func TestSilence(t *testing.T) {
	s := &series{book: edition.NewBook(), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), fail: t.Fatalf,
		modes: map[party.ID]edition.Mode{"A": edition.ByTotal},
		rows: []edition.Row{{Flow: "F-1", Provider: "A", Status: flow.Paid, On: "2026-01-01", Value: "10.000000000000"},
			{Flow: "F-2", Provider: "B", Status: flow.Paid, On: "2026-01-01", Value: "20.000000000000"}}}
	s.release()
	if c := s.book.Released()[0].Released.Content; c.Total != "10.000000000000" || c.Unstated != 1 || len(c.Partners) != 1 {
		t.Errorf("it says %+v", c)
	}
}
