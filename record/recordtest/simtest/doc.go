// Package simtest runs several hubs, their clients and their troubles over one
// database in memory, in virtual time, from one seed: the same seed is the same
// run, so that what failed can be looked at again.
//
// The hubs are the record's own code: committer, follower, subscribers. Of the
// world around them everything is drawn from the seed: how long each message
// takes, which requests and replies are lost, which come late, when a hub
// stands still, is killed, or has its clock set wrong, and what clients ask.
//
// What makes a run repeatable is that no two things happen at one moment. Each
// message and each attempt of a client waits for a time of its own, to the
// nanosecond, which is the hash of the seed and of what it is, never drawn from
// a source that goroutines share. So one goroutine wakes at a time, whatever
// the scheduler does, and whoever it wakes goes on until all wait again. A
// client waits so wherever Decide asks whether its context has ended, which is
// before each run of its rule.
package simtest
