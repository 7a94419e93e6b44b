package table_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/exchange/table"
	"tallinn/fault"
)

var columns = []string{"id", "name", "note"}

const header = "id,name,note\n"

func read(data string) (table.Table, table.Problems) {
	var ps table.Problems
	t := table.Read("t.csv", []byte(data), columns, &ps)
	return t, ps
}

func TestReadRefuses(t *testing.T) {
	long := strings.Repeat("x", table.MaxCell+1)
	for _, tt := range []struct {
		name   string
		given  string
		want   *fault.Error
		line   int
		column string
		broken bool
	}{
		{"empty file", "", table.ErrEmpty, 0, "", true},
		{"mark alone", "\ufeff", table.ErrEmpty, 0, "", true},
		{"missing column", "id,name\na,b\n", table.ErrHeader, 1, "", true},
		{"extra column", "id,name,note,more\na,b,c,d\n", table.ErrExtra, 1, "", true},
		{"column twice", "id,name,note,note\n", table.ErrExtra, 1, "", true},
		{"other order", "name,id,note\n", table.ErrOrder, 1, "", true},
		{"too few cells", header + "a,b\n", table.ErrCells, 2, "", false},
		{"too many cells", header + "a,b,c,d\n", table.ErrCells, 2, "", false},
		{"open quote", header + "a,\"b,c\nd,e,f\n", table.ErrQuotes, 3, "", true},
		{"bare quote", header + "a,b \" c,d\n", table.ErrQuotes, 2, "", true},
		{"invalid UTF-8", header + "a,\xff\xfe,c\n", table.ErrUTF8, 2, "name", false},
		{"NUL", header + "a,b,c\x00d\n", table.ErrControl, 2, "note", false},
		{"line break in a cell", header + "a,\"b\nc\",d\n", table.ErrControl, 2, "name", false},
		{"direction override", header + "a,b,\u202egnp\n", table.ErrControl, 2, "note", false},
		{"long cell", header + "a,b," + long + "\n", table.ErrCellSize, 2, "note", false},
		{"long row", header + "a,b," + strings.Repeat(long, 9) + "\n", table.ErrRowSize, 2, "", false},
		{"many rows", header + strings.Repeat("a,b,c\n", table.MaxRows+1), table.ErrRows, 0, "", true},
		{"large file", header + strings.Repeat(strings.Repeat("x", 99)+"\n", 1+table.MaxFile/100), table.ErrFileSize, 0, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ps := read(tt.given)
			if len(ps.List) != 1 {
				t.Fatalf("problems = %v, want one", ps.List)
			}
			p := ps.List[0]
			if !errors.Is(p.Fault, tt.want) || p.Line != tt.line || p.Column != tt.column || got.Broken != tt.broken {
				t.Errorf("problem = %v, broken %v; want %s at line %d, column %q, broken %v", p, got.Broken, tt.want.Code(), tt.line, tt.column, tt.broken)
			}
			if p.Remedy() == "" || strings.Contains(p.Error(), "{{") {
				t.Errorf("problem reads %q; want a reason and a remedy, all places filled", p.Error())
			}
		})
	}
}

func TestReadAccepts(t *testing.T) {
	for name, given := range map[string]string{
		"plain":           header + "a,b,c\n",
		"CRLF":            strings.ReplaceAll(header+"a,b,c\n", "\n", "\r\n"),
		"byte order mark": "\ufeff" + header + "a,b,c\n",
		"no last newline": header + "a,b,c",
		"quoted":          header + `"a","b","c"` + "\n",
		"empty line":      header + "\na,b,c\n\n",
	} {
		got, ps := read(given)
		if ps.Len() != 0 || len(got.Rows) != 1 || !slices.Equal(got.Rows[0].Cells(), []string{"a", "b", "c"}) {
			t.Errorf("%s: Read = %v, %v", name, got.Rows, ps.List)
		}
	}
}

