// Package disktest is a disk that fails when it is told to, for tests of what
// keeps something. It stands below SQLite, as the file system that every
// database of the program is opened through, and below what writes files
// itself, by its methods.
//
// On Linux it can also be mounted, for a program of its own: see Mount.
//
// It counts writes, syncs, renames and what else may fail, makes any one of
// them fail, alone or with all that follow, and keeps beside the files what
// would be left of them after a cut of power: what was written and never
// synchronised is gone. After a sync that failed, what it should have kept is
// lost for good, although it can still be read, and a later sync reports
// nothing: so does Linux.
package disktest
