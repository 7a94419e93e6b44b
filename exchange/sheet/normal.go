package sheet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A Writer keeps rows in the normal form: for each the line and the number of
// cells as unsigned varints, then each cell as its length and its bytes. It is
// the hub's own, read again within days by the same program.
type Writer struct {
	w   *bufio.Writer
	buf []byte
}

// NewWriter returns a Writer on w; Flush ends it.
func NewWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriterSize(w, 64<<10)} }

// Write keeps a row.
//
// Errors: those of the writer below.
func (w *Writer) Write(r Row) error {
	b := binary.AppendUvarint(w.buf[:0], uint64(r.Line))
	b = binary.AppendUvarint(b, uint64(len(r.Cells)))
	for _, c := range r.Cells {
		b = binary.AppendUvarint(b, uint64(len(c)))
		b = append(b, c...)
	}
	w.buf = b
	_, err := w.w.Write(b)
	return err
}

// Flush writes what is still held.
func (w *Writer) Flush() error { return w.w.Flush() }

// Rows gives each row of the normal form to take, which may stop by an error.
//
// Errors: those of the reader and of take; io.ErrUnexpectedEOF when it is cut.
func Rows(in io.Reader, take func(Row) error) error {
	r := bufio.NewReaderSize(in, 64<<10)
	var cells []string
	for {
		line, err := binary.ReadUvarint(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		n, err2 := binary.ReadUvarint(r)
		if err = errors.Join(err, err2); err != nil || n > MaxColumns {
			return fmt.Errorf("sheet: normal form: %w", errors.Join(err, io.ErrUnexpectedEOF))
		}
		cells = cells[:0]
		for range n {
			size, err := binary.ReadUvarint(r)
			if err != nil || size > MaxCell {
				return fmt.Errorf("sheet: normal form: %w", errors.Join(err, io.ErrUnexpectedEOF))
			}
			cell := make([]byte, size)
			if _, err := io.ReadFull(r, cell); err != nil {
				return fmt.Errorf("sheet: normal form: %w", err)
			}
			cells = append(cells, string(cell))
		}
		if err := take(Row{int(line), cells}); err != nil {
			return err
		}
	}
}
