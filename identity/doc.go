// Package identity holds who may speak to the hub: persons, with their ways in
// (passkeys, one-time links, a recovery sheet) and their sessions; and
// machines, with a bearer token for each role. None of it is ever in a fact,
// which names a person by an opaque id.
package identity
