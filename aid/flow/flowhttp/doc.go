// Package flowhttp shows flows and mentions: their lists, each of them, both
// for programs, and their part of a party's page.
//
// A flow is shown as it was spoken, with what became of it in the account: in
// the total of boundary "mechanism" or not, and by which rule (account.go).
// Package statement counts; here only one flow at a time is judged, by the
// same rules of package flow. A handler copies what it needs under the
// record's lock, and writes it out in the reader's language after.
package flowhttp
