// Package policy answers who may see and do what. The rules stand in one
// Cedar file, policy.cedar, that an auditor can read; pages and handlers ask
// the same question of it, so that a button and a refusal cannot disagree.
//
// What is asked about is not a single object but its visibility class, see
// package class. Thousands of objects share a few classes, so Cedar decides
// once for a seat and a class, and lists, counts and searches are unions of
// the classes that a reader may see. What
// no rule permits is denied, and to a reader a thing that is hidden looks
// exactly like one that is missing.
package policy
