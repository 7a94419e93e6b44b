package detection

func find(slots []slot, k uint64) (from, until int32) {
	mask := uint64(len(slots) - 1)
	for i := k * mix >> 20 & mask; slots[i].until != 0; i = (i + 1) & mask {
		if slots[i].key == k {
			return slots[i].from, slots[i].until
		}
	}
	return 0, 0
}

// scan calls hit for the entry of every needle that is in s: a text that is
// all ASCII, in any case, or a folded one.
func (x *index) scan(s string, hit func(*entry)) {
	if x.exact.slots != nil || x.prefix.slots != nil || x.suffix.slots != nil {
		x.ends(s, hit)
	}
	if t := &x.grams[4]; !t.empty && len(s) >= 4 {
		x.fours(t, s, hit)
	}
	if x.short {
		x.shorts(s, hit)
	}
}

// ends finds the needles that stand at an end of s, or are s.
func (x *index) ends(s string, hit func(*entry)) {
	head, tail := edges(s)
	if x.exact.slots != nil {
		from, until := find(x.exact.slots, exactKey(head, tail, len(s)))
		for i := from; i < until; i++ {
			if e := &x.entries[i]; len(e.text) == len(s) && sameText(s, e.text) {
				hit(e)
			}
		}
	}
	for _, n := range x.suffix.lengths {
		if n > len(s) {
			break
		}
		from, until := find(x.suffix.slots, tailKey(tail, n))
		for i := from; i < until; i++ {
			if e := &x.entries[i]; len(e.text) <= len(s) && sameText(s[len(s)-len(e.text):], e.text) {
				hit(e)
			}
		}
	}
	for _, n := range x.prefix.lengths {
		if n > len(s) {
			break
		}
		from, until := find(x.prefix.slots, headKey(head, n))
		for i := from; i < until; i++ {
			if e := &x.entries[i]; len(e.text) <= len(s) && sameText(s[:len(e.text)], e.text) {
				hit(e)
			}
		}
	}
}

// sameText reports whether s, lowered, is folded, which is as long.
func sameText(s, folded string) bool {
	for len(s) >= 8 && len(folded) >= 8 {
		if lower8(load8(s, 0)) != load8(folded, 0) {
			return false
		}
		s, folded = s[8:], folded[8:]
	}
	a, _ := edges(s)
	b, _ := edges(folded)
	return a == b
}

// fours looks for needles of four bytes and more.
func (x *index) fours(t *gramTable, s string, hit func(*entry)) {
	for i := t.next(s, 0, x.stride); i < len(s); i = t.next(s, i+x.stride, x.stride) {
		x.closer(t, gram4(s, i), s, i, hit)
	}
}

// next is where in s, from i on by strides, a gram stands that can be in t;
// len(s) or more when there is none.
func (t *gramTable) next(s string, i, stride int) int {
	switch {
	case t.few != nil:
		return nextFew(t.few, s, i, stride)
	case t.small != nil:
		return nextSmall(t.small, s, i, stride)
	}
	for ; i+4 <= len(s); i += stride {
		if t.maybe(gram4(s, i)) {
			return i
		}
	}
	return len(s)
}

// nextFew and nextSmall are the inner loops of the whole engine. Four looks at
// the table share one branch; the text is cut to one length for each of them,
// so that the compiler sees that all of them are within it. They call nothing,
// so that everything stays in registers.
func nextFew(few *[1 << 13]uint8, s string, i, stride int) int {
	if n := len(s) - 3*stride; n >= 4 {
		s0, s1, s2, s3 := s[:n], s[stride:][:n], s[2*stride:][:n], s[3*stride:][:n]
		for ; i <= n-4; i += 4 * stride {
			b0, b1 := few[gram4(s0, i)*mix>>51], few[gram4(s1, i)*mix>>51]
			b2, b3 := few[gram4(s2, i)*mix>>51], few[gram4(s3, i)*mix>>51]
			if b0|b1|b2|b3 != 0 {
				break
			}
		}
	}
	for ; i+4 <= len(s); i += stride {
		if few[gram4(s, i)*mix>>51] != 0 {
			return i
		}
	}
	return len(s)
}

func nextSmall(small *[1 << 10]uint64, s string, i, stride int) int {
	if n := len(s) - 3*stride; n >= 4 {
		s0, s1, s2, s3 := s[:n], s[stride:][:n], s[2*stride:][:n], s[3*stride:][:n]
		for ; i <= n-4; i += 4 * stride {
			h0, h1 := uint16(gram4(s0, i)*mix>>48), uint16(gram4(s1, i)*mix>>48)
			h2, h3 := uint16(gram4(s2, i)*mix>>48), uint16(gram4(s3, i)*mix>>48)
			if (small[h0>>6]>>(h0&63)|small[h1>>6]>>(h1&63)|small[h2>>6]>>(h2&63)|small[h3>>6]>>(h3&63))&1 != 0 {
				break
			}
		}
	}
	for ; i+4 <= len(s); i += stride {
		if h := uint16(gram4(s, i) * mix >> 48); small[h>>6]>>(h&63)&1 != 0 {
			return i
		}
	}
	return len(s)
}

// shorts looks for needles of less than four bytes.
func (x *index) shorts(s string, hit func(*entry)) {
	for n := 1; n <= 3; n++ {
		t := &x.grams[n]
		if t.empty {
			continue
		}
		for i := 0; i+n <= len(s); i++ {
			if g := gramAt(s, i, n); t.maybe(g) {
				x.closer(t, g, s, i, hit)
			}
		}
	}
}

// closer looks at the needles that have the gram g, which is at s[at:].
func (x *index) closer(t *gramTable, g uint64, s string, at int, hit func(*entry)) {
	from, until := find(t.slots, g)
	for i := from; i < until; i++ {
		e := &x.entries[i]
		start := at - int(e.delta)
		if start >= 0 && start+len(e.text) <= len(s) && sameText(s[start:start+len(e.text)], e.text) {
			hit(e)
		}
	}
}
