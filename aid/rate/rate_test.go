package rate_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"tallinn/aid/rate"
	"tallinn/fact"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

var source = fact.Source{Cite: "ECB euro foreign exchange reference rates", File: "rates.csv", Row: "a day"}

func parse(t interface{ Fatal(...any) }, s string) money.Rate {
	r, err := money.ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func published(t interface{ Fatal(...any) }, issuer string, on fact.Date, rates ...string) rate.Published {
	p := rate.Published{Base: "EUR", On: on, Issuer: issuer, Source: source, Rates: map[money.Currency]money.Rate{}}
	for i := 0; i < len(rates); i += 2 {
		p.Rates[money.Currency(rates[i])] = parse(t, rates[i+1])
	}
	return p
}

func tell(table *rate.Table, bodies ...fact.Body) *rate.Table {
	_, _, n := table.Days()
	for i, b := range bodies {
		table.Fold(fact.Fact{Pos: fact.Pos(100*n + i), Body: b})
	}
	return table
}

func given(t *testing.T) *rate.Table {
	return tell(rate.NewTable(),
		published(t, "ECB", "2024-12-20", "USD", "1.0390", "SEK", "11.4760"),
		published(t, "ECB", "2023-12-20", "USD", "1.0944", "SEK", "11.129"),
		published(t, "NBU", "2023-12-20", "UAH", "41.0023", "USD", "1.0940"),
		published(t, "ECB", "2023-12-22", "USD", "1.1001"))
}

func TestLastRateOnOrBeforeTheDay(t *testing.T) {
	for _, tt := range []struct {
		name     string
		currency money.Currency
		day      string
		rate     string // empty: none
		on       fact.Date
		issuer   string
	}{
		{"on the day", "SEK", "2024-12-20", "11.4760", "2024-12-20", "ECB"},
		{"the day before is too early", "SEK", "2023-12-19", "", "", ""},
		{"a day later", "SEK", "2023-12-21", "11.129", "2023-12-20", "ECB"},
		{"a weekend", "USD", "2023-12-24", "1.1001", "2023-12-22", "ECB"},
		{"quoted on some days only", "SEK", "2023-12-22", "11.129", "2023-12-20", "ECB"},
		{"long after", "USD", "2099-01-01", "1.0390", "2024-12-20", "ECB"},
		{"two issuers on one day", "USD", "2023-12-20", "1.0944", "2023-12-20", "ECB"},
		{"the hryvnia", "UAH", "2025-09-01", "41.0023", "2023-12-20", "NBU"},
		{"never quoted", "PLN", "2025-01-01", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table := given(t)
			used, ok := table.Find(tt.currency, "EUR", tt.day)
			if ok != (tt.rate != "") || used.Rate.String() != tt.rate || used.On != tt.on || used.Issuer != tt.issuer {
				t.Errorf("found %+v, %v", used, ok)
			}
			if r, also := table.Rate(tt.currency, "EUR", tt.day); r != used.Rate || also != ok {
				t.Errorf("Rate says %v, %v; Find %v, %v", r, also, used.Rate, ok)
			}
		})
	}
}

func TestConvert(t *testing.T) {
	table := given(t)
	usd, _ := money.ParseAmount("210000000", "USD")
	x, used, ok := table.Convert(usd, "EUR", "2024-12-20")
	if !ok || x.Round(2) != "202117420.60" || len(used) != 1 || used[0].On != "2024-12-20" || used[0].Source != source {
		t.Errorf("210 million dollars are %s by %+v, %v", x.Round(2), used, ok)
	}
	eur, _ := money.ParseAmount("200000000", "EUR")
	if x, used, ok := table.Convert(eur, "EUR", "1999-01-01"); !ok || used != nil || x.Round(2) != "200000000.00" {
		t.Errorf("euros in euros are %v by %v, %v", x, used, ok)
	}
	pln, _ := money.ParseAmount("1", "PLN")
	if x, used, ok := table.Convert(pln, "EUR", "2025-01-01"); ok || used != nil || !x.IsZero() {
		t.Errorf("an unquoted currency is %v by %v, %v", x, used, ok)
	}
}

func TestPublishAgain(t *testing.T) {
	table := given(t)
	same, err := rate.Publish(table, published(t, "ECB", "2023-12-20", "USD", "1.0944", "SEK", "11.129"))
	if err != nil || same != nil {
		t.Fatalf("the same rates again record %v, %v; want nothing", same, err)
	}
	wanted := published(t, "ECB", "2023-12-20", "USD", "1.0999")
	bodies, err := rate.Publish(table, wanted)
	if err != nil || len(bodies) != 1 || bodies[0].Kind() != "rate.corrected" {
		t.Fatalf("other rates record %v, %v; want a correction", bodies, err)
	}
	tell(table, bodies...)
	if got, _ := table.On("ECB", "2023-12-20"); !reflect.DeepEqual(got, wanted) {
		t.Errorf("corrected to %+v; want %+v", got, wanted)
	}
	used, _ := table.Find("USD", "EUR", "2023-12-20")
	if used.Rate.String() != "1.0999" || len(table.History(used)) != 2 {
		t.Errorf("the corrected rate is %v of facts %v", used.Rate, table.History(used))
	}
	astray := bodies[0].(rate.Corrected)
	astray.Fact, astray.Was, astray.Now = 9999, astray.Now, astray.Was
	tell(table, astray)
	if used, _ := table.Find("USD", "EUR", "2023-12-20"); used.Rate.String() != "1.0999" {
		t.Errorf("a correction of another fact changed the rate to %v", used.Rate)
	}
	if gone, ok := table.Find("SEK", "EUR", "2023-12-20"); ok {
		t.Errorf("a rate that was taken back is still used: %+v", gone)
	}
	if first, last, n := table.Days(); first != "2023-12-20" || last != "2024-12-20" || n != 3 {
		t.Errorf("Days = %s, %s, %d", first, last, n)
	}
}

