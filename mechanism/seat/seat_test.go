package seat_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
)

var holder = party.Party{Registered: party.Registered{Party: "cert", Type: party.Body, Name: "CERT"}}

func opened() seat.Opened {
	return seat.Opened{Seat: "R-0001", Role: seat.Technical, Holder: "cert", Body: "technical-wg", From: "2026-01-01", Until: "2026-06-30"}
}

func tell(bodies ...fact.Body) *seat.Book {
	b := seat.NewBook()
	for i, body := range bodies {
		b.Fold(fact.Fact{Pos: fact.Pos(i), At: time.Unix(int64(i), 0), Kind: body.Kind(), Body: body})
	}
	return b
}

func TestOpen(t *testing.T) {
	for _, tt := range []struct {
		name  string
		known []fact.Body
		spoil func(*seat.Opened)
		err   error
	}{
		{"of a group", nil, func(*seat.Opened) {}, nil},
		{"without end", nil, func(o *seat.Opened) { o.Until = "" }, nil},
		{"for a day", nil, func(o *seat.Opened) { o.Until = o.From }, nil},
		{"of no body", nil, func(o *seat.Opened) { o.Role, o.Body = seat.Officer, "" }, nil},
		{"twice", []fact.Body{opened()}, func(*seat.Opened) {}, seat.ErrTaken},
		{"no id", nil, func(o *seat.Opened) { o.Seat = "" }, seat.ErrMissing},
		{"no role", nil, func(o *seat.Opened) { o.Role = "" }, seat.ErrRole},
		{"a role of its own", nil, func(o *seat.Opened) { o.Role = "king" }, seat.ErrRole},
		{"no holder", nil, func(o *seat.Opened) { o.Holder = "" }, seat.ErrHolder},
		{"another holder", nil, func(o *seat.Opened) { o.Holder = "mfa" }, seat.ErrHolder},
		{"no group", nil, func(o *seat.Opened) { o.Body = "" }, seat.ErrBody},
		{"no first day", nil, func(o *seat.Opened) { o.From = "" }, seat.ErrDays},
		{"a month", nil, func(o *seat.Opened) { o.From = "2026-01" }, seat.ErrDays},
		{"until a month", nil, func(o *seat.Opened) { o.Until = "2026-06" }, seat.ErrDays},
		{"until before", nil, func(o *seat.Opened) { o.Until = "2025-12-31" }, seat.ErrDays},
		{"until no day", nil, func(o *seat.Opened) { o.Until = "2026-06-31" }, seat.ErrDays},
	} {
		t.Run(tt.name, func(t *testing.T) {
			known, _ := tell(tt.known...).Get("R-0001")
			wanted := opened()
			tt.spoil(&wanted)
			got, err := seat.Open(known, holder, wanted)
			if !errors.Is(err, tt.err) || (err == nil) != reflect.DeepEqual(got, []fact.Body{wanted}) {
				t.Fatalf("Open = %v, %v; want %v", got, err, tt.err)
			}
			filled(t, err)
		})
	}
	if _, err := seat.Open(seat.Seat{}, party.Party{}, opened()); !errors.Is(err, seat.ErrHolder) {
		t.Errorf("opened for a party that is not registered: %v", err)
	}
}

func filled(t *testing.T, err error) {
	t.Helper()
	if err != nil && strings.Contains(err.Error(), "{{") {
		t.Errorf("%q has an empty place", err)
	}
}

