// Package search measures searching as one types, over 100,000 items in both
// languages, beside SQLite's FTS5 with a prefix index over the same texts in
// the same run; and counts what each finds of the forms of Ukrainian words
// that are written down in search/testdata.
package search