func TestPublishRefuses(t *testing.T) {
	good := func() rate.Published { return published(t, "ECB", "2023-12-20", "USD", "1.0944") }
	for _, tt := range []struct {
		name  string
		spoil func(*rate.Published)
		err   error
	}{
		{"a month", func(p *rate.Published) { p.On = "2023-12" }, rate.ErrDay},
		{"no day", func(p *rate.Published) { p.On = "" }, rate.ErrDay},
		{"no base", func(p *rate.Published) { p.Base = "" }, rate.ErrBase},
		{"the base against itself", func(p *rate.Published) { p.Rates["EUR"] = p.Rates["USD"] }, rate.ErrBase},
		{"no rates", func(p *rate.Published) { p.Rates = nil }, rate.ErrNone},
		{"an unknown currency", func(p *rate.Published) { p.Rates["QQQ"] = p.Rates["USD"] }, money.ErrCurrency},
		{"no number", func(p *rate.Published) { p.Rates["SEK"] = money.Rate{} }, money.ErrRate},
		{"no issuer", func(p *rate.Published) { p.Issuer = "" }, wording.ErrNeeded},
		{"no source", func(p *rate.Published) { p.Source = fact.Source{} }, wording.ErrNeeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := good()
			tt.spoil(&p)
			if bodies, err := rate.Publish(rate.NewTable(), p); !errors.Is(err, tt.err) || bodies != nil {
				t.Errorf("Publish = %v, %v; want %v", bodies, err, tt.err)
			}
		})
	}
}

// Rule 6, against a plain search: the order of publication changes nothing.
func TestFindIsThePlainSearch(t *testing.T) {
	day := rapid.Custom(func(t *rapid.T) string { return fmt.Sprintf("2024-01-%02d", rapid.IntRange(1, 28).Draw(t, "day")) })
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfDistinct(day, func(s string) string { return s }).Draw(t, "days")
		table, rates := rate.NewTable(), map[string]string{}
		for i, d := range days {
			rates[d] = fmt.Sprintf("%d.5", i+1)
			tell(table, published(t, "ECB", fact.Date(d), "USD", rates[d]))
		}
		asked, best := day.Draw(t, "asked"), ""
		for d := range rates {
			if d <= asked && d > best {
				best = d
			}
		}
		used, ok := table.Find("USD", "EUR", asked)
		if ok != (best != "") || string(used.On) != best || used.Rate.String() != rates[best] {
			t.Fatalf("on %s found %+v, %v; want that of %q", asked, used, ok, best)
		}
	})
}

func FuzzPublished(f *testing.F) {
	f.Add([]byte(`{"rates":{"USD":"1.0944"},"base":"EUR","on":"2023-12-20","issuer":"ECB","source":{"cite":"c","file":"f","row":"r"}}`))
	f.Add([]byte(`{"rates":{"USD":"0"},"base":"","on":"2023"}`))
	f.Add([]byte(`{"rates":{"USD":"1","USD":"2"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var p rate.Published
		if json.Unmarshal(raw, &p) != nil {
			return
		}
		table := rate.NewTable()
		if bodies, err := rate.Publish(table, p); err == nil {
			tell(table, bodies...)
			if again, err := rate.Publish(table, p); err != nil || again != nil {
				t.Fatalf("the same rates again record %v, %v", again, err)
			}
		}
		tell(rate.NewTable(), p) // whatever decodes folds
	})
}

// Rates read both ways, and by way of the euro; the hryvnia by the National
// Bank of Ukraine's, which quotes hryvnias for one of each.
func TestWays(t *testing.T) {
	nbu := published(t, "NBU", "2025-07-01", "USD", "41.5", "EUR", "48.5")
	nbu.Base, nbu.Inverse = "UAH", true
	table := tell(rate.NewTable(), published(t, "ECB", "2025-07-01", "USD", "1.25", "SEK", "11.25"), nbu)
	for _, tt := range []struct {
		from, to money.Currency
		amount   string
		want     string // empty: no rate
		used     int
	}{
		{"SEK", "EUR", "135000000", "12000000.00", 1},
		{"SEK", "USD", "135000000", "15000000.00", 2},
		{"EUR", "USD", "100", "125.00", 1},
		{"UAH", "USD", "415", "10.00", 1},
		{"UAH", "EUR", "485", "10.00", 1},
		{"USD", "UAH", "10", "415.00", 1},
		{"EUR", "UAH", "10", "485.00", 1},
		{"SEK", "UAH", "112.50", "485.00", 2},
		{"UAH", "UAH", "7", "7.00", 0},
		{"PLN", "UAH", "7", "", 0},
	} {
		a, _ := money.ParseAmount(tt.amount, tt.from)
		x, used, ok := table.Convert(a, tt.to, "2025-07-02")
		if got := x.Round(2); ok != (tt.want != "") || ok && got != tt.want || len(used) != tt.used {
			t.Errorf("%v is %s %s by %d rates, %v; want %s by %d", a, got, tt.to, len(used), ok, tt.want, tt.used)
		}
	}
}
