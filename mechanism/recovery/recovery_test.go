package recovery_test

import (
	"errors"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/recovery"
	"tallinn/mechanism/seat"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func sit(id seat.ID, role seat.Role, holder party.ID, person string) seat.Seat {
	return seat.Seat{ID: id, Role: role, Holder: holder, From: "2026-01-01", Until: "2026-12-31", Person: person}
}

// Two others let somebody in: of the front office, or of the institution; not
// themselves, not one alone, not after three days.
func TestRecovery(t *testing.T) {
	of := sit("R-0001", seat.Officer, "power", "p1")
	colleague, desk, stranger := sit("R-0002", seat.Officer, "power", "p2"), sit("R-0003", seat.FrontOffice, "fo", "p3"), sit("R-0004", seat.Officer, "water", "p4")
	asked := recovery.Recovery{Person: "p1", Of: "R-0001", By: "p2", At: noon}
	for _, tt := range []struct {
		name    string
		r       recovery.Recovery
		confirm bool
		of, by  seat.Seat
		actor   string
		now     time.Time
		err     error
	}{
		{"a colleague asks", recovery.Recovery{}, false, of, colleague, "p2", noon, nil},
		{"the front office asks", recovery.Recovery{}, false, of, desk, "p3", noon, nil},
		{"another institution asks", recovery.Recovery{}, false, of, stranger, "p4", noon, recovery.ErrSeat},
		{"for a seat that is not there", recovery.Recovery{}, false, seat.Seat{}, stranger, "p4", noon, recovery.ErrSeat},
		{"for oneself", recovery.Recovery{}, false, of, of, "p1", noon, recovery.ErrSelf},
		{"for nobody", recovery.Recovery{}, false, sit("R-0001", seat.Officer, "power", ""), desk, "p3", noon, recovery.ErrNobody},
		{"twice", asked, false, of, desk, "p3", noon, recovery.ErrAsked},
		{"again after three days", asked, false, of, desk, "p3", noon.Add(recovery.Wait), nil},
		{"the front office confirms", asked, true, of, desk, "p3", noon, nil},
		{"who asked confirms", asked, true, of, colleague, "p2", noon, recovery.ErrAlone},
		{"who asked confirms from another seat", asked, true, of, desk, "p2", noon, recovery.ErrAlone},
		{"the person confirms", asked, true, of, of, "p1", noon, recovery.ErrSelf},
		{"late", asked, true, of, desk, "p3", noon.Add(recovery.Wait), recovery.ErrNotAsked},
		{"what nobody asked", recovery.Recovery{}, true, of, desk, "p3", noon, recovery.ErrNotAsked},
		{"for who sits there now", asked, true, sit("R-0001", seat.Officer, "power", "p9"), desk, "p3", noon, recovery.ErrNotAsked},
	} {
		decide := tt.r.Ask
		if tt.confirm {
			decide = tt.r.Confirm
		}
		got, err := decide(tt.of, tt.by, tt.actor, tt.now)
		if !errors.Is(err, tt.err) || (err == nil) != (len(got) == 1) {
			t.Errorf("%s: %v, %v; want %v", tt.name, got, err, tt.err)
		}
	}
	b := recovery.NewBook()
	tell := func(body fact.Body) { b.Fold(fact.Fact{At: noon, By: "p2", Kind: body.Kind(), Body: body}) }
	tell(recovery.Asked{Person: "p1", Of: "R-0001", Seat: "R-0002"})
	if len(b.Waiting(noon)) != 1 || len(b.Waiting(noon.Add(recovery.Wait))) != 0 || b.Get("p1").By != "p2" {
		t.Errorf("waits: %+v", b.Waiting(noon))
	}
	tell(recovery.Confirmed{Person: "p1", Of: "R-0001", Seat: "R-0003"})
	if len(b.Waiting(noon)) != 0 {
		t.Error("what was confirmed waits")
	}
}
