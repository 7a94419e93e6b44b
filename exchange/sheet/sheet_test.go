package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"tallinn/exchange/sheet"
	"tallinn/fault"
)

// all are the rows of a file, each as one text.
func all(t testing.TB, data []byte) (sheet.Kind, []string, error) {
	t.Helper()
	var out []string
	k, err := sheet.Read(data, func(r sheet.Row) error {
		out = append(out, fmt.Sprint(r.Line)+":"+strings.Join(r.Cells, "|"))
		return nil
	})
	return k, out, err
}

func TestCSV(t *testing.T) {
	ukrainian := "Назва;Сума\r\nМіністерство «Їжак», підрозділ;1 234,50\r\n;\r\n"
	encoded := func(e interface {
		String(string) (string, error)
	}) string {
		s, err := e.String(ukrainian)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, tt := range []struct{ name, data, encoding, comma string }{
		{"UTF-8", ukrainian, "utf-8", ";"},
		{"byte order mark", "\ufeff" + ukrainian, "utf-8", ";"},
		{"Windows-1251", encoded(charmap.Windows1251.NewEncoder()), "windows-1251", ";"},
		{"KOI8-U", strings.NewReplacer("\xab", "\"", "\xbb", "\"").Replace(encodedLoose(charmap.KOI8U, ukrainian)), "koi8-u", ";"},
		{"UTF-16", encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()), "utf-16le", ";"},
		{"tabs", strings.ReplaceAll(ukrainian, ";", "\t"), "utf-8", "\t"},
	} {
		k, rows, err := all(t, []byte(tt.data))
		want := []string{"1:Назва|Сума", "2:Міністерство «Їжак», підрозділ|1 234,50"}
		if tt.name == "KOI8-U" {
			want[1] = "2:Міністерство Їжак, підрозділ|1 234,50"
		}
		if err != nil || !slices.Equal(rows, want) || k.Encoding != tt.encoding || k.Comma != tt.comma || k.Rows != 2 {
			t.Errorf("%s: %q, %+v, %v", tt.name, rows, k, err)
		}
	}
}

// encodedLoose leaves out what an encoding lacks.
func encodedLoose(m *charmap.Charmap, s string) string {
	var out []byte
	for _, r := range s {
		if b, ok := m.EncodeRune(r); ok {
			out = append(out, b)
		}
	}
	return string(out)
}

func TestJSON(t *testing.T) {
	want := []string{"1:id|title|lines", `2:1|A "quoted" title|a;b`, "3:2"}
	for name, data := range map[string]string{
		"array":   `[{"id":1,"title":"A \"quoted\" title","lines":["a","b"]},{"id":2,"title":null}]`,
		"lines":   `{"id":1,"title":"A \"quoted\" title","lines":["a","b"]}` + "\n" + `{"id":2}`,
		"wrapped": `{"total":2,"items":[{"id":1,"title":"A \"quoted\" title","lines":["a","b"]},{"id":2}],"next":""}`,
	} {
		if _, rows, err := all(t, []byte(data)); err != nil || !slices.Equal(rows, want) {
			t.Errorf("%s: %q, %v", name, rows, err)
		}
	}
	for _, data := range []string{`[{"a":1}`, `[1]`, `{"a":1,"a":2}`, `[{"a":1}] x`} {
		if _, _, err := all(t, []byte(data)); !errors.Is(err, sheet.ErrJSON) {
			t.Errorf("%s: %v, want %v", data, err, sheet.ErrJSON)
		}
	}
}

