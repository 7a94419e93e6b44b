package publicdata_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/money"
)

func account(t testing.TB) string {
	doc, err := os.ReadFile("../../doc/account.md")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(doc)), " ") // as it reads, wherever its lines break
}

// says fails where doc/account.md does not hold text, and prints what it should say.
func says(t *testing.T, doc, text string) {
	t.Helper()
	if !strings.Contains(doc, strings.Join(strings.Fields(text), " ")) {
		t.Errorf("doc/account.md does not say\n%s", text)
	}
}

// doc/account.md has every contribution with the same words as expected.csv.
func TestAccountListsEveryContribution(t *testing.T) {
	doc := account(t)
	for _, row := range expected(t) {
		if id, ok := strings.CutPrefix(row[0], "contributions.csv/"); ok {
			says(t, doc, "| `"+id+"` | "+row[1]+" | "+row[2]+" | "+row[3]+" |")
		}
	}
}

// Every number of the worked reconciliation is what the program makes of the
// tables: the rows with their rates, the sums, and what does not fit.
func TestAccountIsWorkedFromTheTables(t *testing.T) {
	doc, h := account(t), newAccounted(t)
	st := h.statement()
	says(t, doc, worked(h, st))
	says(t, doc, becomes(h))
	for _, n := range st.Notes {
		if !n.Result.IsZero() {
			says(t, doc, "EUR "+short(n.Result.Minor())+" million")
		}
	}
	usd, _ := money.ParseAmount("210000000", "USD")
	in, used, _ := h.rates.Convert(usd, "EUR", "2024-12-20")
	says(t, doc, fmt.Sprintf("By the rate of 20 December 2024 (USD %s) the first is EUR %.1f million", used[0].Rate, in.Float()/1e6))
	for _, r := range st.Total.Rows() {
		f, _ := h.books.Flows.Get(r.Flow)
		if f.Said.Note != "" && strings.Contains(f.Said.Note, "do not add") {
			t.Errorf("%s is added up, and its note says %q", f.Said.Source.Row, f.Said.Note)
		}
	}
}

// worked is the table of the rows that count, by the id of the row.
func worked(h accounted, st statement.Statement) string {
	rows := st.Total.Rows()
	id := func(r statement.Row) string { f, _ := h.books.Flows.Get(r.Flow); return f.Said.Source.Row }
	slices.SortFunc(rows, func(a, b statement.Row) int { return strings.Compare(id(a), id(b)) })
	out := "| row | said | year | rate | of | in euros |\n|---|---|---|---|---|---|\n"
	for _, r := range rows {
		f, _ := h.books.Flows.Get(r.Flow)
		year, rate, of := "not stated", "–", "–"
		if len(f.Portions) == 1 {
			year = fmt.Sprint(f.Portions[0].Year)
		}
		if len(r.Used) > 0 {
			rate, of = r.Used[0].Rate.String(), string(r.Used[0].On)
		}
		out += fmt.Sprintf("| `%s` | %s %s | %s | %s | %s | %s |\n", id(r), r.Spoken.Currency(), grouped(r.Spoken.Value()), year, rate, of, grouped(r.Converted.Round(2)))
	}
	return out + fmt.Sprintf("| **sum** | | | | | **%s** |\n", grouped(st.Total.Value.Round(2)))
}

// becomes says how many rows of contributions.csv become what.
func becomes(h accounted) string {
	flows, scopes, mentions := map[flow.Status]int{}, map[flow.Scope]int{}, map[flow.Why]int{}
	var n, m int
	for _, f := range h.books.Flows.All() {
		n++
		flows[f.StatusOn("2026-07-01")]++
		scopes[f.Scope]++
	}
	for _, x := range h.books.Flows.Mentions() {
		m++
		mentions[x.Why]++
	}
	return fmt.Sprintf("Of %d rows %d become flows (%d commitments, %d paid, %d pledges; %d of scope mechanism) and %d mentions: "+
		"%d for being totals, %d for their status, %d without an amount, %d of another or an unclear scope, %d inside other rows.",
		n+m, n, flows[flow.Commitment], flows[flow.Paid], flows[flow.Pledge], scopes[flow.Mechanism], m,
		mentions[flow.WhyTotal], mentions[flow.WhyStatus], mentions[flow.WhyNoAmount], mentions[flow.WhyScope], mentions[flow.WhyOverlap])
}

// grouped is a decimal with its thousands apart.
func grouped(s string) string {
	whole, fraction, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + fraction
}

// short is an amount in millions with one decimal, where that is exact.
func short(cents int64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(cents)/1e8), ".0")
}

func TestRulesNameTheirTests(t *testing.T) {
	raw, err := os.ReadFile("../../doc/account.md")
	if err != nil {
		t.Fatal(err)
	}
	var sources strings.Builder
	for _, dir := range []string{"../../aid/flow", "../../aid/statement", "../../aid/rate", "."} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name(), "_test.go") {
				text, err := os.ReadFile(dir + "/" + f.Name())
				if err != nil {
					t.Fatal(err)
				}
				sources.Write(text)
			}
		}
	}
	rules := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || len(strings.TrimSpace(cells[1])) != 1 {
			continue
		}
		rules[strings.TrimSpace(cells[1])] = true
		names := 0
		for i, name := range strings.Split(cells[2], "`") {
			if i%2 == 1 {
				names++
				if !strings.Contains(sources.String(), "\nfunc "+name+"(t *testing.T)") {
					t.Errorf("rule %s is said to be proven by %s, which is no test", cells[1], name)
				}
			}
		}
		if names == 0 {
			t.Errorf("rule %s names no test", cells[1])
		}
	}
	if len(rules) != 9 {
		t.Errorf("%d of nine rules stand in the table", len(rules))
	}
}
