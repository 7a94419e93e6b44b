// Package offer holds what partners and companies can give, what they have
// set aside for which need, and what they have committed. It is pure.
//
// A reservation is visible and expires; accepting it is the recipient's act,
// committing the partner's, which ends the reservation and records the flow.
// Taken is what unexpired reservations and linked commitments hold, of an
// offer and of a need's lot alike; it never exceeds what there is.
package offer
