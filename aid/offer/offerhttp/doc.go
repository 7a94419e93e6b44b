// Package offerhttp serves offers and reservations: the list of offers, one
// offer, the form of a new one; reserving for a lot of a need; a reservation
// with what either side may do next; and the part of a need's page that says
// how far it is covered, and by whom. The API offers the same.
//
// What a reader may not see is missing, in lists, counts and addresses alike.
// Buttons ask the rules: one that is shown works, unless somebody was faster.
package offerhttp
