// Package timing measures whether the clock tells what an answer does not: who
// has a recovery sheet, which link once worked, and whether a need that the
// reader may not see is there at all. Each pair is asked by turns in random
// order, straight at the hub's handler, where no network hides a difference,
// and compared by the rank test of Mann and Whitney.
package timing
