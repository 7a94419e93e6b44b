// Package statement measures the public account over 100,000 flows: all its
// totals from nothing, and beside it the same totals by the plain way, with
// fractions of math/big, which also checks them.
//
// The flows are made up by a fixed rule: two states in three partners, five
// currencies quoted by the rates and one that is not, three years of days, a
// third with annual portions, a fifth pledges, a fifth of another scope.
package statement
