//go:build race

package highs_test

// raced says that the race detector slows everything down some ten times.
const raced = true
