package event

import "unsafe"

// An Arena holds the bytes of values that had to be rewritten (unescaped,
// converted, formatted) while one record stands. Strings taken from it are
// valid until Reset.
type Arena struct {
	buf  []byte
	used int
}

// Reset makes the arena's memory free again.
func (a *Arena) Reset() { a.used = 0 }

// Reserve returns n free bytes; Keep makes a string of the first of them.
func (a *Arena) Reserve(n int) []byte {
	if a.used+n > len(a.buf) {
		// Strings into the old buffer keep it alive.
		a.buf = make([]byte, max(2*len(a.buf), n, 16<<10))
		a.used = 0
	}
	return a.buf[a.used : a.used+n : a.used+n]
}

// Keep returns the first n bytes of the last reservation as a string.
func (a *Arena) Keep(n int) string {
	b := a.buf[a.used : a.used+n]
	a.used += n
	return View(b)
}

// View is b as a string that shares its memory: it changes when b does.
func View(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
