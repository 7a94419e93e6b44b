package offer

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/party"
)

// MostMonths bounds for how long what is given runs.
const MostMonths = 120

// A Lapse is something that was committed for a number of months, and the day
// on which it runs out: a licence, a service.
type Lapse struct {
	Reservation ReservationID
	Offer       ID
	Need        need.ID
	Provider    party.ID
	What        string
	Quantity    int64
	Unit        string
	On          fact.Date // the day after its last
}

// lapse notes when what r commits runs out, if it does.
func (b *Book) lapse(r *Reservation) {
	if r == nil {
		return
	}
	o := b.byID[r.Offer]
	if o == nil || o.Months == 0 || r.end != Bound {
		return
	}
	l := Lapse{r.Reserved.Reservation, r.Offer, r.Need, r.Provider, o.What, r.Quantity, o.Unit, Recurs(r.Ended, o.Months)}
	i, found := slices.BinarySearchFunc(b.lapses, l, byLapse)
	if !found {
		b.lapses = slices.Insert(b.lapses, i, l)
	}
}

func byLapse(x, y Lapse) int {
	return cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(x.Reservation, y.Reservation))
}

// Lapses yields what runs out from a day on, the first first.
func (b *Book) Lapses(from fact.Date) iter.Seq[Lapse] {
	i, _ := slices.BinarySearchFunc(b.lapses, Lapse{On: from}, byLapse)
	list := b.lapses[i:]
	return func(yield func(Lapse) bool) {
		for _, l := range list {
			if !yield(l) {
				return
			}
		}
	}
}

// Recurs is the day so many months after at. Where a month is too short, it is
// its last day.
func Recurs(at time.Time, months int) fact.Date {
	at = at.UTC()
	first := time.Date(at.Year(), at.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return fact.Day(first.AddDate(0, 0, min(at.Day(), last)-1))
}

// Next is the first day from today on, on which something that recurs every so
// many months since at comes round.
func Next(at time.Time, months int, today fact.Date) fact.Date {
	for n := 1; ; n++ {
		if on := Recurs(at, n*months); on >= today || n > 1000 {
			return on
		}
	}
}
