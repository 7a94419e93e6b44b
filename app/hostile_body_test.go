package app_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/demo"
	"tallinn/exchange/publicdata"
	"tallinn/identity"
	"tallinn/web/webtest"
)

const (
	mechanismPath = "/api/v1/imports/mechanism"
	ratesPath     = "/api/v1/imports/rates"
	maxBody       = 32 << 20
)

func newReader(c net.Conn) *bufio.Reader { return bufio.NewReader(c) }

// parsed is a page's elements.
func parsed(t *testing.T, page string) *webtest.Document {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	return webtest.Do(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, page) }), r)
}

// an endless reader of n bytes of white space, which is good JSON as far as it
// goes. It hides its length, so that a client sends it in pieces.
func spaces(n int64) io.Reader {
	return io.LimitReader(repeat(' '), n)
}

type repeat byte

func (r repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r)
	}
	return len(b), nil
}

func text(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }

func importer(h *fortress) map[string]string {
	return map[string]string{"Authorization": "Bearer " + h.token[identity.Importer], "Content-Type": "application/json"}
}

// bodies are bodies that are no JSON of the operation.
func bodies(h *fortress) []attack {
	asImporter := func(name, body string, status int, code, place, detail string) attack {
		return attack{name: name, method: "POST", path: mechanismPath, header: importer(h), body: text(body),
			status: status, code: code, place: place, detail: detail}
	}
	pieces := asImporter("32 MiB and a byte in pieces", "", 413, "api.body_too_large", "", "")
	pieces.body = func() io.Reader { return spaces(maxBody + 1) }
	whole := asImporter("32 MiB and a byte", "", 413, "web.too_large", "", "")
	whole.body, whole.length = func() io.Reader { return spaces(maxBody + 1) }, maxBody+1
	return []attack{
		pieces, whole,
		{name: "1 GiB announced", status: 413, code: "web.too_large",
			raw: "POST " + mechanismPath + " HTTP/1.1\r\nHost: {host}\r\nAccept-Language: {lang}\r\nAuthorization: Bearer " +
				h.token[identity.Importer] + "\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n{"},
		{name: "1 GiB announced to a page", status: 413, code: "web.too_large",
			raw: "POST / HTTP/1.1\r\nHost: {host}\r\nAccept-Language: {lang}\r\nContent-Length: 1073741824\r\n\r\n"},
		{name: "a broken piece", status: 400, code: "api.body_cut",
			raw: "POST " + mechanismPath + " HTTP/1.1\r\nHost: {host}\r\nAccept-Language: {lang}\r\nAuthorization: Bearer " +
				h.token[identity.Importer] + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"},
		asImporter("nothing", "", 400, "api.body_missing", "", ""),
		asImporter("white space", " \n", 400, "api.request", "body", "api.json"),
		asImporter("arrays 100,000 deep", strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000), 400, "api.request", "body", "api.depth"),
		asImporter("objects 100,000 deep", strings.Repeat(`{"files":`, 100_000), 400, "api.request", "body", "api.depth"),
		asImporter("a member twice", `{"files":{},"files":{}}`, 400, "api.request", "body", "api.member_twice"),
		asImporter("a table twice", `{"files":{"members.csv":"","members.csv":"eA=="}}`, 400, "api.request", "body", "api.member_twice"),
		asImporter("a member twice in other spelling", `{"files":{},"f\u0069les":{}}`, 400, "api.request", "body", "api.member_twice"),
		asImporter("invalid UTF-8", "{\"files\":{\"\xff\":\"\"}}", 400, "api.request", "body", "api.utf8"),
		asImporter("half a surrogate", `{"files":{"\ud800":""}}`, 400, "api.request", "body", "api.json"),
		asImporter("a second object", `{"files":{}} {"files":{}}`, 400, "api.request", "body", "api.json"),
		asImporter("garbage after the object", `{"files":{}}<script>`, 400, "api.request", "body", "api.json"),
		asImporter("half an object", `{"files":{`, 400, "api.request", "body", "api.json"),
		asImporter("a comment", `{"files":{}} // done`, 400, "api.request", "body", "api.json"),
		asImporter("a byte order mark", "\ufeff{\"files\":{}}", 400, "api.request", "body", "api.json"),
		asImporter("UTF-16", "{\x00\"\x00f\x00", 400, "api.request", "body", "api.json"),
		asImporter("not a number", `{"files":NaN}`, 400, "api.request", "body", "api.json"),
		asImporter("null", `null`, 422, "api.request", "body", "api.object"),
		asImporter("a list", `[]`, 422, "api.request", "body", "api.object"),
		asImporter("a text", `"files"`, 422, "api.request", "body", "api.object"),
		asImporter("no member", `{}`, 422, "api.request", "body", "api.required"),
		asImporter("an unknown member", `{"files":{},"realm":"exercise"}`, 422, "api.request", "body.realm", "api.member_unknown"),
		asImporter("a member in capitals", `{"Files":{}}`, 422, "api.request", "body.Files", "api.member_unknown"),
		asImporter("markup as a member", `{"files":{},"<script>alert(1)</script>":1}`, 422, "api.request", "body.", "api.member_unknown"),
		asImporter("a long member", `{"files":{},"`+strings.Repeat("k", 100_000)+`":1}`, 422, "api.request", "body.kkk", "api.member_unknown"),
		asImporter("a number for an object", `{"files":7}`, 422, "api.request", "body.files", "api.object"),
		asImporter("null for an object", `{"files":null}`, 422, "api.request", "body.files", "api.object"),
		asImporter("a list for a table", `{"files":{"members.csv":[]}}`, 422, "api.request", "body.files", "api.string"),
		asImporter("no base64", `{"files":{"members.csv":"<b>"}}`, 422, "api.request", "body.files", "api.base64"),
		asImporter("a text for yes or no", `{"files":{},"skip_bad":"true"}`, 422, "api.request", "body.skip_bad", "api.boolean"),
		asImporter("10^18 for yes or no", `{"files":{},"skip_bad":1000000000000000000}`, 422, "api.request", "body.skip_bad", "api.boolean"),
		asImporter("a thousand things wrong", `{"files":{},`+members(1000)+`}`, 422, "api.request", "body.m", "api.member_unknown"),
		asImporter("a table nobody knows", tables(map[string]string{"../../etc/passwd": "x"}), 400, "import.problems", "etc/passwd", "table.unknown"),
		asImporter("a table name with NUL", tables(map[string]string{"members.csv\x00": "x"}), 400, "import.problems", "members.csv", "table.unknown"),
	}
}

