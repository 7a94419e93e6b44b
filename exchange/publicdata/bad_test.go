package publicdata_test

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"tallinn/exchange/intake"
	"tallinn/exchange/publicdata"
	"tallinn/exchange/table"
	"tallinn/fault"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

const contributions = publicdata.ContributionsFile

// good is a row that can be imported: line 39 of contributions.csv.
var good = []string{"new-row", "Estonian MFA", "Estonia", "Ukraine", "1000", "EUR", "2025-07", "2025", "decided", "mechanism", "financial", "purpose", "", "", "https://example.org/"}

const goodLine = 39

// row is the good row with some cells changed: column, value, column, value.
func row(changes ...string) string {
	cells := slices.Clone(good)
	columns := publicdata.Columns(contributions)
	for i := 0; i < len(changes); i += 2 {
		cells[slices.Index(columns, changes[i])] = changes[i+1]
	}
	var b bytes.Buffer
	for i, c := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
	}
	return b.String() + "\r\n"
}

func withRow(t testing.TB, file, line string) publicdata.Files {
	src, _ := files(t)
	src[file] = append(slices.Clip(src[file]), line...)
	return src
}

func TestBadRows(t *testing.T) {
	for _, tt := range []struct {
		name   string
		row    string
		column string
		want   *fault.Error
	}{
		{"date of 1900", row("announced", "1900-01-01"), "announced", fault.New(0, "fact.date", "")},
		{"date of 3000", row("announced", "3000-01-01"), "announced", fault.New(0, "fact.date", "")},
		{"no such day", row("announced", "2025-02-30"), "announced", fault.New(0, "fact.date", "")},
		{"no date", row("announced", ""), "announced", publicdata.ErrUndated},
		{"unknown currency", row("currency", "XYZ"), "currency", money.ErrCurrency},
		{"currency in small letters", row("currency", "eur"), "currency", money.ErrCurrency},
		{"negative amount", row("amount", "-5"), "amount", money.ErrNegative},
		{"amount of 10^18", row("amount", "1000000000000000000"), "amount", money.ErrTooLarge},
		{"amount of 10^13", row("amount", "10000000000000"), "amount", money.ErrTooLarge},
		{"amount with commas", row("amount", "1,000"), "amount", money.ErrAmount},
		{"amount in exponents", row("amount", "1e6"), "amount", money.ErrAmount},
		{"fractions of a cent", row("amount", "1.005"), "amount", money.ErrDecimals},
		{"amount of zero", row("amount", "0"), "amount", publicdata.ErrNothing},
		{"amount alone", row("currency", ""), "currency", publicdata.ErrAmountAlone},
		{"currency alone", row("amount", ""), "amount", publicdata.ErrCurrencyAlone},
		{"unknown provider", row("provider", "Atlantis"), "provider", publicdata.ErrName},
		{"unknown receiver", row("receiver", "Estonia; Atlantis"), "receiver", publicdata.ErrName},
		{"unknown reporter", row("reporter", "A Newspaper"), "reporter", publicdata.ErrName},
		{"markup for a provider", row("provider", "<script>alert(1)</script>"), "provider", publicdata.ErrName},
		{"no provider", row("provider", ""), "provider", table.ErrRequired},
		{"several providers", row("provider", "Estonia; Italy"), "provider", publicdata.ErrSeveral},
		{"all partners", row("provider", "all partners"), "provider", publicdata.ErrSeveral},
		{"press for a receiver", row("receiver", "press summary"), "receiver", publicdata.ErrSeveral},
		{"to itself", row("receiver", "Estonia"), "", fault.New(0, "flow.self", "")},
		{"unknown status", row("status", "handed over"), "status", table.ErrWord},
		{"unknown scope", row("scope", "civil"), "scope", table.ErrWord},
		{"unknown kind", row("kind", "money"), "kind", table.ErrWord},
		{"provided, but no total", row("status", "provided"), "status", publicdata.ErrTotalStatus},
		{"no source", row("source", ""), "source", table.ErrRequired},
		{"long note", row("note", strings.Repeat("x", 1001)), "note", wording.ErrLong},
		{"very long note", row("note", strings.Repeat("x", 9000)), "note", table.ErrCellSize},
		{"part of no row", row("note", "part of ee-2052"), "note", publicdata.ErrNoteRow},
		{"invalid UTF-8", row("note", "a\xffb"), "note", table.ErrUTF8},
		{"NUL", row("note", "a\x00b"), "note", table.ErrControl},
		{"line break", row("note", "a\nb"), "note", table.ErrControl},
		{"key twice", row("id", "ee-2024"), "id", table.ErrTwice},
		{"key with a slash", row("id", "../x"), "id", table.ErrKey},
		{"too few cells", "new-row,Estonia\r\n", "", table.ErrCells},
		{"open quote", `"new-row,Estonia` + "\r\n", "", table.ErrQuotes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHub()
			r, err := h.run(t, withRow(t, contributions, tt.row), publicdata.Options{})
			if !errors.Is(err, intake.ErrProblems) || r.Recorded || len(h.Facts) != 0 {
				t.Fatalf("err %v, recorded %v, %d facts; want nothing recorded", err, r.Recorded, len(h.Facts))
			}
			p := r.Problems[0]
			if p.File != contributions || p.Line < goodLine || p.Column != tt.column || p.Code() != tt.want.Code() {
				t.Errorf("problem %v (%s), want %s at line %d, column %q", p, p.Code(), tt.want.Code(), goodLine, tt.column)
			}
			if p.Reason() == "" || p.Remedy() == "" || strings.Contains(p.Error(), "{{") {
				t.Errorf("problem reads %q: want a reason, a remedy, and no open place", p.Error())
			}
		})
	}
}

