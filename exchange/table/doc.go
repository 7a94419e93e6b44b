// Package table reads and writes the comma-separated tables that partners
// exchange. Reading is strict: UTF-8, the exact header, bounded sizes, one key
// a row; whatever is wrong becomes a Problem that names file, line and column
// and says what to do, and one reading lists every problem, not the first.
// Cells are data: markup and formulas pass through unharmed, and it is the
// writer's task (the page's, or Write's) to make them harmless where they go.
//
// The form is RFC 4180, with a byte order mark and either line ending
// accepted. The package is pure.
package table
