// Package fields says what the columns of people's lists mean: which field of a
// need, an offer, a flow or a mention a column is, by its head, and what a cell
// says, in the ways that people write numbers, days and words. What comes out
// is what a form would send; whether it may be recorded, the rules of the noun
// say.
//
// A guess is only a guess: whoever imports sees it, with the first rows as they
// were understood, and changes it. Where a cell could mean two things it is
// asked back, never guessed.
package fields
