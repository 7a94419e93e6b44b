package need_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/seat"
)

// move lets some seat try something: what, who and how are any bytes. What is
// refused changes nothing.
func (w *world) move(what, who, how byte) {
	w.now = w.now.Add(time.Duration(how%8) * time.Hour)
	seats := slices.Concat(tech, inter, []seat.Seat{officer, stranger})
	by := seats[int(who)%len(seats)]
	id := need.ID(fmt.Sprintf("N-000%d", 1+int(who>>4)%3))
	n, known := w.book.Get(id)
	var out []fact.Body
	switch what % 16 {
	case 0:
		if !known {
			by = []seat.Seat{officer, stranger}[who%2]
			a := asked()
			a.HideRegion = how%2 == 0
			a.Urgency = []need.Urgency{need.Short, need.Long}[how/2%2]
			a.Sector = []string{"energy", "health"}[how/4%2]
			out, _ = need.Submit(id, by, w.procedure(), w.now, a)
		}
	case 1:
		out, _ = n.Withdraw(by, w.now, need.AskedByMistake)
	case 2, 3:
		out, _ = n.Resubmit(by, w.now, asked())
	case 4: // of some round and stage
		b := ballot(n, need.Pass)
		b.Round, b.Stage = int(how%3), []string{"technical", "interagency"}[how%2]
		out, _ = n.Vote(by, w.now, b)
	case 5, 6:
		out, _ = n.Vote(by, w.now, ballot(n, need.Return))
	case 7, 8:
		out, _ = n.Vote(by, w.now, ballot(n, need.Abstain))
	case 9:
		out, _ = n.Vote(by, w.now, ballot(n, need.Reject))
	default:
		out, _ = n.Vote(by, w.now, ballot(n, need.Pass))
	}
	w.tell(out...)
}

// A referee follows the facts with the plainest means, and says what is wrong
// with the first that no rule may make.
type referee struct {
	owner  map[need.ID]string
	votes  map[string]map[seat.ID]need.Verdict // by need, round and stage; abstentions too
	status map[need.ID]need.Status
	stage  map[need.ID]string
	round  map[need.ID]int
}

func newReferee() *referee {
	return &referee{map[need.ID]string{}, map[string]map[seat.ID]need.Verdict{}, map[need.ID]need.Status{}, map[need.ID]string{}, map[need.ID]int{}}
}

func (r *referee) key(n need.ID) string { return fmt.Sprint(n, r.round[n], r.stage[n]) }

func (r *referee) see(b fact.Body) error {
	switch b := b.(type) {
	case need.Submitted:
		if r.status[b.Need] != "" {
			return fmt.Errorf("%s is submitted twice", b.Need)
		}
		r.owner[b.Need] = string(b.Owner)
		r.begin(b.Need)
	case need.Resubmitted:
		if r.status[b.Need] != need.Back {
			return fmt.Errorf("%s is resubmitted while %s", b.Need, r.status[b.Need])
		}
		r.begin(b.Need)
	case need.Withdrawn:
		if s := r.status[b.Need]; s == need.Denied || s == need.Gone || s == "" {
			return fmt.Errorf("%s is withdrawn while %s", b.Need, s)
		}
		r.status[b.Need] = need.Gone
	case need.Voted:
		return r.voted(b)
	case need.StageClosed:
		return r.closed(b)
	case need.Validated:
		return r.ended(b.Need, need.Valid, need.Pass)
	case need.Returned:
		return r.ended(b.Need, need.Back, need.Return)
	case need.Rejected:
		return r.ended(b.Need, need.Denied, need.Reject)
	}
	return nil
}

func (r *referee) begin(n need.ID) {
	r.status[n], r.stage[n] = need.Open, "technical"
	r.round[n]++
}

