// Package statement measures the public account over 100,000 flows: all its
// totals from nothing, and beside it the same totals by the plain way, with
// fractions of math/big, which also checks them.
//
// The flows are made up by a fixed rule: thirteen states give; four of six
// currencies have rates, euros need none and hryvnias have none; days of three
// years; a third has annual portions, a fifth is of another scope, and one in
// five is a pledge, or stays within the boundary, or leaves it.
package statement
