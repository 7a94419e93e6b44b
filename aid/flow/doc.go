// Package flow holds the money and goods that pass between parties, and what
// was only said in public about them. It is pure.
//
// One flow is one record, whose status moves from pledge to commitment to
// paid; there is never one record per status. Pledges are in no total. A
// speech, a press report or a total that nobody broke down is a mention,
// never a flow, and keeps its wording.
//
// The counting rules are numbered as in doc/account.md: Record, Advance and
// the annual portions are rule 1, Counts rule 2, Cross rule 3, the empty Line
// rule 8, Doubts rule 9; rule 6, conversion, is in package rate. An amount
// that is not known is no flow, and never zero (rule 7).
package flow
