package flow

import (
	"fmt"
	"slices"
	"strings"

	"tallinn/fact"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

func (b Recorded) check() error {
	switch {
	case b.Flow == "":
		return ErrMissing
	case b.Provider == "" || b.Receiver == "":
		return ErrParties
	case b.Provider == b.Receiver:
		return ErrSelf.With("party", b.Provider)
	case b.Amount.IsZero() && b.Goods == nil:
		return ErrNoAmount
	case b.Goods != nil && (b.Goods.Quantity <= 0 || b.Goods.What == "" || b.Goods.Unit == ""):
		return ErrGoods
	case b.Reference != "" && !referenceForm.MatchString(b.Reference):
		return ErrReference.With("reference", clip(b.Reference))
	case b.Basis == Published && b.Said == nil:
		return ErrSource
	}
	if err := b.checkWords(); err != nil {
		return err
	}
	if err := b.checkDates(); err != nil {
		return err
	}
	if err := checkPortions(b.Amount, b.Portions); err != nil {
		return err
	}
	if b.Goods != nil {
		if err := wording.Check(wording.Field{Name: "what", Text: b.Goods.What}, wording.Field{Name: "unit", Text: b.Goods.Unit}); err != nil {
			return err
		}
	}
	if b.Said == nil {
		return nil
	}
	return b.Said.check()
}

func (b Recorded) checkWords() error {
	switch {
	case !slices.Contains(Statuses, b.Status):
		return refuseWord("status", b.Status, Statuses)
	case !slices.Contains(Bases, b.Basis):
		return refuseWord("basis", b.Basis, Bases)
	case !slices.Contains(Scopes, b.Scope):
		return refuseWord("scope", b.Scope, Scopes)
	case b.Scope == Mixed || b.Scope == Unclear:
		return ErrScope.With("scope", b.Scope)
	case !slices.Contains(Lines, b.Line):
		return refuseWord("line", b.Line, Lines)
	}
	return nil
}

func (b Recorded) checkDates() error {
	switch {
	case !isDate(b.On):
		return ErrDecided
	case b.Moved != "" && !isDate(b.Moved), b.FirstReported != "" && !isDate(b.FirstReported):
		return ErrDecided
	case b.Moved != "" && before(b.Moved, b.On):
		return ErrOrder.With("later", b.Moved).With("earlier", b.On)
	}
	return nil
}

// checkPortions checks that the annual parts sum to the whole in minor units,
// with nothing rounded (rule 1). No parts at all are "year not stated".
func checkPortions(whole money.Amount, portions []Portion) error {
	var sum money.Amount
	seen := map[int]bool{}
	for _, p := range portions {
		wrong := seen[p.Year] || p.Year < fact.FirstYear || p.Year > fact.LastYear ||
			p.Amount.IsZero() || p.Amount.Currency() != whole.Currency()
		if wrong {
			return ErrPortion.With("year", p.Year)
		}
		seen[p.Year] = true
		var err error
		if sum, err = sum.Add(p.Amount); err != nil {
			return err
		}
	}
	if len(portions) > 0 && sum != whole {
		return ErrPortions.With("sum", sum).With("whole", whole)
	}
	return nil
}

func (b Mentioned) check() error {
	switch {
	case b.Mention == "":
		return ErrMissing
	case b.Said.Reporter == "" || b.Said.Source.Cite == "":
		return ErrNothingSaid
	case b.Amount != nil && b.Amount.IsZero():
		return ErrNoAmount
	case b.On != "" && !isDate(b.On):
		return ErrDecided
	case !slices.Contains(Scopes, b.Scope):
		return refuseWord("scope", b.Scope, Scopes)
	case !slices.Contains(Whys, b.Why):
		return refuseWord("reason", b.Why, Whys)
	}
	return b.Said.check()
}

func (s Said) check() error {
	if err := wording.Source(s.Source); err != nil {
		return err
	}
	return wording.Check(
		wording.Field{Name: "reporter", Text: s.Reporter, Needed: true},
		wording.Field{Name: "provider", Text: s.Provider},
		wording.Field{Name: "receiver", Text: s.Receiver},
		wording.Field{Name: "status", Text: s.Status},
		wording.Field{Name: "form", Text: s.Form},
		wording.Field{Name: "period", Text: s.Period},
		wording.Field{Name: "purpose", Text: s.Purpose},
		wording.Field{Name: "equivalents", Text: s.Equivalents},
		wording.Field{Name: "note", Text: s.Note})
}

// isDate reports whether d is a date that is stated. Decoded dates are; this
// guards against those that the program made up.
func isDate(d fact.Date) bool {
	_, err := fact.ParseDate(string(d))
	return d != "" && err == nil
}

// before compares as finely as both dates are stated: 2025 is not before
// 2025-07-02.
func before(later, earlier fact.Date) bool {
	n := min(len(later), len(earlier))
	return later[:n] < earlier[:n]
}

func refuseWord[W ~string](field string, word W, words []W) error {
	var known []string
	for _, w := range words {
		if w != "" {
			known = append(known, string(w))
		}
	}
	return ErrWord.With("field", field).With("word", fmt.Sprintf("%.60q", string(word))).With("words", strings.Join(known, ", "))
}
