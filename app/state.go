package app

import (
	"tallinn/aid/attachment"
	"tallinn/aid/edition"
	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/aid/project"
	"tallinn/aid/rate"
	"tallinn/fact"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/erasure"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/recovery"
	"tallinn/mechanism/report"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// Kinds lists every kind of fact that this program can decide on.
func Kinds() *fact.Registry {
	return fact.NewRegistry(party.Kinds(), seat.Kinds(), batch.Kinds(), correction.Kinds(), recovery.Kinds(), report.Kinds(), marking.Kinds(), procedure.Kinds(), erasure.Kinds(), milestone.Kinds(),
		rate.Kinds(), need.Kinds(), attachment.Kinds(), offer.Kinds(), flow.Kinds(), project.Kinds(),
		edition.Kinds())
}

// Books are the nouns of one realm as they stand: the index in memory over
// the facts. They are read under the record's lock, see Hub.View.
type Books struct {
	Parties     *party.Book
	Erasures    *erasure.Book
	Seats       *seat.Book
	Imports     *batch.Book
	Corrections *correction.Book // that wait for consent
	Recoveries  *recovery.Book
	Reports     *report.Book
	Procedures  *procedure.Book
	Milestones  *milestone.Book
	Rates       *rate.Table
	Needs       *need.Book
	Shown       *need.Showings
	Ties        *need.Ties
	Attachments *attachment.Book
	Offers      *offer.Book
	Flows       *flow.Book // the account, which everyone may see
	Held        *flow.Book // flows that are not for everyone, and in no figure
	Projects    *project.Book
	Editions    *edition.Book

	realm fact.Realm
	head  fact.Pos // of the last fact of the realm
}

func newBooks(realm fact.Realm) *Books {
	return &Books{party.NewBook(), erasure.NewBook(), seat.NewBook(), batch.NewBook(), correction.NewBook(), recovery.NewBook(), report.NewBook(), procedure.NewBook(), milestone.NewBook(), rate.NewTable(),
		need.NewBook(), need.NewShowings(), need.NewTies(), attachment.NewBook(), offer.NewBook(), flow.NewBook(), flow.NewBook(), project.NewBook(),
		edition.NewBook(), realm, fact.None}
}

// Fold takes a recorded fact into every noun; each knows its own kinds.
func (b *Books) Fold(f fact.Fact) {
	b.Parties.Fold(f)
	b.Erasures.Fold(f)
	b.Seats.Fold(f)
	b.Imports.Fold(f)
	b.Corrections.Fold(f)
	b.Recoveries.Fold(f)
	b.Reports.Fold(f)
	b.Procedures.Fold(f)
	b.Milestones.Fold(f)
	b.Rates.Fold(f)
	b.Needs.Fold(f)
	b.Shown.Fold(f)
	b.Ties.Fold(f)
	b.Attachments.Fold(f)
	b.Offers.Fold(f)
	if f.Marking == tlp.Clear {
		b.Flows.Fold(f)
	} else {
		b.Held.Fold(f)
	}
	b.Projects.Fold(f)
	b.Editions.Fold(f)
	b.head = f.Pos
}

// State holds the realms apart: what is folded into one is never seen by the
// other.
type State struct {
	realms map[fact.Realm]*Books
	// folded is told of a fact after its realm has taken it; nil: nobody is.
	folded func(*Books, fact.Fact)
}

func newState() *State {
	return &State{realms: map[fact.Realm]*Books{fact.Real: newBooks(fact.Real), fact.Exercise: newBooks(fact.Exercise)}}
}

// Fold gives the fact to its realm.
func (s *State) Fold(f fact.Fact) {
	s.realms[f.Realm].Fold(f)
	if s.folded != nil {
		s.folded(s.realms[f.Realm], f)
	}
}
