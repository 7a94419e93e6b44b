package attachment

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// A picture is not decoded: its parts are copied one by one, those that show
// something, and whatever tells of it is left behind. So nothing is unpacked
// that could grow, and no quality is lost.

// maxPixels bounds a picture: past it, programs that open it are in danger.
const maxPixels = 100_000_000

// copyPNG copies the chunks of a PNG that its pixels need (W3C PNG, third
// edition, 11), to IEND; what follows is left behind.
func copyPNG(w io.Writer, r *bufio.Reader) error {
	if _, err := io.CopyN(w, r, 8); err != nil {
		return err
	}
	for first := true; ; first = false {
		var head [8]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return err
		}
		size, name := int64(binary.BigEndian.Uint32(head[:4])), string(head[4:])
		if first != (name == "IHDR") || size > MaxBytes || first && size != 13 {
			return ErrBroken
		}
		if first {
			body, err := r.Peek(8)
			if err != nil {
				return err
			}
			if !sized(uint64(binary.BigEndian.Uint32(body)), uint64(binary.BigEndian.Uint32(body[4:]))) {
				return ErrBroken
			}
		}
		if !shows[name] {
			if _, err := io.CopyN(io.Discard, r, size+4); err != nil {
				return err
			}
			continue
		}
		if _, err := w.Write(head[:]); err != nil {
			return err
		}
		if _, err := io.CopyN(w, r, size+4); err != nil || name == "IEND" {
			return err
		}
	}
}

// shows are the chunks of a PNG without which it looks different.
var shows = map[string]bool{"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true,
	"cHRM": true, "sRGB": true, "sBIT": true, "bKGD": true, "pHYs": true}

func sized(width, height uint64) bool {
	return width > 0 && height > 0 && width <= maxPixels && height <= maxPixels && width*height <= maxPixels
}

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	markSOI  = 0xd8
	markEOI  = 0xd9
	markSOS  = 0xda
	markApp0 = 0xe0
	markApp1 = 0xe1
	markAppE = 0xee // Adobe's: which colours the numbers mean
	markAppF = 0xef
	markCOM  = 0xfe
)

// copyJPEG copies the segments of a JPEG that its pixels need, to EOI. Of what
// the camera noted it keeps one thing: which side is up.
func copyJPEG(w io.Writer, r *bufio.Reader) error {
	if _, err := io.CopyN(w, r, 2); err != nil {
		return err
	}
	for {
		mark, err := marker(r)
		if err != nil {
			return err
		}
		switch {
		case mark == markEOI:
			_, err := w.Write([]byte{0xff, markEOI})
			return err
		case mark >= 0xd0 && mark <= markSOI || mark == 0x01:
			return ErrBroken // without a length, and never here
		}
		if err := copySegment(w, r, mark); err != nil {
			return err
		}
		if mark == markSOS {
			if err := copyScan(w, r); err != nil {
				return err
			}
		}
	}
}

// marker reads the next marker; any number of fill bytes may stand before it.
func marker(r *bufio.Reader) (byte, error) {
	b, err := r.ReadByte()
	if err != nil {
		return 0, err
	}
	if b != 0xff {
		return 0, ErrBroken
	}
	for b == 0xff {
		if b, err = r.ReadByte(); err != nil {
			return 0, err
		}
	}
	if b == 0 {
		return 0, ErrBroken
	}
	return b, nil
}

func copySegment(w io.Writer, r *bufio.Reader, mark byte) error {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(length[:]))
	if n < 2 {
		return ErrBroken
	}
	body := make([]byte, n-2)
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	frame := mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc
	switch {
	case frame && (len(body) < 5 || !sized(uint64(binary.BigEndian.Uint16(body[3:])), uint64(binary.BigEndian.Uint16(body[1:])))):
		return ErrBroken
	case mark == markApp0:
		if body = plainJFIF(body); body == nil {
			return nil
		}
	case mark == markApp1:
		side := orientation(body)
		if side <= 1 {
			return nil
		}
		body = noted(side)
	case mark == markAppE:
		if !bytes.HasPrefix(body, []byte("Adobe")) || len(body) < 12 {
			return nil
		}
		body = body[:12]
	case mark > markApp1 && mark <= markAppF, mark == markCOM:
		return nil
	}
	head := binary.BigEndian.AppendUint16([]byte{0xff, mark}, uint16(len(body)+2))
	_, err := w.Write(append(head, body...))
	return err
}

// plainJFIF is a JFIF header without the small picture in it.
func plainJFIF(body []byte) []byte {
	if len(body) < 14 || !bytes.HasPrefix(body, []byte("JFIF\x00")) {
		return nil
	}
	return append(bytes.Clone(body[:12]), 0, 0)
}

// copyScan copies the pixels up to the next marker, which stays to be read.
func copyScan(w io.Writer, r *bufio.Reader) error {
	out := bufio.NewWriter(w)
	for {
		next, err := r.Peek(2)
		if err != nil {
			return err
		}
		if next[0] == 0xff && next[1] != 0 && (next[1] < 0xd0 || next[1] > 0xd7) {
			return out.Flush()
		}
		if err := out.WriteByte(next[0]); err != nil {
			return err
		}
		if _, err := r.Discard(1); err != nil {
			return err
		}
	}
}

const exifMark = "Exif\x00\x00"

// orientation is the side that is up, 1 to 8, of what a camera noted (Exif
// 2.32, 4.6.4, tag 0112); 0 when it noted nothing that can be read.
func orientation(body []byte) uint16 {
	tiff, ok := bytes.CutPrefix(body, []byte(exifMark))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 0
		}
		if order.Uint16(entries) == 0x0112 {
			if side := order.Uint16(entries[8:]); side <= 8 {
				return side
			}
			return 0
		}
		entries = entries[12:]
	}
	return 0
}

// noted is a note of the side that is up, and of nothing else.
func noted(side uint16) []byte {
	b := []byte(exifMark + "MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	b = binary.BigEndian.AppendUint16(b, side)
	return append(b, 0, 0, 0, 0, 0, 0)
}
