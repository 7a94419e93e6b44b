// Package instance holds what a planning round is given: requirements, offers
// and the pairs in force, as they are read from a file, and the refusals of a
// file that is malformed, contradicts itself or overflows.
//
// The planner, the verifier and the explanations all read instances with it;
// it is the only code that the verifier shares with the search. It holds no
// rule of matching: which offer may serve which requirement is worked out by
// its readers, each for itself.
package instance
