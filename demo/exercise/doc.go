// Package exercise holds the invented parties of the demonstration and what
// they did before a visitor comes: who sits where, what recipients asked, how
// the groups voted, what partners offered, reserved and committed. Nothing in
// it is real: the states have codes that ISO 3166 keeps free for private use
// (XA to XZ), the institutions, persons and amounts are made up, and all of it
// lives in realm exercise.
//
// It is data only. Package app plays it through the same rules that decide on
// everything else; see app/exercise.go. Keys are for ever: a key becomes the
// id of a command, so that a second start records nothing twice.
package exercise
