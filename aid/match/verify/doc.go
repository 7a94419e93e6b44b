// Package verify checks a published plan against its instance, and trusts
// neither the planner nor its search: of the project it uses only the readers
// of the two files. It asks every hard rule of every allocation, counts every
// goal, and works out what the plan's prices prove, all in whole numbers and
// rationals, with nothing rounded.
//
// Why a bound holds: give each unit of an offer a price, none negative, and
// drop the offers' limits. Each requirement then takes what is best for it at
// these prices. Any real plan can be had that way too, and pays no more than
// the price of all offers; so no plan is worth more than the best of each
// requirement and the price of all offers together.
package verify
