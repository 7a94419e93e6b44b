package live

import (
	"net/http"

	"tallinn/fact"
	"tallinn/web"
)

// Most is up to where the bar over a list counts; above, there are "more".
const Most = 99

// News counts the things of a list that have changed since its page was made.
// It belongs to one stream, and looks at each change once.
type News[K comparable] struct {
	Lang web.Lang
	Href string // of the page, as it is to be opened anew
	// Changed calls with the things of the list that changed after since, and
	// where, until with is false, and returns the position up to which it has
	// looked. What the reader may not see, or the list leaves out, is no news.
	Changed func(since fact.Pos, with func(K, fact.Pos) bool) fact.Pos

	begun bool
	upTo  fact.Pos
	last  fact.Pos // of what is in seen
	seen  map[K]bool
}

// Show is a Show. A reader who comes back and has missed nothing is told
// nothing; else the whole count, from when the page was made.
func (n *News[K]) Show(r *http.Request) Show {
	return func(told string) (Event, bool, error) {
		if !n.begun {
			n.begun, n.upTo, n.seen = true, Pos(r.URL.Query().Get(Since)), map[K]bool{}
			n.last = n.upTo
		}
		before := len(n.seen)
		if before > Most {
			return Event{}, false, nil
		}
		n.upTo = n.Changed(n.upTo, func(k K, pos fact.Pos) bool {
			n.seen[k], n.last = true, max(n.last, pos)
			return len(n.seen) <= Most
		})
		if len(n.seen) == before || n.last <= Pos(told) {
			return Event{}, false, nil
		}
		return Event{ID(n.last), Count(n.Lang, n.Href, len(n.seen))}, true, nil
	}
}
