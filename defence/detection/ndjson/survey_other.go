//go:build !amd64

package ndjson

func flag(bits []uint64, text []byte) (other uint64) { return flagPlain(bits, text) }
