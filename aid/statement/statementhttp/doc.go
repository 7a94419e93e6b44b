// Package statementhttp shows the public account: the statement, each of its
// figures with all that it is made of, and the methods.
//
// What a page needs is gathered under the record's lock into an account, a
// value of plain rows without references into the books, and then written out
// in the reader's language. Accounts are kept by position and day: until a
// further fact is recorded the same question has the same answer.
package statementhttp
