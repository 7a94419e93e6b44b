// Package sheet reads the lists that people keep: CSV in any of the ways that
// spreadsheets write it, Excel's workbooks, JSON. Whatever the format, what
// comes out is rows of texts, bounded in every direction, one at a time; what a
// column means is package fields' matter.
//
// A file is read once, when it arrives, into the normal form of Writer, which
// is then read as often as it takes in the memory of one row.
package sheet
