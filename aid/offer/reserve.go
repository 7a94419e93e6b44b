package offer

import (
	"slices"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
)

// Reserve sets part of an offer aside for a lot of the validated need n, by
// the offer's provider. The first rule that fails is named.
//
// Taken, of the offer and of the lot, is what unexpired reservations and
// commitments hold. A reservation takes at least the lot's useful share, or
// all that is left. Of money, and of what is in kind with a ceiling, it says
// an amount in the offer's currency; of other things it may say a value.
//
// Errors, in this order: ErrMissing, ErrNotGiver, ErrNotProvider, ErrClosed,
// ErrNotValid, need.ErrMissing, ErrNotValidated, ErrOwnNeed, ErrLot, ErrOther,
// ErrLine, ErrSector, ErrRegionHidden, ErrRegion, ErrRecipient, ErrOrigin, ErrTooLate,
// ErrNoReservation for an empty id, ErrQuantity, ErrTicketAmount, ErrTicket,
// ErrOfferLeft, ErrPartners, ErrLotLeft, ErrShare, ErrUntil; those of
// seat.Acting.
func (b *Book) Reserve(wanted Reserved, n need.Need, by seat.Seat, now time.Time) ([]fact.Body, error) {
	o, _ := b.Get(wanted.Offer)
	lot, err := b.mayReserve(o, n, wanted.Need, wanted.Lot, by, now)
	if err != nil {
		return nil, err
	}
	if err := b.checkSize(o, lot, wanted, now); err != nil {
		return nil, err
	}
	return []fact.Body{wanted}, nil
}

// checkSize checks how much is wanted, and until when.
func (b *Book) checkSize(o Offer, lot need.Lot, wanted Reserved, now time.Time) error {
	switch {
	case wanted.Reservation == "":
		return ErrNoReservation
	case wanted.Quantity < 1 || wanted.Quantity > need.MostQuantity:
		return ErrQuantity.With("quantity", wanted.Quantity).With("most", need.MostQuantity)
	}
	if err := b.checkOffer(o, wanted, now); err != nil {
		return err
	}
	if err := b.checkLot(o, lot, wanted, now); err != nil {
		return err
	}
	return o.checkUntil(wanted.Until, now)
}

// mayReserve is the lot that o fits, or why nothing of it can be reserved.
func (b *Book) mayReserve(o Offer, n need.Need, id need.ID, lot string, by seat.Seat, now time.Time) (need.Lot, error) {
	if err := o.givenBy(by, now); err != nil {
		return need.Lot{}, err
	}
	if err := o.validOn(dayOf(now)); err != nil {
		return need.Lot{}, err
	}
	if err := reservable(n.Head, id); err != nil {
		return need.Lot{}, err
	}
	return o.Fits(n, lot, dayOf(now))
}

// Fits is the lot of n that o fits on day (YYYY-MM-DD), apart from how much,
// or the first rule that keeps them apart. A need of the whole country does
// not fit an offer for some regions, and neither does one whose region is
// hidden, whatever it is: a fit would tell it to whoever tries.
//
// Errors, in this order: ErrOwnNeed, ErrLot, ErrOther, ErrLine, ErrSector,
// ErrRegionHidden, ErrRegion, ErrRecipient, ErrOrigin, ErrTooLate.
func (o Offer) Fits(n need.Need, lot, day string) (need.Lot, error) {
	l, known := n.Lot(lot)
	e := o.Earmark
	offer := o.Opened.Offer
	use := need.After(day, o.LeadDays+n.Asked.LeadDays)
	switch {
	case o.Provider == n.Owner:
		return l, ErrOwnNeed.With("provider", o.Provider).With("need", n.ID)
	case !known:
		return l, ErrLot.With("need", n.ID).With("lot", quote(lot))
	case o.InKind() && (o.What != l.What || o.Unit != l.Unit):
		return l, ErrOther.With("lot", l.ID).With("asked", l.What).With("offer", offer).With("what", o.What)
	case !allows(e.Lines, n.Line):
		return l, ErrLine.With("offer", offer).With("allowed", list(e.Lines)).With("line", n.Line)
	case !allows(e.Sectors, n.Sector):
		return l, ErrSector.With("offer", offer).With("allowed", list(e.Sectors)).With("sector", n.Sector)
	case len(e.Regions) > 0 && n.HideRegion:
		return l, ErrRegionHidden.With("offer", offer).With("allowed", list(e.Regions)).With("need", n.ID)
	case !allows(e.Regions, n.Region):
		return l, ErrRegion.With("offer", offer).With("allowed", list(e.Regions))
	case !allows(e.Recipients, n.Owner):
		return l, ErrRecipient.With("offer", offer).With("allowed", list(e.Recipients)).With("owner", n.Owner)
	case o.Origin != "" && slices.Contains(n.Asked.Excluded, o.Origin):
		return l, ErrOrigin.With("offer", offer).With("origin", o.Origin)
	case use > string(n.UsefulUntil):
		return l, ErrTooLate.With("use", use).With("until", n.UsefulUntil)
	}
	return l, nil
}

