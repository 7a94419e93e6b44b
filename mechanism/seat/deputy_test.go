package seat_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/seat"
)

// staff are the seats of one institution, and one of another.
func staff() []fact.Body {
	officer := seat.Opened{Seat: "R-0002", Role: seat.Officer, Holder: "cert", From: "2026-01-01"}
	beside, elsewhere, desk := opened(), officer, officer
	beside.Seat = "R-0003"
	elsewhere.Seat, elsewhere.Holder = "R-0004", "mfa"
	desk.Seat, desk.Role, desk.Holder = "R-0005", seat.FrontOffice, "front-office"
	return []fact.Body{opened(), officer, beside, elsewhere, desk,
		seat.Assigned{Seat: "R-0001", Person: "p1"}, seat.Assigned{Seat: "R-0002", Person: "p2"},
		seat.Assigned{Seat: "R-0003", Person: "p3"}, seat.Assigned{Seat: "R-0004", Person: "p4"}, seat.Assigned{Seat: "R-0005", Person: "p5"}}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestDelegate(t *testing.T) {
	votes := []seat.Power{seat.Votes}
	standing := seat.Delegated{Seat: "R-0001", To: "R-0002", Powers: votes, Until: "2026-03-10"}
	for _, tt := range []struct {
		name   string
		given  []fact.Body
		of     seat.ID
		by, to seat.ID
		powers []seat.Power
		until  fact.Date
		facts  int
		err    error
	}{
		{"to the officer", nil, "R-0001", "R-0001", "R-0002", votes, "2026-03-10", 1, nil},
		{"for today", nil, "R-0001", "R-0001", "R-0002", votes, "2026-03-01", 1, nil},
		{"by the front office", nil, "R-0001", "R-0005", "R-0002", votes, "2026-03-10", 1, nil},
		{"so already", []fact.Body{standing}, "R-0001", "R-0001", "R-0002", votes, "2026-03-10", 0, nil},
		{"for longer", []fact.Body{standing}, "R-0001", "R-0001", "R-0002", votes, "2026-03-11", 1, nil},
		{"of two powers one", nil, "R-0002", "R-0002", "R-0001", []seat.Power{seat.Asks}, "2026-03-10", 1, nil},
		{"by the deputy", []fact.Body{standing}, "R-0001", "R-0002", "R-0003", votes, "2026-03-10", 0, seat.ErrNotSitting},
		{"by another", nil, "R-0001", "R-0004", "R-0004", votes, "2026-03-10", 0, seat.ErrNotSitting},
		{"to another institution", nil, "R-0001", "R-0001", "R-0004", votes, "2026-03-10", 0, seat.ErrDeputy},
		{"to itself", nil, "R-0001", "R-0001", "R-0001", votes, "2026-03-10", 0, seat.ErrDeputy},
		{"to the same person", []fact.Body{seat.Assigned{Seat: "R-0002", Person: "p1"}}, "R-0001", "R-0001", "R-0002", votes, "2026-03-10", 0, seat.ErrDeputy},
		{"to nobody", []fact.Body{seat.Assigned{Seat: "R-0002"}}, "R-0001", "R-0001", "R-0002", votes, "2026-03-10", 0, seat.ErrDeputy},
		{"to an ended seat", []fact.Body{seat.Ended{Seat: "R-0002", On: "2026-02-01"}}, "R-0001", "R-0001", "R-0002", votes, "2026-03-10", 0, seat.ErrDeputy},
		{"to who votes already", nil, "R-0001", "R-0001", "R-0003", votes, "2026-03-10", 0, seat.ErrTwoVotes},
		{"of no powers", nil, "R-0001", "R-0001", "R-0002", nil, "2026-03-10", 0, seat.ErrPowers},
		{"of others' powers", nil, "R-0001", "R-0001", "R-0002", []seat.Power{seat.Votes, seat.Gives}, "2026-03-10", 0, seat.ErrPowers},
		{"of the front office", nil, "R-0005", "R-0005", "R-0005", votes, "2026-03-10", 0, seat.ErrNoPowers},
		{"until yesterday", nil, "R-0001", "R-0001", "R-0002", votes, "2026-02-28", 0, seat.ErrUntil},
		{"until a month", nil, "R-0001", "R-0001", "R-0002", votes, "2026-04", 0, seat.ErrUntil},
		{"past the term", nil, "R-0001", "R-0001", "R-0002", votes, "2026-07-01", 0, seat.ErrUntil},
		{"for too long", nil, "R-0002", "R-0002", "R-0001", []seat.Power{seat.Asks}, "2026-06-02", 0, seat.ErrUntil},
		{"of what is not there", nil, "R-9999", "R-9999", "R-0002", votes, "2026-03-10", 0, seat.ErrMissing},
		{"of an ended seat", []fact.Body{seat.Ended{Seat: "R-0001", On: "2026-02-01"}}, "R-0001", "R-0001", "R-0002", votes, "2026-03-10", 0, seat.ErrEnded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := tell(append(staff(), tt.given...)...)
			of, _ := b.Get(tt.of)
			by, _ := b.Get(tt.by)
			to, _ := b.Get(tt.to)
			got, err := of.Delegate(by, to, tt.powers, tt.until, noon, b.ByPerson(to.Person, "2026-03-01"))
			if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) || len(got) != tt.facts {
				t.Fatalf("Delegate = %v, %v; want %d facts, %v", got, err, tt.facts, tt.err)
			}
			filled(t, err)
		})
	}
}

