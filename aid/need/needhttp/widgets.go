package needhttp

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

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

// inputOf are the attributes of an input of a kind. Numbers are typed as text,
// which a wheel cannot change by accident.
func inputOf(kind string) templ.Attributes {
	if kind == "number" {
		return templ.Attributes{"type": "text", "inputmode": "numeric", "class": "short"}
	}
	return templ.Attributes{"type": kind, "class": kind}
}

// described ties a field to its hint and to what is wrong with it.
func described(v formView, id, name string) templ.Attributes {
	var by []string
	if told.Word(v.Lang, "need.hint", name) != name {
		by = append(by, id+"-hint")
	}
	out := templ.Attributes{}
	if v.problem(id) != "" {
		by = append(by, id+"-error")
		out["aria-invalid"] = "true"
	}
	if len(by) > 0 {
		out["aria-describedby"] = strings.Join(by, " ")
	}
	return out
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
