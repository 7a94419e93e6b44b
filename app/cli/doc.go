// Package cli is the command line: tallinn <noun> <verb>. It is a client of
// the hub's API, so that it can do and see exactly what its token may; only
// "tallinn record" reads a data folder itself, for when no hub runs.
//
// Every command takes --json. What is printed for people is in the language
// of --lang; what is printed with --json is the API's answer.
package cli
