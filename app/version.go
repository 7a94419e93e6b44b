package app

// Version is what this program was built from: a tag, or a commit. The
// Makefile sets it.
var Version = "unknown"
