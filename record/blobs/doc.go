// Package blobs keeps attachments as files that hold ciphertext only, each
// called by the SHA-256 of the ciphertext: blobs/ab/abcd… in the data folder.
// A blob is durable, its folder too, before Put returns and a fact can name
// it; what was written and is named by no fact is swept a day later.
//
// A file is a version, 32 random bytes, and chunks of 64 KiB, each sealed by
// AES-256-GCM under a key that HKDF derives from the key of the thing (package
// keyring) and those random bytes. A chunk's nonce is its number and whether
// it is the last (the STREAM construction), so that nothing can be cut off,
// moved or repeated; memory is bounded by a chunk. Destroying the thing's key
// erases its blobs in every copy.
//
// Several hubs on one PostgreSQL database share the folder as well.
package blobs
