package record

import (
	"context"
	"errors"
	"time"

	"tallinn/fact"
	"tallinn/text"
)

// ErrPosTaken is what Append returns when a position of the batch is taken:
// another program has written to the store. Nothing of the batch was kept.
// Read what is new, fold it, and decide again.
var ErrPosTaken = errors.New("record: position is taken")

// A Store keeps the facts and what lies beside them. Its methods may be
// called at the same time; reading never waits for Append.
//
// Package recordtest has the suite that says what each method owes.
type Store interface {
	// Append keeps the whole batch or nothing. When it returns nil the batch
	// survives a crash; after ErrPosTaken, ErrGap and ErrAway nothing was kept.
	// After ErrDoubt the caller does not know which, and must not append again
	// before it has read; after any other error it must not append at all.
	//
	// Errors: ErrPosTaken; ErrGap when the batch does not follow the last fact.
	Append(ctx context.Context, b Batch) error
	// Head is the last position, or fact.None.
	Head(ctx context.Context) (fact.Pos, error)
	// Facts calls fn for at most n facts from position from on, in order. The
	// bytes are fn's only until it returns. An error of fn ends the reading
	// and is returned.
	Facts(ctx context.Context, from fact.Pos, n int, fn func(fact.Pos, []byte) error) error
	// Command returns what is remembered of the command id.
	Command(ctx context.Context, id string) (Remembered, bool, error)
	// Commands returns at most n commands in order of First, from there on.
	Commands(ctx context.Context, from fact.Pos, n int) ([]Remembered, error)
	// Text returns the text called id.
	Text(ctx context.Context, id string) (text.Sealed, bool, error)
	// Texts returns at most n texts whose id follows after, in byte order.
	Texts(ctx context.Context, after string, n int) ([]text.Sealed, error)
	// Cursor is the last position that the subscriber called name has
	// finished, or fact.None.
	Cursor(ctx context.Context, name string) (fact.Pos, error)
	// SetCursor moves the cursor; it is durable when SetCursor returns nil.
	SetCursor(ctx context.Context, name string, pos fact.Pos) error
	// Now is the time by the database's own clock.
	Now(ctx context.Context) (time.Time, error)
	// Close ends every use of the store.
	Close() error
}

// A Shared store is one that other programs may append to. Its reading
// methods, too, return ErrAway when it cannot be reached.
type Shared interface {
	Store
	// Watch calls changed after another program has appended, and whenever it
	// may have missed that. It returns when ctx ends.
	Watch(ctx context.Context, changed func())
	// Turn asks for the turn of the subscriber called name, and reports
	// whether this store has it: one of all that ask has it, for TurnTime from
	// when it last asked. With want false it is given back. A turn saves work
	// that would be done twice; it guards no decision.
	Turn(ctx context.Context, name string, want bool) (bool, error)
}

// A Verifier is a store that knows by itself what is not as it was written.
type Verifier interface {
	// Verify calls found for each such thing, by name.
	Verify(ctx context.Context, found func(what string)) error
}

// TurnTime is how long a turn lasts.
const TurnTime = 6 * time.Second

// ErrGap is what Append returns for a batch that would leave a gap. It is a
// defect of the caller.
var ErrGap = errors.New("record: batch does not follow the last fact")

// A Batch is appended in one transaction.
type Batch struct {
	First    fact.Pos // of Facts[0]; each next one is one more
	Facts    [][]byte // canonical bytes
	Commands []Remembered
	Texts    []text.Sealed
}

// A Remembered command was recorded: asked again it gives its first answer.
type Remembered struct {
	ID    string
	Op    string
	Args  [32]byte // SHA-256 of the arguments
	First fact.Pos
	Last  fact.Pos
	IDs   []string // drawn by it, in order
}

// Result is the command's first answer.
func (m Remembered) Result() Result { return Result{First: m.First, Last: m.Last, IDs: m.IDs} }

// Same reports whether c asks for what m was recorded for.
func (m Remembered) Same(c Command) bool { return m.Op == c.Op && m.Args == c.Args }
