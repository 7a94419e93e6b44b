// Package record measures the record of facts.
//
// BenchmarkDecide lets 64 writers decide at once on SQLite with
// synchronous=FULL. A decision is whole: the rule runs, draws an id, reads two
// streams and returns one flow of about 760 bytes; the fact is committed to
// disk and folded; then the writer is answered and decides again. The time of
// each decision is taken by its writer, from the call to the answer.
//
// BenchmarkBareWriter is the peer beside it: 64 writers hand records of the
// same length to one goroutine that writes whatever waits to a file, calls
// fdatasync once, and answers. It keeps no order of streams, no index, no
// state and no table: what it reaches is what the disk gives. The two run one
// after the other in one process and in the same folder; compare them with one
// another, and figures of other days or machines not at all.
//
// BenchmarkDecidePostgres is the same on a PostgreSQL server of its own, over
// the loopback, and BenchmarkBareCopy its peer: one session that copies
// whatever waits. BenchmarkAppendPostgres compares, for batches of one length,
// the call that keeps a batch with COPY in a transaction
// (doc/decisions/0140-one-call-in-place-of-copy.md).
//
// BenchmarkStart opens a record of 1,000,000 flows: it reads, decodes, indexes
// and folds each into a state that only counts. The record is made once, in
// the system's folder for temporary files, and kept for the next run.
// TALLINN_BENCH_FACTS sets another number.
//
// BenchmarkDecode is the largest part of a start by itself.
package record
