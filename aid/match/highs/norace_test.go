//go:build !race

package highs_test

const raced = false