func TestBadRowsOfOtherTables(t *testing.T) {
	for _, tt := range []struct {
		file, row, column, code string
	}{
		{"members.csv", "LT,Lithuania,Литва,partner,,by,,https://example.org/\r\n", "since", "table.required"},
		{"members.csv", "LT,Lithuania,Литва,friend,2025,by,,https://example.org/\r\n", "role", "table.word"},
		{"members.csv", "LT,Lithuania,Литва,partner,2025,about,,https://example.org/\r\n", "since_precision", "table.word"},
		{"members.csv", "LT,Estonia,Литва,partner,2025,by,,https://example.org/\r\n", "name", "import.name_twice"},
		{"members.csv", "Lithuania,Lithuania,Литва,partner,2025,by,,https://example.org/\r\n", "", "party.country"},
		{"bodies.csv", "EE,Another,,office,,,2025,https://example.org/\r\n", "id", "import.party_twice"},
		{"bodies.csv", "x-office,,,office,,,2025,https://example.org/\r\n", "name", "table.required"},
		{"recipients.csv", "x,Class,Клас,\r\n", "source", "table.required"},
		{"projects.csv", "x,Project,Atlantis,,,,,,,,,https://example.org/\r\n", "provider", "import.name"},
		{"projects.csv", "x,Project,Estonia,,,,-5,,,,,https://example.org/\r\n", "quantity", "import.number"},
		{"projects.csv", "x,Project,Estonia,,,,007,,,,,https://example.org/\r\n", "quantity", "import.number"},
		{"projects.csv", "x,Project,Estonia,,,,,,2025,2024,,https://example.org/\r\n", "", "project.dates"},
		{"timeline.csv", "2025-10,day,Event,https://example.org/\r\n", "precision", "import.precision"},
		{"timeline.csv", ",day,Event,https://example.org/\r\n", "date", "table.key"},
		{"timeline.csv", "2025-13,month,Event,https://example.org/\r\n", "date", "fact.date"},
	} {
		t.Run(tt.file+" "+tt.code, func(t *testing.T) {
			h := newHub()
			r, err := h.run(t, withRow(t, tt.file, tt.row), publicdata.Options{})
			if !errors.Is(err, intake.ErrProblems) || len(h.Facts) != 0 {
				t.Fatalf("err %v, %d facts", err, len(h.Facts))
			}
			if p := r.Problems[0]; p.File != tt.file || p.Column != tt.column || p.Code() != tt.code || p.Remedy() == "" {
				t.Errorf("problem %v (%s), want %s in column %q", p, p.Code(), tt.code, tt.column)
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	src, _ := files(t)
	header, _, _ := strings.Cut(string(src[contributions]), "\r\n")
	for name, tt := range map[string]struct {
		data []byte
		code string
	}{
		"empty":          {[]byte{}, "table.empty"},
		"missing column": {[]byte(strings.TrimSuffix(header, ",source")), "table.column_missing"},
		"extra column":   {[]byte(header + ",more\r\n"), "table.column_extra"},
		"not sent":       {nil, "table.missing"},
		"a picture":      {[]byte("\x89PNG\r\n\x1a\n"), "table.column_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			src, _ := files(t)
			if src[contributions] = tt.data; tt.data == nil {
				delete(src, contributions)
			}
			h := newHub()
			r, err := h.run(t, src, publicdata.Options{})
			if !errors.Is(err, intake.ErrProblems) || len(h.Facts) != 0 || r.Problems[0].Code() != tt.code {
				t.Fatalf("err %v, %d facts, problems %v; want %s", err, len(h.Facts), r.Problems, tt.code)
			}
			r, err = h.run(t, src, publicdata.Options{SkipBad: true})
			if err != nil || !r.Recorded || count(t, r, publicdata.MembersFile).New != 18 {
				t.Errorf("with skip-bad: %v, %+v", err, r.Counts)
			}
		})
	}
	src["secrets.txt"] = []byte("x")
	if r, err := newHub().run(t, src, publicdata.Options{}); err == nil || r.Problems[0].Code() != "table.unknown" {
		t.Errorf("a file of another name: %v, %v", err, r.Problems)
	}
}

func TestAcceptedForms(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"byte order mark": func(b []byte) []byte { return append([]byte("\ufeff"), b...) },
		"LF":              func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) },
	} {
		h := newHub()
		src, _ := files(t)
		h.mustRun(t, src)
		n := len(h.Facts)
		for file := range src {
			src[file] = change(src[file])
		}
		if h.mustRun(t, src); len(h.Facts) != n {
			t.Errorf("%s: the same rows recorded %d facts more", name, len(h.Facts)-n)
		}
	}
}

