package need

import (
	"time"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// A Part is what of a need its readers are asked about.
type Part string

const (
	Summary  Part = "summary"
	Weakness Part = "weakness" // with the evidence and the incidents
	Votes    Part = "vote"
	Callback Part = "callback" // the number to call about an emergency
)

// usual is how a need is marked until its owner marks it otherwise.
const usual = tlp.Amber

// VotedOn reports whether c is that of needs on which the groups vote.
func VotedOn(c class.Class) bool { return c.Stage == string(Open) || c.Stage == Provisional }

// ClassOf is what decides who may see a part of h. All but the summary are at
// least TLP:AMBER+STRICT.
func (h Head) ClassOf(p Part) class.Class {
	c := h.Class
	c.Part = string(p)
	if p != Summary {
		c.Marking = tlp.Stricter(c.Marking, tlp.AmberStrict)
	}
	return c
}

// Mark is how h stands marked.
func (h Head) Mark() marking.Mark {
	return marking.Mark{Marking: h.Class.Marking, To: h.Class.Audience}
}

// Red reports whether h is for named seats only. Lists then show it without
// its title; whoever opens it is logged for its owner.
func (h Head) Red() bool { return h.Class.Marking == tlp.Red }

// Remark marks h anew, with all its parts.
//
// Errors: ErrMissing, those of marking.Change.
func (h Head) Remark(by seat.Seat, now time.Time, wanted marking.Changed, seats *seat.Book) ([]fact.Body, error) {
	if !h.Exists() {
		return nil, ErrMissing
	}
	return marking.Change(string(h.ID), h.Owner, h.Mark(), by, now, wanted, seats)
}

// Fresh is the class of a need that owner has not yet submitted.
func Fresh(realm fact.Realm, owner party.ID) class.Class {
	return class.Class{Realm: realm, Noun: "need", Part: string(Summary), Marking: usual, Owner: string(owner), Stage: string(Open)}
}

func (b *Book) classOf(it *item) class.Class {
	stage := b.get(it.status)
	if it.lane != nil && !it.lane.provisional.IsZero() && stage == string(Open) {
		stage = Provisional
	}
	return class.Class{Realm: b.realm, Noun: "need", Part: string(Summary), Marking: tlp.Marking(it.marking),
		Owner: b.get(it.owner), Stage: stage, Audience: b.get(it.to)}
}

func (b *Book) mark(it *item, m marking.Mark) { it.marking, it.to = uint8(m.Marking), b.put(m.To) }
