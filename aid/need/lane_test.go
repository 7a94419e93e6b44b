package need_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
)

// alarmed is an emergency asked for at noon, and what was done about it.
func alarmed(t *testing.T, done ...fact.Fact) need.Need {
	t.Helper()
	b := need.NewBook()
	p := procedure.Default()
	p.From = "2026-01-01"
	facts := append([]fact.Fact{{Body: p}, {At: noon, Body: need.Submitted{Need: "N-0001", Owner: "water", Procedure: 1, Asked: asked(), Emergency: &need.Emergency{}}}}, done...)
	for i, f := range facts {
		f.Pos, f.Kind, f.Streams = fact.Pos(i), f.Body.Kind(), f.Body.Streams()
		b.Fold(f)
	}
	n, known := b.Get("N-0001")
	if !known {
		t.Fatal("there is no emergency")
	}
	return n
}

func after(minutes int, body fact.Body) fact.Fact {
	return fact.Fact{At: noon.Add(time.Duration(minutes) * time.Minute), Body: body}
}

var (
	taken  = need.Taken{Need: "N-0001", Stage: "technical", Seat: "R-1"}
	passed = need.PassedProvisionally{Need: "N-0001", Stage: "technical", Seat: "R-1"}
)

// TestSilenceEscalates: who is asked, minute by minute, and what the history
// tells of it afterwards.
func TestSilenceEscalates(t *testing.T) {
	word := []string{"duty", "deputy", "body", "desk"}
	for _, tt := range []struct {
		name  string
		done  []fact.Fact
		reach string // at these minutes
		steps string // until the third hour
		calls int
	}{
		{"nobody answers", nil, "0 duty, 14 duty, 15 deputy, 29 deputy, 30 body, 44 body, 45 desk, 600 desk",
			"0 duty, 15 deputy, 30 body, 45 desk", 1},
		{"taken at once, and forgotten", []fact.Fact{after(5, taken)}, "6 duty, 49 duty, 64 duty, 65 deputy, 80 body, 95 desk",
			"0 duty, 50 duty, 65 deputy, 80 body, 95 desk", 2},
		{"taken by the deputy", []fact.Fact{after(20, taken)}, "21 duty, 79 duty, 80 deputy",
			"0 duty, 15 deputy, 65 duty, 80 deputy, 95 body, 110 desk", 2},
		{"taken twice", []fact.Fact{after(5, taken), after(70, taken)}, "71 duty, 129 duty, 130 deputy",
			"0 duty, 50 duty, 65 deputy, 115 duty, 130 deputy, 145 body, 160 desk", 3},
		{"taken again in time", []fact.Fact{after(5, taken), after(40, taken)}, "84 duty, 100 deputy",
			"0 duty, 85 duty, 100 deputy, 115 body, 130 desk", 3},
		{"passed", []fact.Fact{after(16, passed)}, "", "0 duty, 15 deputy", 1},
		{"another body took it", []fact.Fact{after(5, need.Taken{Need: "N-0001", Stage: "interagency", Seat: "R-2"})}, "15 deputy, 45 desk",
			"0 duty, 15 deputy, 30 body, 45 desk", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := alarmed(t, tt.done...)
			for want := range strings.SplitSeq(tt.reach, ", ") {
				var minute int
				var reach string
				if _, err := fmt.Sscan(want, &minute, &reach); err != nil {
					continue
				}
				now := noon.Add(time.Duration(minute) * time.Minute)
				r, next := n.Reach("technical", now)
				if word[r] != reach || (r == need.ToDesk) != next.IsZero() || !next.IsZero() && !next.After(now) {
					t.Errorf("at %d the call reaches the %s, and goes on at %v; want the %s", minute, word[r], next, reach)
				}
			}
			var steps []string
			for _, s := range n.Steps("technical", noon.Add(180*time.Minute)) {
				steps = append(steps, fmt.Sprint(int(s.At.Sub(noon).Minutes()), " ", word[s.Reach]))
			}
			if got := strings.Join(steps, ", "); got != tt.steps {
				t.Errorf("its history tells %q, not %q", got, tt.steps)
			}
			if got := n.Calls("technical", noon.Add(180*time.Minute)); got != tt.calls {
				t.Errorf("it began %d times, not %d", got, tt.calls)
			}
		})
	}
	if got := alarmed(t).Steps("technical", noon.Add(20*time.Minute)); len(got) != 2 {
		t.Errorf("what has not come yet is told: %v", got)
	}
}