func TestAssign(t *testing.T) {
	other := opened()
	other.Seat = "R-0002"
	elsewhere, later, officer := other, other, other
	elsewhere.Body = "interagency-wg"
	later.From, later.Until = "2026-07-01", ""
	officer.Role, officer.Body = seat.Officer, ""
	sits := seat.Assigned{Seat: "R-0001", Person: "p1"}
	also := seat.Assigned{Seat: "R-0002", Person: "p2"}
	for _, tt := range []struct {
		name   string
		given  []fact.Body
		person string
		day    string
		facts  int
		err    error
	}{
		{"the first", []fact.Body{opened()}, "p1", "2026-02-01", 1, nil},
		{"ahead of the term", []fact.Body{opened()}, "p1", "2025-12-01", 1, nil},
		{"on the last day", []fact.Body{opened()}, "p1", "2026-06-30", 1, nil},
		{"so already", []fact.Body{opened(), sits}, "p1", "2026-02-01", 0, nil},
		{"in another's place", []fact.Body{opened(), sits}, "p2", "2026-02-01", 1, nil},
		{"of two groups", []fact.Body{opened(), elsewhere, also}, "p2", "2026-02-01", 1, nil},
		{"of a group and an institution", []fact.Body{opened(), officer, also}, "p2", "2026-02-01", 1, nil},
		{"of one group in turn", []fact.Body{opened(), later, also}, "p2", "2026-02-01", 1, nil},
		{"beside another", []fact.Body{opened(), other, also}, "p1", "2026-02-01", 1, nil},
		{"not there", nil, "p1", "2026-02-01", 0, seat.ErrMissing},
		{"over", []fact.Body{opened()}, "p1", "2026-07-01", 0, seat.ErrTerm},
		{"ended", []fact.Body{opened(), seat.Ended{Seat: "R-0001", On: "2026-02-01"}}, "p1", "2026-02-01", 0, seat.ErrEnded},
		{"nobody", []fact.Body{opened()}, " ", "2026-02-01", 0, seat.ErrPerson},
		{"two votes", []fact.Body{opened(), other, also}, "p2", "2026-02-01", 0, seat.ErrTwoVotes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := tell(tt.given...)
			s, _ := b.Get("R-0001")
			o, _ := b.Get("R-0002")
			got, err := s.Assign(tt.person, tt.day, []seat.Seat{s, o})
			if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) || len(got) != tt.facts {
				t.Fatalf("Assign = %v, %v; want %d facts, %v", got, err, tt.facts, tt.err)
			}
			filled(t, err)
		})
	}
}

func TestEnd(t *testing.T) {
	gone := seat.Ended{Seat: "R-0001", On: "2026-02-01", Reason: "replaced"}
	for _, tt := range []struct {
		name   string
		given  []fact.Body
		on     fact.Date
		reason seat.Reason
		err    error
	}{
		{"in its term", []fact.Body{opened()}, "2026-02-01", seat.Dissolved, nil},
		{"on its first day", []fact.Body{opened()}, "2026-01-01", seat.OpenedWrong, nil},
		{"before", []fact.Body{opened()}, "2025-12-31", seat.TermOver, seat.ErrBackdated},
		{"not there", nil, "2026-02-01", seat.TermOver, seat.ErrMissing},
		{"twice", []fact.Body{opened(), gone}, "2026-03-01", seat.TermOver, seat.ErrEnded},
		{"some day", []fact.Body{opened()}, "2026-02", seat.TermOver, seat.ErrDays},
		{"for fun", []fact.Body{opened()}, "2026-02-01", "fun", seat.ErrReason},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := tell(tt.given...).Get("R-0001")
			got, err := s.End(tt.on, tt.reason)
			want := []fact.Body{seat.Ended{Seat: "R-0001", On: tt.on, Reason: string(tt.reason)}}
			if !errors.Is(err, tt.err) || (err == nil) != reflect.DeepEqual(got, want) {
				t.Fatalf("End = %v, %v; want %v", got, err, tt.err)
			}
			filled(t, err)
		})
	}
}

// A seat acts only within its term, both days counted, and until it is ended.
func TestActing(t *testing.T) {
	open := opened()
	open.Until = ""
	month := opened()
	month.From, month.Until = "2026-02", "2026-03"
	ended := seat.Ended{Seat: "R-0001", On: "2026-03-01"}
	for _, tt := range []struct {
		given []fact.Body
		day   string
		err   error
	}{
		{[]fact.Body{opened()}, "2025-12-31", seat.ErrTerm},
		{[]fact.Body{opened()}, "2026-01-01", nil},
		{[]fact.Body{opened()}, "2026-06-30", nil},
		{[]fact.Body{opened()}, "2026-07-01", seat.ErrTerm},
		{[]fact.Body{open}, "2099-12-31", nil},
		{[]fact.Body{month}, "2026-01-31", seat.ErrTerm},
		{[]fact.Body{month}, "2026-03-31", nil},
		{[]fact.Body{month}, "2026-04-01", seat.ErrTerm},
		{[]fact.Body{opened(), ended}, "2026-02-28", nil},
		{[]fact.Body{opened(), ended}, "2026-03-01", seat.ErrEnded},
		{nil, "2026-03-01", seat.ErrMissing},
	} {
		s, _ := tell(tt.given...).Get("R-0001")
		err := s.Acting(tt.day)
		if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) || s.Acts(tt.day) != (err == nil) {
			t.Errorf("%v on %s: %v; want %v", tt.given, tt.day, err, tt.err)
		}
		filled(t, err)
	}
}