func members(n int) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(`"m%d":0`, i))
	}
	return strings.Join(list, ",")
}

// tables is the body of an import: the public tables, each of which may be
// changed.
func tables(changed map[string]string) string {
	files, err := publicdata.ReadFiles(demo.Mechanism())
	if err != nil {
		panic(err)
	}
	for name, data := range changed {
		files[name] = []byte(data)
	}
	body, err := json.Marshal(map[string]any{"files": files})
	if err != nil {
		panic(err)
	}
	return string(body)
}

// contribution is the table of contributions with one row, in which one cell
// is changed.
func contribution(column, cell string) string {
	row := map[string]string{"id": "x1", "reporter": "Estonian MFA", "provider": "Estonia", "receiver": "Ukraine",
		"amount": "500000", "currency": "EUR", "announced": "2024-01-01", "period": "2024", "status": "spent",
		"scope": "mechanism", "kind": "financial", "source": "A statement"}
	row[column] = cell
	var cells []string
	columns := publicdata.Columns(publicdata.ContributionsFile)
	for _, c := range columns {
		cells = append(cells, `"`+strings.ReplaceAll(row[c], `"`, `""`)+`"`)
	}
	return tables(map[string]string{publicdata.ContributionsFile: strings.Join(columns, ",") + "\n" + strings.Join(cells, ",") + "\n"})
}

