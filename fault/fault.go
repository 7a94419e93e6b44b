// Package fault holds the errors a person can act on. Each has a kind, which
// decides how a door answers (a status, an exit code), and a code, which is
// stable for ever and finds the text in the reader's language. The English
// text stands in the code and says what to do next; the Ukrainian one stands
// in the catalogue (web/catalogue/*.uk.toml) under "fault." and the code.
//
// An error that is no fault is a defect or a broken machine: doors answer it
// as Internal, log it, and withhold its text.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Kind says who can mend the error, and so how a door answers.
type Kind int

const (
	Internal        Kind = iota // ours to mend; the text is withheld
	Invalid                     // what was sent is wrong; send something else
	Unauthenticated             // say who you are first
	Denied                      // you may see it, and may not do it
	Missing                     // it is not there, or not for you
	Conflict                    // it changed, or was done already
	TooLarge                    // send less
	Unavailable                 // try again later
	TooOften                    // wait, then try again
)

func (k Kind) String() string {
	switch k {
	case Invalid:
		return "invalid"
	case Unauthenticated:
		return "unauthenticated"
	case Denied:
		return "denied"
	case Missing:
		return "missing"
	case Conflict:
		return "conflict"
	case TooLarge:
		return "too large"
	case Unavailable:
		return "unavailable"
	case TooOften:
		return "too often"
	}
	return "internal"
}

// An Arg fills the place {{.Name}} in a fault's text, in every language.
type Arg struct {
	Name  string
	Value string
}

// An Error is a fault. Values made by New are sentinels: compare with
// errors.Is, which matches by code, so that a copy with arguments still is
// the fault it came from.
type Error struct {
	kind  Kind
	code  string
	text  string
	args  []Arg
	cause error
}

// New returns a fault. The code is "noun.reason" in lower case; the text is
// English, starts in lower case, and says what to do next. Places for
// arguments are written {{.name}}.
//
// New is for package variables only: it remembers what it made for All, so
// that no list of faults can forget one.
func New(kind Kind, code, text string) *Error {
	e := &Error{kind: kind, code: code, text: text}
	made.Lock()
	defer made.Unlock()
	made.all = append(made.all, e)
	return e
}

var made struct {
	sync.Mutex
	all []*Error
}

// All are the faults of every package of the program, in order of code.
func All() []*Error {
	made.Lock()
	defer made.Unlock()
	all := slices.Clone(made.all)
	slices.SortFunc(all, func(a, b *Error) int { return strings.Compare(a.code, b.code) })
	return all
}

// With returns a copy of e with value in the place called name.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.args = append(c.args[:len(c.args):len(c.args)], Arg{name, fmt.Sprint(value)})
	return &c
}

// Because returns a copy of e that carries cause for the log. Readers are
// never shown the cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Kind is how a door answers e.
func (e *Error) Kind() Kind { return e.kind }

// Code is e's stable name.
func (e *Error) Code() string { return e.code }

// Args are the arguments given with With, in order.
func (e *Error) Args() []Arg { return e.args }

// Error is the English text with its arguments in place.
func (e *Error) Error() string { return Fill(e.text, e.args) }

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is a fault of the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.code == e.code
}

// Fill puts args into the places {{.name}} of text. A place without an
// argument is left as it is, so that a test sees it. What an argument holds is
// never looked into for places.
func Fill(text string, args []Arg) string {
	if len(args) == 0 {
		return text
	}
	pairs := make([]string, 0, 2*len(args))
	for _, a := range args {
		pairs = append(pairs, "{{."+a.Name+"}}", a.Value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Of returns the fault that err is or wraps.
func Of(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// KindOf is the kind of the fault that err is or wraps, else Internal.
func KindOf(err error) Kind {
	if e, ok := Of(err); ok {
		return e.kind
	}
	return Internal
}