// Who sat there stays known when persons change.
func TestHistory(t *testing.T) {
	b := tell(opened(), seat.Assigned{Seat: "R-0001", Person: "p1"}, seat.Assigned{Seat: "R-0001", Person: "p2"},
		opened(), seat.Ended{Seat: "R-0001", On: "2026-03-01", Reason: "replaced"})
	s, _ := b.Get("R-0001")
	want := []seat.Sitting{{"p1", time.Unix(1, 0), 1}, {"p2", time.Unix(2, 0), 2}}
	if !slices.Equal(s.Sittings, want) || s.Person != "p2" || s.Pos != 0 || !slices.Equal(s.History, []fact.Pos{0, 1, 2, 4}) {
		t.Errorf("%+v", s)
	}
	if *s.Ended != (seat.End{On: "2026-03-01", Reason: seat.Replaced}) {
		t.Errorf("ended %+v", s.Ended)
	}
	if len(b.ByPerson("p1", "2026-02-01")) != 0 || len(b.ByPerson("p2", "2026-02-01")) != 1 || len(b.ByPerson("p2", "2026-03-01")) != 0 {
		t.Error("who sits there is wrong")
	}
	if len(b.All()) != 1 || len(b.InBody("technical-wg")) != 1 || len(b.HeldBy("cert")) != 1 {
		t.Error("an ended seat is no longer listed")
	}
}

// Whatever is told, the book's indexes agree with its seats.
func TestBookAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pick := func(name string, words ...string) string { return rapid.SampledFrom(words).Draw(t, name) }
		var bodies []fact.Body
		for range rapid.IntRange(0, 30).Draw(t, "facts") {
			id := seat.ID(fmt.Sprintf("R-%04d", rapid.IntRange(0, 9).Draw(t, "seat")))
			day := fact.Date(pick("day", "2026-01-01", "2026-02-01", "2026-03-01"))
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				bodies = append(bodies, seat.Ended{Seat: id, On: day})
			case 1:
				bodies = append(bodies, seat.Assigned{Seat: id, Person: pick("person", "p1", "p2", "")})
			default:
				bodies = append(bodies, seat.Opened{Seat: id, Role: seat.Role(pick("role", "officer", "technical")), From: day,
					Until: fact.Date(pick("until", "", "2026-02-15")), Holder: party.ID(pick("holder", "a", "b")), Body: party.ID(pick("body", "", "g"))})
			}
		}
		b := tell(bodies...)
		for _, day := range []string{"2025-12-31", "2026-02-01", "2026-02-16"} {
			check(t, "person", b, b.ByPerson("p1", day), func(s seat.Seat) bool { return s.Person == "p1" && s.Acts(day) })
			check(t, "role", b, b.ByRole(seat.Officer, day), func(s seat.Seat) bool { return s.Role == seat.Officer && s.Acts(day) })
		}
		check(t, "holder", b, b.HeldBy("a"), func(s seat.Seat) bool { return s.Holder == "a" })
		check(t, "body", b, b.InBody("g"), func(s seat.Seat) bool { return s.Body == "g" })
	})
}

func check(t *rapid.T, name string, b *seat.Book, got []seat.Seat, is func(seat.Seat) bool) {
	want := slices.DeleteFunc(slices.Clone(b.All()), func(s seat.Seat) bool { return !is(s) })
	if len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Fatalf("by %s: %+v; want %+v", name, got, want)
	}
}
