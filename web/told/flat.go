package told

import (
	"strconv"
	"strings"

	"tallinn/fact"
	"tallinn/web"
)

// TellerOf tells the corrections of a noun whose values are words of lists
// that the whole house shares, or speak for themselves.
func TellerOf(l web.Lang, noun string) Teller {
	return Teller{Lang: l, Noun: noun, Name: func(field, value string) string {
		switch field {
		case "line", "sector", "region":
			if word := Word(l, field, value); word != value {
				return word
			}
		}
		return ""
	}}
}

// Flat is c with a pointer that tells its field by name, see Path.
func Flat(c fact.Correction) fact.Correction {
	c.Pointer = "/" + Path(c.Pointer)
	return c
}

// Path is a pointer as a Teller names its field: without the place of a list,
// and without what is common to a whole form.
func Path(pointer string) string {
	var out []string
	for token := range strings.SplitSeq(strings.TrimPrefix(strings.TrimPrefix(pointer, "/"), "asked/"), "/") {
		if _, err := strconv.Atoi(token); err != nil {
			out = append(out, token)
		}
	}
	return strings.Join(out, ".")
}