// TestAnswering: whose desk it is on.
func TestAnswering(t *testing.T) {
	n := alarmed(t)
	stage := n.Stages[0]
	member := func(id seat.ID) seat.Seat { return sit(id, seat.Technical, "signals", stage.Body) }
	recorded := alarmed(t)
	recorded.Lane.RecordedBy = "watch"
	if on := recorded.OnDuty(sit("R-9", seat.Technical, "watch", stage.Body)); on != "" {
		t.Errorf("%s, which recorded it, is on duty for it", on)
	}
	first, second := member("R-1"), member("R-2")
	for _, tt := range []struct {
		name   string
		n      need.Need
		by     seat.Seat
		duty   seat.ID
		minute int
		want   bool
	}{
		{"on duty", n, first, "R-1", 0, true},
		{"not on duty", n, second, "R-1", 29, false},
		{"not on duty, and silence", n, second, "R-1", 30, true},
		{"nobody is on duty", n, second, "", 0, true},
		{"took it", alarmed(t, after(31, need.Taken{Need: "N-0001", Stage: "technical", Seat: "R-2"})), second, "R-1", 40, true},
		{"another took it", alarmed(t, after(31, need.Taken{Need: "N-0001", Stage: "technical", Seat: "R-2"})), member("R-3"), "R-1", 40, false},
		{"it has passed", alarmed(t, after(1, passed)), first, "R-1", 2, false},
		{"it recorded it", recorded, sit("R-9", seat.Technical, "watch", stage.Body), "R-9", 60, false},
		{"another body", n, sit("R-4", seat.Interagency, "bridges", n.Stages[1].Body), "R-4", 60, false},
	} {
		if got := tt.n.Answering(stage, tt.by, tt.duty, noon.Add(time.Duration(tt.minute)*time.Minute)); got != tt.want {
			t.Errorf("%s: answering is %v", tt.name, got)
		}
	}
}

// TestOnePersonOneBody: who let an emergency pass for one body does not for the
// other, from whatever seat.
func TestOnePersonOneBody(t *testing.T) {
	n := alarmed(t)
	mine := sit("R-1", seat.Technical, "signals", n.Stages[0].Body)
	away := sit("R-2", seat.Interagency, "bridges", n.Stages[1].Body)
	mine.Person, away.Person = "p-1", "p-2"
	if _, err := n.Pass(need.Hand{By: away, Deputy: mine}, []seat.Seat{mine}, noon); !errors.Is(err, need.ErrTwoBodies) {
		t.Errorf("as a deputy from the same seat: %v", err)
	}
	if _, err := n.Pass(need.Hand{By: away}, []seat.Seat{mine}, noon); err != nil {
		t.Errorf("another person: %v", err)
	}
}

// TestDetailBeforeVotes: what somebody has voted on is not replaced.
func TestDetailBeforeVotes(t *testing.T) {
	office := sit("R-5", seat.FrontOffice, "office", "")
	if _, err := alarmed(t).Detail(office, noon, asked(), nil); err != nil {
		t.Errorf("before any vote: %v", err)
	}
	n := alarmed(t, after(9, need.Voted{Need: "N-0001", Stage: "technical", Round: 1, Seat: "R-1", Verdict: need.Abstain}))
	if _, err := n.Detail(office, noon, asked(), nil); !errors.Is(err, need.ErrDetailVoted) {
		t.Errorf("after a vote: %v", err)
	}
}
