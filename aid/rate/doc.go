// Package rate holds dated, sourced reference rates. A converted amount is a
// projection over them, never a fact: the amount in the currency that was
// spoken is the truth. It is pure.
package rate
