package table

import "regexp"

var keyForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// IsKey reports whether s can name a row in a stream, a command and an
// address.
func IsKey(s string) bool { return keyForm.MatchString(s) }

// Keys checks that every row of t has a key of its own, given by key. It
// returns the line of every key in the file, those of bad rows too, and the
// rows whose key is good. Of two rows with one key the first is kept and the
// second is a problem.
func Keys(t Table, column string, key func(Row) string, problems *Problems) (map[string]int, []Row) {
	lines, good := map[string]int{}, make([]Row, 0, len(t.Rows))
	for _, r := range t.Rows {
		k := key(r)
		if !IsKey(k) {
			problems.Add(Problem{t.File, r.Line, column, ErrKey.With("key", Quote(k))})
			continue
		}
		if first, twice := lines[k]; twice {
			problems.Add(Problem{t.File, r.Line, column, ErrTwice.With("key", Quote(k)).With("line", first)})
			continue
		}
		lines[k] = r.Line
		good = append(good, r)
	}
	for _, r := range t.Bad {
		if k := key(r); IsKey(k) && lines[k] == 0 {
			lines[k] = r.Line
		}
	}
	return lines, good
}
