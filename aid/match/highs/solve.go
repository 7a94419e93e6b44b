package highs

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"tallinn/aid/match"
)

// Model statuses of HiGHS that leave an answer.
const (
	optimal       = 7
	solutionLimit = 16 // by nodes or solutions
)

// Solve solves p to the end, or to the node limit.
//
// Numbers past 2^53 would not pass to HiGHS unchanged; an instance that is
// small enough for it has none.
func (s *Solver) Solve(p *match.Program, stop func() bool) (*match.Answer, error) {
	if len(p.Worth) == 0 {
		return &match.Answer{Optimal: true}, nil
	}
	r, err := s.begin(context.Background(), stop)
	if err != nil {
		return nil, err
	}
	a, err := r.solve(p, s.nodes)
	return a, errors.Join(err, r.close())
}

func (r *run) solve(p *match.Program, nodes int) (*match.Answer, error) {
	h := r.call("create")
	r.option(h, "setBool", "output_flag", 0)
	r.option(h, "setInt", "threads", 1)
	r.option(h, "setInt", "mip_max_nodes", uint64(nodes))
	r.option(h, "setDouble", "mip_heuristic_effort", math.Float64bits(0)) // it begins with a good plan
	r.option(h, "setDouble", "mip_rel_gap", math.Float64bits(0))
	r.option(h, "setDouble", "mip_abs_gap", math.Float64bits(0.99)) // every plan's worth is whole
	r.pass(h, p)
	r.call("setSolution", h, r.floats(p.First), 0, 0, 0)
	r.call("run", h)
	status := r.call("status", h)
	if r.err != nil {
		return nil, r.err
	}
	if status != optimal && status != solutionLimit {
		return nil, fmt.Errorf("highs: model status %d", status)
	}
	return r.answer(h, len(p.Worth), status == optimal)
}

func (r *run) answer(h uint64, columns int, optimal bool) (*match.Answer, error) {
	values := r.alloc(8 * columns)
	r.call("solution", h, values, 0, 0, 0)
	bound := r.alloc(8)
	r.call("doubleInfo", h, r.text("mip_dual_bound"), bound)
	if r.err != nil {
		return nil, r.err
	}
	a := &match.Answer{Optimal: optimal, Bound: int64(math.Floor(r.float(bound) + 1e-3))}
	for i := range columns {
		a.Values = append(a.Values, int64(math.Round(r.float(values+uint64(8*i)))))
	}
	return a, r.err
}

// pass hands p over, row by row, to be maximised.
func (r *run) pass(h uint64, p *match.Program) {
	const rowwise, maximise = 2, ^uint64(0) & 0xffffffff // -1
	whole := make([]int32, len(p.Worth))
	for i := range whole {
		whole[i] = 1
	}
	r.call("passMip", h, uint64(len(p.Worth)), uint64(len(p.RowLower)), uint64(len(p.Index)), rowwise, maximise, 0,
		r.floats(p.Worth), r.floats(p.Lower), r.floats(p.Upper), r.limits(p.RowLower), r.limits(p.RowUpper),
		r.ints(p.Start[:len(p.RowLower)]), r.ints(p.Index), r.floats(p.Factor), r.ints(whole))
}

// option sets one option; all are set before the first call that can fail
// for another reason.
func (r *run) option(h uint64, call, name string, value uint64) {
	if r.call(call, h, r.text(name), value) != 0 && r.err == nil {
		r.err = errors.New("highs: it refuses the option " + name)
	}
}

func (r *run) alloc(n int) uint64 {
	at := r.call("malloc", uint64(max(8, n)))
	if at == 0 && r.err == nil {
		r.err = errors.New("highs: out of memory")
	}
	return at
}

func (r *run) put(data []byte) uint64 {
	at := r.alloc(len(data))
	if r.err == nil && !r.module.Memory().Write(uint32(at), data) {
		r.err = errors.New("highs: write past its memory")
	}
	return at
}

func (r *run) text(s string) uint64 { return r.put(append([]byte(s), 0)) }

func (r *run) ints(list []int32) uint64 {
	data := make([]byte, 0, 4*len(list))
	for _, v := range list {
		data = binary.LittleEndian.AppendUint32(data, uint32(v))
	}
	return r.put(data)
}

func (r *run) floats(list []int64) uint64 {
	data := make([]byte, 0, 8*len(list))
	for _, v := range list {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(float64(v)))
	}
	return r.put(data)
}

// limits is floats, but what is far outside any sum becomes infinite.
func (r *run) limits(list []int64) uint64 {
	data := make([]byte, 0, 8*len(list))
	for _, v := range list {
		f := float64(v)
		if v <= -(1<<52) || v >= 1<<52 {
			f = math.Inf(int(v >> 62))
			if v > 0 {
				f = math.Inf(1)
			}
		}
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(f))
	}
	return r.put(data)
}

func (r *run) float(at uint64) float64 {
	v, ok := r.module.Memory().ReadUint64Le(uint32(at))
	if !ok && r.err == nil {
		r.err = errors.New("highs: read past its memory")
	}
	return math.Float64frombits(v)
}
