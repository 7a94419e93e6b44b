package match

// A random draws the search's choices: SplitMix64, which is the same on every
// machine. Nothing secret hangs on it; the seed is part of the engine.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below is from 0 to n-1; n is at least 1.
func (r *random) below(n int) int { return int(uint32(r.next()>>32) % uint32(n)) }
