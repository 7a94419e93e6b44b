// Package ids draws the short ids that people read to one another, such as
// N-0417. They are drawn, not counted, so that an id tells nothing of how many
// there are or which came first. The source of randomness is passed in.
package ids

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Draw takes ids from a source of random bytes.
type Draw struct{ Random io.Reader }

// ErrStuck reports a source that keeps naming used ids: it is not random.
var ErrStuck = errors.New("ids: the source of randomness repeats itself")

// tries is how many used ids in a row are too many to be chance: at most a
// quarter are used.
const tries = 200

// Next returns an unused id such as "N-0417": four digits, one more whenever
// a quarter of the shorter ones are taken. Taken is how many ids of this
// prefix exist; used reports whether one does. "N-0000" is nobody's, ever: it
// can stand for what is not there.
//
// Errors: those of the source; ErrStuck.
func (d Draw) Next(prefix string, taken int, used func(id string) bool) (string, error) {
	width, space := 4, uint64(10_000)
	for uint64(taken) >= space/4 {
		width, space = width+1, space*10
	}
	for range tries {
		n, err := d.below(space)
		if err != nil {
			return "", err
		}
		if n == 0 {
			continue
		}
		id := fmt.Sprintf("%s-%0*d", prefix, width, n)
		if !used(id) {
			return id, nil
		}
	}
	return "", ErrStuck
}

// below returns a number under n, each equally likely: the tail of the range
// that would favour small numbers is drawn again.
func (d Draw) below(n uint64) (uint64, error) {
	var b [8]byte
	limit := ^uint64(0) - ^uint64(0)%n
	for range tries {
		if _, err := io.ReadFull(d.Random, b[:]); err != nil {
			return 0, fmt.Errorf("ids: read randomness: %w", err)
		}
		if v := binary.LittleEndian.Uint64(b[:]); v < limit {
			return v % n, nil
		}
	}
	return 0, ErrStuck
}

// Prefix is the part of id before its dash: the noun it belongs to. It is
// empty when id is not of this package's form.
func Prefix(id string) string {
	p, digits, ok := strings.Cut(id, "-")
	if !ok || p == "" || len(digits) < 4 || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return p
}
