// Package fact holds the envelope in which every decision is recorded, its
// canonical bytes, and the registry of kinds.
//
// A fact is small, past tense and immutable. Kinds are never renamed, and
// fields of a body are only added, optional: a program of any later year reads
// every fact ever written. The bytes made by Encode (RFC 8785 canonical JSON)
// are what is stored and hashed; everything else is derived from them.
package fact
