package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// guessed is how much of a file is looked at for how it was written, in bytes.
const guessed = 64 << 10

func (k *Kind) readCSV(data []byte, take func(Row) error) error {
	name, decode := encodingOf(data)
	k.Encoding = name
	if bytes.IndexByte(data[:min(len(data), guessed)], 0) >= 0 && decode == nil {
		return ErrText
	}
	var in io.Reader = bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))
	if decode != nil {
		in = decode.NewDecoder().Reader(bytes.NewReader(data))
	}
	head := make([]byte, guessed)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return ErrText.Because(err)
	}
	comma := commaOf(head[:n], n == guessed)
	k.Comma = string(comma)
	r := csv.NewReader(io.MultiReader(bytes.NewReader(head[:n]), in))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord, r.LazyQuotes = comma, -1, true, true
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			line := 0
			if p := (*csv.ParseError)(nil); errors.As(err, &p) {
				line = p.StartLine
			}
			return ErrQuotes.With("line", line).Because(err)
		}
		line, _ := r.FieldPos(0)
		if err := take(Row{line, cells}); err != nil {
			return err
		}
	}
}

// encodingOf finds out in which encoding a text was saved; nil is UTF-8. What
// is neither marked nor UTF-8 is of an older program: in Cyrillic the bytes
// over 127 stand side by side, and small letters, which are the most, lie
// elsewhere in Windows-1251 than in KOI8-U.
func encodingOf(data []byte) (string, encoding.Encoding) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	case validSoFar(data):
		return "utf-8", nil
	}
	var high, beside, upper, lower int
	for i, c := range data[:min(len(data), 4*guessed)] {
		if c < 0x80 {
			continue
		}
		high++
		if i > 0 && data[i-1] >= 0xc0 && c >= 0xc0 {
			beside++
		}
		switch {
		case c >= 0xe0:
			upper++
		case c >= 0xc0:
			lower++
		}
	}
	switch {
	case 2*beside < high:
		return "windows-1252", charmap.Windows1252
	case lower > upper:
		return "koi8-u", charmap.KOI8U
	}
	return "windows-1251", charmap.Windows1251
}

// validSoFar reports whether data is UTF-8 from end to end.
func validSoFar(data []byte) bool { return utf8.Valid(data) }

// commas may stand between cells, likelier ones first.
var commas = []rune{',', ';', '\t', '|'}

// commaOf finds what stands between the cells of head: what gives the most rows
// of the same width, the widest of these. The last line of a head that was cut
// counts for nothing.
func commaOf(head []byte, cut bool) rune {
	if cut {
		if i := bytes.LastIndexByte(head, '\n'); i > 0 {
			head = head[:i]
		}
	}
	best, most := ',', 0
	for _, c := range commas {
		r := csv.NewReader(bytes.NewReader(head))
		r.Comma, r.FieldsPerRecord, r.ReuseRecord, r.LazyQuotes = c, -1, true, true
		widths := map[int]int{}
		for {
			cells, err := r.Read()
			if err != nil {
				break
			}
			widths[len(cells)]++
		}
		score := 0
		for width, rows := range widths {
			if width > 1 {
				score = max(score, rows*min(width, 20))
			}
		}
		if score > most {
			best, most = c, score
		}
	}
	return best
}
