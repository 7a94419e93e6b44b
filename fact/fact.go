package fact

import (
	"time"

	"tallinn/tlp"
)

// Format is the number of the envelope's format. It is 0, and facts may still
// change shape, until the proof of the record is complete.
const Format = 0

// A Pos is a fact's place in the one total order, gap-free from 0.
type Pos int64

// None is the position before the first fact.
const None Pos = -1

// A Realm keeps the exercise apart from the real. Nothing may join the two.
type Realm string

const (
	Real     Realm = "real"
	Exercise Realm = "exercise"
)

// Valid reports whether r is a known realm.
func (r Realm) Valid() bool { return r == Real || r == Exercise }

// A Body is what was decided. The record carries bodies unopened.
type Body interface {
	// Kind names what happened, "noun.happened", for ever.
	Kind() string
	// Streams are the histories that the fact belongs to, at least one. The
	// first is home: that of the thing decided on. The others are keys that
	// must stay unique, or things whose history the fact also is. An id drawn
	// by the record (F-0032) is its own stream; any other is "noun/id".
	Streams() []string
}

// A Fact is a recorded body with its envelope.
type Fact struct {
	Pos     Pos
	At      time.Time // when it was recorded, UTC, whole microseconds
	Cmd     string    // the command that decided it
	By      string    // the person or machine, opaque
	Seat    string    // the seat it acted from; empty for a machine with none
	Kind    string
	Streams []string
	Realm   Realm
	Marking tlp.Marking
	Figure  bool     // whether it may change a public figure
	Salt    [16]byte // hides a guessable fact behind its hash
	Body    Body     // nil when this program does not know the kind
}

// Known reports whether this program knows the fact's kind. A fact that is
// not known may be read past, never decided over.
func (f Fact) Known() bool { return f.Body != nil }

// Home is the first stream.
func (f Fact) Home() string { return f.Streams[0] }

// Marked is b recorded under another marking than its kind's own.
func Marked(b Body, m tlp.Marking) Body { return marked{b, m} }

type marked struct {
	Body
	marking tlp.Marking
}
