// Package detect measures the detection engine on real rules and logs, beside
// other engines in the same run. It holds nothing but benchmarks; README.md
// says how to run them and what they gave.
package detect
