package search

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Bounds of what is kept and asked.
const (
	MostQuery  = 200 // characters of a query that are read
	mostTerms  = 12  // words of a query that are looked for
	mostWord   = 40  // characters of a word that are kept
	mostGroups = 8   // groups of three digits in one number
)

// Words are the words of s as they are kept, each once, in order. A word that
// can be written in two ways stands in both.
func Words(s string) (out []string) {
	scan(s, func(w token) {
		for _, form := range w.kept() {
			if !slices.Contains(out, form) {
				out = append(out, form)
			}
		}
	})
	return out
}

// A token is a word, an id or a number, as it stands in a text.
type token struct {
	word   string   // folded
	parts  []string // of a number that was grouped by spaces, and of an id, what it is made of
	number bool
	spaced bool // a number whose groups were parted by spaces
	id     bool
	open   bool // a number that ends the text in the middle of a group
}

// kept are the forms under which w is kept: also without the marks that a
// keyboard may lack.
func (w token) kept() []string {
	out := append([]string{w.word}, w.parts...)
	if whole, _, parted := strings.Cut(w.word, "."); w.number && parted {
		out = append(out, whole)
	}
	if bare := unmarked(w.word); bare != w.word {
		out = append(out, bare)
	}
	return out
}

// unmarked is s with ґ as г, and Latin letters without their marks. Cyrillic
// ones keep theirs: ї is another letter than і, and й than и.
func unmarked(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == 'ґ':
			b.WriteRune('г')
		case r < 0x80 || unicode.Is(unicode.Cyrillic, r):
			b.WriteRune(r)
		default:
			base := []rune(norm.NFD.String(string(r)))
			b.WriteRune(base[0])
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// fold is s in the form that words are compared in.
func fold(s string) []rune {
	if !isASCII(s) {
		s = norm.NFC.String(strings.ToValidUTF8(s, " "))
	}
	runes := []rune(s)
	for i, r := range runes {
		runes[i] = unicode.ToLower(r)
	}
	return runes
}

func isApostrophe(r rune) bool { return strings.ContainsRune("'’ʼ‘`´′ʹ＇", r) }

func isHyphen(r rune) bool { return r == '-' || r == '‐' || r == '‑' }

func isSpace(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009' }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// scan tells every word of s.
func scan(s string, tell func(token)) {
	runes := fold(s)
	at := func(i int) rune {
		if i >= 0 && i < len(runes) {
			return runes[i]
		}
		return 0
	}
	for i := 0; i < len(runes); {
		switch {
		case !isWord(runes[i]):
			i++
		case isDigit(runes[i]):
			w, next := number(runes, i)
			if isWord(at(next)) { // "5g", "365days": a word that begins with digits
				w, next = word(runes, i)
			}
			tell(w)
			i = next
		case isHyphen(at(i+1)) && isDigit(at(i+2)):
			w, next := id(runes, i)
			tell(w)
			i = next
		default:
			w, next := word(runes, i)
			tell(w)
			i = next
		}
	}
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// word reads letters and digits; apostrophes between letters are left out, so
// that all of them, and none, are the same.
func word(runes []rune, i int) (token, int) {
	var b []rune
	for ; i < len(runes); i++ {
		r := runes[i]
		inside := isApostrophe(r) && len(b) > 0 && i+1 < len(runes) && unicode.IsLetter(runes[i+1])
		if inside && runes[i+1] == 's' && (i+2 == len(runes) || !isWord(runes[i+2])) {
			i += 2 // the possessive of English
			break
		}
		if inside {
			continue
		}
		if !isWord(r) {
			break
		}
		if len(b) < mostWord {
			b = append(b, r)
		}
	}
	return token{word: string(b)}, i
}

// id reads an id such as N-0417, which also stands for its digits alone.
func id(runes []rune, i int) (token, int) {
	end := i + 2
	for end < len(runes) && isDigit(runes[end]) && end-i < mostWord {
		end++
	}
	digits := string(runes[i+2 : end])
	return token{word: string(runes[i]) + "-" + digits, parts: []string{digits}, id: true}, end
}

// number reads a number as people write it: 135 000 000, 135,000,000.50,
// 135.000.000,50. It is kept without its separators, and with a point before
// what is left of the whole.
func number(runes []rune, i int) (token, int) {
	run := func(i int) int {
		end := i
		for end < len(runes) && isDigit(runes[end]) && end-i < mostWord {
			end++
		}
		return end
	}
	end := run(i)
	w := token{number: true, word: string(runes[i:end])}
	first := w.word
	var sep rune
	for groups := 0; len(first) <= 3 && groups < mostGroups && end+1 < len(runes); groups++ {
		r := runes[end]
		if isSpace(r) {
			r = ' '
		}
		if r != ' ' && r != ',' && r != '.' && !isApostrophe(r) || sep != 0 && r != sep {
			break
		}
		next := run(end + 1)
		if next-end-1 != 3 || next < len(runes) && unicode.IsLetter(runes[next]) {
			break
		}
		if sep == 0 && r == ' ' {
			w.spaced, w.parts = true, []string{first}
		}
		sep = r
		group := string(runes[end+1 : next])
		w.word += group
		if w.spaced {
			w.parts = append(w.parts, group)
		}
		end = next
	}
	if end+1 >= len(runes) {
		return w, end
	}
	r, next := runes[end], run(end+1)
	decimals := next - end - 1
	ends := next == len(runes) || !isWord(runes[next]) && !(runes[next] == '.' && next+1 < len(runes) && isDigit(runes[next+1]))
	switch {
	case (r == '.' || r == ',') && r != sep && (decimals == 1 || decimals == 2) && ends:
		w.word += "." + string(runes[end+1:next])
		w.open = decimals < 3 && next == len(runes) && sep == 0
		end = next
	case isSpace(r) && (sep == 0 || sep == ' ') && len(first) <= 3 && (decimals == 1 || decimals == 2) && next == len(runes):
		// the last group is being typed
		if !w.spaced {
			w.spaced, w.parts = true, []string{first}
		}
		w.word += string(runes[end+1 : next])
		w.parts = append(w.parts, string(runes[end+1:next]))
		w.open, end = true, next
	}
	return w, end
}
