package fact_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tallinn/fact"
)

func TestParseDate(t *testing.T) {
	for _, tt := range []struct {
		in, first, precision string
		year                 int
	}{
		{"", "", "", 0},
		{"2024", "2024-01-01", "year", 2024},
		{"2024-12", "2024-12-01", "month", 2024},
		{"2024-02-29", "2024-02-29", "day", 2024},
		{"1990", "1990-01-01", "year", 1990},
		{"2099-12-31", "2099-12-31", "day", 2099},
		{"2000-02-29", "2000-02-29", "day", 2000},
	} {
		d, err := fact.ParseDate(tt.in)
		if err != nil || d.First() != tt.first || d.Precision() != tt.precision || d.Year() != tt.year {
			t.Errorf("ParseDate(%q) = %s, %v: first %s, precision %s, year %d", tt.in, d, err, d.First(), d.Precision(), d.Year())
		}
	}
	for _, in := range []string{"1900", "1989-12-31", "2100", "3000", "24", "2024-", "2024-1", "2024-13", "2024-00", "2024-12-32",
		"2023-02-29", "2024-04-31", "2024-12-00", "2024/12/20", "2024-12-20T00:00:00Z", " 2024", "20 24", "２０２４", "+024", "-024",
		"2024-1-01", "2024-+1", strings.Repeat("9", 1<<16), "\x00\x00\x00\x00", "<b>x"} {
		if d, err := fact.ParseDate(in); !errors.Is(err, fact.ErrDate) || d != "" || len(err.Error()) > 400 {
			t.Errorf("ParseDate(%.30q) = %q, %v; want ErrDate", in, d, err)
		}
	}
}

func TestHeldBy(t *testing.T) {
	for _, tt := range []struct {
		date fact.Date
		day  string
		want bool
	}{
		{"", "1990-01-01", true},
		{"2024", "2023-12-31", false}, {"2024", "2024-01-01", true},
		{"2024-12", "2024-11-30", false}, {"2024-12", "2024-12-01", true},
		{"2024-12-20", "2024-12-19", false}, {"2024-12-20", "2024-12-20", true},
	} {
		if got := tt.date.HeldBy(tt.day); got != tt.want {
			t.Errorf("%q held by %s: %v", tt.date, tt.day, got)
		}
	}
}

func TestDay(t *testing.T) {
	kyiv := time.FixedZone("", 2*60*60)
	if got := fact.Day(time.Date(2025, 1, 1, 1, 0, 0, 0, kyiv)); got != "2024-12-31" {
		t.Errorf("Day is %s; want that of UTC", got)
	}
}

// FuzzDate: a date is taken exactly when the standard library reads it by one
// of the layouts, in our years.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"", "2024", "2024-02-29", "2023-02-29", "2024-12"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := s == ""
		for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
			at, err := time.Parse(layout, s)
			want = want || err == nil && len(s) == len(layout) && at.Year() >= fact.FirstYear && at.Year() <= fact.LastYear
		}
		if _, err := fact.ParseDate(s); (err == nil) != want {
			t.Errorf("ParseDate(%q): %v; want it taken: %v", s, err, want)
		}
	})
}
