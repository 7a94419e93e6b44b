// Package needs measures the hub as those who take part meet it, with 20,000
// needs and 100,000 flows in the exercise, over a socket.
//
// BenchmarkPages asks 200 times a second, as a seat of a group that has 6,000
// needs before it, for the list, one need, the desk and the queue, each alone
// and by turns; and as a partner, who sees 14,000 of the needs, for lists. Requests start on a schedule and are timed from when they were
// due. The hub is a process of its own; beside the times stand its processor
// time, the client's, and the memory that the hub holds. Nothing is asked
// before the hub has done what it does after a start: it files the words of
// every need and flow, to be found, which takes a core for some seconds.
//
// BenchmarkCost asks for the same pages without a socket and a client, one
// after another: what the hub itself spends on each.
//
// BenchmarkStreams asks by turns while 500 pages are open for what is new.
//
// BenchmarkVote opens 500 pages that show one need and lets a seat vote on it
// once a second; it reports how long after the vote was sent each page was
// told.
//
// TALLINN_BENCH_SECONDS sets another length than ten seconds. TALLINN_BENCH_DIR
// names a folder, empty at first, that keeps what is made up for the next run.
package needs
