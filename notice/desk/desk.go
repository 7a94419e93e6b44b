// Package desk orders what waits for a seat: what its holder may do now, the
// clock of each, and what changed since the last visit. It knows no noun: app
// asks the rules what the seat may do, and hands in the answers. It is pure.
package desk

import (
	"cmp"
	"slices"
	"time"

	"tallinn/fact"
)

// A Kind says what is to be done. Texts stand in the catalogue under
// "desk.item." and the word.
type Kind string

const (
	Vote    Kind = "vote"    // a group's seat judges a need
	Answer  Kind = "answer"  // a recipient resubmits what was returned
	Accept  Kind = "accept"  // a recipient answers a reservation
	Commit  Kind = "commit"  // a partner commits what was accepted
	Consent Kind = "consent" // one who has countersigned agrees to a correction
	Report  Kind = "report"  // the front office looks at an error that a reader reports
	Settle  Kind = "settle"  // the sides of a flow do not say the same
	Overdue Kind = "overdue" // the front office reminds a group
	Stuck   Kind = "stuck"   // the front office brings a group together
	Reopen  Kind = "reopen"  // a second person agrees that a closed stage be opened again, or lets it lapse
	Clear   Kind = "clear"   // a partner says how its figures are stated in an edition
	Sign    Kind = "sign"    // a co-chair releases an edition
	Renew   Kind = "renew"   // what was given runs out soon

	// Of the emergency lane.
	Emergency   Kind = "emergency"   // a duty member answers for its body
	Ratify      Kind = "ratify"      // a group's seat judges what is valid provisionally
	Confirm     Kind = "confirm"     // a recipient confirms what was recorded for it
	Silent      Kind = "silent"      // nobody answers: the front office calls people up
	Unconfirmed Kind = "unconfirmed" // the front office calls the recipient up
	Unanswered  Kind = "unanswered"  // the front office calls up who is silent about a reservation
)

// Kinds lists them, in the order in which equals stand.
var Kinds = []Kind{Emergency, Silent, Confirm, Unanswered, Unconfirmed, Ratify, Overdue, Stuck, Reopen, Vote, Accept, Commit, Consent, Settle, Report, Answer, Clear, Sign, Renew}

// An Item is one thing that waits.
type Item struct {
	Kind  Kind
	ID    string    // of the thing: a need, a reservation
	Href  string    // where it is done
	Words string    // what it is about, in the reader's language
	Due   time.Time // when it is overdue, or lapses; zero: it has no clock
}

// Most is how many items a desk shows; Rest says how many more there are.
const Most = 50

// A Desk is what one seat finds.
type Desk struct {
	Items   []Item
	Rest    int
	Changes []Change
	More    int      // changes that are not shown
	Head    fact.Pos // the record as it stood
	// Elsewhere is what waits for the same person on other seats.
	Elsewhere []Elsewhere
}

// An Elsewhere says that something waits on another seat of the same person, or
// on one that they are a deputy of.
type Elsewhere struct {
	Seat, Words string
	Count       int
	Urgent      bool // some of it cannot wait
}

// A Change is something that happened to what the seat has a part in.
type Change struct {
	Pos   fact.Pos
	At    time.Time
	Words string
	Href  string
}

// Order sorts items by their clocks, the first to run out first and those
// without a clock last, and cuts them at Most.
func Order(items []Item) (first []Item, rest int) {
	slices.SortStableFunc(items, func(a, b Item) int {
		switch {
		case a.Due.IsZero() != b.Due.IsZero():
			if a.Due.IsZero() {
				return 1
			}
			return -1
		default:
			return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)), cmp.Compare(a.ID, b.ID))
		}
	})
	n := min(len(items), Most)
	return items[:n], len(items) - n
}

// Late reports whether i's clock has run out by now.
func (i Item) Late(now time.Time) bool { return !i.Due.IsZero() && !now.Before(i.Due) }

// Soon is when a clock calls for attention.
const Soon = 24 * time.Hour

// Pressing reports whether i's clock runs out within Soon.
func (i Item) Pressing(now time.Time) bool {
	return !i.Due.IsZero() && !i.Late(now) && i.Due.Sub(now) < Soon
}

// Latest are the last changes, newest first, no more than Most, and how many
// more there are.
func Latest(changes []Change) (last []Change, more int) {
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(b.Pos, a.Pos) })
	n := min(len(changes), Most)
	return changes[:n], len(changes) - n
}
