// Package event is what all of the defence half means by an event: a record
// of a log as an ordered list of named values, and one table that says what
// each of our fields is called by Sigma, by the Elastic Common Schema (ECS)
// and by the Open Cybersecurity Schema Framework (OCSF), per category.
//
// The table stands in schema.tsv. From it the generator makes schema_gen.go
// and doc/events.md, and a test keeps the three alike. Field names in events
// are Sigma's, on Windows and on Linux, since rules are written in them.
//
// The package is pure: it reads no clock, file, network or setting.
package event
