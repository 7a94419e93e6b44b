package detection

import (
	"strings"
	"unicode/utf8"

	"tallinn/defence/detection/sigma"
)

// A glob is a pattern with wildcards that are not just one star at an end.
// Literals are folded unless the comparison is by case.
type glob []sigma.Part

// match reports whether s fits g whole. It goes back to the last star only,
// so it takes at most len(s) × len(literals) steps.
func (g glob) match(s string) bool {
	i, pos := 0, 0      // the next part, the next byte
	star, from := -1, 0 // the last star met, and up to where it has taken
	for {
		switch {
		case i == len(g):
			if pos == len(s) {
				return true
			}
		case g[i].Kind == sigma.Star:
			star, from = i, pos
			if i++; i == len(g) {
				return true
			}
			continue
		default:
			if n, ok := step(g[i], s[pos:]); ok {
				pos += n
				i++
				continue
			}
		}
		if star < 0 || from >= len(s) {
			return false
		}
		_, size := utf8.DecodeRuneInString(s[from:])
		from += size
		if next := g[star+1]; next.Kind == sigma.Literal {
			at := strings.Index(s[from:], next.Text)
			if at < 0 {
				return false
			}
			from += at
		}
		i, pos = star+1, from
	}
}

func step(p sigma.Part, s string) (int, bool) {
	if p.Kind == sigma.Literal {
		return len(p.Text), strings.HasPrefix(s, p.Text)
	}
	if s == "" {
		return 0, false
	}
	_, size := utf8.DecodeRuneInString(s)
	return size, true
}