// fields are rows with a hostile cell, and tables of a hostile shape.
func fields(h *fortress) []attack {
	cell := func(name, column, value, code string) attack {
		return attack{name: name, method: "POST", path: mechanismPath, header: importer(h), body: text(contribution(column, value)),
			status: 400, code: "import.problems", place: publicdata.ContributionsFile, detail: code}
	}
	table := func(name, data, code string) attack {
		a := cell(name, "id", "x", code)
		a.body = text(tables(map[string]string{publicdata.ContributionsFile: data}))
		return a
	}
	head := strings.Join(publicdata.Columns(publicdata.ContributionsFile), ",")
	return []attack{
		cell("unknown currency", "currency", "XXQ", "money.currency"),
		cell("markup for a currency", "currency", "<b>", "money.currency"),
		cell("negative amount", "amount", "-1", "money.negative"),
		cell("amount of 10^18", "amount", "1000000000000000000", "money.too_large"),
		cell("amount in words of a float", "amount", "1e9", "money.amount"),
		cell("amount of a million digits", "amount", strings.Repeat("9", 1_000_000), "table.row_size"),
		cell("amount in other digits", "amount", "١٢٣", "money.amount"),
		cell("date of 1900", "announced", "1900-01-01", "fact.date"),
		cell("date of 3000", "announced", "3000-01-01", "fact.date"),
		cell("30 February", "announced", "2024-02-30", "fact.date"),
		cell("status nobody knows", "status", "<script>alert(1)</script>", "table.word"),
		cell("a provider nobody knows", "provider", "<img src=x onerror=alert(1)>", "import.name"),
		cell("NUL", "purpose", "a\x00b", "table.control"),
		cell("text that turns about", "purpose", "a\u202eb", "table.control"),
		cell("invalid UTF-8", "purpose", "\xc3\x28", "table.utf8"),
		cell("a cell of 9 KiB", "purpose", strings.Repeat("x", 9<<10), "table.cell_size"),
		cell("a path for a key", "id", "../../x", "table.key"),
		table("an empty table", "", "table.empty"),
		table("NUL alone", "\x00", "table.column_missing"),
		table("a million columns", strings.Repeat("a,", 1_000_000)+"a\n", "table.row_size"),
		table("a thousand columns", strings.Repeat("a,", 1000)+"a\n", "table.column_extra"),
		table("a million columns under a good head", head+"\n"+strings.Repeat(",", 1_000_000)+"\n", "table.row_size"),
		table("thirty thousand rows", head+"\n"+strings.Repeat(strings.Repeat(",", 14)+"\n", 30_000), "table.rows"),
		table("a quote that never ends", head+"\n\"", "table.quotes"),
		table("5 MiB", head+"\n"+strings.Repeat("x", 5<<20), "table.file_size"),
		table("UTF-16", "\xff\xfei\x00d\x00", "table.column_missing"),
	}
}

// rateBodies are hostile files of rates.
func rateBodies(h *fortress) []attack {
	file := func(name, file, data, place, code string) attack {
		body, err := json.Marshal(map[string]string{"file": file, "data": base64.StdEncoding.EncodeToString([]byte(data))})
		if err != nil {
			panic(err)
		}
		return attack{name: name, method: "POST", path: ratesPath, header: importer(h), body: text(string(body)),
			status: 400, code: "import.problems", place: place, detail: code}
	}
	long := file("a long name", strings.Repeat("n", 201), "Date,USD\n", "body.file", "api.long")
	long.status, long.code = 422, "api.request"
	var wide strings.Builder
	wide.WriteString("Date")
	for i := range 600_000 {
		fmt.Fprintf(&wide, ",%x", i)
	}
	return []attack{
		long,
		file("no name", "", "Date,USD\n2024-01-02,1.1\n", "", "wording.needed"),
		file("a name with NUL", "a\x00.csv", "Date,USD\n2024-01-02,1.1\n", "", "wording.characters"),
		file("no table", "r.csv", "", "r.csv", "table.empty"),
		file("another table", "r.csv", "a,b\n", "r.csv", "ecb.column"),
		file("unknown currency", "r.csv", "Date,ZZZ\n2024-01-02,1.1\n", "r.csv", "money.currency"),
		file("the euro", "r.csv", "Date,EUR\n2024-01-02,1\n", "r.csv", "ecb.euro"),
		file("a rate of nothing", "r.csv", "Date,USD\n2024-01-02,0\n", "r.csv:2", "money.rate"),
		file("a negative rate", "r.csv", "Date,USD\n2024-01-02,-1.1\n", "r.csv:2", "money.rate"),
		file("a rate of 10^18", "r.csv", "Date,USD\n2024-01-02,1000000000000000000\n", "r.csv:2", "money.rate"),
		file("a day of 1900", "r.csv", "Date,USD\n1900-01-02,1.1\n", "r.csv:2", "ecb.day"),
		file("a day of 3000", "r.csv", "Date,USD\n3000-01-02,1.1\n", "r.csv:2", "ecb.day"),
		file("a day twice", "r.csv", "Date,USD\n2024-01-02,1.1\n2024-01-02,1.2\n", "r.csv:3", "table.twice"),
		file("600,000 columns", "r.csv", wide.String()+"\n", "r.csv", "table.row_size"),
	}
}
