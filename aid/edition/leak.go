package edition

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"tallinn/mechanism/party"
)

// leaks reports whether the equations, all added and subtracted in any way,
// say more of one party than its own totals do: to an outsider, or to another
// party that knows its own rows. That is asked of the numbers alone: whoever
// asks is taken to know of every row but its value.
//
// What the equations say of party p alone is the part of their row space that
// lies in p's columns; its dimension is their rank less the rank that is left
// without these columns.
func leaks(all []equation) bool {
	m := matrixOf(all)
	ids := slices.Sorted(maps.Keys(m.own))
	for i := -1; i < len(ids); i++ {
		insider := party.ID("")
		if i >= 0 {
			insider = ids[i]
		}
		whole := m.rank(insider, "")
		for _, p := range ids {
			if p == insider {
				continue
			}
			if whole-m.rank(insider, p) > m.own[p] {
				return true
			}
		}
	}
	return false
}

// A matrix has a row for each independent equation, over columns that are told
// apart by some equation.
type matrix struct {
	rows   [][]uint64
	column []party.ID       // whose it is
	own    map[party.ID]int // the rank of a party's own totals
}

func matrixOf(all []equation) matrix {
	signs := map[column][]byte{}
	for i, eq := range all {
		for c, n := range eq.of {
			signs[c] = fmt.Appendf(signs[c], "%d:%d ", i, n)
		}
	}
	// Columns of one party that stand in the same equations are one unknown:
	// nothing ever tells them apart.
	type class struct {
		party party.ID
		signs string
	}
	place := map[class]int{}
	var columns []column
	m := matrix{own: map[party.ID]int{}}
	for _, c := range slices.SortedFunc(maps.Keys(signs), func(a, b column) int {
		return cmp.Or(cmp.Compare(a.provider, b.provider), cmp.Compare(a.flow, b.flow), cmp.Compare(a.year, b.year), cmp.Compare(a.line, b.line), cmp.Compare(a.value, b.value))
	}) {
		k := class{c.provider, string(signs[c])}
		if _, known := place[k]; !known {
			place[k] = len(columns)
			columns = append(columns, c)
			m.column = append(m.column, c.provider)
		}
	}
	own := map[party.ID][][]uint64{}
	for _, eq := range all {
		row := make([]uint64, len(columns))
		for i, c := range columns {
			row[i] = uint64(prime+eq.of[c]) % prime
		}
		m.rows = append(m.rows, row)
		if eq.own != "" {
			own[eq.own] = append(own[eq.own], slices.Clone(row))
		}
	}
	m.rows = m.rows[:eliminate(m.rows)]
	for id, rows := range own {
		m.own[id] = eliminate(rows)
	}
	return m
}

// rank is that of m without the columns of two parties.
func (m matrix) rank(without, and party.ID) int {
	var keep []int
	for i, p := range m.column {
		if p != without && p != and {
			keep = append(keep, i)
		}
	}
	rows := make([][]uint64, len(m.rows))
	for i, r := range m.rows {
		rows[i] = make([]uint64, len(keep))
		for k, c := range keep {
			rows[i][k] = r[c]
		}
	}
	return eliminate(rows)
}

// prime is that of the field in which ranks are taken: large, so that entries
// of one digit cannot come to a multiple of it.
const prime = 1<<31 - 1

// eliminate brings rows into echelon form and returns their rank; the rows up
// to it span what all did.
func eliminate(rows [][]uint64) int {
	if len(rows) == 0 {
		return 0
	}
	rank := 0
	for c := 0; c < len(rows[0]) && rank < len(rows); c++ {
		pivot := slices.IndexFunc(rows[rank:], func(r []uint64) bool { return r[c] != 0 })
		if pivot < 0 {
			continue
		}
		rows[rank], rows[rank+pivot] = rows[rank+pivot], rows[rank]
		over := inverse(rows[rank][c])
		for i := rank + 1; i < len(rows); i++ {
			if rows[i][c] == 0 {
				continue
			}
			by := rows[i][c] * over % prime
			for k := c; k < len(rows[i]); k++ {
				rows[i][k] = (rows[i][k] + (prime-by)*rows[rank][k]) % prime
			}
		}
		rank++
	}
	return rank
}

// inverse is 1/x, by Fermat: x to the power of prime-2.
func inverse(x uint64) uint64 {
	out := uint64(1)
	for n := prime - 2; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = out * x % prime
		}
		x = x * x % prime
	}
	return out
}
