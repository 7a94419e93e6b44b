// Package load measures a hub, a process of its own, that is asked for too much,
// for long, or by those who mean it no good. All run over the public data and the
// exercise of "tallinn demo", over the loopback, on the same processors as what
// asks; TALLINN_BENCH_SECONDS sets how long each goes on.
//
// BenchmarkOverload finds how much the hub answers when 32 ask one after the
// other, and then sends three times that by vegeta, on schedule, one in ten of
// it needs to record. Every need that was acknowledged is looked for
// afterwards; "normal-after-s" is when requests are answered as before it.
//
// BenchmarkStreams has 500 event streams open and asks 200 times a second.
//
// BenchmarkSlow asks 50 times a second, first alone, and then while raw sockets
// send half a head, half a body, read nothing of what they asked for, or send a
// megabyte of headers, or a million of them, again and again.
//
// BenchmarkSoak reads and records, and compares what the hub holds after a
// third of the time with what it holds at the end.
package load
