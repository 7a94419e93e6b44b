// Package cluster runs a PostgreSQL server of its own, in a folder and on a
// free port of the loopback, from the binaries that are installed: for the
// tests, and for a demonstration with two hubs. It is no way to keep a record
// that somebody depends on; doc/operate.md says what is.
package cluster
