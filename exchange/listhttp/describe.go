package listhttp

import (
	"tallinn/fact"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/party"
	"tallinn/web"
)

// Describe says a fact of this noun in one sentence; false when it is another's.
func Describe(l web.Lang, f fact.Fact, name func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case batch.Begun:
		return web.T(l, "import.fact.begun", "id", b.Import, "owner", name(b.Owner), "of", web.T(l, "import.of."+string(b.Of)), "rows", b.Rows), true
	case batch.Ended:
		return web.T(l, "import.fact.ended", "id", b.Import, "made", b.Made, "left", b.Left), true
	case batch.Undone:
		return web.T(l, "import.fact.undone", "id", b.Import, "gone", b.Gone, "kept", b.Kept), true
	}
	return "", false
}
