package evtx

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"tallinn/defence/event"
)

// The types of values in binary XML.
const (
	kindNull    = 0x00
	kindString  = 0x01
	kindANSI    = 0x02
	kindInt8    = 0x03
	kindUint8   = 0x04
	kindInt16   = 0x05
	kindUint16  = 0x06
	kindInt32   = 0x07
	kindUint32  = 0x08
	kindInt64   = 0x09
	kindUint64  = 0x0a
	kindFloat32 = 0x0b
	kindFloat64 = 0x0c
	kindBool    = 0x0d
	kindBinary  = 0x0e
	kindGUID    = 0x0f
	kindSize    = 0x10
	kindTime    = 0x11
	kindSysTime = 0x12
	kindSID     = 0x13
	kindHex32   = 0x14
	kindHex64   = 0x15
	kindBinXML  = 0x21
	arrayFlag   = 0x80
)

// format writes v as Windows shows it. Hexadecimal types are 0x and lower
// case without padding, for rules compare that text.
func (c *chunk) format(v *value) (string, event.Kind) {
	if v.kind == kindString {
		return c.text(v.data), event.Text
	}
	a := &c.r.arena
	if v.kind&arrayFlag != 0 {
		b := c.array(a.Reserve(arraySize(v))[:0], v)
		return a.Keep(len(b)), event.Text
	}
	b, kind := appendScalar(a.Reserve(scalarSize(v.data))[:0], v.kind, v.data)
	return a.Keep(len(b)), kind
}

// scalarSize is the most bytes that a scalar of these data takes as text.
func scalarSize(data []byte) int { return 3*len(data) + 48 }

func arraySize(v *value) int { return 24*len(v.data) + 64 }

// text converts UTF-16 in little-endian order, less what follows a final NUL.
func (c *chunk) text(data []byte) string {
	for n := len(data); n >= 2 && data[n-1] == 0 && data[n-2] == 0; n = len(data) {
		data = data[:n-2]
	}
	a := &c.r.arena
	b := appendText(a.Reserve(len(data) / 2 * 3)[:0], data)
	return a.Keep(len(b))
}

func appendText(dst, data []byte) []byte {
	i := 0
	// Four characters at a time while they are ASCII.
	for ; i+8 <= len(data); i += 8 {
		u := binary.LittleEndian.Uint64(data[i:])
		if u&0xff80ff80ff80ff80 != 0 {
			break
		}
		dst = append(dst, byte(u), byte(u>>16), byte(u>>32), byte(u>>48))
	}
	for ; i+2 <= len(data); i += 2 {
		u := rune(binary.LittleEndian.Uint16(data[i:]))
		if u < utf8.RuneSelf {
			dst = append(dst, byte(u))
			continue
		}
		if utf16.IsSurrogate(u) && i+4 <= len(data) {
			if r := utf16.DecodeRune(u, rune(binary.LittleEndian.Uint16(data[i+2:]))); r != utf8.RuneError {
				dst = utf8.AppendRune(dst, r)
				i += 2
				continue
			}
		}
		dst = utf8.AppendRune(dst, u)
	}
	return dst
}

// appendScalar writes one value; data too short for its type gives nothing.
func appendScalar(dst []byte, kind byte, d []byte) ([]byte, event.Kind) {
	if n := width(kind); n > 0 && len(d) < n {
		return dst, event.Text
	}
	le := binary.LittleEndian
	switch kind {
	case kindString:
		return appendText(dst, d), event.Text
	case kindANSI:
		return appendANSI(dst, d), event.Text
	case kindInt8:
		return strconv.AppendInt(dst, int64(int8(d[0])), 10), event.Number
	case kindUint8:
		return strconv.AppendUint(dst, uint64(d[0]), 10), event.Number
	case kindInt16:
		return strconv.AppendInt(dst, int64(int16(le.Uint16(d))), 10), event.Number
	case kindUint16:
		return strconv.AppendUint(dst, uint64(le.Uint16(d)), 10), event.Number
	case kindInt32:
		return strconv.AppendInt(dst, int64(int32(le.Uint32(d))), 10), event.Number
	case kindUint32:
		return strconv.AppendUint(dst, uint64(le.Uint32(d)), 10), event.Number
	case kindInt64:
		return strconv.AppendInt(dst, int64(le.Uint64(d)), 10), event.Number
	case kindUint64:
		return strconv.AppendUint(dst, le.Uint64(d), 10), event.Number
	case kindFloat32:
		return strconv.AppendFloat(dst, float64(math.Float32frombits(le.Uint32(d))), 'g', -1, 32), event.Number
	case kindFloat64:
		return strconv.AppendFloat(dst, math.Float64frombits(le.Uint64(d)), 'g', -1, 64), event.Number
	case kindBool:
		return strconv.AppendBool(dst, le.Uint32(d) != 0), event.Bool
	}
	return appendSpecial(dst, kind, d), event.Text
}

