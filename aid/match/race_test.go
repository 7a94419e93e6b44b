//go:build race

package match_test

// raced says that the race detector slows everything down some ten times.
const raced = true
