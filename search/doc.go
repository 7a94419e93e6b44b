// Package search finds things by their words, in English and Ukrainian, while
// they are typed. It knows no noun: whoever feeds it says what a thing is
// called, of which visibility class each part of it is, and what its words are.
//
// Words are folded alike where they are kept and where they are asked for:
// case, the apostrophes ' ’ ʼ, numbers with or without their spaces. A word
// finds those that begin like it, and those that are forms of the same word
// («підстанція», «підстанцій»), see Stems.
//
// The index is a bucket a class. A search looks only into the buckets that its
// reader may read, so neither a hit, nor a count, nor the order tells anything
// of the rest. It keeps words and no texts: what a page shows of a hit is read
// where it lies, when it is shown.
package search