func (r *referee) voted(b need.Voted) error {
	group, holder := tech, ""
	if b.Stage == "interagency" {
		group = inter
	}
	for _, s := range group {
		if s.ID == b.Seat {
			holder = string(s.Holder)
		}
	}
	switch {
	case r.status[b.Need] != need.Open || b.Stage != r.stage[b.Need] || b.Round != r.round[b.Need]:
		return fmt.Errorf("a vote on %s in %s %d counts while it is %s in %s", b.Need, b.Stage, b.Round, r.status[b.Need], r.stage[b.Need])
	case holder == "":
		return fmt.Errorf("%s votes in stage %s", b.Seat, b.Stage)
	case holder == r.owner[b.Need]:
		return fmt.Errorf("%s votes on its own need", holder)
	case len(r.verdicts(b.Need)) > 0 && r.decided(b.Need) != "":
		return fmt.Errorf("%s was decided, and is voted on", b.Need)
	}
	if r.votes[r.key(b.Need)] == nil {
		r.votes[r.key(b.Need)] = map[seat.ID]need.Verdict{}
	}
	r.votes[r.key(b.Need)][b.Seat] = b.Verdict
	return nil
}

// verdicts counts each seat's latest, without abstentions.
func (r *referee) verdicts(n need.ID) map[need.Verdict]int {
	count := map[need.Verdict]int{}
	for _, v := range r.votes[r.key(n)] {
		if v != need.Abstain {
			count[v]++
		}
	}
	return count
}

func (r *referee) decided(n need.ID) need.Verdict {
	count := r.verdicts(n)
	voices := count[need.Pass] + count[need.Return] + count[need.Reject]
	for v, c := range count {
		if voices >= 2 && 2*c > voices {
			return v
		}
	}
	return ""
}

func (r *referee) closed(b need.StageClosed) error {
	count := r.verdicts(b.Need)
	if d := r.decided(b.Need); d != b.Verdict || b.Votes != count[need.Pass]+count[need.Return]+count[need.Reject] {
		return fmt.Errorf("stage %s of %s closes by %s with %d votes; the votes say %q: %v", b.Stage, b.Need, b.Verdict, b.Votes, d, count)
	}
	if b.Verdict == need.Pass && b.Stage == "technical" {
		r.stage[b.Need] = "interagency"
	}
	return nil
}

func (r *referee) ended(n need.ID, as need.Status, by need.Verdict) error {
	if r.status[n] != need.Open || r.decided(n) != by || as == need.Valid && r.stage[n] != "interagency" {
		return fmt.Errorf("%s becomes %s in stage %s while the votes say %q", n, as, r.stage[n], r.decided(n))
	}
	r.status[n] = as
	return nil
}

// settled: after a whole decision nothing is left that should have followed
// from the votes: a need is validated exactly from quorum on.
func (r *referee) settled() error {
	for n, s := range r.status {
		if d := r.decided(n); s == need.Open && d != "" {
			return fmt.Errorf("%s is open in %s though its votes say %s", n, r.stage[n], d)
		}
	}
	return nil
}

// FuzzMoves throws any members' moves in any order at the rules.
func FuzzMoves(f *testing.F) {
	f.Add([]byte{0, 7, 0, 10, 0, 0, 10, 1, 0, 10, 4, 0, 10, 5, 0})
	f.Add([]byte{0, 7, 0, 5, 0, 0, 5, 1, 0, 2, 7, 0, 10, 0, 0, 10, 3, 0})
	f.Add([]byte{0, 7, 0, 10, 0, 0, 9, 1, 0, 7, 3, 0, 10, 3, 0, 10, 2, 0})
	f.Fuzz(func(t *testing.T, moves []byte) {
		w, r := newWorld(t), newReferee()
		seen := len(w.facts)
		for ; len(moves) >= 3 && len(w.facts) < 300; moves = moves[3:] {
			w.move(moves[0], moves[1], moves[2])
			for _, f := range w.facts[seen:] {
				if err := r.see(f.Body); err != nil {
					t.Fatal(err)
				}
			}
			seen = len(w.facts)
			if err := r.settled(); err != nil {
				t.Fatal(err)
			}
		}
		for id, s := range r.status {
			if n, _ := w.book.Get(id); n.Status != s || n.Round != r.round[id] || s == need.Open && n.Stage != r.stage[id] {
				t.Fatalf("the book has %+v; the referee %s in %s, round %d", n.Head, s, r.stage[id], r.round[id])
			}
		}
	})
}
