// Package batch holds the imports: lists of needs, offers, flows or mentions
// that were taken in as one act. An import names who began it, the file by its
// hash, and how its columns were understood; each thing that it makes bears
// its id, and it is undone as one act. It is pure.
//
// What an import may make, the rules of each noun say, as they do for a form:
// a row is a command of its own, under an id that the import and the row give
// it, so that an import that was cut off goes on where it stopped.
package batch
