package fields_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tallinn/exchange/fields"
	"tallinn/exchange/sheet"
	"tallinn/fault"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/party"
)

// words know a few words and parties.
type words struct{}

func (words) Word(list, s string) (string, bool) {
	w, ok := map[string]string{"paid": "paid", "сплачено": "paid", "commitment": "commitment", "training": "training", "підготовка": "training",
		"money": "money", "edr_seats": "edr_seats", "energy": "energy", "short": "short", "high": "high"}[strings.ToLower(s)]
	return w, ok
}
func (words) Examples(string) string { return "paid, commitment" }
func (words) Party(s string) (party.ID, bool) {
	id, ok := map[string]party.ID{"Естонія": "ee", "Estonia": "ee", "ДССЗЗІ": "sscip"}[s]
	return id, ok
}

func guess(noun batch.Noun, rows ...[]string) fields.Plan {
	lines := make([]int, len(rows))
	for i := range rows {
		lines[i] = i + 1
	}
	return fields.Guesser{Noun: noun, Labels: func(string) []string { return nil }}.Guess(rows, lines)
}

func TestGuess(t *testing.T) {
	for _, tt := range []struct {
		name    string
		noun    batch.Noun
		rows    [][]string
		head    int
		columns string
		comma   bool
		month   bool
	}{
		{"title over the heads", batch.Flows, [][]string{{"Перелік допомоги за 2025 рік"}, {"Донор", "Отримувач", "Сума, грн", "Статус", "Дата рішення"},
			{"Естонія", "ДССЗЗІ", "1 234,50", "сплачено", "13.02.2025"}}, 2, "provider receiver amount status on", true, false},
		{"our own export", batch.Flows, [][]string{{"id", "provider", "provider_name", "receiver", "amount", "currency", "status", "on"}}, 1, " provider  receiver amount currency status on", false, false},
		{"month first", batch.Flows, [][]string{{"Donor", "Recipient", "Amount (USD)", "Date"}, {"a", "b", "1,234.50", "02/28/2025"}}, 1, "provider receiver amount on", false, true},
		{"no heads", batch.Flows, [][]string{{"x"}, {"1", "2", "3", "4"}, {"5", "6", "7", "8"}}, 2, "   ", false, false},
	} {
		p := guess(tt.noun, tt.rows...)
		if p.Head != tt.head || strings.Join(p.Columns, " ") != tt.columns || p.Comma != tt.comma || p.Month != tt.month {
			t.Errorf("%s: %+v; want head %d, columns %q, comma %v, month %v", tt.name, p, tt.head, tt.columns, tt.comma, tt.month)
		}
	}
	if p := guess(batch.Flows, []string{"Донор", "Сума, грн"}); p.Same["currency"] != "UAH" {
		t.Errorf("a head that names hryvnias gives %q", p.Same["currency"])
	}
}

// TestCells: what each way of writing says, or what is wrong with it.
func TestCells(t *testing.T) {
	for _, tt := range []struct {
		amount, day string
		comma       bool
		month       bool
		said        string
		wrong       *fault.Error
	}{
		{"1 234,50", "13.02.2025", true, false, "1234.50 EUR 2025-02-13", nil},
		{"1.234.567,89", "2025", true, false, "1234567.89 EUR 2025", nil},
		{"1,234,567.89", "02/03/2025", false, true, "1234567.89 EUR 2025-02-03", nil},
		{"1234567", "2025-02", false, false, "1234567.00 EUR 2025-02", nil},
		{"$ 1,000", "3 лютого 2025 р.", false, false, "1000.00 USD 2025-02-03", nil},
		{"250 000 грн", "February 3, 2025", false, false, "250000.00 UAH 2025-02-03", nil},
		{"1,234", "2025-02-03T00:00:00Z", false, false, "1234.00 EUR 2025-02-03", nil},
		{"1,234", "2025", true, false, "", fields.ErrEither},
		{"1.234", "2025", false, false, "", fields.ErrEither},
		{"1.234", "2025", true, false, "1234.00 EUR 2025", nil},
		{"сто", "2025", false, false, "", fields.ErrAmount},
		{"-5", "2025", false, false, "", fields.ErrAmount},
		{"5", "31.02.2025", false, false, "", fields.ErrDay},
		{"5", "торік", false, false, "", fields.ErrDay},
		{"", "2025", false, false, " 2025", nil},
	} {
		plan := fields.Plan{Head: 1, Columns: []string{"provider", "receiver", "amount", "status", "on"}, Same: map[string]string{"currency": "EUR"}, Comma: tt.comma, Month: tt.month}
		r := fields.NewReader(batch.Flows, plan, words{})
		got, wrong := r.Read(sheet.Row{Line: 2, Cells: []string{"Естонія", "ДССЗЗІ", tt.amount, "сплачено", tt.day}})
		switch {
		case tt.wrong != nil && (len(wrong) != 1 || !errors.Is(wrong[0].Fault, tt.wrong)):
			t.Errorf("%q on %q: %v, want %s", tt.amount, tt.day, wrong, tt.wrong.Code())
		case tt.wrong == nil && (len(wrong) > 0 || got.Flow.Recorded.Amount.String()+" "+string(got.Flow.Recorded.On) != tt.said):
			t.Errorf("%q on %q says %s %s, %v; want %s", tt.amount, tt.day, got.Flow.Recorded.Amount, got.Flow.Recorded.On, wrong, tt.said)
		}
	}
}

