// Package pack keeps parsed rules in one file that loads fast: no YAML is
// read, no modifier applied. A pack holds what rules ask for, not how an
// engine finds it, so that a newer engine can load an older pack.
//
// The file is a line "tallinn-pack 1", a SHA-256 of what follows, and that,
// compressed by zstd: a table of texts, then rules and filters that refer to
// it. A pack of a version that the program does not know is refused.
//
// The embedded pack holds the rules of SigmaHQ for Windows and Linux under
// the Detection Rule License 1.1. Author and link stay with every rule and
// are shown with every match.
package pack
