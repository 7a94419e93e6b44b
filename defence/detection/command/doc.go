// Package command holds what "tallinn detect", "tallinn rules" and "tallinn
// logs" do, without the command line itself: each command is a struct whose
// fields are its flags and whose Run takes its surroundings and returns an
// exit code. The program's wiring parses words into the structs.
//
// Exit codes: 0 nothing matched, 1 something did, 2 the command could not be
// done. A log or rule that could not be used is told on Stderr and does not
// change the code, unless nothing at all could be used.
package command
