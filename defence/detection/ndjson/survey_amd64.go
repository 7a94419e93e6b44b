package ndjson

// flag is flagPlain by the vector instructions that every processor of this
// kind has (decision 0250). text holds 64 bytes for each of bits, or more.
//
//go:noescape
func flag(bits []uint64, text []byte) (other uint64)
