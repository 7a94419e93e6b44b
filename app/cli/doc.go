// Package cli is the command line: tallinn <noun> <verb>. It is a client of
// the hub's API, so that it can do and see exactly what its token may. What
// works on a data folder or a database itself (record, backup, restore, drill,
// doctor, upgrade, database, config, init) needs no hub, nor do plan, detect,
// rules and logs.
//
// Every command takes --json. What is printed for people is in the language
// of --lang; what is printed with --json is the API's answer.
package cli
