package record_test

import (
	"testing"

	"tallinn/aid/flow"
	"tallinn/fact"
)

// BenchmarkDecode reads one flow's canonical bytes.
func BenchmarkDecode(b *testing.B) {
	batch, err := flows(0, 1000)
	if err != nil {
		b.Fatal(err)
	}
	registry := fact.NewRegistry(flow.Kinds())
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if _, err := registry.Decode(batch.Facts[n%1000]); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
