package flowhttp

import (
	"iter"
	"strconv"
	"strings"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/money"
)

// flowFields are the fields of flows.csv, for ever: new ones come last.
var flowFields = []string{"id", "provider", "provider_name", "receiver", "receiver_name", "amount", "currency",
	"status", "basis", "scope", "line", "on", "moved", "first_reported", "portions",
	"counted", "verdict", "converted", "converted_currency", "rate", "rate_on", "rate_issuer",
	"reporter", "provider_said", "receiver_said", "status_said", "form", "period", "purpose", "equivalents", "note",
	"source", "file", "row", "withdrawn", "fact"}

// mentionFields are the fields of mentions.csv, for ever: new ones come last.
var mentionFields = []string{"id", "parties", "amount", "currency", "scope", "why", "total", "on",
	"reporter", "provider_said", "receiver_said", "status_said", "form", "period", "purpose", "equivalents", "note",
	"source", "file", "row", "withdrawn", "fact"}

func rows[T any](list []T, cells func(T) []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, one := range list {
			if !yield(cells(one)) {
				return
			}
		}
	}
}

func (a account) cells() []string {
	converted, currency, rate, on, issuer := "", "", "", "", ""
	if a.rated {
		converted, currency = a.value.Round(shown), string(base)
	}
	for _, u := range a.used { // one: what converts to euros needs no second
		rate, on, issuer = u.Rate.String(), string(u.On), u.Issuer
	}
	out := []string{string(a.id()), string(a.Provider), a.provider.Name, string(a.Receiver), a.receiver.Name,
		a.Amount.Value(), string(a.Amount.Currency()),
		string(a.status), string(a.Basis), string(a.Scope), string(a.Line), string(a.On), string(a.Moved),
		string(a.FirstReported), portionCell(a.Portions),
		strconv.FormatBool(a.verdict == counted), string(a.verdict), converted, currency, rate, on, issuer}
	said := flow.Said{}
	if a.Said != nil {
		said = *a.Said
	}
	return append(append(out, saidCells(said)...), strconv.FormatBool(a.Gone), position(a.Pos))
}

func (s saying) cells() []string {
	amount := money.Amount{}
	if s.Amount != nil {
		amount = *s.Amount
	}
	var ids []string
	for _, id := range s.Parties {
		ids = append(ids, string(id))
	}
	value := ""
	if s.Amount != nil {
		value = amount.Value()
	}
	out := []string{string(s.id()), strings.Join(ids, ";"), value, string(amount.Currency()),
		string(s.Scope), string(s.Why), strconv.FormatBool(s.Total), string(s.On)}
	return append(append(out, saidCells(s.Said)...), strconv.FormatBool(s.Gone), position(s.Pos))
}

func saidCells(s flow.Said) []string {
	return []string{s.Reporter, s.Provider, s.Receiver, s.Status, s.Form, s.Period, s.Purpose, s.Equivalents, s.Note,
		s.Source.Cite, s.Source.File, s.Source.Row}
}

// portionCell is "2024=100.00;2025=50.00"; empty: year not stated.
func portionCell(list []flow.Portion) string {
	var parts []string
	for _, p := range list {
		parts = append(parts, strconv.Itoa(p.Year)+"="+p.Amount.Value())
	}
	return strings.Join(parts, ";")
}

func position(pos fact.Pos) string { return strconv.FormatInt(int64(pos), 10) }
