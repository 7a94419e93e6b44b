package publicdata

import (
	"regexp"
	"slices"
	"strings"
)

// Words of a note after which the ids of other rows may follow. The list is
// closed: whoever compiles the tables says it with one of these.
var overlapWords = regexp.MustCompile(`(?i)(\b(?:not|no|never|without)\s+(?:an?\s+|the\s+)?)?` +
	`\b(?:parts? of|inside|within|(?:included|contained) in|overlap(?:s|ping)?(?: with)?)\s+(?:the\s+)?(?:rows?\s+)?`)

var (
	clauses = regexp.MustCompile(`;|\.\s`)
	rowWord = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*`)
	joiner  = regexp.MustCompile(`^\s*(?:,\s*and\s+|,\s*|and\s+|or\s+)`)
	verb    = regexp.MustCompile(`(?i)\b(?:is|are|was|were|may|will)\b`)
)

// overlapped returns the other rows that, by its note, the row self is part of
// or overlaps. A note counts only where the id of a row of the same file
// follows the words: "part of a package" and "inside a package" say nothing
// about a row. The direction matters: "it-2026-tmpo is part of it-2025" is
// said of it-2026-tmpo and "a and b are its parts" of a and b, wherever it
// stands; "contains x" makes x the part.
func overlapped(note, self string, rows map[string]bool) []string {
	var out []string
	for _, clause := range clauses.Split(note, -1) {
		for _, at := range overlapWords.FindAllStringSubmatchIndex(clause, -1) {
			if at[2] >= 0 || otherSubject(clause[:at[0]], self, rows) {
				continue
			}
			for _, id := range listed(clause[at[1]:], rows) {
				if id != self && !slices.Contains(out, id) {
					out = append(out, id)
				}
			}
		}
	}
	return out
}

// listed reads the rows at the beginning of s: "a", "a and b", "a, b and c".
func listed(s string, rows map[string]bool) []string {
	var out []string
	for {
		id := strings.TrimRight(rowWord.FindString(s), ".-_")
		if !rows[id] {
			return out
		}
		out = append(out, id)
		s = s[len(id):]
		and := joiner.FindString(s)
		if and == "" {
			return out
		}
		s = s[len(and):]
	}
}

// otherSubject reports whether the words before "part of" speak of another
// row: its id, then a verb or nothing, and no comma after that.
func otherSubject(before, self string, rows map[string]bool) bool {
	subject := before
	if at := verb.FindAllStringIndex(before, -1); len(at) > 0 {
		last := at[len(at)-1]
		if strings.Contains(before[last[1]:], ",") {
			return false
		}
		subject = before[:last[0]]
	}
	words := strings.Fields(subject)
	if len(words) == 0 {
		return false
	}
	id := words[len(words)-1]
	return rows[id] && id != self
}

// rowLike is a word that looks like the id of a row: lower-case parts joined
// by dashes, one of them a year.
var rowLike = regexp.MustCompile(`^[a-z]+(?:-[a-z0-9]+)*-(?:19|20)\d\d(?:-[a-z0-9]+)*\b`)

// unknownRow returns a word that follows "part of" or the like, looks like the
// id of a row, and is none: most likely a slip that would count money twice.
func unknownRow(note string, rows map[string]bool) string {
	for _, at := range overlapWords.FindAllStringIndex(note, -1) {
		if id := rowLike.FindString(note[at[1]:]); id != "" && !rows[id] {
			return id
		}
	}
	return ""
}
