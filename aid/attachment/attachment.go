package attachment

import (
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
)

// Bounds of what is attached.
const (
	MaxBytes = 10 << 20 // of one file
	MaxFiles = 20       // of one need
	MaxName  = 200      // of a file's name, in bytes
)

var (
	// ErrMissing says that there is no such attachment, or none for the reader.
	ErrMissing = fault.New(fault.Missing, "attachment.missing",
		"there is no such attachment, or it was withdrawn; see what the need's page lists")
	// ErrEnded refuses to attach to a need that has ended.
	ErrEnded = fault.New(fault.Conflict, "attachment.ended",
		"{{.need}} has ended, and takes no more files; attach them to the need that follows it")
	// ErrMany refuses more files than a need may have.
	ErrMany = fault.New(fault.Conflict, "attachment.many",
		"{{.need}} has {{.most}} files already, which is the most; withdraw one that is of no more use")
	// ErrTooLarge refuses a file that is too large.
	ErrTooLarge = fault.New(fault.TooLarge, "attachment.too_large",
		"a file may have {{.most}} MB; send a smaller one, such as the pages that matter")
	// ErrType refuses a file that is of no type that is taken.
	ErrType = fault.New(fault.Invalid, "attachment.type",
		"this is no file of a type that is taken; send a PDF, a picture (PNG or JPEG), plain text, CSV, or a document of an office program")
	// ErrBroken refuses a picture that cannot be read to its end.
	ErrBroken = fault.New(fault.Invalid, "attachment.broken",
		"the picture cannot be read to its end; save it again as PNG or JPEG and send that")
	// ErrEmpty refuses a file with nothing in it.
	ErrEmpty = fault.New(fault.Invalid, "attachment.empty",
		"the file is empty; choose another")
	// ErrName refuses a file without a usable name.
	ErrName = fault.New(fault.Invalid, "attachment.name",
		"a file needs a name of 1 to {{.most}} bytes; rename it and send it again")
	// ErrPart refuses a part that a need does not have.
	ErrPart = fault.New(fault.Invalid, "attachment.part",
		"a file belongs to the need's summary or to its weakness; say summary or weakness")
)

// An Attachment is a file of a need.
type Attachment struct {
	Attached
	At   time.Time
	Pos  fact.Pos
	Gone bool // withdrawn
}

// WhyNotAttach is why by may not attach to n, which has a number of files, or
// nil.
//
// Errors: those of need.Head.OwnedBy; ErrEnded, ErrMany.
func WhyNotAttach(n need.Head, files int, by seat.Seat, now time.Time) error {
	if err := n.OwnedBy(by, now); err != nil {
		return err
	}
	switch {
	case n.Status == need.Denied || n.Status == need.Gone:
		return ErrEnded.With("need", n.ID)
	case files >= MaxFiles:
		return ErrMany.With("need", n.ID).With("most", MaxFiles)
	}
	return nil
}

// Attach adds a file to the need n.
//
// Errors: those of WhyNotAttach; ErrPart.
func (b *Book) Attach(n need.Head, by seat.Seat, now time.Time, a Attached) ([]fact.Body, error) {
	if err := WhyNotAttach(n, len(b.Of(n.ID)), by, now); err != nil {
		return nil, err
	}
	if a.Part != Summary && a.Part != Weakness {
		return nil, ErrPart
	}
	return []fact.Body{a}, nil
}

// Withdraw takes the attachment called id back.
//
// Errors: ErrMissing; those of need.Head.OwnedBy.
func (b *Book) Withdraw(id ID, n need.Head, by seat.Seat, now time.Time) ([]fact.Body, error) {
	a, ok := b.Get(id)
	if !ok || a.Need != n.ID {
		return nil, ErrMissing
	}
	if err := n.OwnedBy(by, now); err != nil {
		return nil, err
	}
	return []fact.Body{Withdrawn{id, a.Need}}, nil
}

// A Book holds the attachments of one realm.
type Book struct {
	byID   map[ID]Attachment
	byNeed map[need.ID][]ID // in order of record
	blobs  map[string]bool  // of those that are not withdrawn
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{map[ID]Attachment{}, map[need.ID][]ID{}, map[string]bool{}}
}

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Attached:
		if _, known := b.byID[body.Attachment]; known {
			return
		}
		b.byID[body.Attachment] = Attachment{Attached: body, At: f.At, Pos: f.Pos}
		b.byNeed[body.Need] = append(b.byNeed[body.Need], body.Attachment)
		b.blobs[body.Blob] = true
	case Withdrawn:
		if a, known := b.byID[body.Attachment]; known {
			a.Gone = true
			b.byID[body.Attachment] = a
			delete(b.blobs, a.Blob)
		}
	}
}

// Get is the attachment called id, unless it was withdrawn.
func (b *Book) Get(id ID) (Attachment, bool) {
	a, ok := b.byID[id]
	return a, ok && !a.Gone
}

// Of are the attachments of a need, in order of record.
func (b *Book) Of(id need.ID) (out []Attachment) {
	for _, one := range b.byNeed[id] {
		if a, ok := b.Get(one); ok {
			out = append(out, a)
		}
	}
	return out
}

// Names reports whether an attachment that stands is kept in the blob.
func (b *Book) Names(blob string) bool { return b.blobs[blob] }

// Blobs are those of attachments that stand.
func (b *Book) Blobs() (out []string) {
	for blob := range b.blobs {
		out = append(out, blob)
	}
	return out
}
