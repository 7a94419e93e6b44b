package offer

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// check checks every field of an offer made on a day, in the order of the
// form.
func (b Opened) check(today string) error {
	if !slices.Contains(Forms, b.Form) {
		return ErrForm.With("form", quote(b.Form)).With("forms", list(Forms))
	}
	if err := b.checkWhat(); err != nil {
		return err
	}
	if err := b.Earmark.check(); err != nil {
		return err
	}
	if err := b.checkTerm(); err != nil {
		return err
	}
	switch {
	case !isDay(b.From) || !isDay(b.Until) || b.Until < b.From || string(b.Until) < today:
		return ErrDays.With("today", today)
	case !b.ticketsFit():
		return ErrTickets
	case b.Standing.check(b) != nil:
		return ErrCeiling
	case b.LeadDays < 0 || b.LeadDays > need.MostLeadDays:
		return ErrLead.With("days", b.LeadDays).With("most", need.MostLeadDays)
	}
	return nil
}

func (b Opened) checkWhat() error {
	if b.Amount != nil && b.Amount.IsZero() || b.Form == Money && b.Amount == nil {
		return ErrAmount
	}
	if b.Form == Money {
		if b.Quantity != 0 || b.What != "" || b.Unit != "" || b.Origin != "" {
			return ErrInKind
		}
		return nil
	}
	good, known := need.GoodOf(b.What)
	switch {
	case !known:
		return ErrGoods.With("what", quote(b.What))
	case b.Unit != good.Unit:
		return ErrUnit.With("what", b.What).With("unit", good.Unit)
	case b.Quantity < 1 || b.Quantity > need.MostQuantity:
		return ErrQuantity.With("quantity", b.Quantity).With("most", need.MostQuantity)
	case b.Origin == "" && (b.Form == Goods || b.Form == Licences), b.Origin != "" && !need.IsCountry(b.Origin):
		return ErrCountry
	}
	return nil
}

func (e Earmark) check() error {
	if w, ok := odd(e.Lines, func(l capability.Line) bool { return slices.Contains(capability.Lines, l) }); ok {
		return ErrEarmark.With("word", quote(w)).With("field", "line")
	}
	if w, ok := odd(e.Sectors, func(s string) bool { return slices.Contains(need.Sectors, s) }); ok {
		return ErrEarmark.With("word", quote(w)).With("field", "sector")
	}
	if w, ok := odd(e.Regions, func(s string) bool { return slices.Contains(need.Regions, s) }); ok {
		return ErrEarmark.With("word", quote(w)).With("field", "region")
	}
	if w, ok := odd(e.Recipients, func(p party.ID) bool { return p != "" }); ok || len(e.Recipients) > MostRecipients {
		return ErrEarmark.With("word", quote(w)).With("field", "recipient")
	}
	return nil
}

// Among reports whether all recipients that e names take part.
//
// Errors: ErrEarmark.
func (e Earmark) Among(parties *party.Book) error {
	for _, id := range e.Recipients {
		if _, known := parties.Get(id); !known {
			return ErrEarmark.With("word", quote(id)).With("field", "recipient")
		}
	}
	return nil
}

// MostTerms is how long the conditions of an offer may be, in characters.
const MostTerms = 4_000

// CheckTerms checks conditions before they are sealed; they may be empty.
//
// Errors: ErrTerms.
func CheckTerms(s string) error {
	control := func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > MostTerms || strings.ContainsFunc(s, control) {
		return ErrTerms.With("most", MostTerms)
	}
	return nil
}

// MostRecipients is how many recipients an offer may be earmarked for.
const MostRecipients = 200

// odd is the first word that is unknown, or stands there twice.
func odd[W comparable](words []W, known func(W) bool) (W, bool) {
	for i, w := range words {
		if !known(w) || slices.Contains(words[:i], w) {
			return w, true
		}
	}
	var none W
	return none, false
}

func (b Opened) ticketsFit() bool {
	for _, limit := range []*money.Amount{b.Least, b.Most} {
		if limit == nil {
			continue
		}
		if b.Amount == nil || limit.IsZero() || limit.Currency() != b.Amount.Currency() || limit.Cmp(*b.Amount) > 0 {
			return false
		}
	}
	return b.Least == nil || b.Most == nil || b.Least.Cmp(*b.Most) <= 0
}

func isDay(d fact.Date) bool {
	_, err := fact.ParseDate(string(d))
	return err == nil && d.Precision() == "day"
}
