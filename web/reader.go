package web

import (
	"context"

	"github.com/a-h/templ"

	"tallinn/fact"
)

// A Reader is who reads a page: a visitor, or somebody who has signed in and
// acts from a seat. The zero Reader is a visitor of the real realm.
type Reader struct {
	Realm    fact.Realm
	Name     string // of the person; empty: not signed in
	Seat     string // what the person acts as, in words of the page's language
	Headings []Heading
	// Above stands over the content of every page, such as the bar of the
	// guided walk; nil: nothing.
	Above templ.Component
}

// Exercise reports whether r reads the exercise, which every page then says.
func (r Reader) Exercise() bool { return r.Realm == fact.Exercise }

type readerKey struct{}

// WithReader returns a context in which PageOf finds r.
func WithReader(ctx context.Context, r Reader) context.Context {
	return context.WithValue(ctx, readerKey{}, r)
}

// ReaderOf is the reader of a request.
func ReaderOf(ctx context.Context) Reader {
	r, _ := ctx.Value(readerKey{}).(Reader)
	return r
}

// source is the sentence under every page on where its content comes from.
func (p Page) source() string {
	if p.Reader.Exercise() {
		return T(p.Lang, "exercise.disclaimer")
	}
	return T(p.Lang, "site.disclaimer")
}
