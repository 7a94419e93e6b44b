// Package alphabet orders lists as a reader's language does. Where partners
// stand in a list, that is an order and no ranking.
package alphabet

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tallinn/web"
)

var tags = map[web.Lang]language.Tag{web.English: language.English, web.Ukrainian: language.Ukrainian}

// Sort orders items in place by name, as readers of l look for it; items of
// the same name keep their order.
func Sort[T any](l web.Lang, items []T, name func(T) string) {
	c := collate.New(tags[l], collate.Numeric) // not safe for two goroutines, so one for each list
	slices.SortStableFunc(items, func(a, b T) int { return c.CompareString(name(a), name(b)) })
}