func TestSkipBad(t *testing.T) {
	h := newHub()
	src := withRow(t, contributions, row("amount", "-1")+row("id", "other-row")+row("id", "third-row", "note", "\x00"))
	src[contributions] = bytes.Replace(src[contributions], []byte("Ukraine,1000000,EUR,2025-07-10"), []byte("Ukraine,one million,EUR,2025-07-10"), 1)
	r, err := h.run(t, src, publicdata.Options{SkipBad: true})
	if err != nil || !r.Recorded || len(r.Problems) != 3 {
		t.Fatalf("err %v, problems %v", err, r.Problems)
	}
	if c := count(t, r, contributions); c.New != 37 || c.Skipped != 3 || c.Problems != 3 {
		t.Errorf("counts %+v, want 37 new and 3 skipped", c)
	}
	// it-2025 was left out, and its parts must still not count for it.
	m, ok := h.books.Flows.MentionByRow("row/contributions.csv/it-2026-tmpo")
	if !ok || m.Why != "overlap" {
		t.Errorf("a part of a bad row became %+v", m)
	}
	if r, _ = h.run(t, src, publicdata.Options{SkipBad: true}); len(r.Gone) != 0 {
		t.Errorf("a bad row is taken for a lost one: %v", r.Gone)
	}
}

// A party with a problem takes down what speaks of it, and nothing else.
func TestSkipBadParty(t *testing.T) {
	h := newHub()
	r, err := h.run(t, edit(t, "members.csv", "NO,Norway,Норвегія,partner,2025,by", "NO,Norway,Норвегія,partner,3000,by"), publicdata.Options{SkipBad: true})
	if err != nil {
		t.Fatal(err)
	}
	if c := count(t, r, contributions); c.New != 36 || c.Skipped != 1 {
		t.Errorf("counts %+v; want no-yearly alone skipped", c)
	}
	if codes := []string{r.Problems[0].Code(), r.Problems[1].Code()}; !slices.Equal(codes, []string{"fact.date", "import.name_party"}) {
		t.Errorf("problems %v", r.Problems)
	}
}