// allows reports whether an earmark lets word through; an empty one lets all.
func allows[W comparable](earmark []W, word W) bool {
	return len(earmark) == 0 || slices.Contains(earmark, word)
}

// checkOffer checks what is wanted against the tickets of o, and against what
// is left of it.
func (b *Book) checkOffer(o Offer, wanted Reserved, now time.Time) error {
	taken := b.Taken(o.Opened.Offer, now).All()
	if o.InKind() {
		if left := max(0, o.Quantity-taken.Quantity); wanted.Quantity > left {
			return ErrOfferLeft.With("offer", o.Opened.Offer).With("left", left)
		}
	}
	if o.Amount == nil {
		if wanted.Amount != nil && wanted.Amount.IsZero() {
			return ErrAmount
		}
		return nil
	}
	if wanted.Amount == nil || wanted.Amount.IsZero() || wanted.Amount.Currency() != o.Amount.Currency() {
		return ErrTicketAmount.With("offer", o.Opened.Offer).With("currency", o.Amount.Currency())
	}
	if err := b.checkTicket(o, wanted, now); err != nil {
		return err
	}
	left := o.left(taken.Amount)
	if wanted.Amount.Cmp(left) > 0 {
		return ErrOfferLeft.With("offer", o.Opened.Offer).With("left", left)
	}
	return nil
}

// left is what of o's amount is not taken; nothing, in its currency, when all
// is.
func (o Offer) left(taken money.Amount) money.Amount {
	if taken.Currency() == "" {
		return *o.Amount
	}
	if left, ok := o.Amount.Sub(taken); ok {
		return left
	}
	nothing, _ := o.Amount.Sub(*o.Amount)
	return nothing
}

// checkTicket: one ticket is at least Least; all of one need's together are at
// most Most.
func (b *Book) checkTicket(o Offer, wanted Reserved, now time.Time) error {
	sum, err := b.ticketed(o, wanted.Need, now).Add(*wanted.Amount)
	if err != nil {
		return err
	}
	low := o.Least != nil && wanted.Amount.Cmp(*o.Least) < 0
	if high := o.Most != nil && sum.Cmp(*o.Most) > 0; !low && !high {
		return nil
	}
	return ErrTicket.With("amount", sum).With("offer", o.Opened.Offer).
		With("least", bound(o.Least)).With("most", bound(o.Most))
}

// ticketed is how much of o is held for one need; nothing, in its currency,
// when none is.
func (b *Book) ticketed(o Offer, id need.ID, now time.Time) money.Amount {
	sum, _ := o.Amount.Sub(*o.Amount)
	for _, r := range b.ofNeed[id].holding(now) {
		if r.Offer == o.Opened.Offer {
			sum = Part{Amount: sum}.add(partOf(r)).Amount
		}
	}
	return sum
}

func bound(a *money.Amount) string {
	if a == nil {
		return "…"
	}
	return a.String()
}

// checkLot checks what is wanted against who shares the lot, and against what
// is left of it.
func (b *Book) checkLot(o Offer, lot need.Lot, wanted Reserved, now time.Time) error {
	c := b.Covered(wanted.Need, lot, now)
	switch {
	case c.full(lot, o.Provider):
		return ErrPartners.With("lot", lot.ID).With("partners", len(c.Partners))
	case wanted.Quantity > c.Left():
		return ErrLotLeft.With("lot", lot.ID).With("left", c.Left())
	case wanted.Quantity < c.Useful(lot):
		return ErrShare.With("lot", lot.ID).With("least", c.Useful(lot))
	}
	return nil
}

// full reports whether one more partner would be too many.
func (c Coverage) full(lot need.Lot, provider party.ID) bool {
	_, in := slices.BinarySearch(c.Partners, provider)
	return !in && len(c.Partners) >= lot.MostPartners
}

// checkUntil: a reservation ends within MostDays, on a day on which it could
// still be committed.
func (o Offer) checkUntil(until, now time.Time) error {
	if !until.After(now) || until.After(now.AddDate(0, 0, MostDays)) || dayOf(until) > string(o.Until) {
		return ErrUntil.With("days", MostDays).With("last", o.Until)
	}
	return nil
}
