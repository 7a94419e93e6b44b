// Package class says what decides who may see a thing: its visibility class,
// which is its realm, noun, part, marking, owner, stage and audience.
// Thousands of things share a few classes, so the policy is asked about
// classes, and what a reader may see of a list, a count, an export or a search
// is a union of buckets: those of an Index whose class the policy lets
// through.
package class
