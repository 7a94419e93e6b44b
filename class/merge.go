package class

// A merge walks several ascending lists at once, from their ends: it is a heap
// of what is left of each, the largest end on top. A number that stands in two
// lists comes once.
type merge struct {
	lists [][]int32
	last  int32
	any   bool
}

func (m *merge) add(list []int32) {
	if len(list) == 0 {
		return
	}
	m.lists = append(m.lists, list)
	for i := len(m.lists) - 1; i > 0; {
		above := (i - 1) / 2
		if m.end(above) >= m.end(i) {
			return
		}
		m.lists[above], m.lists[i] = m.lists[i], m.lists[above]
		i = above
	}
}

func (m *merge) end(i int) int32 { return m.lists[i][len(m.lists[i])-1] }

// next is the largest number that is left, and whether there is one.
func (m *merge) next() (int32, bool) {
	for len(m.lists) > 0 {
		x := m.end(0)
		m.drop()
		if !m.any || x != m.last {
			m.last, m.any = x, true
			return x, true
		}
	}
	return 0, false
}

// drop takes the top's end away and lets it sink.
func (m *merge) drop() {
	if m.lists[0] = m.lists[0][:len(m.lists[0])-1]; len(m.lists[0]) == 0 {
		n := len(m.lists) - 1
		m.lists[0] = m.lists[n]
		m.lists = m.lists[:n]
	}
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(m.lists) {
			return
		}
		if child+1 < len(m.lists) && m.end(child+1) > m.end(child) {
			child++
		}
		if m.end(i) >= m.end(child) {
			return
		}
		m.lists[i], m.lists[child] = m.lists[child], m.lists[i]
		i = child
	}
}
