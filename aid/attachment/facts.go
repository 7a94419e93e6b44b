package attachment

import (
	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/text"
	"tallinn/tlp"
)

// An ID names an attachment: "E-0417".
type ID string

// A Type is what a file is, by its content.
type Type string

const (
	PDF    Type = "pdf"
	PNG    Type = "png"
	JPEG   Type = "jpeg"
	Plain  Type = "text"
	CSV    Type = "csv"
	Office Type = "office" // a document, sheet or slides of an office program
)

// A Part is the part of the need that an attachment belongs to, and is seen
// with.
type Part string

const (
	Summary  Part = "summary"  // with the need
	Weakness Part = "weakness" // with what the validators read
)

// Parts lists them, the stricter first.
var Parts = []Part{Weakness, Summary}

// Attached adds a file to a need.
type Attached struct {
	Attachment ID       `json:"attachment"`
	Need       need.ID  `json:"need"`
	Part       Part     `json:"part"`
	Name       text.Ref `json:"name"` // of the file, as its owner calls it
	Type       Type     `json:"type"`
	Size       int64    `json:"size"` // in bytes, as it is read
	Blob       string   `json:"blob"` // hexadecimal SHA-256 of the ciphertext, sealed under the need's key
}

// Withdrawn takes a file back. It is shown to nobody, and removed a day later.
type Withdrawn struct {
	Attachment ID      `json:"attachment"`
	Need       need.ID `json:"need"`
}

func (Attached) Kind() string  { return "attachment.attached" }
func (Withdrawn) Kind() string { return "attachment.withdrawn" }

// The need is home: its key seals the name.
func (b Attached) Streams() []string  { return []string{string(b.Need), string(b.Attachment)} }
func (b Withdrawn) Streams() []string { return []string{string(b.Need), string(b.Attachment)} }

// Kinds lists the facts of this package.
func Kinds() []fact.Type {
	return []fact.Type{
		fact.Of[Attached](tlp.AmberStrict, false),
		fact.Of[Withdrawn](tlp.AmberStrict, false),
	}
}
