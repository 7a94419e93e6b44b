package web

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// tableRows are the lines of t. A list has a thousand cells, and what opens
// and closes them is the same in every line: it is written once a column.
func tableRows(t Table, rows []Row) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		tags := make([]tag, len(t.Columns))
		for i := range tags {
			tags[i] = t.tag(i)
		}
		out := &failing{w: w}
		for _, r := range rows {
			out.write(`<tr role="row"`)
			if r.ID != "" {
				out.write(` id="`, templ.EscapeString(r.ID), `"`)
			}
			if r.Quiet {
				out.write(` class="quiet"`)
			}
			out.write(`>`)
			for i, c := range r.Cells {
				at := plainTag
				if i < len(tags) {
					at = tags[i]
				}
				out.write(at.open)
				if c != nil {
					out.draw(ctx, c)
				}
				out.write(at.close)
			}
			out.write(`</tr>`)
		}
		return out.err
	})
}

// A tag is what stands before and after a cell.
type tag struct{ open, close string }

var plainTag = tag{`<td role="cell" data-head="">`, `</td>`}

// tag is that of the cells of column i.
func (t Table) tag(i int) tag {
	classes := t.classes(i)
	if t.lead(i) {
		return tag{`<th role="rowheader" scope="row" class="` + strings.TrimSpace("row-head "+classes) + `">`, `</th>`}
	}
	open := `<td role="cell" data-head="` + templ.EscapeString(t.head(i)) + `"`
	if classes != "" {
		open += ` class="` + classes + `"`
	}
	return tag{open + `>`, `</td>`}
}

// failing writes until the first error.
type failing struct {
	w   io.Writer
	err error
}

func (f *failing) write(parts ...string) {
	for _, s := range parts {
		if f.err == nil {
			_, f.err = io.WriteString(f.w, s)
		}
	}
}

func (f *failing) draw(ctx context.Context, c Cell) {
	if f.err == nil {
		f.err = c.Render(ctx, f.w)
	}
}

// Text is plain words in a cell or a detail.
func Text(s string) Cell { return words(s) }

type words string

// Render writes the words.
func (s words) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, templ.EscapeString(string(s)))
	return err
}

// ID is a speakable id that opens its item.
func ID(id, href string) Cell { return link{id, href} }

type link struct{ id, href string }

// Render writes the link.
func (l link) Render(_ context.Context, w io.Writer) error {
	out := &failing{w: w}
	out.write(`<a class="id" href="`, templ.EscapeString(l.href), `">`, templ.EscapeString(l.id), `</a>`)
	return out.err
}

// Drawn is c drawn once, for lists in which many rows show the same. A cell
// that cannot be drawn says so when its row is.
func Drawn(c Cell) Cell {
	var b strings.Builder
	if c == nil || c.Render(context.Background(), &b) != nil {
		return c
	}
	return drawn(b.String())
}

type drawn string

// Render writes what was drawn.
func (d drawn) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(d))
	return err
}
