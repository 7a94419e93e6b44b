package attachment

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"unicode/utf8"
)

// peek is how much of a file is looked at to tell its type.
const peek = 512

// Copy copies a file called name from r to w: only a type that is taken, at
// most MaxBytes of it, without metadata when it is a picture. It keeps no more
// than a few kilobytes in memory. After an error what was written is worth
// nothing.
//
// Errors: ErrName, ErrEmpty, ErrType, ErrBroken, ErrTooLarge; those of r and w.
func Copy(w io.Writer, r io.Reader, name string) (Type, int64, error) {
	if err := CheckName(name); err != nil {
		return "", 0, err
	}
	in := &counting{r: r, left: MaxBytes + 1}
	buffered := bufio.NewReaderSize(in, 4096)
	head, err := buffered.Peek(peek)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", 0, err
	}
	if len(head) == 0 {
		return "", 0, ErrEmpty
	}
	out := &written{w: w}
	kind := typeOf(head, name)
	switch kind {
	case PNG:
		err = copyPNG(out, buffered)
	case JPEG:
		err = copyJPEG(out, buffered)
	case Plain, CSV:
		err = copyText(out, buffered)
	case PDF, Office:
		_, err = io.Copy(out, buffered)
	default:
		err = ErrType
	}
	switch {
	case in.left <= 0:
		return "", 0, ErrTooLarge.With("most", MaxBytes>>20)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "", 0, ErrBroken
	case err != nil:
		return "", 0, err
	}
	return kind, out.n, nil
}

// CheckName refuses a name that no file should have.
//
// Errors: ErrName.
func CheckName(name string) error {
	if name == "" || len(name) > MaxName || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool {
		return r < ' ' || r == '/' || r == '\\' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
	}) {
		return ErrName.With("most", MaxName)
	}
	return nil
}

// officeNames are the endings of documents of office programs; without macros.
var officeNames = []string{".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"}

// typeOf tells what a file is by how it begins. The name decides only between
// types that begin alike.
func typeOf(head []byte, name string) Type {
	ending := strings.ToLower(path.Ext(name))
	switch {
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return PDF
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		for _, o := range officeNames {
			if o == ending && office(head) {
				return Office
			}
		}
		return ""
	case !isText(head):
		return ""
	case ending == ".csv":
		return CSV
	}
	return Plain
}

// office reports whether an archive begins as office programs begin theirs.
func office(head []byte) bool {
	const names = 30 // where the first entry's name stands
	if len(head) < names {
		return false
	}
	first := head[names:]
	for _, begin := range []string{"mimetypeapplication/vnd.oasis.opendocument.", "[Content_Types].xml", "_rels/", "docProps/", "word/", "xl/", "ppt/"} {
		if bytes.HasPrefix(first, []byte(begin)) {
			return true
		}
	}
	return false
}

// isText reports whether b may begin a text: UTF-8 without control characters,
// perhaps cut within a character.
func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			return !utf8.FullRune(b)
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f {
			return false
		}
		b = b[n:]
	}
	return true
}

// copyText copies what is text to its end.
func copyText(w io.Writer, r io.Reader) error {
	buf, have := make([]byte, 4096), 0
	for {
		n, err := r.Read(buf[have:])
		have += n
		whole := have
		if !errors.Is(err, io.EOF) { // a character may be cut here
			for whole > 0 && have-whole < utf8.UTFMax && !utf8.Valid(buf[:whole]) {
				whole--
			}
		}
		if !isText(buf[:whole]) || !utf8.Valid(buf[:whole]) {
			return ErrType
		}
		if _, err := w.Write(buf[:whole]); err != nil {
			return err
		}
		have = copy(buf, buf[whole:have])
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// counting ends at a bound.
type counting struct {
	r    io.Reader
	left int64
}

func (c *counting) Read(b []byte) (int, error) {
	if c.left <= 0 {
		return 0, io.EOF
	}
	n, err := c.r.Read(b[:min(int64(len(b)), c.left)])
	c.left -= int64(n)
	return n, err
}

// written counts what passes.
type written struct {
	w io.Writer
	n int64
}

func (w *written) Write(b []byte) (int, error) {
	n, err := w.w.Write(b)
	w.n += int64(n)
	return n, err
}
