// Package input finds logs and opens them: files, directories, globs and
// standard input, plain or packed by gzip, zstd or zip. What a log is, its
// first bytes say, not its name. A log that is damaged, cut off or hostile
// costs itself: what was lost is in its Report, and the next one is read.
package input
