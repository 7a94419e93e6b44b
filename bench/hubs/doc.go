// Package hubs measures two hubs on one database while one of them is stopped
// at random.
//
// BenchmarkTwoHubs builds the program and runs "tallinn demo --two" on a
// PostgreSQL server of its own. A recipient of the exercise submits 200 needs a
// second over the API, each under a key of its own, to either hub in turn; who
// gets no answer within a second, or 503, asks the other hub with the same key,
// until there is an answer. Every five seconds one hub, by lot, is killed
// (SIGKILL), and started again three seconds later, or paused (SIGSTOP) for
// two seconds.
//
// Afterwards each acknowledged need is looked for in the record: "lost" are
// those that are not there under the id that was answered, "doubled" those
// that are there twice. "gap" is the longest time in which no need was
// acknowledged by either hub, "slowest" the longest that a sender waited,
// other tries included. TALLINN_BENCH_SECONDS sets how long it goes on, 30
// when absent.
package hubs
