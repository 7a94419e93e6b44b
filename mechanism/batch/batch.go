package batch

import (
	"iter"
	"slices"
	"time"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

var (
	// ErrMissing refuses to decide on an import that is not there.
	ErrMissing = fault.New(fault.Missing, "import.missing",
		"there is no such import; look for it in the list of imports")
	// ErrSeat refuses an import from a seat that could not make one such row.
	ErrSeat = fault.New(fault.Denied, "import.seat",
		"this seat makes nothing of that sort, in a form or from a list; act from a seat that does")
	// ErrNoun refuses a list of something else.
	ErrNoun = fault.New(fault.Invalid, "import.noun",
		"a list holds needs, offers, flows or mentions; say which: need, offer, flow or mention")
	// ErrSame recognises a file that was imported already.
	ErrSame = fault.New(fault.Conflict, "import.same",
		"this very file was imported as {{.import}}; undo that first, or send the file as it is now")
	// ErrBusy lets one import of an institution run at a time.
	ErrBusy = fault.New(fault.Conflict, "import.busy",
		"{{.import}} of your institution is still going on; wait until it has ended, or stop it")
	// ErrOver refuses to go on with what has ended.
	ErrOver = fault.New(fault.Conflict, "import.over",
		"{{.import}} has ended; begin a new one")
	// ErrGoes refuses to undo what still goes on.
	ErrGoes = fault.New(fault.Conflict, "import.goes",
		"{{.import}} still goes on; stop it, and undo it then")
	// ErrUndone refuses to undo twice.
	ErrUndone = fault.New(fault.Conflict, "import.undone",
		"{{.import}} was undone already; there is nothing left to do")
)

// An Import is one as it stands after its facts.
type Import struct {
	Begun
	At     time.Time
	Pos    fact.Pos
	Seat   seat.ID // that began it
	By     string  // the person
	Ended  *Ended  // nil while it goes on
	Over   time.Time
	Undone *Undone
	Back   time.Time
}

// Exists reports whether i was ever begun.
func (i Import) Exists() bool { return i.Begun.Import != "" }

// Class is what decides who may see an import.
func (i Import) Class(realm fact.Realm) class.Class { return ClassOf(realm, i.Owner) }

// ClassOf is the class of what an institution imports.
func ClassOf(realm fact.Realm, owner party.ID) class.Class {
	return class.Class{Realm: realm, Noun: "import", Marking: tlp.Amber, Owner: string(owner)}
}

// WhyNot is why by may not import a list of noun, or nil: who could make such a
// thing in a form, may.
//
// Errors: ErrNoun, ErrSeat, those of seat.Acting.
func WhyNot(noun Noun, by seat.Seat, now time.Time) error {
	if !slices.Contains(Nouns, noun) {
		return ErrNoun
	}
	if err := by.Acting(string(fact.Day(now))); err != nil {
		return err
	}
	if !slices.Contains(makers[noun], by.Role) {
		return ErrSeat
	}
	return nil
}

var makers = map[Noun][]seat.Role{
	Needs:    {seat.Officer},
	Offers:   {seat.Programme, seat.Implementer},
	Flows:    {seat.Programme, seat.Implementer, seat.Officer},
	Mentions: {seat.FrontOffice},
}

// Begin begins an import.
//
// Errors: those of WhyNot; ErrSame, ErrBusy.
func (b *Book) Begin(wanted Begun, by seat.Seat, now time.Time) ([]fact.Body, error) {
	if err := WhyNot(wanted.Of, by, now); err != nil {
		return nil, err
	}
	wanted.Owner = by.Holder
	if same, ok := b.Same(wanted.Owner, wanted.Of, wanted.Digest); ok {
		return nil, ErrSame.With("import", same.Begun.Import)
	}
	for i := range b.Of(by.Holder) {
		if i.Ended == nil {
			return nil, ErrBusy.With("import", i.Begun.Import)
		}
	}
	return []fact.Body{wanted}, nil
}

// mine is why by may not act on i, or nil. To anyone else it is not there.
func (i Import) mine(by seat.Seat, now time.Time) error {
	if !i.Exists() || by.Holder != i.Owner {
		return ErrMissing
	}
	return WhyNot(i.Of, by, now)
}

// End ends i, as it came out.
//
// Errors: ErrMissing, ErrOver, those of WhyNot.
func (i Import) End(wanted Ended, by seat.Seat, now time.Time) ([]fact.Body, error) {
	if err := i.mine(by, now); err != nil {
		return nil, err
	}
	if i.Ended != nil {
		return nil, ErrOver.With("import", i.Begun.Import)
	}
	wanted.Import = i.Begun.Import
	return []fact.Body{wanted}, nil
}

// WhyNotUndo is why by may not undo i, or nil.
//
// Errors: ErrMissing, ErrGoes, ErrUndone, those of WhyNot.
func (i Import) WhyNotUndo(by seat.Seat, now time.Time) error {
	if err := i.mine(by, now); err != nil {
		return err
	}
	switch {
	case i.Ended == nil:
		return ErrGoes.With("import", i.Begun.Import)
	case i.Undone != nil:
		return ErrUndone.With("import", i.Begun.Import)
	}
	return nil
}

// Undo records what undoing i came to.
//
// Errors: those of WhyNotUndo.
func (i Import) Undo(wanted Undone, by seat.Seat, now time.Time) ([]fact.Body, error) {
	if err := i.WhyNotUndo(by, now); err != nil {
		return nil, err
	}
	wanted.Import = i.Begun.Import
	return []fact.Body{wanted}, nil
}

// A Book holds the imports of one realm.
type Book struct {
	byID    map[ID]*Import
	byOwner map[party.ID][]*Import // in order of record
	blobs   map[string]int         // how many imports name it
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{map[ID]*Import{}, map[party.ID][]*Import{}, map[string]int{}}
}

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Begun:
		if b.byID[body.Import] != nil {
			return
		}
		i := &Import{Begun: body, At: f.At, Pos: f.Pos, Seat: seat.ID(f.Seat), By: f.By}
		b.byID[body.Import] = i
		b.byOwner[body.Owner] = append(b.byOwner[body.Owner], i)
		b.blobs[body.Blob]++
	case Ended:
		if i := b.byID[body.Import]; i != nil && i.Ended == nil {
			i.Ended, i.Over = &body, f.At
			b.blobs[i.Blob]--
			b.blobs[body.Blob]++
		}
	case Undone:
		if i := b.byID[body.Import]; i != nil && i.Undone == nil {
			i.Undone, i.Back = &body, f.At
			b.blobs[body.Blob]++
		}
	}
}

// Get returns the import called id.
func (b *Book) Get(id ID) (Import, bool) {
	if i := b.byID[id]; i != nil {
		return *i, true
	}
	return Import{}, false
}

// Of yields the imports of an institution, the latest first.
func (b *Book) Of(owner party.ID) iter.Seq[Import] {
	return func(yield func(Import) bool) {
		for _, i := range slices.Backward(b.byOwner[owner]) {
			if !yield(*i) {
				return
			}
		}
	}
}

// Same is the import of the same file for the same end that still stands: it
// goes on, or it made something and was not undone.
func (b *Book) Same(owner party.ID, of Noun, digest string) (Import, bool) {
	for i := range b.Of(owner) {
		if i.Of == of && i.Digest == digest && i.Undone == nil && (i.Ended == nil || i.Ended.Made > 0) {
			return i, true
		}
	}
	return Import{}, false
}

// Names reports whether an import is kept in the blob.
func (b *Book) Names(blob string) bool { return blob != "" && b.blobs[blob] > 0 }
