// Package detection is the engine: compiled Sigma rules over events, with the
// same verdict on a laptop, an endpoint, an exercise or a test. It is pure: it
// reads no clock, file or socket.
//
//	sigma, pipeline   rules as written, and how a pipeline rewrites them
//	logsource         which events a rule can be about
//	engine, match     compiled rules, and one goroutine's matching of them
//	pack, tuning      rules in one file; levels and exclusions with reasons
//	evtx, ndjson, …   readers, one a format; input opens what they read
//	scan, command     many logs at once; the commands of tallinn detect
//
// Indicators, YARA and correlations join here later; a rule's match is the
// seam that they share. doc/detection.md tells the rest.
package detection
