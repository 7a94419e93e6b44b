// Package outbox keeps what is to be told, to whom, and what became of it, in
// a database of its own in the data folder: never in a fact. An entry holds
// opaque ids only; the address is looked up when it is handed over, and is not
// kept here.
package outbox
