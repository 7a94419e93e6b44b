// Package seathttp is the door of seats: which institution holds which seat,
// in which body and for which term. Who sits there is shown to those whom the
// policy lets see it.
package seathttp
