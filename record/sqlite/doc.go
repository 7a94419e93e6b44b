// Package sqlite keeps the record in one SQLite file of a data folder. Every
// append is synchronised to disk before it is acknowledged (WAL journal,
// synchronous=FULL). One connection writes; others read, and never wait for
// it.
package sqlite
