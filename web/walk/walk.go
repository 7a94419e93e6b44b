// Package walk is the bar that leads a visitor through a guided walk: what
// just happened, what to press now, and on behalf of whom to go on. It knows
// no noun; app fills it in.
package walk

import (
	"strconv"

	"tallinn/web"
)

// Paths of the walk; app serves them.
const (
	Path      = "/walk"       // GET tells of the walk, POST begins one
	NextPath  = "/walk/next"  // POST goes on, from the seat whose turn it is
	LeavePath = "/walk/leave" // POST ends it
)

// A Bar is the walk as it stands, over one page.
type Bar struct {
	Lang        web.Lang
	Step, Steps int
	Said        string     // what just happened
	Do          string     // what to press now; empty: the button below
	Next        string     // words of the button that goes on; empty: none
	Links       []web.Link // more to look at; may be nil
	Again       bool       // offers to begin anew
}

// progress are the steps as words, for the bar's dots.
func (b Bar) progress() string {
	return web.T(b.Lang, "walk.progress", "step", strconv.Itoa(b.Step), "steps", strconv.Itoa(b.Steps))
}
