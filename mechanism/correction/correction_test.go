package correction_test

import (
	"errors"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func sit(id seat.ID, role seat.Role, holder, body party.ID) seat.Seat {
	return seat.Seat{ID: id, Role: role, Holder: holder, Body: body, From: "2026-01-01", Until: "2026-12-31"}
}

var (
	asks     = sit("R-0001", seat.Officer, "power", "")
	partner  = sit("R-0002", seat.Programme, "EE", "")
	member   = sit("R-0003", seat.Technical, "cert", "tech")
	stranger = sit("R-0004", seat.Programme, "PL", "")
	observer = sit("R-0005", seat.Observer, "EE", "")
)

// Every side that is asked agrees within 14 days, each once; one refuses, or
// who asked withdraws, and it is over.
func TestConsent(t *testing.T) {
	b := correction.NewBook()
	tell := func(by seat.Seat, bodies ...fact.Body) {
		for i, body := range bodies {
			b.Fold(fact.Fact{Pos: fact.Pos(100 + i), At: noon, Seat: string(by.ID), Kind: body.Kind(), Body: body})
		}
	}
	changes := []fact.Correction{{Fact: 7, Pointer: "/amount", Reason: "mistyped"}}
	ask := func(id correction.ID) []fact.Body {
		out, err := correction.Ask(id, "N-0001", changes, []party.ID{"EE", "tech"}, asks, b.OfItem("N-0001"), noon)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	get := func(id correction.ID) correction.Correction { c, _ := b.Get(id); return c }
	tell(asks, ask("C-0001")...)
	if _, err := correction.Ask("C-0009", "N-0001", changes, nil, asks, b.OfItem("N-0001"), noon); !errors.Is(err, correction.ErrWaits) {
		t.Errorf("asked twice: %v", err)
	}
	if _, err := correction.Ask("C-0009", "N-0001", nil, nil, asks, nil, noon); !errors.Is(err, correction.ErrNothing) {
		t.Errorf("asked for nothing: %v", err)
	}
	c := get("C-0001")
	for _, by := range []seat.Seat{asks, stranger, observer} {
		if _, _, err := c.Agree(by, noon); !errors.Is(err, correction.ErrNotAsked) {
			t.Errorf("%s agrees: %v", by.ID, err)
		}
	}
	own := sit("R-0009", seat.Technical, "power", "tech")
	if _, _, err := c.Agree(own, noon); !errors.Is(err, correction.ErrNotAsked) || asks.Holder != own.Holder || len(b.WaitingFor(own, noon)) != 0 {
		t.Errorf("who asked agrees for the group that judged it: %v", err)
	}
	if got := len(b.WaitingFor(partner, noon)) + len(b.WaitingFor(member, noon)); got != 2 || len(b.WaitingFor(asks, noon)) != 0 {
		t.Errorf("%d desks have it", got)
	}
	out, last, err := c.Agree(partner, noon)
	if err != nil || last {
		t.Fatalf("the first agrees: last %v, %v", last, err)
	}
	tell(partner, out...)
	if _, _, err := get("C-0001").Agree(partner, noon); !errors.Is(err, correction.ErrNotAsked) {
		t.Errorf("agrees twice: %v", err)
	}
	late := noon.Add(correction.Wait)
	if _, _, err := get("C-0001").Agree(member, late); !errors.Is(err, correction.ErrOver) || get("C-0001").State(late) != correction.Lapsed {
		t.Errorf("agrees after 14 days: %v", err)
	}
	if len(b.WaitingFor(member, late)) != 0 {
		t.Error("what has lapsed waits")
	}
	out, last, err = get("C-0001").Agree(member, late.Add(-time.Second))
	if err != nil || !last {
		t.Fatalf("the last agrees: last %v, %v", last, err)
	}
	tell(member, out...)
	if got := get("C-0001").State(late); got != correction.Done {
		t.Errorf("it is %s", got)
	}
	tell(asks, ask("C-0002")...)
	out, err = get("C-0002").Refuse(member, noon)
	if err != nil {
		t.Fatal(err)
	}
	tell(member, out...)
	if _, _, err := get("C-0002").Agree(partner, noon); !errors.Is(err, correction.ErrOver) || get("C-0002").State(noon) != correction.Denied {
		t.Errorf("agrees to what was refused: %v", err)
	}
	tell(asks, ask("C-0003")...)
	if _, err := get("C-0003").Withdraw(partner, noon); !errors.Is(err, correction.ErrNotYours) {
		t.Errorf("another withdraws: %v", err)
	}
	out, err = get("C-0003").Withdraw(asks, noon)
	if err != nil {
		t.Fatal(err)
	}
	tell(asks, out...)
	if get("C-0003").State(noon) != correction.Taken {
		t.Errorf("it is %s", get("C-0003").State(noon))
	}
	if _, _, err := (correction.Correction{}).Agree(partner, noon); !errors.Is(err, correction.ErrMissing) {
		t.Errorf("what is not there: %v", err)
	}
}
