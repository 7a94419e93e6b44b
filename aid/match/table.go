package match

// tabulate is the exact value of the list's best plan, found by a table of
// lots for each number of pairs: row k holds, for each total, the best value
// of k pairs. A pair's range of lots slides over the row as a window whose
// best is kept in a queue, so that a cell costs the same for any range.
func (s *single) tabulate() int64 {
	lots := int(s.n.lots)
	rows := make([][]int64, s.n.partners+1)
	for k := range rows {
		rows[k] = make([]int64, lots+1)
		for t := range rows[k] {
			rows[k][t] = never
		}
	}
	best := int64(0)
	rows[s.locked][s.base()] = s.baseValue()
	if s.locked > 0 {
		best = never
	}
	for i := s.locked; i < len(s.list); i++ {
		for k := len(rows) - 1; k > s.locked; k-- {
			s.slide(rows[k], rows[k-1], &s.list[i])
		}
	}
	for _, row := range rows[max(1, s.locked):] {
		for t := int(s.n.least); t <= lots; t++ {
			value := row[t]
			if value == never {
				continue
			}
			if t == lots {
				value += s.bonus
			}
			best = max(best, value)
		}
	}
	return best
}

// base is how many lots the locked pairs give, and baseValue what they are
// worth.
func (s *single) base() int {
	lots := 0
	for i := range s.locked {
		lots += int(s.list[i].lo)
	}
	return lots
}

func (s *single) baseValue() int64 {
	value := int64(0)
	for i := range s.locked {
		c := &s.list[i]
		value += (s.worth-c.cost)*int64(c.lo) - c.fix
	}
	return value
}

// never marks a total that no set of pairs reaches; far enough from the
// smallest integer that a step from it does not wrap.
const never = -1 << 62

// slide raises row by the plans of before to which c adds its pair. Lots that
// cost more than the requirement can be worth are left out, for no best plan
// has them; so every product here stays under that worth.
func (s *single) slide(row, before []int64, c *candidate) {
	margin, hi := s.worth-c.cost, int64(c.hi)
	if margin < 0 {
		hi = min(hi, s.limit/-margin)
	}
	queue := s.table[:0] // totals of before, the best for row first
	for t := int64(c.lo); t < int64(len(row)); t++ {
		for len(queue) > 0 && queue[0] < t-hi {
			queue = queue[1:]
		}
		if from := t - int64(c.lo); before[from] > never && hi >= int64(c.lo) {
			for len(queue) > 0 && s.reach(before, queue[len(queue)-1], from, margin) <= before[from] {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, from)
		}
		if len(queue) > 0 {
			row[t] = max(row[t], s.reach(before, queue[0], t, margin)-c.fix)
		}
	}
}

// reach is the worth of the total at before[from] and lots of one pair up to
// the total to.
func (s *single) reach(before []int64, from, to, margin int64) int64 {
	return before[from] + margin*(to-from)
}
