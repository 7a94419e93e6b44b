// Package backup measures a backup and its restore.
//
// BenchmarkBackup makes a data folder with 1,000,000 facts and 5 GB of
// attachments (random bytes, as sealed ones are), backs it up, and restores it
// with the check of the whole record. TALLINN_BENCH_FACTS and
// TALLINN_BENCH_MEGABYTES set other sizes. Beside it, in the same run, the
// attachments are copied from file to file and synchronised: what the disk
// gives.
package backup
