package highs

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"tallinn/aid/match"
)

//go:embed highs-1.15.3.wasm.gz
var packed []byte

// Pinned is the SHA-256 of highs.wasm in the npm package highs 1.15.3.
const Pinned = "528be4365bea1d4188988646b244263f50320df55782e14d6af5bce7cd45c840"

// Version is the npm package's version, which is HiGHS's own.
const Version = "highs 1.15.3 (npm, wasm)"

// names maps HiGHS's C interface to what the build calls its exports. The
// names are short and change with every release; a test asks each of them.
var names = map[string]string{
	"start": "v", "malloc": "uc", "free": "tc", "create": "F", "destroy": "G", "passMip": "V", "run": "N",
	"setBool": "ia", "setInt": "ja", "setDouble": "ka", "setSolution": "Va",
	"status": "Ga", "solution": "Ea", "objective": "Ka", "doubleInfo": "Ba",
}

// A Solver is HiGHS, compiled. It may be used by one goroutine at a time.
type Solver struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	nodes    int
}

var errPin = errors.New("highs: the embedded program is not the pinned one")

// Open compiles HiGHS. The result of compiling is kept in the folder cache,
// or nowhere when it is empty; compiling takes some seconds, loading from the
// cache less than a tenth of one. Nodes bounds the branch and bound tree.
func Open(ctx context.Context, cache string, nodes int) (*Solver, error) {
	program, err := unpack()
	if err != nil {
		return nil, err
	}
	config := wazero.NewRuntimeConfig()
	if cache != "" {
		kept, err := wazero.NewCompilationCacheWithDir(cache)
		if err != nil {
			return nil, err
		}
		config = config.WithCompilationCache(kept)
	}
	s := &Solver{runtime: wazero.NewRuntimeWithConfig(ctx, config), nodes: nodes}
	if s.compiled, err = s.runtime.CompileModule(ctx, program); err != nil {
		return nil, errors.Join(err, s.runtime.Close(ctx))
	}
	return s, nil
}

func unpack() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	program, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(program); hex.EncodeToString(sum[:]) != Pinned {
		return nil, errPin
	}
	return program, nil
}

// Close releases what HiGHS holds.
func (s *Solver) Close(ctx context.Context) error { return s.runtime.Close(ctx) }

// Name is HiGHS and its version.
func (s *Solver) Name() string { return Version }

// Hash is the pinned program's.
func (s *Solver) Hash() string { return Pinned }

// A run is one instance of HiGHS in memory of its own.
type run struct {
	ctx    context.Context
	module api.Module
	host   api.Closer
	err    error
}

// call calls an export by its C name. After an error it does nothing.
func (r *run) call(name string, args ...uint64) uint64 {
	if r.err != nil {
		return 0
	}
	f := r.module.ExportedFunction(names[name])
	if f == nil {
		r.err = fmt.Errorf("highs: no export %s for %s", names[name], name)
		return 0
	}
	result, err := f.Call(r.ctx, args...)
	if err != nil {
		r.err = fmt.Errorf("highs: %s: %w", name, err)
		return 0
	}
	if len(result) == 0 {
		return 0
	}
	return result[0]
}

// begin makes a fresh instance; stop is asked whenever HiGHS asks the time.
func (s *Solver) begin(ctx context.Context, stop func() bool) (*run, error) {
	host, err := s.host(ctx, stop)
	if err != nil {
		return nil, err
	}
	module, err := s.runtime.InstantiateModule(ctx, s.compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return nil, errors.Join(err, host.Close(ctx))
	}
	r := &run{ctx: ctx, module: module, host: host}
	r.call("start")
	return r, r.err
}

func (r *run) close() error {
	return errors.Join(r.module.Close(r.ctx), r.host.Close(r.ctx))
}

// Lazy is a Solver that is compiled when it is first asked to solve.
func Lazy(ctx context.Context, cache string, nodes int) *LazySolver {
	return &LazySolver{ctx: ctx, cache: cache, nodes: nodes}
}

// A LazySolver compiles HiGHS at its first Solve.
type LazySolver struct {
	ctx    context.Context
	cache  string
	nodes  int
	solver *Solver
}

// Name is HiGHS and its version.
func (l *LazySolver) Name() string { return Version }

// Hash is the pinned program's.
func (l *LazySolver) Hash() string { return Pinned }

// Solve is Solver.Solve.
func (l *LazySolver) Solve(p *match.Program, stop func() bool) (*match.Answer, error) {
	if l.solver == nil {
		s, err := Open(l.ctx, l.cache, l.nodes)
		if err != nil {
			return nil, err
		}
		l.solver = s
	}
	return l.solver.Solve(p, stop)
}
