package ecb_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tallinn/aid/rate"
	"tallinn/demo"
	"tallinn/exchange/ecb"
	"tallinn/exchange/intake"
	"tallinn/exchange/intake/intaketest"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/money"
)

type hub struct {
	*intaketest.Record
	rates *rate.Table
}

func newHub() hub {
	t := rate.NewTable()
	return hub{&intaketest.Record{Registry: fact.NewRegistry(rate.Kinds()), Folders: []intaketest.Folder{t}}, t}
}

func (h hub) run(data string) (intake.Report, error) {
	return ecb.Import(context.Background(), h, h.rates, "rates.csv", []byte(data), ecb.Options{})
}

func TestDemoRates(t *testing.T) {
	h := newHub()
	r, err := ecb.Import(context.Background(), h, h.rates, demo.RatesFile, demo.Rates(), ecb.Options{})
	if err != nil || !r.Recorded || r.Counts[0].New != 644 || len(h.Facts) != 644 {
		t.Fatalf("err %v, %+v, %d facts", err, r, len(h.Facts))
	}
	if first, last, n := h.rates.Days(); first != "2023-10-02" || last != "2026-04-13" || n != 644 {
		t.Errorf("days %s to %s, %d", first, last, n)
	}
	// demo/fx/README.md and the ECB agree on these.
	for currency, want := range map[money.Currency]string{"USD": "1.0944", "GBP": "0.86555", "CAD": "1.4609", "DKK": "7.4565", "SEK": "11.129", "PLN": "4.3413"} {
		if used, ok := h.rates.Find(currency, money.EUR, "2023-12-20"); !ok || used.Rate.String() != want || used.On != "2023-12-20" {
			t.Errorf("%s on 2023-12-20 is %+v, want %s", currency, used, want)
		}
	}
	if _, ok := h.rates.Find(money.UAH, money.EUR, "2025-09-01"); ok {
		t.Error("the ECB does not quote the hryvnia, and there is a rate")
	}
	if lev, _ := h.rates.Find("BGN", money.EUR, "2026-04-13"); lev.On >= "2026" {
		t.Errorf("the lev has a rate of %s, and its cells are empty from 2026 on", lev.On)
	}
	n := len(h.Facts)
	if r, err = ecb.Import(context.Background(), h, h.rates, "another-name.csv", demo.Rates(), ecb.Options{}); err != nil || len(h.Facts) != n || r.Counts[0].Unchanged != 644 {
		t.Errorf("the same rates in another file: err %v, %+v, %d facts more", err, r.Counts, len(h.Facts)-n)
	}
}

const days = "date,USD,SEK\n2025-07-03,1.1782,11.25\n2025-07-02,1.1755,\n2025-06-30,1.172,11.1465\n"

func TestChangedRates(t *testing.T) {
	h := newHub()
	if _, err := h.run(days); err != nil || len(h.Facts) != 3 {
		t.Fatalf("err %v, %d facts", err, len(h.Facts))
	}
	other := strings.Replace(days, "1.1755", "1.1756", 1)
	for i, data := range []string{other, days, other, days} {
		before := len(h.Facts)
		r, err := h.run(data)
		if err != nil || len(h.Facts) != before+1 || r.Counts[0].Corrected != 1 || r.Counts[0].Unchanged != 2 {
			t.Fatalf("change %d: err %v, %d facts more, %+v", i, err, len(h.Facts)-before, r.Counts)
		}
	}
	if used, _ := h.rates.Find("USD", money.EUR, "2025-07-02"); used.Rate.String() != "1.1755" {
		t.Errorf("at the end the rate is %s", used.Rate)
	}
	grown := strings.Replace(days, "2025-07-03,", "2025-07-04,1.1767,11.235\n2025-07-03,", 1)
	if r, err := h.run(grown); err != nil || r.Counts[0].New != 1 || r.Counts[0].Unchanged != 3 {
		t.Errorf("a day more: err %v, %+v", err, r.Counts)
	}
}

func TestForms(t *testing.T) {
	for name, data := range map[string]string{
		"the ECB's own": "Date,USD,SEK,\n2025-07-03,1.1782,11.25,\n2025-07-02,1.1755,N/A,\n2025-06-30,1.172,11.1465,\n",
		"CRLF":          strings.ReplaceAll(days, "\n", "\r\n"),
		"mark":          "\ufeff" + days,
	} {
		if r, err := newHub().run(data); err != nil || r.Counts[0].New != 3 {
			t.Errorf("%s: err %v, %+v", name, err, r)
		}
	}
}

func TestBadRates(t *testing.T) {
	for _, tt := range []struct {
		name, data, column, code string
		line                     int
	}{
		{"empty", "", "", "table.empty", 0},
		{"no date", "day,USD\n2025-07-02,1.1\n", "", "ecb.column", 1},
		{"unknown currency", "date,XYZ\n2025-07-02,1.1\n", "XYZ", "money.currency", 1},
		{"currency twice", "date,USD,USD\n2025-07-02,1.1,1.1\n", "", "table.column_extra", 1},
		{"month", "date,USD\n2025-07,1.1\n", "date", "ecb.day", 2},
		{"year 3000", "date,USD\n3000-07-01,1.1\n", "date", "ecb.day", 2},
		{"day twice", "date,USD\n2025-07-02,1.1\n2025-07-02,1.2\n", "date", "table.twice", 3},
		{"negative", "date,USD\n2025-07-02,-1.1\n", "USD", "money.rate", 2},
		{"zero", "date,USD\n2025-07-02,0\n", "USD", "money.rate", 2},
		{"comma", "date,USD\n2025-07-02,\"1,1\"\n", "USD", "money.rate", 2},
		{"none", "date,USD\n2025-07-02,\n", "", "ecb.none", 2},
		{"cells", "date,USD\n2025-07-02,1.1,1.2\n", "", "table.cells", 2},
		{"euro", "date,EUR\n2025-07-02,1\n", "EUR", "ecb.euro", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHub()
			r, err := h.run(tt.data)
			if !errors.Is(err, intake.ErrProblems) || len(h.Facts) != 0 || len(r.Problems) != 1 {
				t.Fatalf("err %v, %d facts, problems %v", err, len(h.Facts), r.Problems)
			}
			p := r.Problems[0]
			if p.Code() != tt.code || p.Line != tt.line || p.Column != tt.column || p.Remedy() == "" {
				t.Errorf("problem %v (%s), want %s at line %d, column %q", p, p.Code(), tt.code, tt.line, tt.column)
			}
		})
	}
}

func TestSkipBad(t *testing.T) {
	h := newHub()
	bad := strings.Replace(days, "1.1755", "x", 1)
	r, err := ecb.Import(context.Background(), h, h.rates, "rates.csv", []byte(bad), ecb.Options{SkipBad: true})
	if err != nil || len(h.Facts) != 2 || r.Counts[0].Skipped != 1 || r.Counts[0].Problems != 1 {
		t.Errorf("err %v, %d facts, %+v", err, len(h.Facts), r.Counts)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(days))
	f.Add([]byte("Date,USD,SEK,\r\n2025-07-03,1.1782,N/A,\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var ps table.Problems
		got, skipped := ecb.Read("rates.csv", data, &ps)
		for i, d := range got {
			if i > 0 && got[i-1].On >= d.On {
				t.Fatalf("%s before %s", got[i-1].On, d.On)
			}
			if _, err := rate.Publish(rate.NewTable(), d); err != nil {
				t.Fatalf("a day came through that cannot be published: %v", err)
			}
		}
		if skipped > 0 && ps.Len() == 0 {
			t.Fatal("days were left out without a word")
		}
	})
}