// A delegation ends by itself, with either seat, with who gave it, and when
// the deputy gets a vote of their own.
func TestDeputy(t *testing.T) {
	given := seat.Delegated{Seat: "R-0001", To: "R-0002", Powers: []seat.Power{seat.Votes}, Until: "2026-03-10"}
	third := opened()
	third.Seat = "R-0006"
	for _, tt := range []struct {
		name   string
		then   []fact.Body
		day    string
		person string
		acts   bool
	}{
		{"at once", nil, "2026-03-01", "p2", true},
		{"on the last day", nil, "2026-03-10", "p2", true},
		{"by the next officer", []fact.Body{seat.Assigned{Seat: "R-0002", Person: "p6"}}, "2026-03-01", "p6", true},
		{"over", nil, "2026-03-11", "p2", false},
		{"taken back", []fact.Body{seat.Undelegated{Seat: "R-0001"}}, "2026-03-01", "p2", false},
		{"of a new person", []fact.Body{seat.Assigned{Seat: "R-0001", Person: "p6"}}, "2026-03-01", "p2", false},
		{"of an ended seat", []fact.Body{seat.Ended{Seat: "R-0001", On: "2026-03-01"}}, "2026-03-01", "p2", false},
		{"from an ended seat", []fact.Body{seat.Ended{Seat: "R-0002", On: "2026-03-01"}}, "2026-03-01", "p2", false},
		{"with a vote of one's own", []fact.Body{third, seat.Assigned{Seat: "R-0006", Person: "p2"}}, "2026-03-01", "p2", false},
		{"by the former officer", []fact.Body{seat.Assigned{Seat: "R-0002", Person: "p6"}}, "2026-03-01", "p2", false},
		{"given to another", []fact.Body{seat.Delegated{Seat: "R-0001", To: "R-0004", Powers: given.Powers, Until: given.Until}}, "2026-03-01", "p2", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := tell(append(append(staff(), given), tt.then...)...)
			s, deputy, ok := b.Acting(tt.person, "R-0001", tt.day)
			if ok != tt.acts || ok && (deputy == nil || deputy.ID != "R-0002" || !s.May(seat.Votes) || s.May(seat.Asks)) {
				t.Errorf("acts %v as %v, want %v", ok, deputy, tt.acts)
			}
			if got := len(b.Deputised(tt.person, tt.day)) == 1; got != tt.acts {
				t.Errorf("is listed: %v, want %v", got, tt.acts)
			}
		})
	}
	b := tell(append(staff(), given)...)
	if s, deputy, ok := b.Acting("p1", "R-0001", "2026-03-01"); !ok || deputy != nil || s.ID != "R-0001" {
		t.Error("whoever delegates sits there no longer")
	}
}

func TestUndelegate(t *testing.T) {
	given := seat.Delegated{Seat: "R-0001", To: "R-0002", Powers: []seat.Power{seat.Votes}, Until: "2026-03-10"}
	for _, tt := range []struct {
		name  string
		given []fact.Body
		by    seat.ID
		now   time.Time
		err   error
	}{
		{"by who gave it", []fact.Body{given}, "R-0001", noon, nil},
		{"by the deputy", []fact.Body{given}, "R-0002", noon, nil},
		{"by the front office", []fact.Body{given}, "R-0005", noon, nil},
		{"by another", []fact.Body{given}, "R-0004", noon, seat.ErrNotSitting},
		{"none", nil, "R-0001", noon, seat.ErrNoDeputy},
		{"over", []fact.Body{given}, "R-0001", noon.AddDate(0, 1, 0), seat.ErrNoDeputy},
		{"twice", []fact.Body{given, seat.Undelegated{Seat: "R-0001"}}, "R-0001", noon, seat.ErrNoDeputy},
	} {
		b := tell(append(staff(), tt.given...)...)
		s, _ := b.Get("R-0001")
		by, _ := b.Get(tt.by)
		got, err := s.Undelegate(by, tt.now)
		if !errors.Is(err, tt.err) || (err == nil) != reflect.DeepEqual(got, []fact.Body{seat.Undelegated{Seat: "R-0001"}}) {
			t.Errorf("%s: Undelegate = %v, %v; want %v", tt.name, got, err, tt.err)
		}
		filled(t, err)
	}
	if _, err := (seat.Seat{}).Undelegate(seat.Seat{}, noon); !errors.Is(err, seat.ErrMissing) {
		t.Errorf("of a seat that is not there: %v", err)
	}
}
