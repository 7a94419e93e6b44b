package nbu_test

import (
	"testing"

	"tallinn/aid/rate"
	"tallinn/exchange/nbu"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/money"
)

const saved = `[
{"r030":36,"txt":"Австралійський долар","rate":27.3,"cc":"AUD","exchangedate":"02.07.2025"},
{"r030":840,"txt":"Долар США","rate":41.7788,"cc":"USD","exchangedate":"02.07.2025","special":null},
{"r030":978,"txt":"Євро","rate":49.2615,"cc":"EUR","exchangedate":"02.07.2025","special":null},
{"r030":959,"txt":"Золото","rate":139412.02,"cc":"XAU","exchangedate":"02.07.2025","special":null},
{"r030":978,"txt":"Євро","rate":48.7811,"cc":"EUR","exchangedate":"01.07.2025"}]`

// TestSaved: a file as the bank gives it, digits as printed, read both ways.
func TestSaved(t *testing.T) {
	var problems table.Problems
	days, skipped := nbu.Read("nbu-2025-07-02.json", []byte(saved), &problems)
	if skipped != 0 || problems.Len() != 0 || len(days) != 2 {
		t.Fatalf("%d days, %d left out, %v", len(days), skipped, problems.List)
	}
	d := days[1]
	if d.On != "2025-07-02" || d.Base != "UAH" || !d.Inverse || len(d.Rates) != 3 || d.Rates["EUR"].String() != "49.2615" || d.Source.File != "nbu-2025-07-02.json" {
		t.Errorf("the day is %+v", d)
	}
	book := rate.NewTable()
	for i, d := range days {
		facts, err := rate.Publish(book, d)
		if err != nil || len(facts) != 1 {
			t.Fatalf("%v, %v", facts, err)
		}
		book.Fold(fact.Fact{Pos: fact.Pos(i), Body: facts[0]})
	}
	// Canada's UAH 92 million, at the last rate before its day.
	a, _ := money.ParseAmount("92000000", "UAH")
	x, used, ok := book.Convert(a, money.EUR, "2025-07-05")
	if !ok || x.Round(2) != "1867584.22" || len(used) != 1 || used[0].On != "2025-07-02" {
		t.Errorf("it is %s by %+v, %v", x.Round(2), used, ok)
	}
}

// TestBad: each thing that is wrong is named with its place, and its day left out.
func TestBad(t *testing.T) {
	for _, tt := range []struct{ name, data, code, place string }{
		{"no JSON", `date,USD`, "nbu.file", `"f"`},
		{"no list", `{"cc":"USD"}`, "nbu.file", `"f"`},
		{"nothing", `[]`, "nbu.file", `"f"`},
		{"a name twice", `[{"cc":"USD","cc":"EUR","rate":1,"exchangedate":"01.07.2025"}]`, "nbu.file", `"f"`},
		{"no day", `[{"cc":"USD","rate":41.5,"exchangedate":"2025-07-01"}]`, "nbu.day", `"f":1, exchangedate`},
		{"no rate", `[{"cc":"USD","rate":null,"exchangedate":"01.07.2025"}]`, "money.rate", `"f":1, rate`},
		{"two rates", `[{"cc":"USD","rate":41.5,"exchangedate":"01.07.2025"},{"cc":"USD","rate":41.6,"exchangedate":"01.07.2025"}]`, "nbu.twice", `"f":2, cc`},
	} {
		var problems table.Problems
		days, _ := nbu.Read("f", []byte(tt.data), &problems)
		if len(days) != 0 || len(problems.List) != 1 || problems.List[0].Code() != tt.code || problems.List[0].Place() != tt.place {
			t.Errorf("%s: %d days, %v", tt.name, len(days), problems.List)
		}
	}
}

// FuzzRead: whatever comes, each day that is read may be recorded.
func FuzzRead(f *testing.F) {
	f.Add([]byte(saved))
	f.Add([]byte(`[{"cc":"USD","rate":1e9,"exchangedate":"01.07.2025"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var problems table.Problems
		days, _ := nbu.Read("f.json", data, &problems)
		for _, d := range days {
			if _, err := rate.Publish(rate.NewTable(), d); err != nil {
				t.Fatalf("%+v: %v", d, err)
			}
		}
	})
}
