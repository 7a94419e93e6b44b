package needhttp

import (
	"slices"

	"tallinn/aid/need"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/told"
)

// weaknessMarking is what a need's weakness is marked with.
const weaknessMarking = tlp.AmberStrict

// currencies that costs are estimated in most.
var currencies = []string{"EUR", "UAH", "USD", "GBP", "CAD", "CHF", "DKK", "NOK", "PLN", "SEK"}

// words are the words of a closed list as the choices of radio buttons.
func words[W ~string](l web.Lang, list string, all []W) []web.Option {
	return told.Options(l, list, all)[1:]
}

// goods are the choices of what a lot asks for, each with its unit.
func goods(l web.Lang) []web.Option {
	out := []web.Option{{}}
	for _, g := range need.Goods {
		out = append(out, web.Option{Value: g.What, Text: told.Word(l, "good", g.What)})
	}
	return out
}

// entry is a field of the form: its words stand in the catalogue under its
// name.
func (v formView) entry(id, name, value string, kind web.EntryKind, optional bool) web.Entry {
	e := web.Entry{ID: id, Name: name, Label: web.T(v.Lang, "need.form."+name), Wrong: v.problem(id), Value: value, Kind: kind, Optional: optional}
	if hint := told.Word(v.Lang, "need.hint", name); hint != name {
		e.Hint = hint
	}
	return e
}

// ofLot is a field of a lot.
func (v formView) ofLot(lot lotForm, name, value string, kind web.EntryKind) web.Entry {
	e := v.entry(at(name, lot.ID), name, value, kind, name == "cost")
	e.Name = "lot_" + name
	if kind == web.AsChoice {
		e.Options = unchosen(v.Lang, name, goods(v.Lang))
	}
	return e
}

// unchosen begins with no choice made, instead of with one that is wrong.
func unchosen(l web.Lang, name string, options []web.Option) []web.Option {
	options[0].Text = web.T(l, "need.none."+name)
	return options
}

// first is the id of a radio button: the group's own for the first, which is
// where an error leads.
func first(i int, name, value string) string {
	if i == 0 {
		return name
	}
	return name + "-" + value
}

// chosen reports whether points are those of an anchor.
func chosen(b ballot, criterion, points string) bool { return b.Scores[criterion] == points }

// reversed lists the highest score first, as people read a scale.
func reversed[T any](list []T) []T {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}

// quantity is how much a lot asks for, in its unit.
func quantity(l web.Lang, lot need.Lot) string { return web.N(l, "unit."+lot.Unit, int(lot.Quantity)) }
