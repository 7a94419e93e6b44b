// Package query reads what stands in the address of a list: the day it is
// asked for, choices out of closed lists, and the page. What does not fit is a
// fault that says what would.
package query

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/web"
)

var (
	// ErrDay refuses an as_of that is no day.
	ErrDay = fault.New(fault.Invalid, "query.day",
		"as_of={{.day}} is not a day that this account takes; write YYYY-MM-DD, such as 2024-12-20, or leave it out for today")
	// ErrChoice refuses a word that is not of the list.
	ErrChoice = fault.New(fault.Invalid, "query.choice",
		"{{.name}}={{.value}} is no choice of this list; take one of {{.choices}}, or leave it out")
	// ErrPage refuses a page that this list does not have.
	ErrPage = fault.New(fault.Invalid, "query.page",
		"page={{.page}} is not a page of this list; it has pages 1 to {{.last}}")
)

// Faults are those of this package.
func Faults() []*fault.Error { return []*fault.Error{ErrDay, ErrChoice, ErrPage} }

// AsOf is the parameter that names the day.
const AsOf = "as_of"

// Today is the day of now in Kyiv, where the account is kept, as YYYY-MM-DD.
func Today(now time.Time) string { return now.In(web.Kyiv).Format(time.DateOnly) }

// Day reads the day that a page is asked for; empty is today.
//
// Errors: ErrDay.
func Day(asOf string, now time.Time) (string, error) {
	if asOf == "" {
		return Today(now), nil
	}
	d, err := fact.ParseDate(asOf)
	if err != nil || d.Precision() != "day" {
		return "", ErrDay.With("day", quote(asOf))
	}
	return asOf, nil
}

// Choice reads one word out of choices; empty is all of them.
//
// Errors: ErrChoice.
func Choice[W ~string](name, value string, choices []W) (W, error) {
	if value == "" || slices.Contains(choices, W(value)) {
		return W(value), nil
	}
	return "", ErrChoice.With("name", name).With("value", quote(value)).With("choices", some(choices))
}

// some names choices, not all when there are many: an error is read by people.
func some[W ~string](choices []W) string {
	const most = 24
	var list []string
	for _, c := range choices[:min(len(choices), most)] {
		list = append(list, string(c))
	}
	if len(choices) > most {
		list = append(list, "…")
	}
	return strings.Join(list, ", ")
}

// PerPage is how many rows a page of a list has.
const PerPage = 100

// A Window is a page of a list: rows First to End, not including End.
type Window struct{ Page, Last, First, End, All int }

// Page reads which page of all rows is asked for; empty is the first. An
// empty list has one page.
//
// Errors: ErrPage.
func Page(value string, all int) (Window, error) {
	last := max((all+PerPage-1)/PerPage, 1)
	n := 1
	if value != "" {
		var err error
		if n, err = strconv.Atoi(value); err != nil || n < 1 || n > last {
			return Window{}, ErrPage.With("page", quote(value)).With("last", last)
		}
	}
	first := (n - 1) * PerPage
	return Window{n, last, first, min(first+PerPage, all), all}, nil
}

// Pager leads from w to the pages beside it. Shown says which rows these are;
// an only page has none, and the pager is empty.
func (w Window) Pager(p web.Page) web.Pager {
	if w.Last == 1 {
		return web.Pager{}
	}
	out := web.Pager{Shown: web.N(p.Lang, "list.shown", w.All,
		"first", web.Number(p.Lang, w.First+1), "last", web.Number(p.Lang, w.End))}
	if w.Page > 1 {
		out.Previous = p.With("page", strconv.Itoa(w.Page-1))
	}
	if w.Page < w.Last {
		out.Next = p.With("page", strconv.Itoa(w.Page+1))
	}
	return out
}

// Address is path with the parameters that are not empty.
func Address(path string, values url.Values) string {
	if kept := Filled(values); len(kept) > 0 {
		return path + "?" + kept.Encode()
	}
	return path
}

// Keep is what every link of a page asked for a day keeps: the day, if it was
// asked for by name.
func Keep(asOf string) url.Values {
	if asOf == "" {
		return nil
	}
	return url.Values{AsOf: {asOf}}
}

// quote makes input fit to be repeated in an error.
func quote(s string) string {
	const most = 40
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "�")
	}
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// Filled are the values that are not empty, for the fields that a form keeps.
func Filled(values url.Values) url.Values {
	kept := url.Values{}
	for name, list := range values {
		if len(list) > 0 && list[0] != "" {
			kept.Set(name, list[0])
		}
	}
	return kept
}
