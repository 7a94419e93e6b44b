package fields

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/money"
)

// spaces that people group digits by.
var spaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "", "_", "")

// whole reads a whole number as people write it.
func whole(s string) (int64, *fault.Error) {
	typed := s
	s = spaces.Replace(s)
	if grouped.MatchString(s) {
		s = strings.NewReplacer(",", "", ".", "").Replace(s)
	}
	s = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(s, ".0"), ",0"), ".00")
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, ErrNumber.With("cell", clip(typed))
	}
	return n, nil
}

// grouped are digits in thousands: 1,234,567 or 1.234.567.
var grouped = regexp.MustCompile(`^-?\d{1,3}(,\d{3})+$|^-?\d{1,3}(\.\d{3})+$`)

// signs of currencies that stand beside amounts.
var signs = map[string]money.Currency{"€": "EUR", "$": "USD", "£": "GBP", "₴": "UAH", "zł": "PLN", "грн": "UAH", "грн.": "UAH",
	"євро": "EUR", "euro": "EUR", "доларів": "USD", "дол.": "USD", "us$": "USD", "usd": "USD"}

// amountOf parts a cell into its digits and the currency beside them, if any.
func amountOf(s string) (digits string, c money.Currency) {
	isDigit := func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("-+.,'’_ \u00a0\u202f", r) }
	from := strings.IndexFunc(s, unicode.IsDigit)
	if from < 0 {
		return s, ""
	}
	to := strings.LastIndexFunc(s, unicode.IsDigit) + 1
	minus := strings.HasSuffix(strings.TrimSpace(s[:from]), "-")
	beside := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s[:from]), "-") + " " + strings.TrimSpace(s[to:]))
	digits = s[from:to]
	if strings.ContainsFunc(digits, func(r rune) bool { return !isDigit(r) }) {
		return s, ""
	}
	if minus {
		digits = "-" + digits
	}
	if beside == "" {
		return digits, ""
	}
	if known, ok := signs[strings.ToLower(beside)]; ok {
		return digits, known
	}
	if known, err := money.ParseCurrency(strings.ToUpper(beside)); err == nil {
		return digits, known
	}
	return s, ""
}

// decimalOf is the mark of decimals, where a number can have one only: 0 says
// that there is none, or that it can be either.
func decimalOf(s string) rune {
	digits, _ := amountOf(s)
	digits = spaces.Replace(digits)
	comma, point := strings.LastIndexByte(digits, ','), strings.LastIndexByte(digits, '.')
	switch {
	case comma >= 0 && point >= 0 && comma > point:
		return ','
	case comma >= 0 && point >= 0:
		return '.'
	case comma >= 0 && !grouped.MatchString(digits):
		return ','
	case point >= 0 && !grouped.MatchString(digits):
		return '.'
	}
	return 0
}

// amount reads an amount; where the cell itself leaves open which mark is that
// of decimals, comma says it for the list.
func amount(s string, comma bool, c money.Currency) (money.Amount, *fault.Error) {
	digits, own := amountOf(s)
	if own != "" {
		c = own
	}
	if c == "" {
		return money.Amount{}, ErrCurrency
	}
	plain := spaces.Replace(digits)
	mark := decimalOf(digits)
	if mark == 0 && strings.ContainsAny(plain, ",.") { // thousands, or three decimals
		if strings.Count(plain, ",")+strings.Count(plain, ".") == 1 {
			either := strings.NewReplacer(",", "", ".", "").Replace(plain)
			if comma != strings.Contains(plain, ".") { // by the list's own mark these would be decimals
				return money.Amount{}, ErrEither.With("cell", clip(s)).With("one", either).With("other", strings.Replace(plain, ",", ".", 1))
			}
		}
		plain = strings.NewReplacer(",", "", ".", "").Replace(plain)
	}
	switch mark {
	case ',':
		plain = strings.Replace(strings.ReplaceAll(plain, ".", ""), ",", ".", 1)
	case '.':
		plain = strings.ReplaceAll(plain, ",", "")
	}
	plain = strings.TrimPrefix(plain, "+")
	if i := strings.IndexByte(plain, '.'); i >= 0 { // more zeroes than the currency has
		plain = plain[:i+1] + strings.TrimRight(plain[i+1:], "0")
		plain = strings.TrimSuffix(plain, ".")
	}
	a, err := money.ParseAmount(plain, c)
	if err != nil {
		return money.Amount{}, ErrAmount.With("cell", clip(s)).Because(err)
	}
	return a, nil
}