func TestEveryProblemIsListed(t *testing.T) {
	var rows strings.Builder
	for i := range 300 {
		rows.WriteString(row("id", "bad-"+strings.Repeat("x", i%60)+string(rune('a'+i/60)), "amount", "-1", "scope", "?"))
	}
	r, err := newHub().run(t, withRow(t, contributions, rows.String()), publicdata.Options{})
	if !errors.Is(err, intake.ErrProblems) || len(r.Problems) != table.MaxProblems || r.Dropped != 400 {
		t.Errorf("err %v, %d listed, %d more", err, len(r.Problems), r.Dropped)
	}
	if c := count(t, r, contributions); c.Problems != 600 || c.Skipped != 300 {
		t.Errorf("counts %+v", c)
	}
}

// Markup is data: the page that shows it escapes it.
//
// ASVS 1.2.1
func TestMarkupPassesThroughAsData(t *testing.T) {
	const markup = `<img src=x onerror="alert(1)">&amp;{{.}}=1+1`
	h := newHub()
	h.mustRun(t, withRow(t, contributions, row("period", markup, "purpose", markup, "reported_equivalents", markup, "note", markup, "source", markup)))
	f, ok := h.books.Flows.ByRow("row/contributions.csv/new-row")
	if !ok || f.Said.Period != markup || f.Said.Purpose != markup || f.Said.Equivalents != markup || f.Said.Note != markup || f.Said.Source.Cite != markup {
		t.Errorf("flow %+v", f.Said)
	}
	h.mustRun(t, withRow(t, "timeline.csv", "2025-10-14,day,\""+strings.ReplaceAll(markup, `"`, `""`)+"\",https://example.org/\r\n"))
	all := h.books.Milestones.All()
	if !slices.ContainsFunc(all, func(m milestone.Milestone) bool { return m.Event == markup }) {
		t.Error("the event is not as it was written")
	}
	h.mustRun(t, withRow(t, "members.csv", "LT,<b>Lithuania</b>,<i>Литва</i>,partner,2026,by,<s>note</s>,https://example.org/\r\n"))
	if p, _ := h.books.Parties.Get("LT"); p.Name != "<b>Lithuania</b>" || p.NameUk != "<i>Литва</i>" {
		t.Errorf("party %+v", p.Registered)
	}
}

// small has few rows, so that a fuzzer tries many tables in a second.
func small() publicdata.Files {
	src := publicdata.Files{}
	for _, file := range append(publicdata.Public, publicdata.Explaining...) {
		src[file] = []byte(strings.Join(publicdata.Columns(file), ",") + "\n")
	}
	src["members.csv"] = append(src["members.csv"], "EE,Estonia,,partner,2023,day,,s\nUA,Ukraine,,recipient member,2023,day,,s\n"...)
	src["aliases.csv"] = append(src["aliases.csv"], "all partners,collective,\nEstonian MFA,EE,\n"...)
	return src
}

func FuzzOutcomes(f *testing.F) {
	src := small()
	header := string(src[contributions])
	f.Add(header + row())
	f.Add(header + row("note", "part of whole; not part of new-row") + row("id", "whole", "kind", "total", "provider", "all partners"))
	f.Add(header + row("amount", "", "currency", "", "status", "delivered", "period", "yearly"))
	f.Fuzz(func(t *testing.T, data string) {
		tables := maps.Clone(src)
		tables[contributions] = []byte(data)
		outcomes, problems := publicdata.Outcomes(tables, nil)
		for _, o := range outcomes {
			if o.Fact == "" || !table.IsKey(o.Row) {
				t.Fatalf("outcome %+v", o)
			}
		}
		for _, p := range problems.List {
			if p.Code() == "import.internal" || p.Reason() == "" {
				t.Fatalf("problem %v", p)
			}
		}
	})
}
