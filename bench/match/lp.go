package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"tallinn/aid/match"
	"tallinn/aid/match/verify"
)

// lp writes a program in the LP format that cbc and glpsol read; as a
// minimisation, which both print alike.
func lp(p *match.Program) []byte {
	var b bytes.Buffer
	b.WriteString("Minimize\n obj:")
	for i, w := range p.Worth {
		if w != 0 {
			term(&b, -w, int32(i))
		}
	}
	b.WriteString("\nSubject To\n")
	for r := range p.RowLower {
		fmt.Fprintf(&b, " r%d:", r)
		for k := p.Start[r]; k < p.Start[r+1]; k++ {
			term(&b, p.Factor[k], p.Index[k])
		}
		if p.RowLower[r] > -(1 << 52) {
			fmt.Fprintf(&b, " >= %d\n", p.RowLower[r])
		} else {
			fmt.Fprintf(&b, " <= %d\n", p.RowUpper[r])
		}
	}
	b.WriteString("Bounds\n")
	for i, hi := range p.Upper {
		fmt.Fprintf(&b, " 0 <= x%d <= %d\n", i, hi)
	}
	b.WriteString("General\n")
	for i := range p.Upper {
		fmt.Fprintf(&b, " x%d\n", i)
	}
	b.WriteString("End\n")
	return b.Bytes()
}

func term(b *bytes.Buffer, factor int64, column int32) {
	fmt.Fprintf(b, " %+d x%d\n", factor, column)
}

// What the peers print of their best plan and bound, as a minimisation.
var (
	cbcBest   = regexp.MustCompile(`Objective value: +-([0-9.]+)`)
	cbcBound  = regexp.MustCompile(`Lower bound: +-([0-9.]+)`)
	glpsolRow = regexp.MustCompile(`mip = +(-?[0-9.e+]+|not found yet) +>= +(-?[0-9.e+]+)`)
)

// peerRow runs one peer and prints its row.
func peerRow(instance, name string, args []string) {
	begin, before := time.Now(), spent(syscall.RUSAGE_CHILDREN)
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		fmt.Printf("| %s | %s | failed: %v | | | | | |\n", instance, name, err)
		return
	}
	best, bound := read(name, out)
	score, below := "nothing found", ""
	if best > 0 {
		score = strconv.FormatInt(best, 10)
		if bound == 0 {
			bound = best
		}
		below = verify.Below(best, bound) + " %"
	}
	fmt.Printf("| %s | %s | %s | %d | %s | %.2f s | %.2f s | |\n", instance, name, score, bound, below,
		time.Since(begin).Seconds(), (spent(syscall.RUSAGE_CHILDREN) - before).Seconds())
}

func read(name string, out []byte) (best, bound int64) {
	if name == "cbc" {
		return last(cbcBest, out, 1), last(cbcBound, out, 1)
	}
	return last(glpsolRow, out, 1), last(glpsolRow, out, 2)
}

// last is the last number that a pattern finds, without its sign.
func last(pattern *regexp.Regexp, out []byte, group int) int64 {
	all := pattern.FindAllSubmatch(out, -1)
	if len(all) == 0 {
		return 0
	}
	v, err := strconv.ParseFloat(string(all[len(all)-1][group]), 64)
	if err != nil {
		return 0
	}
	return int64(max(v, -v) + 0.5)
}
