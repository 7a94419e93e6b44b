package highs

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero/api"
)

// errStopped ends a run that was told to stop.
var errStopped = errors.New("highs: stopped")

// noSuch is the error number of a call that the host does not serve.
const noSuch = 52

// host gives HiGHS its surroundings: no files, no environment, no real clock,
// and memory as far as it grows.
func (s *Solver) host(ctx context.Context, stop func() bool) (api.Closer, error) {
	b := s.runtime.NewHostModuleBuilder("a")
	def := func(name string, f any) { b.NewFunctionBuilder().WithFunc(f).Export(name) }
	now := func() float64 {
		if stop() {
			panic(errStopped)
		}
		return 0
	}
	def("a", func(_, _, _ uint32) { panic(errors.New("highs: it threw an exception")) })
	def("b", func(code uint32) { panic(errors.New("highs: it exited")) })
	def("r", func(code uint32) { panic(errors.New("highs: it exited")) })
	def("k", func() { panic(errors.New("highs: it aborted")) })
	def("c", now)
	def("j", now)
	def("p", func(_ context.Context, m api.Module, _ uint32, _ uint64, at uint32) uint32 {
		now()
		m.Memory().WriteUint64Le(at, 0)
		return 0
	})
	def("q", grow)
	def("f", write)
	def("d", func(uint32) uint32 { return 0 })
	def("e", func(_, _, _ uint32) uint32 { return noSuch })
	def("g", func(_, _, _, _ uint32) uint32 { return noSuch })
	def("h", func(_, _, _ uint32) uint32 { return noSuch })
	def("i", func(_, _, _, _ uint32) uint32 { return noSuch })
	def("t", func(_ uint32, _ uint64, _, _ uint32) uint32 { return noSuch })
	def("l", func(_ uint32, _ float64) uint32 { return 0 })
	def("m", func(_, _, _, _ uint32) {})
	def("n", func(_, _ uint32) uint32 { return 0 })
	def("o", func(_ context.Context, m api.Module, count, size uint32) uint32 {
		m.Memory().WriteUint32Le(count, 0)
		m.Memory().WriteUint32Le(size, 0)
		return 0
	})
	def("s", func() {})
	return b.Instantiate(ctx)
}

// mostMemory is what HiGHS may take, in bytes.
const mostMemory = 1 << 31

const page = 1 << 16

func grow(_ context.Context, m api.Module, wanted uint32) uint32 {
	have := m.Memory().Size()
	if wanted > mostMemory {
		return 0
	}
	step := max(wanted, min(have+have/4, mostMemory)) // a quarter more, so that it seldom asks
	if _, ok := m.Memory().Grow((step - have + page - 1) / page); !ok {
		return 0
	}
	return 1
}

// write swallows what HiGHS prints.
func write(_ context.Context, m api.Module, _, list, count, written uint32) uint32 {
	total := uint32(0)
	for i := range count {
		n, _ := m.Memory().ReadUint32Le(list + 8*i + 4)
		total += n
	}
	m.Memory().WriteUint32Le(written, total)
	return 0
}