func appendSpecial(dst []byte, kind byte, d []byte) []byte {
	le := binary.LittleEndian
	switch kind {
	case kindBinary:
		for _, b := range d {
			dst = append(dst, upper[b>>4], upper[b&15])
		}
	case kindGUID:
		dst = appendGUID(dst, d)
	case kindSize, kindHex32, kindHex64:
		if len(d) == 4 {
			return strconv.AppendUint(append(dst, "0x"...), uint64(le.Uint32(d)), 16)
		}
		if len(d) >= 8 {
			return strconv.AppendUint(append(dst, "0x"...), le.Uint64(d), 16)
		}
	case kindTime:
		return appendTime(dst, time.Unix(0, fileTime(le.Uint64(d))).UTC())
	case kindSysTime:
		u := func(i int) int { return int(le.Uint16(d[2*i:])) }
		return appendTime(dst, time.Date(u(0), time.Month(u(1)), u(3), u(4), u(5), u(6), u(7)*1e6, time.UTC))
	case kindSID:
		dst = appendSID(dst, d)
	}
	return dst
}

const upper = "0123456789ABCDEF"

// width is the size of a type in bytes; 0: it varies.
func width(kind byte) int {
	switch kind {
	case kindInt8, kindUint8:
		return 1
	case kindInt16, kindUint16:
		return 2
	case kindInt32, kindUint32, kindFloat32, kindBool, kindHex32:
		return 4
	case kindInt64, kindUint64, kindFloat64, kindTime, kindHex64:
		return 8
	case kindGUID, kindSysTime:
		return 16
	}
	return 0
}

// appendTime writes RFC 3339 with as many decimals as are needed, at most 7.
func appendTime(dst []byte, t time.Time) []byte {
	return t.AppendFormat(dst, "2006-01-02T15:04:05.999999999Z")
}

func appendANSI(dst, d []byte) []byte {
	for _, b := range d {
		if b == 0 {
			break
		}
		if b < utf8.RuneSelf {
			dst = append(dst, b)
		} else {
			dst = utf8.AppendRune(dst, rune(b))
		}
	}
	return dst
}

// appendGUID writes {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx} in upper case, as
// the event viewer does.
func appendGUID(dst, d []byte) []byte {
	dst = append(dst, '{')
	for i, from := range [16]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, upper[d[from]>>4], upper[d[from]&15])
	}
	return append(dst, '}')
}

func appendSID(dst, d []byte) []byte {
	if len(d) < 8 {
		return dst
	}
	dst = append(dst, "S-"...)
	dst = strconv.AppendUint(dst, uint64(d[0]), 10)
	var authority uint64
	for _, b := range d[2:8] {
		authority = authority<<8 | uint64(b)
	}
	dst = strconv.AppendUint(append(dst, '-'), authority, 10)
	for i := 8; i+4 <= len(d) && i < 8+4*int(d[1]); i += 4 {
		dst = strconv.AppendUint(append(dst, '-'), uint64(binary.LittleEndian.Uint32(d[i:])), 10)
	}
	return dst
}

// array writes the items of an array type, a line feed between them.
func (c *chunk) array(dst []byte, v *value) []byte {
	kind := v.kind &^ arrayFlag
	d := v.data
	if kind == kindString || kind == kindANSI {
		return appendStrings(dst, kind, d)
	}
	n := width(kind)
	if n == 0 {
		return dst
	}
	for first := true; len(d) >= n; d, first = d[n:], false {
		if !first {
			dst = append(dst, '\n')
		}
		dst, _ = appendScalar(dst, kind, d[:n])
	}
	return dst
}

// appendStrings writes strings that each end with a NUL.
func appendStrings(dst []byte, kind byte, d []byte) []byte {
	step := 2
	if kind == kindANSI {
		step = 1
	}
	for first := true; len(d) >= step; first = false {
		end := 0
		for end+step <= len(d) && (d[end] != 0 || step == 2 && d[end+1] != 0) {
			end += step
		}
		if !first {
			dst = append(dst, '\n')
		}
		dst, _ = appendScalar(dst, kind, d[:end])
		d = d[min(len(d), end+step):]
	}
	return dst
}
