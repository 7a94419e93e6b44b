package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Query is what is looked for: a thing is found when each term finds a word
// of it.
type Query struct{ readings [][]term }

// A term finds the words that begin with one of its forms, and those that
// share a stem with it; an id that is written out finds itself alone.
type term struct {
	forms []string
	stems []string
	whole bool
}

// Parse reads what was typed. Digits that are parted by spaces are one number,
// and, when that finds nothing, several.
func Parse(typed string) Query {
	if utf8.RuneCountInString(typed) > MostQuery {
		typed = string([]rune(typed)[:MostQuery])
	}
	var joined, parted []term
	several := false
	scan(typed, func(w token) {
		joined = append(joined, w.term())
		if !w.spaced {
			parted = append(parted, w.term())
			return
		}
		several = true
		for _, part := range w.parts {
			parted = append(parted, term{forms: []string{part}})
		}
	})
	q := Query{}
	for _, reading := range [][]term{joined, parted} {
		if len(reading) > 0 && (len(q.readings) == 0 || several) {
			q.readings = append(q.readings, reading[:min(len(reading), mostTerms)])
		}
	}
	return q
}

func (w token) term() term {
	t := term{forms: []string{w.word}}
	switch {
	case w.id:
		t.whole = len(w.parts[0]) >= 4
	case w.number:
		if whole, decimals, parted := strings.Cut(w.word, "."); parted && w.open {
			t.forms = append(t.forms, whole+decimals) // or a group that is being typed
		}
	default:
		t.stems = Stems(w.word)
	}
	return t
}

// Empty reports whether q looks for nothing.
func (q Query) Empty() bool { return len(q.readings) == 0 }

// Short reports whether q is one character, which would find half of all.
func (q Query) Short() bool {
	return !q.Empty() && len(q.readings[0]) == 1 && utf8.RuneCountInString(q.readings[0][0].forms[0]) < 2
}

// finds reports whether t finds the word w: it is what the index must agree
// with.
func (t term) finds(w string) bool {
	for _, f := range t.forms {
		if w == f || !t.whole && strings.HasPrefix(w, f) {
			return true
		}
	}
	return len(t.stems) > 0 && slices.ContainsFunc(Stems(w), func(s string) bool { return slices.Contains(t.stems, s) })
}

// Finds reports whether q finds a thing of these words. It is slow; an Index
// answers the same.
func (q Query) Finds(words []string) bool {
	return slices.ContainsFunc(q.readings, func(reading []term) bool { return findsAll(reading, words) })
}

func findsAll(reading []term, words []string) bool {
	for _, t := range reading {
		if !slices.ContainsFunc(words, t.finds) {
			return false
		}
	}
	return true
}

// Mark cuts text into what q finds and what lies between, in turn: the first
// piece is what lies before the first word that is found, and may be empty.
func (q Query) Mark(text string) (pieces []string) {
	rest, from := text, 0
	for _, span := range wordSpans(text) {
		w := Words(text[span[0]:span[1]])
		if len(w) == 0 || !slices.ContainsFunc(w, q.anyTerm) {
			continue
		}
		pieces = append(pieces, text[from:span[0]], text[span[0]:span[1]])
		from = span[1]
	}
	rest = text[from:]
	return append(pieces, rest)
}

func (q Query) anyTerm(w string) bool {
	return slices.ContainsFunc(q.readings, func(reading []term) bool {
		return slices.ContainsFunc(reading, func(t term) bool { return t.finds(w) })
	})
}

// wordSpans are the places of the words of text, by byte: runs of letters,
// digits and what may stand inside a word.
func wordSpans(text string) (out [][2]int) {
	start := -1
	end := func(i int) {
		if start >= 0 {
			out = append(out, [2]int{start, i})
		}
		start = -1
	}
	for i, r := range text {
		switch {
		case isWord(r):
			if start < 0 {
				start = i
			}
		case start >= 0 && (isApostrophe(r) || isHyphen(r) && i == start+1):
		default:
			end(i)
		}
	}
	end(len(text))
	return out
}
