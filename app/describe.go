package app

import (
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/web"
)

// describe says a fact in one sentence of the reader's language.
func (h *Hub) describe(l web.Lang, f fact.Fact) string {
	return web.T(l, "fact.unknown", "kind", f.Kind)
}

// Faults lists the faults of every package, for the pages that explain them.
func Faults() []*fault.Error {
	return web.Faults()
}
