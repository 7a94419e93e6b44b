// Package partyhttp shows who takes part: the list of parties, each party,
// and both for programs. What other nouns know of a party, such as the flows
// that it gave, stands on its page in sections that the application adds.
//
// A handler copies what it needs under the record's lock (view.go), and
// writes it out in the reader's language after.
package partyhttp
