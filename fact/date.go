package fact

import (
	"strconv"
	"time"

	"tallinn/fault"
)

// A Date is a day, month or year as it was said: YYYY, YYYY-MM or YYYY-MM-DD.
// It holds from its period's first day. The empty Date is "not stated".
type Date string

// FirstYear and LastYear bound the years a Date may have: what lies outside is
// taken for a slip of the pen.
const (
	FirstYear = 1990
	LastYear  = 2099
)

// ErrDate refuses what is no date, or none of our time.
var ErrDate = fault.New(fault.Invalid, "fact.date",
	"{{.date}} is not a date this record takes; write YYYY, YYYY-MM or YYYY-MM-DD, from 1990 to 2099")

// ParseDate reads a date; the empty string is the empty Date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	if !valid(s) {
		return "", ErrDate.With("date", strconv.QuoteToASCII(clip(s)))
	}
	return Date(s), nil
}

// Day is the date of t in UTC.
func Day(t time.Time) Date { return Date(t.UTC().Format(time.DateOnly)) }

// First is the first day of d's period as YYYY-MM-DD, which orders dates of
// any precision; it is empty when d is.
func (d Date) First() string {
	switch len(d) {
	case len("2006"):
		return string(d) + "-01-01"
	case len("2006-01"):
		return string(d) + "-01"
	}
	return string(d)
}

// Year is d's year, or 0 when d is empty.
func (d Date) Year() int {
	if len(d) < 4 {
		return 0
	}
	y, _ := strconv.Atoi(string(d[:4]))
	return y
}

// HeldBy reports whether d's period has begun by day, which is YYYY-MM-DD. A
// date that is not stated holds always.
func (d Date) HeldBy(day string) bool { return d.First() <= day }

// Precision is "day", "month", "year", or empty for the empty Date.
func (d Date) Precision() string {
	switch len(d) {
	case len("2006"):
		return "year"
	case len("2006-01"):
		return "month"
	case len("2006-01-02"):
		return "day"
	}
	return ""
}

// UnmarshalText reads a date and refuses what is none.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}

// valid reports whether s is a date of any precision. A replay asks it of
// every date, so that it makes nothing.
func valid(s string) bool {
	switch len(s) {
	case len("2006"), len("2006-01"), len("2006-01-02"):
	default:
		return false
	}
	year, ok := digits(s[:4])
	if !ok || year < FirstYear || year > LastYear {
		return false
	}
	month, day := 1, 1
	if len(s) > 4 {
		if month, ok = digits(s[5:7]); !ok || s[4] != '-' || month < 1 || month > 12 {
			return false
		}
	}
	if len(s) > 7 {
		if day, ok = digits(s[8:10]); !ok || s[7] != '-' || day < 1 {
			return false
		}
	}
	return day <= daysIn(year, month)
}

func digits[T string | []byte](s T) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// clip bounds what an error repeats of its input.
func clip(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