// workbook is one as other programs write it, with the parts given.
func workbook(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func parts(rows string) map[string]string {
	return map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="hidden" state="hidden" r:id="rId9"/><sheet name="Перелік" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       `<sst><si><t>Дата</t></si><si><r><t>Су</t></r><r><t>ма</t></r><rPh><t>x</t></rPh></si></sst>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/><numFmt numFmtId="165" formatCode="0.00&quot; d&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
	}
}

func TestWorkbook(t *testing.T) {
	k, rows, err := all(t, workbook(t, parts(`<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>`+
		`<row r="3"><c r="A3" s="1"><v>46022</v></c><c r="B3" t="b"><v>1</v></c><c r="C3" s="2"><v>1234.5000000000002</v></c><c r="D3" t="inlineStr"><is><t>a &amp; b</t></is></c></row>`)))
	want := []string{"2:Дата||Сума", "3:2025-12-31|true|1234.5|a & b"}
	if err != nil || !slices.Equal(rows, want) || k.Sheet != "Перелік" || k.Format != sheet.XLSX {
		t.Errorf("%q, %+v, %v; want %q", rows, k, err, want)
	}
}

// TestRefused: what is no list, or unpacks or grows beyond its bounds, is refused by name.
//
// ASVS 5.2.3
func TestRefused(t *testing.T) {
	defer sheet.Lower(1 << 20)()
	bomb, deep := parts(""), parts("<!--"+strings.Repeat("a", 1<<20)+"-->")
	bomb["xl/sharedStrings.xml"] = "<sst>" + strings.Repeat("<si><t>"+strings.Repeat("a", 1<<16)+"</t></si>", 9) + "</sst>"
	wide := parts(`<row r="1"><c r="ZZ1"><v>1</v></c></row>`)
	for _, tt := range []struct {
		name string
		data []byte
		want *fault.Error
	}{
		{"empty", nil, sheet.ErrEmpty},
		{"blank", []byte("\ufeff \r\n;;;\r\n"), sheet.ErrEmpty},
		{"old workbook", []byte("\xd0\xcf\x11\xe0 and so on"), sheet.ErrOld},
		{"other zip", workbook(t, map[string]string{"a": "b"}), sheet.ErrWorkbook},
		{"cut", workbook(t, parts(`<row r="1"><c r="A1"><v>1</v></c></row>`))[:600], sheet.ErrWorkbook},
		{"bomb of texts", workbook(t, bomb), sheet.ErrBomb},
		{"bomb", workbook(t, deep), sheet.ErrBomb},
		{"wide", workbook(t, wide), sheet.ErrColumns},
		{"binary", []byte("a\x00b"), sheet.ErrText},
		{"long cell", []byte("a," + strings.Repeat("b", sheet.MaxCell+1)), sheet.ErrCell},
		{"wide CSV", []byte(strings.Repeat("a,", sheet.MaxColumns+1) + "a"), sheet.ErrColumns},
		{"long", bytes.Repeat([]byte("a,b\n"), sheet.MaxRows+1), sheet.ErrRows},
		{"large", make([]byte, sheet.MaxBytes+1), sheet.ErrSize},
	} {
		if _, _, err := all(t, tt.data); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestNormalForm(t *testing.T) {
	var b bytes.Buffer
	w := sheet.NewWriter(&b)
	for _, r := range []sheet.Row{{1, []string{"a", "", "Їжак"}}, {4, nil}, {70_000, []string{strings.Repeat("x", sheet.MaxCell)}}} {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	var got []string
	err := sheet.Rows(bytes.NewReader(b.Bytes()), func(r sheet.Row) error {
		got = append(got, fmt.Sprint(r.Line, len(r.Cells)))
		return nil
	})
	if want := []string{"1 3", "4 0", "70000 1"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	if err := sheet.Rows(bytes.NewReader(b.Bytes()[:b.Len()-1]), func(sheet.Row) error { return nil }); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a form that was cut reads with %v", err)
	}
}

// FuzzRead throws files of every sort at the reader: whatever it is, rows are
// within bounds and clean, and what is refused says why.
func FuzzRead(f *testing.F) {
	f.Add([]byte("Назва;Сума\r\nїжак;1 234,50\r\n"))
	f.Add([]byte("a,\"b\nc\"\n\xff\xfe,"))
	f.Add([]byte("\xff\xfea\x00;\x00b\x00"))
	f.Add([]byte(`[{"a":1,"b":[1,"x"]},{"c":{"d":null}}]`))
	f.Add([]byte(`{"items":[{"a":1}]}`))
	f.Add(workbook(f, parts(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" s="1"><v>46022</v></c></row>`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		n := 0
		k, err := sheet.Read(data, func(r sheet.Row) error {
			n++
			if len(r.Cells) > sheet.MaxColumns || r.Empty() {
				t.Fatalf("a row of %d cells came through: %q", len(r.Cells), r.Cells)
			}
			for _, c := range r.Cells {
				if len(c) > sheet.MaxCell || strings.ContainsAny(c, "\x00\r\u200b\u202e") || strings.ToValidUTF8(c, "") != c || strings.TrimSpace(c) != c {
					t.Fatalf("cell %q came through", c)
				}
			}
			return nil
		})
		if _, ok := fault.Of(err); err != nil && !ok {
			t.Fatalf("it is refused with %v, which no reader understands", err)
		}
		if err == nil && (n != k.Rows || n == 0) {
			t.Fatalf("%d rows, and %d are said", n, k.Rows)
		}
	})
}
