package match

// sample is the relaxation of every n-th requirement, with as much less of
// each offer. Its prices are near those of the whole, for a fraction of the
// work.
func (x *relaxation) sample(n int) *relaxation {
	s := &relaxation{m: x.m, b: x.b, workers: x.workers, supply: make([]int64, len(x.supply))}
	for i := n / 2; i < len(x.needs); i += n {
		s.needs = append(s.needs, x.needs[i])
	}
	for o, v := range x.supply {
		s.supply[o] = max(1, v/int64(n))
	}
	return s
}
