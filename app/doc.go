// Package app wires the hub: configuration, the record and its state, the
// routes, the tokens, and their start and stop. Fact kinds, routes and drivers
// are explicit lists here; nothing registers itself.
//
// Open takes a data folder and replays its record; Load brings the
// demonstration's public data in; Run serves until its context ends; Close
// lets the folder go.
package app
