package search

import (
	"slices"
	"strings"
	"unicode"
)

// Stems are what the forms of a folded word have in common: two words are
// forms of one when they share a stem. A form can often be read in more than
// one way («систем» of «система», «основі» of «основа»), so a word has a few
// stems and not one. Words of less than three letters, and what holds digits,
// have none.
//
// It is a light stemmer of nouns and adjectives, without a dictionary: rather
// one form too many is found than one too few.
func Stems(word string) []string {
	runes := []rune(word)
	if len(runes) < leastStem {
		return nil
	}
	cyrillic, latin := 0, 0
	for _, r := range runes {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	switch len(runes) {
	case cyrillic:
		return ukrainian(runes)
	case latin:
		return []string{english(word)}
	}
	return nil
}

// leastStem is the length below which a stem would say nothing.
const leastStem = 3

// english takes the plural off, and evens out the end that it leaves: licence,
// licences; policy, policies; process, processes.
func english(w string) string {
	s := w
	switch {
	case len(w) < 4, strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"):
	case strings.HasSuffix(w, "es"), strings.HasSuffix(w, "is"):
		s = w[:len(w)-2]
	case strings.HasSuffix(w, "s"):
		s = w[:len(w)-1]
	}
	if len(s) > leastStem {
		s = strings.TrimSuffix(s, "e")
	}
	if n := len(s) - 1; n >= 2 && s[n] == 'y' && !strings.ContainsRune("aeiou", rune(s[n-1])) {
		s = s[:n] + "i"
	}
	return s
}

// endings of nouns and adjectives that are longer than a letter. What is left
// of a word must be a stem.
var endings = []string{
	"ого", "ього", "ому", "ьому", "ими", "іми", "ами", "ями", "ові", "еві", "єві", "ість",
	"ою", "ею", "єю", "ої", "ий", "ій", "им", "ім", "їм", "их", "іх", "їх", "ам", "ям", "ах", "ях",
	"ом", "ем", "єм", "ів", "їв", "ей", "ію", "ія", "ії", "іє", "ию",
}

const (
	vowels     = "аеєиіїоуюя"
	consonants = "бвгґджзйклмнпрстфхцчшщ"
)

func isVowel(r rune) bool { return strings.ContainsRune(vowels, r) }

func isConsonant(r rune) bool { return strings.ContainsRune(consonants, r) }

// ukrainian reads w as a form without an ending, with an ending of a letter,
// and with the longest that it may have.
func ukrainian(w []rune) (out []string) {
	add := func(s []rune) {
		if len(s) >= leastStem && !slices.Contains(out, string(s)) {
			out = append(out, string(s))
		}
	}
	last := w[len(w)-1]
	bare := w
	if last == 'ь' {
		bare = w[:len(w)-1]
	}
	if isVowel(last) {
		short := evened(w)
		add(short)
		if last == 'і' {
			add(hardened(short))
		}
	} else {
		add(evened(bare))
		for _, s := range closed(bare) {
			add(evened(s))
		}
	}
	for _, e := range endings {
		end := []rune(e)
		if len(w)-len(end) < leastStem || !slices.Equal(w[len(w)-len(end):], end) {
			continue
		}
		add(evened(w[:len(w)-len(end)]))
	}
	if out == nil {
		out = append(out, string(w)) // «дія», «усі»: too short to take anything off
	}
	return out
}

// evened takes off the vowels that a stem ends in, the doubled consonant of
// «знання», «знань», and the vowel that changes in «-ість», «-ості».
func evened(s []rune) []rune {
	for len(s) > leastStem && (isVowel(s[len(s)-1]) || s[len(s)-1] == 'ь' || s[len(s)-1] == 'й') {
		s = s[:len(s)-1]
	}
	if n := len(s); n > leastStem && s[n-1] == s[n-2] && isConsonant(s[n-1]) {
		s = s[:n-1]
	}
	if n := len(s); n > 4 && string(s[n-3:]) == "іст" {
		s = append(slices.Clone(s[:n-3]), 'о', 'с', 'т')
	}
	return s
}

// hardened is the stem of a form in -і whose last consonant softened:
// «безпеці» of «безпека», «допомозі» of «допомога».
func hardened(s []rune) []rune {
	hard := map[rune]rune{'ц': 'к', 'з': 'г', 'с': 'х'}[s[len(s)-1]]
	if hard == 0 {
		return nil
	}
	return append(slices.Clone(s[:len(s)-1]), hard)
}

// closed are the stems that a form without an ending may come from, whose last
// syllable closed: «захід» of «заходу», «Київ» of «Києва»; and «помилок» of
// «помилка», «рівень» of «рівня».
func closed(s []rune) (out [][]rune) {
	n := len(s)
	if n < leastStem || !isConsonant(s[n-1]) {
		return nil
	}
	put := func(open ...rune) {
		out = append(out, append(append(slices.Clone(s[:n-2]), open...), s[n-1]))
	}
	switch s[n-2] {
	case 'і':
		put('о')
		put('е')
	case 'ї':
		put('є')
	case 'о', 'е', 'є':
		if n > leastStem && (isConsonant(s[n-3]) || s[n-3] == 'ь') {
			put()
		}
		if n > leastStem && s[n-3] == 'л' {
			put('ь') // «кілець» of «кільце»
		}
	}
	return out
}
