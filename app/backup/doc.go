// Package backup copies a hub's data folder while the hub serves, and puts it
// back on an empty machine.
//
// A backup is two files that belong together. The first holds the record and
// what it names: facts, sealed texts, attachments. The second, beside it, holds
// what opens them: keys, persons, tokens. They are to be kept apart, for only
// together they tell anything about anybody, and the second for a shorter
// time: whoever is erased lives on in it.
//
// Order makes the copies fit: first what the record may be behind of but never
// ahead of, then the record as of one moment, then attachments, which are
// durable before the fact that names them, then keys, which are durable before
// what they seal.
package backup
