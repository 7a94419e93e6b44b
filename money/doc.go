// Package money holds exact amounts: what was said, in the currency it was
// said in, and what that comes to in another by a reference rate. No binary
// fraction occurs in it. It is pure.
//
//   - Amount is what was said: whole minor units of one ISO 4217 currency.
//   - Rate is a reference rate as its source printed it.
//   - Exact is a converted amount or a sum of such: twelve decimals, rounded
//     once when converted and then only on display.
//
// govalues/decimal is not used: its values hold 19 digits, of which 10^13
// euros to twelve decimals need 26, and each has a scale of its own, which
// the sums of a statement would have to align 100,000 times.
package money
