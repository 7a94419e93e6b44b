// Package intake runs what an importer has planned: one command for each row
// or group of rows, each under an id of its own, so that a run that is
// repeated, or was cut off and is started again, records nothing twice. What
// a row says is the importer's matter; which record takes it, the caller's.
package intake

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/fault"
)

// ErrProblems is what an import returns when it has recorded nothing because
// of problems. They are listed in its report.
var ErrProblems = fault.New(fault.Invalid, "import.problems",
	"{{.count}} problems were found and nothing was recorded; mend the rows that are listed, or import with --skip-bad to leave them out")

// A Command names one decision for ever.
type Command struct {
	ID   string   // at most 200 bytes; the same for the same row in the same state
	Op   string   // what is done, "import.mechanism"
	Args [32]byte // SHA-256 of everything the decision rests on
}

// A Tx is what a rule reads the record through.
type Tx interface {
	// Read says that the rule leans on these streams as they stand.
	Read(streams ...string) error
	// NewID draws an unused id such as "F-0032" for prefix "F".
	NewID(prefix string) (string, error)
}

// A Rule returns what is decided on the state as it stands. It may run more
// than once.
type Rule func(tx Tx) ([]fact.Body, error)

// A Record is what importers ask of the record of facts. The caller gives it
// the seat, the person and the realm.
type Record interface {
	// View runs fn while the state stands still.
	View(fn func())
	// Decide runs rule on the state as it stands and records what it returns,
	// all or nothing. A command seen before changes nothing and is no error.
	Decide(ctx context.Context, c Command, rule Rule) error
}

// An Outcome is what importing did with a row.
type Outcome string

const (
	New       Outcome = "new"
	Corrected Outcome = "corrected"
	Unchanged Outcome = "unchanged"
	Skipped   Outcome = "skipped" // it had a problem and was left out
)

// A Step is a command that waits to be decided. Steps of one Group may run at
// the same time; a group begins when the one before it has ended.
type Step struct {
	Command
	Rule  Rule
	Group string
}

// DefaultWorkers is how many commands wait for the record at the same time:
// enough for its committer to group them into few transactions.
const DefaultWorkers = 16

// Run decides steps, at most workers at a time (DefaultWorkers when 0). It
// stops at the first error; what was decided stays, and the same run started
// again goes on from there. Progress may be nil; it is never called by two at
// a time.
//
// Errors: those of rec, the first one.
func Run(ctx context.Context, rec Record, steps []Step, workers int, progress func(done, total int)) error {
	if workers <= 0 {
		workers = DefaultWorkers
	}
	var mu sync.Mutex
	done := 0
	advance := func() {
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil {
			progress(done, len(steps))
		}
	}
	for _, group := range groups(steps) {
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(workers)
		for _, step := range group {
			g.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := rec.Decide(ctx, step.Command, step.Rule); err != nil {
					return err
				}
				advance()
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
	return nil
}

func groups(steps []Step) [][]Step {
	var out [][]Step
	for from, to := 0, 0; from < len(steps); from = to {
		for to = from; to < len(steps) && steps[to].Group == steps[from].Group; to++ {
		}
		out = append(out, steps[from:to])
	}
	return out
}

// A Count sums up one file of a run.
type Count struct {
	File      string `json:"file"`
	New       int    `json:"new"`
	Corrected int    `json:"corrected"`
	Unchanged int    `json:"unchanged"`
	Skipped   int    `json:"skipped"`
	Problems  int    `json:"problems"`
}

// Add counts one row.
func (c *Count) Add(o Outcome) {
	switch o {
	case New:
		c.New++
	case Corrected:
		c.Corrected++
	case Unchanged:
		c.Unchanged++
	case Skipped:
		c.Skipped++
	}
}

// A Gone is a row that was imported once and is no longer in its file. It is
// kept: a table that lost a row does not unmake what was said.
type Gone struct {
	File string `json:"file"`
	Row  string `json:"row"`
	Home string `json:"home"` // the stream of what the row made
}

// A Report says what a run did. When it lists problems and the run was not
// told to leave bad rows out, nothing was recorded, and the counts say what
// would have been.
type Report struct {
	Counts   []Count         `json:"counts"`
	Problems []table.Problem `json:"problems,omitempty"`
	Dropped  int             `json:"dropped,omitzero"` // problems past the bound of the list
	Gone     []Gone          `json:"gone,omitempty"`
	Recorded bool            `json:"recorded"` // whether everything planned was recorded
}