// monthNames are the months by how they begin, in both languages.
var monthNames = []string{"січ jan", "лют feb", "бер mar", "кві apr", "тра may", "чер jun", "лип jul", "сер aug", "вер sep", "жов oct", "лис nov", "гру dec"}

func monthOf(word string) int {
	word = strings.ToLower(word)
	for i, names := range monthNames {
		for _, n := range strings.Fields(names) {
			if strings.HasPrefix(word, n) {
				return i + 1
			}
		}
	}
	return 0
}

var (
	isoDay   = regexp.MustCompile(`^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ][\d:.Z+-]*)?$`)
	dotDay   = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?: ?р\.?)?(?:,? [\d:]+)?$`)
	dotMonth = regexp.MustCompile(`^(\d{1,2})[./](\d{4})$`)
	wordDay  = regexp.MustCompile(`^(?:(\d{1,2})\.? )?(\p{L}+)\.?,? (\d{4})(?: ?р(?:оку|\.)?)?$`)
	wordUS   = regexp.MustCompile(`^(\p{L}+)\.? (\d{1,2}),? (\d{4})$`)
)

// first says what stands first in a day such as 13.02.2026 that can be read
// one way only: d or m; 0 is either.
func first(s string) rune {
	m := dotDay.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[2])
	switch {
	case a > 12 && b <= 12:
		return 'd'
	case b > 12 && a <= 12:
		return 'm'
	}
	return 0
}

// day reads a date, as precise as it is written.
func day(s string, month bool) (fact.Date, *fault.Error) {
	var y, m, d string
	switch {
	case isoDay.MatchString(s):
		g := isoDay.FindStringSubmatch(s)
		y, m, d = g[1], g[2], g[3]
	case dotDay.MatchString(s):
		g := dotDay.FindStringSubmatch(s)
		d, m, y = g[1], g[2], g[3]
		if month && first(s) != 'd' || first(s) == 'm' {
			d, m = m, d
		}
		if len(y) == 2 {
			y = "20" + y
		}
	case dotMonth.MatchString(s):
		g := dotMonth.FindStringSubmatch(s)
		m, y = g[1], g[2]
	case wordDay.MatchString(s):
		g := wordDay.FindStringSubmatch(s)
		d, m, y = g[1], strconv.Itoa(monthOf(g[2])), g[3]
	case wordUS.MatchString(s):
		g := wordUS.FindStringSubmatch(s)
		m, d, y = strconv.Itoa(monthOf(g[1])), g[2], g[3]
	default:
		return "", ErrDay.With("cell", clip(s))
	}
	out := y
	for _, part := range []string{m, d} {
		if part == "" {
			break
		}
		n, _ := strconv.Atoi(part)
		out += "-" + strconv.Itoa(100 + n)[1:]
	}
	if strings.Count(out, "-") == 2 {
		if _, err := time.Parse(time.DateOnly, out); err != nil {
			return "", ErrDay.With("cell", clip(s))
		}
	}
	parsed, err := fact.ParseDate(out)
	if err != nil {
		return "", ErrDay.With("cell", clip(s))
	}
	return parsed, nil
}

// yes reads yes or no; empty is no.
func yes(s string) (bool, *fault.Error) {
	switch strings.ToLower(s) {
	case "", "no", "n", "ні", "false", "0", "-", "–", "—":
		return false, nil
	case "yes", "y", "так", "true", "1", "+", "x", "х", "✓", "v":
		return true, nil
	}
	return false, ErrYes.With("cell", clip(s))
}

// several parts a cell with several words.
func several(s string) (out []string) {
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '|' || r == '\n' }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
