package web

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zone of Kyiv on machines without a zone database

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"tallinn/fact"
)

// nbsp keeps a number and what belongs to it on one line.
const nbsp = "\u00a0"

// Spoken holds how a language writes numbers, by CLDR.
type spoken struct{ group, decimal string }

var numbers = map[Lang]spoken{
	English:   separators(language.English),
	Ukrainian: separators(language.Ukrainian),
}

// separators reads a language's signs off a number that CLDR wrote. Amounts
// are then written from their decimal digits, for they must never pass
// through a binary fraction.
func separators(tag language.Tag) spoken {
	s := []rune(message.NewPrinter(tag).Sprint(number.Decimal(1234.5)))
	return spoken{string(s[1]), string(s[5])}
}

// Number is n with the groups of l: 1,234 or 1 234.
func Number(l Lang, n int) string { return Decimal(l, strconv.Itoa(n)) }

// Decimal is an exact decimal number, such as "1234.50", as l writes it:
// grouped by three, with every decimal that it has.
func Decimal(l Lang, value string) string {
	s := numbers[l]
	sign, digits := "", value
	if rest, ok := strings.CutPrefix(value, "-"); ok {
		sign, digits = "−", rest
	}
	whole, part, has := strings.Cut(digits, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(s.group)
		}
		b.WriteByte(whole[i])
	}
	if has {
		b.WriteString(s.decimal)
		b.WriteString(part)
	}
	return b.String()
}

// Money is an exact amount as l writes it, always with its currency: the euro,
// in which figures are given, by its sign; every other by its ISO 4217 code,
// because a sign such as $ or kr stands for several. By CLDR English puts the
// currency first (€1,234.50; SEK 1,234.50), Ukrainian last (1 234,50 €).
// value is decimal digits as the amount has them; empty is empty.
func Money[C ~string](l Lang, value string, currency C) string {
	if value == "" {
		return ""
	}
	return withCurrency(l, Decimal(l, value), string(currency))
}

// MoneyShort is an amount for a chart, rounded half up to one decimal of a
// thousand, million or billion: €241.7 m, 241,7 млн €. Amounts under a
// thousand lose their decimals.
func MoneyShort[C ~string](l Lang, value string, currency C) string {
	whole, _, _ := strings.Cut(value, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return Money(l, value, currency)
	}
	for _, step := range []struct {
		unit int64
		key  string
	}{{1e9, "number.billion"}, {1e6, "number.million"}, {1e3, "number.thousand"}} {
		if tenths := (n + step.unit/20) / (step.unit / 10); tenths >= 10 {
			short := strconv.FormatInt(tenths/10, 10)
			if tenths%10 != 0 {
				short += "." + strconv.FormatInt(tenths%10, 10)
			}
			return withCurrency(l, Decimal(l, short)+nbsp+T(l, step.key), string(currency))
		}
	}
	return withCurrency(l, Decimal(l, whole), string(currency))
}

func withCurrency(l Lang, number, currency string) string {
	switch {
	case currency == "EUR" && l == English:
		return "€" + number
	case currency == "EUR":
		return number + nbsp + "€"
	case l == English:
		return currency + nbsp + number
	}
	return number + nbsp + currency
}

// Date is d as precise as it was said: 20 December 2024, December 2024, 2024;
// 20 грудня 2024 р., грудень 2024 р., 2024 р. The empty date is "not stated".
func Date(l Lang, d fact.Date) string { return date(l, d, false) }

// DateShort is d for tables and charts: 20 Dec 2024, 20 груд. 2024 р.
func DateShort(l Lang, d fact.Date) string { return date(l, d, true) }

func date(l Lang, d fact.Date, short bool) string {
	if d == "" {
		return T(l, "date.none")
	}
	year := strconv.Itoa(d.Year())
	if l == Ukrainian {
		year += nbsp + "р."
	}
	if d.Precision() == "year" {
		return year
	}
	month, err := strconv.Atoi(string(d[5:7]))
	if err != nil || month < 1 || month > 12 {
		return string(d)
	}
	if d.Precision() == "month" {
		return months[l].alone(month, short) + " " + year
	}
	day := strings.TrimPrefix(string(d[8:10]), "0")
	return day + nbsp + months[l].after(month, short) + " " + year
}

// Kyiv is the zone of every time on a page.
var Kyiv = mustZone("Europe/Kyiv")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic("web: " + err.Error()) // embedded: cannot be missing
	}
	return z
}

// Time is t in Kyiv to the minute, with the zone named:
// 20 December 2024, 14:05 Kyiv time.
func Time(l Lang, t time.Time) string {
	k := t.In(Kyiv)
	day := fact.Date(k.Format(time.DateOnly))
	return T(l, "date.time", "date", Date(l, day), "time", k.Format("15:04"))
}

// names are the months: full names standing alone and after a day, and short.
type names struct{ full, genitive, brief []string }

func (n names) alone(month int, short bool) string {
	if short {
		return n.brief[month-1]
	}
	return n.full[month-1]
}

func (n names) after(month int, short bool) string {
	if short {
		return n.brief[month-1]
	}
	return n.genitive[month-1]
}

var months = map[Lang]names{
	English: {english, english, strings.Fields(
		"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")},
	Ukrainian: {strings.Fields("січень лютий березень квітень травень червень " +
		"липень серпень вересень жовтень листопад грудень"), strings.Fields(
		"січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"), strings.Fields(
		"січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.")},
}

var english = strings.Fields("January February March April May June July " +
	"August September October November December")
