package app_test

import (
	"slices"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/seat"
)

// TestDesk: what waits for each seat of the exercise is exactly what the rules
// let it do, asked of every need and every reservation there is, now and when
// the clocks have run out.
func TestDesk(t *testing.T) {
	hub, closeHub := openHub(t, t.TempDir())
	defer closeHub()
	if err := hub.LoadExercise(t.Context()); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, now := range []time.Time{today, today.Add(80 * time.Hour), today.AddDate(0, 0, 20)} {
		hub.View(fact.Exercise, func(b *app.Books) {
			for _, s := range b.Seats.All() {
				got, want := b.Waits(s, now, func(class.Class) bool { return true }), allowed(b, s, now)
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("%s of %s, %v: waits %v, want %v", s.Role, s.Holder, now, got, want)
				}
				for _, w := range got {
					kind, _, _ := cut(w)
					kinds[kind]++
				}
			}
		})
	}
	for _, kind := range []string{"vote", "answer", "accept", "commit", "overdue", "stuck"} {
		if kinds[kind] == 0 {
			t.Errorf("nothing of kind %s waits for anybody", kind)
		}
	}
}

func cut(s string) (kind, id string, ok bool) {
	i := slices.Index([]byte(s), ' ')
	return s[:max(i, 0)], s[i+1:], i > 0
}

// allowed asks the rules about everything.
func allowed(b *app.Books, s seat.Seat, now time.Time) (out []string) {
	for h := range b.Needs.All() {
		n, _ := b.Needs.Get(h.ID)
		v := n.ViewFor(s, now)
		if v.WhyNotVote == nil && v.Mine == nil {
			out = append(out, "vote "+string(n.ID))
		}
		if v.WhyNotResubmit == nil {
			out = append(out, "answer "+string(n.ID))
		}
		if s.Role == seat.FrontOffice && n.Overdue(now) {
			out = append(out, "overdue "+string(n.ID))
		} else if s.Role == seat.FrontOffice && n.Stuck {
			out = append(out, "stuck "+string(n.ID))
		}
		for _, r := range b.Offers.ByNeed(n.ID) {
			id := r.Reserved.Reservation
			rv, _ := b.Offers.ReservationFor(id, n.Head, s, now)
			if rv.WhyNotAccept == nil {
				out = append(out, "accept "+string(id))
			}
			if rv.WhyNotCommit == nil {
				out = append(out, "commit "+string(id))
			}
		}
	}
	return out
}
