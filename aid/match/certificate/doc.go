// Package certificate holds a plan as it is published: the allocations, what
// they score, and for each goal a bound with the prices that prove it. Reading
// one back checks its form and its own hash, and nothing else: whether it
// holds is the verifier's question.
package certificate
