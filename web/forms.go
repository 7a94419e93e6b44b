package web

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
)

func (f Field) inputType() string { return cmp.Or(f.Type, "text") }

// sortedNames makes a form's hidden fields the same on every rendering, and
// so its page's ETag.
func sortedNames(v url.Values) []string { return slices.Sorted(maps.Keys(v)) }
