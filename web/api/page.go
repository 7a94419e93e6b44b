package api

import (
	"strconv"

	"tallinn/fault"
	"tallinn/web"
)

// ErrCursor refuses a cursor that this API did not give.
var ErrCursor = fault.New(fault.Invalid, "api.cursor",
	"after={{.after}} is not a place in this list; start without it and follow next")

// PageInput is embedded in the input of an operation that lists.
type PageInput struct {
	After string `query:"after" maxLength:"64" doc:"Where to go on: the next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"200" doc:"How many items at most"`
}

// A List is one page of a list.
type List[T any] struct {
	Items []T    `json:"items" doc:"In a stable order"`
	Next  string `json:"next,omitempty" doc:"Give it as after to read on; absent on the last page"`
	Total int    `json:"total" doc:"How many items there are on all pages"`
}

// Cut returns the page of all that in asks for. The cursor counts items,
// which is safe where lists only grow at their end between two pages.
//
// Errors: ErrCursor.
func Cut[T any](all []T, in PageInput) (List[T], error) {
	return Page(len(all), in, func(first, end int) []T { return all[first:end] })
}

// Page is Cut of a list that is not at hand: slice makes a part of its total
// items.
//
// Errors: ErrCursor.
func Page[T any](total int, in PageInput, slice func(first, end int) []T) (List[T], error) {
	start := 0
	if in.After != "" {
		n, err := strconv.Atoi(in.After)
		if err != nil || n < 0 || n > total {
			return List[T]{}, ErrCursor.With("after", strconv.QuoteToASCII(in.After))
		}
		start = n
	}
	end := min(start+in.Limit, total)
	page := List[T]{Items: slice(start, end), Total: total}
	if end < total {
		page.Next = strconv.Itoa(end)
	}
	return page, nil
}

// LangInput is embedded in the input of an operation whose answer holds
// sentences.
type LangInput struct {
	Language string `query:"lang" enum:"en,uk" doc:"Language of sentences; else that of Accept-Language"`
	Accept   string `header:"Accept-Language" doc:"Used when lang is absent"`
}

// Lang is the reader's language.
func (in LangInput) Lang() web.Lang { return web.LangWanted(in.Language, in.Accept) }