func TestMarkupAndFormulasAreData(t *testing.T) {
	given := "<script>alert(1)</script>"
	got, ps := read(header + given + ",=1+1,\"<b>\"\"x\"\"</b>\"\n")
	if ps.Len() != 0 || got.Rows[0].Get("id") != given || got.Rows[0].Get("name") != "=1+1" || got.Rows[0].Get("note") != `<b>"x"</b>` {
		t.Errorf("Read = %v, %v; want the cells as they are", got.Rows, ps.List)
	}
}

func TestReadListsEveryProblem(t *testing.T) {
	_, ps := read(header + "a,b\n" + "b,\xff,\x00\n" + "c,d,e\n" + strings.Repeat("x,y\n", table.MaxProblems))
	if len(ps.List) != table.MaxProblems || ps.Dropped != 3 || ps.Len() != table.MaxProblems+3 {
		t.Errorf("listed %d, dropped %d; want %d and 3", len(ps.List), ps.Dropped, table.MaxProblems)
	}
	if ps.List[1].Column != "name" || ps.List[2].Column != "note" {
		t.Errorf("one row with two bad cells gave %v", ps.List[1:3])
	}
}

func TestKeys(t *testing.T) {
	tab, ps := read(header + "a,1,\na,2,\n../b,3,\nc,4,\n,5,\nd,\xff,\n")
	lines, rows := table.Keys(tab, "id", func(r table.Row) string { return r.Get("id") }, &ps)
	if len(rows) != 2 || rows[0].Get("name") != "1" || rows[1].Get("name") != "4" {
		t.Errorf("rows = %v, want a of line 2, and c", rows)
	}
	if lines["a"] != 2 || lines["c"] != 5 || lines["d"] != 7 || len(lines) != 3 {
		t.Errorf("lines = %v; a bad row's key counts too", lines)
	}
	codes := []string{}
	for _, p := range ps.List {
		codes = append(codes, p.Code())
	}
	if want := []string{"table.utf8", "table.twice", "table.key", "table.key"}; !slices.Equal(codes, want) {
		t.Errorf("codes = %v, want %v", codes, want)
	}
}

func TestProblemJSON(t *testing.T) {
	p := table.Problem{File: "t.csv", Line: 3, Column: "name", Fault: table.ErrWord.With("word", `"a; <b>"`).With("words", "x, y")}
	got, err := json.Marshal(p)
	want := `{"file":"t.csv","line":3,"column":"name","code":"table.word",` +
		`"reason":"\"a; <b>\" is not known in this column","remedy":"write one of: x, y"}`
	if err != nil || string(got) != want {
		t.Errorf("JSON = %s, %v; want %s", got, err, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(header + "a,b,c\n"))
	f.Add([]byte("\ufeffid,name,note\r\na,\"b\"\"c\",d\r\n"))
	f.Add([]byte(header + "a,\"b\n,c\n"))
	f.Add([]byte("\"\n\x00,\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Contains(data, []byte("{{.")) {
			return // what was read is repeated in the problem's text
		}
		var ps table.Problems
		got := table.Read("t.csv", data, columns, &ps)
		for _, r := range got.Rows {
			if len(r.Cells()) != len(columns) {
				t.Fatalf("a row of %d cells came through", len(r.Cells()))
			}
			for _, c := range r.Cells() {
				if len(c) > table.MaxCell || strings.ContainsAny(c, "\x00\r\n") || strings.ToValidUTF8(c, "") != c {
					t.Fatalf("cell %q came through", c)
				}
			}
		}
		for _, p := range ps.List {
			if p.Reason() == "" || p.Remedy() == "" || strings.Contains(p.Error(), "{{.") {
				t.Fatalf("problem reads %q", p.Error())
			}
		}
		if (got.Broken || len(got.Bad) > 0) != (ps.Len() > 0) {
			t.Fatalf("broken %v with %d bad rows, and %d problems", got.Broken, len(got.Bad), ps.Len())
		}
	})
}
