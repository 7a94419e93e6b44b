package pack

import (
	_ "embed"
	"sync"
)

// sigmahq.pack is made by "tallinn rules pack"; see doc/detection.md.
//
//go:embed sigmahq.pack
var embedded []byte

// Embedded returns the pack that comes with the program. It is read once.
var Embedded = sync.OnceValues(func() (*Pack, error) { return Parse(embedded) })
