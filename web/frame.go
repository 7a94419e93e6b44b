package web

import (
	"net/url"
	"strconv"
	"strings"

	"tallinn/tlp"
)

// title is what the browser's tab says: the page before the site.
func (p Page) title() string {
	name := T(p.Lang, "site.title")
	if p.Title == "" {
		return name
	}
	return p.Title + " · " + name
}

// current is the aria-current of the page's heading: "page" on the heading's
// own page, "true" on those below it.
func (p Page) current() string {
	for _, h := range p.Headings {
		if h.Section == p.Section && p.URL != nil && h.Href == p.URL.Path {
			return "page"
		}
	}
	return "true"
}

// short is the language's abbreviation in the switch.
func (l Lang) short() string {
	if l == Ukrainian {
		return "Укр"
	}
	return "Eng"
}

func (t Theme) name() string {
	if t == System {
		return systemTheme
	}
	return string(t)
}

// tlpClass names the label's colour in the style sheet.
func tlpClass(m tlp.Marking) string {
	switch m {
	case tlp.Clear:
		return "clear"
	case tlp.Green:
		return "green"
	case tlp.Amber, tlp.AmberStrict:
		return "amber"
	}
	return "red"
}

// nextStep says what a reader may do after an error of status, beyond what
// the fault itself says; empty when there is nothing more to say.
func nextStep(l Lang, status int) string {
	if key := "next." + strconv.Itoa(status); hasText(l, key) {
		return T(l, key)
	}
	return ""
}

// Private reports whether the address of a page is its reader's own: whoever
// has a link to sign in or to confirm an address by holds what it opens.
func Private(path string) bool {
	return strings.HasPrefix(path, "/sign-in/") || strings.HasPrefix(path, "/account/")
}

// report is where an error of the page is reported.
func (p Page) report() string {
	if Private(p.URL.Path) {
		return "/report"
	}
	return "/report?page=" + url.QueryEscape(p.URL.Path)
}
