// Package matchcli is "tallinn plan": making, verifying, explaining and
// comparing plans from files, with no hub and no network. Its functions take
// what they read and write; the command line opens the files.
package matchcli
