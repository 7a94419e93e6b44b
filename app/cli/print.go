package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/web"
)

// t is a text of the catalogue in the reader's language.
func (s *session) t(key string, args ...any) string { return web.T(s.lang, key, args...) }

// raw prints an answer of the API, indented.
func (s *session) raw(v jsontext.Value) error {
	if err := v.Indent(jsontext.WithIndent("  ")); err != nil {
		return fmt.Errorf("cli: indent the answer: %w", err)
	}
	_, err := fmt.Fprintln(s.Stdout, string(v))
	return err
}

// A grid is a table for a terminal.
type grid struct{ w *tabwriter.Writer }

func (s *session) grid(heads ...string) grid {
	g := grid{tabwriter.NewWriter(s.Stdout, 0, 4, 2, ' ', 0)}
	g.row(heads...)
	return g
}

func (g grid) row(cells ...string) {
	clean := make([]string, len(cells))
	for i, c := range cells {
		clean[i] = printable(c)
	}
	fmt.Fprintln(g.w, strings.Join(clean, "\t"))
}

func (g grid) flush() error { return g.w.Flush() }

// printable keeps what came from outside from steering the terminal, and
// writes plain spaces, which a script can match.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\u00a0' || r == '\u202f' {
			return ' '
		}
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

func (s *session) line(format string, args ...any) { writeLine(s.Stdout, format, args...) }

func writeLine(w io.Writer, format string, args ...any) {
	fmt.Fprintln(w, printable(fmt.Sprintf(format, args...)))
}
