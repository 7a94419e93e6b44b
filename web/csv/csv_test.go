package csv

import (
	"encoding/csv"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// ASVS 3.2.1
func TestServe(t *testing.T) {
	w := httptest.NewRecorder()
	rows := [][]string{
		{"F-0001", "двісті «гривень», \"лапки\"", ""},
		{"F-0002", "=1+1", "\tx"},
	}
	if err := Serve(w, "flows.csv", []string{"id", "note", "more"}, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	const want = "id,note,more\r\nF-0001,\"двісті «гривень», \"\"лапки\"\"\",\r\nF-0002,'=1+1,'\tx\r\n"
	if got := w.Body.String(); got != want {
		t.Errorf("body %q, want %q", got, want)
	}
	for name, want := range map[string]string{
		"Content-Type":        "text/csv; charset=utf-8; header=present",
		"Content-Disposition": "attachment; filename=flows.csv",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
}

// ASVS 1.2.10
func TestSafe(t *testing.T) {
	for cell, want := range map[string]string{
		"":                     "",
		"Estonia":              "Estonia",
		"135000000.00":         "135000000.00",
		"a=b":                  "a=b",
		"=HYPERLINK(\"x\")":    "'=HYPERLINK(\"x\")",
		"+1":                   "'+1",
		"-1":                   "'-1",
		"@SUM(A1)":             "'@SUM(A1)",
		"  =1":                 "'  =1",
		"\u00a0=1":             "'\u00a0=1",
		"\t=1":                 "'\t=1",
		"\r=1":                 "'\r=1",
		"\n=1":                 "'\n=1",
		"＝1":                   "'＝1",
		"'=1":                  "'=1",
		"https://example.org/": "https://example.org/",
	} {
		if got := Safe(cell); got != want {
			t.Errorf("Safe(%q) = %q, want %q", cell, got, want)
		}
	}
}

// FuzzWrite: whatever stands in a cell, the table reads back with as many
// cells, and none of them starts a formula.
//
// ASVS 1.2.10
func FuzzWrite(f *testing.F) {
	f.Add("=cmd|' /C calc'!A0", "two\r\nlines")
	f.Add("\"", ",")
	f.Fuzz(func(t *testing.T, a, b string) {
		var out strings.Builder
		if err := Write(&out, []string{"a", "b"}, slices.Values([][]string{{a, b}})); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
		if err != nil {
			t.Fatalf("%q does not read back: %v", out.String(), err)
		}
		if len(rows) != 2 || len(rows[1]) != 2 {
			t.Fatalf("%q reads back as %q", out.String(), rows)
		}
		for _, cell := range rows[1] {
			if rest := strings.TrimLeft(cell, " \u00a0"); rest != "" && strings.ContainsRune(starts, []rune(rest)[0]) {
				t.Errorf("cell %q starts a formula", cell)
			}
		}
	})
}
