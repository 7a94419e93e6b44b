// Package statement answers the public account: what entered the boundary of
// the mechanism by some day, by partner, line and year, every number with the
// rows, rates and facts it is made of. It is a query over the books, and pure.
//
// It follows the counting rules of doc/account.md:
//
//   - rule 1: one flow is one record; its annual portions are its parts, and
//     a flow without them stands under "year not stated";
//   - rule 2: pledges are in no total, commitments and payments are; mentions
//     are no flows;
//   - rule 3: the boundary has one total, of the flows that enter it; what
//     stays within, leaves, or passes it by is shown and not added;
//   - rule 6: amounts convert by the last reference rate on or before the
//     first day of the flow's own date; without a rate a flow is left out and
//     listed, never taken for zero;
//   - rule 8: an unsplit flow stands under "not broken down", under no line;
//   - rule 9: restated totals replace one another and are never added; where
//     they do not reconcile, a Note says so.
//
// A flow that has portions is converted portion by portion, and its value is
// the sum of those; so the years, like the partners and the lines, add up to
// the total exactly. Nothing is rounded but each conversion, at the twelfth
// decimal.
//
// Compute makes all totals in one pass over dense rows; a figure's rows and
// facts are made when it is opened. A Statement reads the books it was
// computed from: use it under the same read lock.
package statement
