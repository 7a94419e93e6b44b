package money

import "bytes"

// UnmarshalCanonical reads what MarshalJSON writes, in canonical form, and
// reports whether it did; a replay reads every amount of the record by it.
func (a *Amount) UnmarshalCanonical(b []byte) bool {
	const open, middle, end = `{"currency":"`, `","value":"`, `"}`
	rest, ok := bytes.CutPrefix(b, []byte(open))
	code, rest, ok2 := bytes.Cut(rest, []byte(middle))
	value, ok3 := bytes.CutSuffix(rest, []byte(end))
	if !ok || !ok2 || !ok3 {
		return false
	}
	read, err := ParseAmount(string(value), Currency(code))
	*a = read
	return err == nil
}
