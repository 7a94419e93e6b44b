// Package table reads the comma-separated tables that partners exchange.
// Reading is strict: UTF-8, the exact header, bounded sizes, one key a row;
// whatever is wrong becomes a Problem that names file, line and column and
// says what to do, and one reading lists every problem, not the first. Cells
// are data: markup and formulas pass through unharmed, and whoever shows or
// writes them makes them harmless there (package web, package web/csv).
//
// The form is RFC 4180, with a byte order mark and either line ending
// accepted. The package is pure.
package table
