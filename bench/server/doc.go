// Package server measures the hub as its readers meet it: over a socket,
// through every layer from the access log to the compression.
//
// BenchmarkStatementPage asks for the statement page 200 times a second for
// ten seconds, in English and Ukrainian by turns, compressed. Requests start on
// a schedule, whether or not earlier ones have been answered, and each is timed
// from when it should have started: what waits behind a slow answer counts
// too. "today" asks for one day, which the hub has in mind after the first
// answer; "any day" asks for another of 1,100 days each time, which it never
// has. Where there is more to compute than the machine can, the hub refuses at
// once; the share of those is told, and times are of what was answered. The
// hub holds the public data, or the public data and 100,000 flows that are
// made up by a fixed rule.
//
// The peer in each run, "static", is net/http's FileServer sending a file of
// as many bytes as the compressed page, asked by the same client in the same
// way. The client runs in the same process and on the same cores: what the
// machine and the client cost is in both figures, and the difference is ours.
// The processor time, of which 100 % is one core, is of both together.
//
// BenchmarkStart starts "tallinn demo" as a process until it says that it is
// ready: on an empty folder, and on one that holds the data. Its peer is the
// start of the same program that only prints its help.
//
// BenchmarkFirstPage adds up what a first visit sends: the page and the files
// that it asks for, compressed, and beside it the same not compressed.
//
// TALLINN_BENCH_SECONDS sets another length than ten seconds.
package server
