package need

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/wording"
	"tallinn/text"
)

// Bounds of what is asked for.
const (
	MostLots     = 20
	MostQuantity = 1_000_000_000
	MostPartners = 100
	MostLeadDays = 1095
	MostExcluded = 50
	MostRenew    = 60

	MostTitle     = 150   // characters
	MostSummary   = 4_000 // characters
	MostWeakness  = 4_000
	MostEvidence  = 4_000
	MostIncidents = 4_000
	MostReason    = 2_000
)

// Texts are the words of a need before they are sealed beside the record.
type Texts struct{ Title, Summary, Weakness, Evidence, Incidents string }

// Check checks the texts that Asked then refers to. The title is one line.
//
// Errors: ErrTexts, wording.ErrCharacters.
func (t Texts) Check() error {
	if err := wording.Check(wording.Field{Name: "title", Text: t.Title}); err != nil {
		return ErrTexts.With("field", "title").With("most", MostTitle).Because(err)
	}
	for _, f := range []struct {
		name, text string
		most       int
		needed     bool
	}{{"title", t.Title, MostTitle, true}, {"summary", t.Summary, MostSummary, true}, {"weakness", t.Weakness, MostWeakness, false},
		{"evidence", t.Evidence, MostEvidence, false}, {"incidents", t.Incidents, MostIncidents, false}} {
		if err := checkText(f.name, f.text, f.most, f.needed); err != nil {
			return err
		}
	}
	return nil
}

// CheckReason checks the words of a return or a rejection before they are
// sealed.
//
// Errors: ErrTexts, wording.ErrCharacters.
func CheckReason(s string) error { return checkText("reason", s, MostReason, true) }

// checkText allows lines and tabs, and no other control characters.
func checkText(name, s string, most int, needed bool) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(s)); n > most || needed && n == 0 {
		return ErrTexts.With("field", name).With("most", most)
	}
	control := func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }
	if !utf8.ValidString(s) || strings.ContainsFunc(s, control) {
		return wording.ErrCharacters.With("field", name)
	}
	return nil
}

// Check checks every field of what is asked on a day (YYYY-MM-DD), in the
// order of the form, and returns what is wrong with the first that is wrong.
//
// Errors: ErrTexts, ErrLine, ErrLots, ErrLotID, ErrGood, ErrUnit, ErrQuantity,
// ErrCost, ErrShare, ErrPartners, ErrUrgency, ErrCriticality, ErrUseful,
// ErrLead, ErrSector, ErrRegion, ErrHidden, ErrOrigin, ErrRenew.
func (a Asked) Check(today string) error {
	switch {
	case a.Title == text.Ref{}:
		return ErrTexts.With("field", "title").With("most", MostTitle)
	case a.Summary == text.Ref{}:
		return ErrTexts.With("field", "summary").With("most", MostSummary)
	case !slices.Contains(capability.Lines, a.Line):
		return ErrLine.With("line", quote(a.Line)).With("lines", list(capability.Lines))
	case len(a.Lots) == 0 || len(a.Lots) > MostLots:
		return ErrLots.With("most", MostLots)
	}
	for i, l := range a.Lots {
		twice := slices.ContainsFunc(a.Lots[:i], func(o Lot) bool { return o.ID == l.ID })
		if twice || !isLotID(l.ID) {
			return ErrLotID.With("lot", quote(l.ID))
		}
		if err := l.check(); err != nil {
			return err
		}
	}
	if err := a.checkTime(today); err != nil {
		return err
	}
	return a.checkPlace()
}

func (l Lot) check() error {
	good, known := GoodOf(l.What)
	switch {
	case !known:
		return ErrGood.With("lot", l.ID).With("what", quote(l.What))
	case l.Unit != good.Unit:
		return ErrUnit.With("lot", l.ID).With("unit", good.Unit)
	case l.Quantity < 1 || l.Quantity > MostQuantity:
		return ErrQuantity.With("lot", l.ID).With("quantity", l.Quantity).With("most", MostQuantity)
	case l.Cost != nil && l.Cost.IsZero():
		return ErrCost.With("lot", l.ID)
	case l.UsefulShare < 1 || l.UsefulShare > 100:
		return ErrShare.With("lot", l.ID).With("share", l.UsefulShare)
	case l.MostPartners < 1 || l.MostPartners > MostPartners:
		return ErrPartners.With("lot", l.ID).With("partners", l.MostPartners).With("most", MostPartners)
	}
	return nil
}

func (a Asked) checkTime(today string) error {
	_, err := fact.ParseDate(string(a.UsefulUntil))
	switch {
	case !slices.Contains(Urgencies, a.Urgency):
		return ErrUrgency.With("word", quote(a.Urgency)).With("words", list(Urgencies))
	case err != nil || a.UsefulUntil.Precision() != "day" || string(a.UsefulUntil) < today:
		return ErrUseful.With("today", today)
	case a.LeadDays < 0 || a.LeadDays > MostLeadDays || After(today, a.LeadDays) > string(a.UsefulUntil):
		return ErrLead.With("days", a.LeadDays).With("most", MostLeadDays)
	case !slices.Contains(Criticalities, a.Criticality):
		return ErrCriticality.With("word", quote(a.Criticality)).With("words", list(Criticalities))
	}
	return nil
}

func (a Asked) checkPlace() error {
	switch {
	case !slices.Contains(Sectors, a.Sector):
		return ErrSector.With("sector", quote(a.Sector))
	case a.Region != "" && !slices.Contains(Regions, a.Region):
		return ErrRegion.With("region", quote(a.Region))
	case a.HideRegion && a.Region == "":
		return ErrHidden
	case a.RenewMonths < 0 || a.RenewMonths > MostRenew:
		return ErrRenew.With("months", a.RenewMonths).With("most", MostRenew)
	}
	for i, origin := range a.Excluded {
		if i >= MostExcluded || !IsCountry(origin) || slices.Contains(a.Excluded[:i], origin) {
			return ErrOrigin.With("origin", quote(origin)).With("most", MostExcluded)
		}
	}
	return nil
}

// After is the day so many days after day (YYYY-MM-DD); day itself when it is
// none.
func After(day string, days int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}

// IsCountry reports whether s has the form of an ISO 3166 code of two letters.
func IsCountry(s string) bool {
	return len(s) == 2 && 'A' <= s[0] && s[0] <= 'Z' && 'A' <= s[1] && s[1] <= 'Z'
}

func isLotID(s string) bool {
	return s != "" && len(s) <= 8 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// quote bounds what an error repeats of its input.
func quote[W ~string](word W) string { return fmt.Sprintf("%.60q", string(word)) }

func list[W ~string](words []W) string {
	var out []string
	for _, w := range words {
		out = append(out, string(w))
	}
	return strings.Join(out, ", ")
}
