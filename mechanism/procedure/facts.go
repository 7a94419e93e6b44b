package procedure

import (
	"strconv"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// A Stage is one body's part in validating a need.
type Stage struct {
	ID       string      `json:"id"` // "technical", "interagency"
	Body     party.ID    `json:"body"`
	Role     seat.Role   `json:"role"` // of the seats that vote
	Criteria []Criterion `json:"criteria"`
	Quorum   int         `json:"quorum"` // votes, without abstentions, that close it
	Seats    int         `json:"seats"`  // how many seats the body has
	Hours    int         `json:"hours"`  // until it is overdue, which escalates and decides nothing
}

// A Criterion is scored from 0 to Max; Anchors says what each score means.
type Criterion struct {
	ID      string   `json:"id"`
	Name    Words    `json:"name"`
	Max     int      `json:"max"`
	Anchors []Anchor `json:"anchors"`
}

// An Anchor says what a score means.
type Anchor struct {
	Score int   `json:"score"`
	Means Words `json:"means"`
}

// Words is public wording in both languages.
type Words struct {
	En string `json:"en"`
	Uk string `json:"uk"`
}

// Adopted puts a procedure in force.
type Adopted struct {
	Version int       `json:"version"` // from 1; each one more
	From    fact.Date `json:"from"`    // a day
	Stages  []Stage   `json:"stages"`
	// Exercise says that the procedure is that of the exercise, which has a
	// history of its own: no stream is of both realms.
	Exercise bool `json:"exercise,omitzero"`
}

func (Adopted) Kind() string { return "procedure.adopted" }

// Stream is the history of all versions in a realm: a version is adopted over
// the last. The empty realm is the real one.
func Stream(realm fact.Realm) string {
	if realm == fact.Exercise {
		return "procedure/exercise"
	}
	return "procedure/validation"
}

func (b Adopted) Streams() []string {
	realm := fact.Real
	if b.Exercise {
		realm = fact.Exercise
	}
	return []string{Stream(realm), Stream(realm) + "-" + strconv.Itoa(b.Version)}
}

// Kinds lists the facts of this package. The rules of the game are public.
func Kinds() []fact.Type { return []fact.Type{fact.Of[Adopted](tlp.Clear, false), proposedKind()} }
