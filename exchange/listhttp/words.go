package listhttp

import (
	"sync"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fault"
	"tallinn/mechanism/capability"
	"tallinn/web"
	"tallinn/web/told"
)

// Words are the words of closed lists that cells may say, by the names that
// package fields gives the lists.
func Words() map[string][]string {
	var goods []string
	for _, g := range need.Goods {
		goods = append(goods, g.What)
	}
	return map[string][]string{"line": texts(capability.Lines), "sector": need.Sectors, "region": need.Regions, "good": goods,
		"need.urgency": texts(need.Urgencies), "need.criticality": texts(need.Criticalities), "offer.form": texts(offer.Forms),
		"offer.role": offer.Roles, "offer.language": offer.Languages, "offer.clearance": offer.Clearances,
		"flow.status": texts(flow.Statuses), "flow.scope": texts(flow.Scopes), "flow.why": texts(flow.Whys)}
}

// WordIn is what a word of a list is called.
func WordIn(l web.Lang, list, word string) string { return told.Word(l, list, word) }

func texts[W ~string](words []W) (out []string) {
	for _, w := range words {
		out = append(out, string(w))
	}
	return out
}

// faults are those that a problem may be of, by code.
var faults = sync.OnceValue(func() map[string]*fault.Error {
	out := map[string]*fault.Error{}
	for _, f := range fault.All() {
		out[f.Code()] = f
	}
	return out
})

// In says what is wrong, in the words of l.
func (p Problem) In(l web.Lang) string {
	f := faults()[p.Code]
	if f == nil {
		return p.Code
	}
	for name, value := range p.Args {
		f = f.With(name, value)
	}
	return web.FaultText(l, f)
}
