// Package qr draws QR codes (ISO/IEC 18004) that print and need no script. The
// encoder is rsc.io/qr; the picture is one path of SVG.
package qr

import (
	"strconv"
	"strings"

	"rsc.io/qr"

	"tallinn/fault"
)

// ErrLong refuses what does not fit into a code that phones read off paper.
var ErrLong = fault.New(fault.Invalid, "qr.long",
	"{{.length}} characters are too many for a QR code; use an address of {{.most}} or fewer")

// Most is the number of bytes one code holds here: a version that is still
// read off a sheet with a crease in it.
const Most = 300

// Quiet is the empty border that the standard asks for, in modules.
const Quiet = 4

// A Code is a square of dark and light modules.
type Code struct {
	size int
	dark func(x, y int) bool
}

// Encode makes the code of text, which still reads with a sixth of it damaged.
//
// Errors: ErrLong.
func Encode(text string) (Code, error) {
	if len(text) > Most {
		return Code{}, ErrLong.With("length", len(text)).With("most", Most)
	}
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return Code{}, ErrLong.With("length", len(text)).With("most", Most).Because(err)
	}
	return Code{c.Size, c.Black}, nil
}

// Size is the width of c in modules, without its border.
func (c Code) Size() int { return c.size }

// Dark reports whether the module in column x of row y is dark.
func (c Code) Dark(x, y int) bool { return c.dark != nil && c.dark(x, y) }

// box is the viewBox of c with its border.
func (c Code) box() string {
	all := strconv.Itoa(c.size + 2*Quiet)
	return "0 0 " + all + " " + all
}

// path draws the dark modules, run by run.
func (c Code) path() string {
	var b strings.Builder
	for y := range c.size {
		for x := 0; x < c.size; x++ {
			from := x
			for c.Dark(x, y) {
				x++
			}
			if x > from {
				b.WriteString("M" + strconv.Itoa(from+Quiet) + " " + strconv.Itoa(y+Quiet) + "h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
			}
		}
	}
	return b.String()
}

// Terminal draws c for a terminal of dark ground, two rows of modules a line.
func (c Code) Terminal() string {
	var b strings.Builder
	for y := -Quiet; y < c.size+Quiet; y += 2 {
		for x := -Quiet; x < c.size+Quiet; x++ {
			b.WriteString([]string{"█", "▄", "▀", " "}[2*bit(c.within(x, y+1))+bit(c.within(x, y))])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (c Code) within(x, y int) bool {
	return x >= 0 && y >= 0 && x < c.size && y < c.size && c.Dark(x, y)
}

func bit(dark bool) int {
	if dark {
		return 1
	}
	return 0
}
