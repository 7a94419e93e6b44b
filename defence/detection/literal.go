package detection

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// maxAlternatives bounds how many texts stand for one regular expression.
const maxAlternatives = 64

// required returns folded texts of which at least one is in every text that
// expr matches; none when nothing is certain. The longest shortest text wins.
func required(expr string) []string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	return literals(re.Simplify())
}

func literals(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{fold(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return literals(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return literals(re.Sub[0])
		}
	case syntax.OpAlternate:
		return alternatives(re.Sub)
	case syntax.OpConcat:
		return best(re.Sub)
	}
	return nil
}

func alternatives(subs []*syntax.Regexp) []string {
	var out []string
	for _, sub := range subs {
		lits := literals(sub)
		if lits == nil || len(out)+len(lits) > maxAlternatives {
			return nil
		}
		out = append(out, lits...)
	}
	return out
}

// best picks among the parts of a concatenation the one whose shortest text
// is longest. Neighbouring literals are one text.
func best(subs []*syntax.Regexp) []string {
	var out []string
	var run strings.Builder
	take := func(lits []string) {
		if lits != nil && (out == nil || shortest(lits) > shortest(out)) {
			out = lits
		}
	}
	flush := func() {
		if run.Len() > 0 {
			take([]string{run.String()})
			run.Reset()
		}
	}
	for _, sub := range subs {
		if sub.Op == syntax.OpLiteral {
			run.WriteString(fold(string(sub.Rune)))
			continue
		}
		flush()
		take(literals(sub))
	}
	flush()
	return out
}

func shortest(lits []string) int {
	n := 1 << 30
	for _, l := range lits {
		n = min(n, utf8.RuneCountInString(l))
	}
	return n
}

// mandatory returns folded texts that are all in every text that expr
// matches. Looking for them is far cheaper than running the expression.
func mandatory(expr string) []string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	return pieces(re.Simplify(), nil)
}

func pieces(re *syntax.Regexp, out []string) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return append(out, fold(string(re.Rune)))
	case syntax.OpCapture, syntax.OpPlus:
		return pieces(re.Sub[0], out)
	case syntax.OpRepeat:
		if re.Min > 0 {
			return pieces(re.Sub[0], out)
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			out = pieces(sub, out)
		}
	}
	return out
}