// TestWrongCells: every wrong cell of a row is named, with its column.
func TestWrongCells(t *testing.T) {
	plan := fields.Plan{Head: 1, Columns: []string{"provider", "", "amount", "status", "on"}}
	r := fields.NewReader(batch.Flows, plan, words{})
	_, wrong := r.Read(sheet.Row{Line: 7, Cells: []string{"Atlantis", "x", "5", "maybe"}})
	var got []string
	for _, p := range wrong {
		got = append(got, p.Field+" "+p.Fault.Code())
		if p.Line != 7 || plan.Column(p.Field) != p.Column {
			t.Errorf("%s is said to be at row %d, column %d", p.Field, p.Line, p.Column)
		}
	}
	slices.Sort(got)
	if want := []string{"amount import.currency", "on import.needed", "provider import.party", "receiver import.needed", "status import.word"}; !slices.Equal(got, want) {
		t.Errorf("wrong are %q, want %q", got, want)
	}
}

// FuzzImport throws random lists at the importer: whatever they hold, each row
// is a thing or has a problem that names its cell and says what to do, and no
// cell is understood as an amount or a day that it does not show.
func FuzzImport(f *testing.F) {
	f.Add([]byte("Донор;Отримувач;Сума, євро;Статус;Дата\nЕстонія;ДССЗЗІ;1 234,50;сплачено;13.02.2025\n"), uint8(2))
	f.Add([]byte("title,summary,line,what,quantity,urgency,useful_until,criticality,sector\nA,B,training,edr_seats,\"1,000\",short,2027-01-01,high,energy\n"), uint8(0))
	f.Add([]byte("form,amount,currency,until\nmoney,1e9,EUR,31/12/27\n"), uint8(1))
	f.Add([]byte(`[{"reporter":"x","source":"y","scope":"mixed","why":"status","amount":"5"}]`), uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, of uint8) {
		noun := batch.Nouns[int(of)%len(batch.Nouns)]
		var rows [][]string
		var lines []int
		_, err := sheet.Read(data, func(r sheet.Row) error {
			if len(rows) < 50 {
				rows, lines = append(rows, slices.Clone(r.Cells)), append(lines, r.Line)
			}
			return nil
		})
		if err != nil {
			return
		}
		plan := fields.Guesser{Noun: noun, Labels: func(string) []string { return nil }}.Guess(rows, lines)
		if err := plan.Check(noun); err != nil {
			t.Fatalf("the guess %+v is refused: %v", plan, err)
		}
		r := fields.NewReader(noun, plan, words{})
		for i, cells := range rows {
			row := sheet.Row{Line: lines[i], Cells: cells}
			if r.Head(row) {
				continue
			}
			thing, wrong := r.Read(row)
			if (thing.Need != nil) != (noun == batch.Needs) || (thing.Flow != nil) != (noun == batch.Flows) {
				t.Fatalf("a row of %s is %+v", noun, thing)
			}
			for _, p := range wrong {
				if p.Fault.Error() == "" || strings.Contains(strings.ReplaceAll(p.Fault.Error(), p.Cell, ""), "{{.") && !strings.Contains(string(data), "{{") || p.Line != lines[i] {
					t.Fatalf("problem reads %q at row %d", p.Fault.Error(), p.Line)
				}
			}
			if len(wrong) > 0 || thing.Flow == nil {
				continue
			}
			if c := plan.Column("amount"); c >= 0 && c < len(cells) && !thing.Flow.Recorded.Amount.IsZero() {
				digits := func(s string) string {
					return strings.Trim(strings.Map(func(r rune) rune {
						if '0' <= r && r <= '9' {
							return r
						}
						return -1
					}, s), "0")
				}
				if got, want := digits(thing.Flow.Recorded.Amount.Value()), digits(cells[c]); got != want {
					t.Fatalf("%q is understood as %s", cells[c], thing.Flow.Recorded.Amount)
				}
			}
		}
	})
}
