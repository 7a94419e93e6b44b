package detect

import (
	"math/rand/v2"
	"sync"
	"testing"
)

// BenchmarkMachine tells what a second core of this machine is worth: the same
// work on one core and, twice, on two. Sums stay in registers; steps through
// 4 MB go through the caches, of which virtual machines share the last with
// their neighbours. What two cores give a detection lies between the two.
func BenchmarkMachine(b *testing.B) {
	for name, work := range map[string]func(seed uint64) uint64{"sums": sums, "steps": steps} {
		b.Run(name+"/one core", func(b *testing.B) {
			for b.Loop() {
				work(1)
			}
		})
		b.Run(name+"/two cores, twice the work", func(b *testing.B) {
			for b.Loop() {
				var both sync.WaitGroup
				for seed := range uint64(2) {
					both.Go(func() { work(seed) })
				}
				both.Wait()
			}
		})
	}
}

func sums(seed uint64) uint64 {
	r := rand.NewPCG(seed, seed)
	sum := uint64(0)
	for range 50_000_000 {
		sum += r.Uint64()
	}
	return sum
}

func steps(seed uint64) uint64 {
	r := rand.NewPCG(seed, seed)
	places := make([]uint64, 1<<19)
	for range 10_000_000 {
		at := r.Uint64()
		places[at%(1<<19)] += places[at>>20%(1<<19)]
	}
	return places[0]
}
