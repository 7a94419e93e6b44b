// Package edition holds the editions of the public statement: the front office
// drafts one, each party that gave clears its figures, both co-chairs release
// it, and from then on it stands as it is, under its number.
//
// A draft holds the rows that the account consisted of on its day, as it was
// known then; nothing that is recorded later changes it. What a party clears
// says how its own rows are stated: row by row, as a total, as "more than", or
// not at all. Silence until the deadline clears nothing.
//
// Editions are one series, in one boundary and one currency, and so is what
// may be concluded from them: what the totals by line, by year and by reason
// add to what each party has cleared of itself is nothing that names fewer
// than three of them, in whatever way all tables of all editions are added and
// subtracted, and even when a party knows its own rows. See disclosure.go; the
// test attacks what was released with what an outsider and an insider have.
package edition
