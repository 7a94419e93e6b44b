package query

import (
	"errors"
	"net/url"
	"testing"
	"time"
	"unicode/utf8"

	"tallinn/web"
)

// now is half past eleven at night in UTC, when Kyiv has the next day already.
var now = time.Date(2025, 6, 30, 23, 30, 0, 0, time.UTC)

func TestDay(t *testing.T) {
	for _, tt := range []struct {
		asOf, want string
		err        error
	}{
		{"", "2025-07-01", nil},
		{"2024-12-20", "2024-12-20", nil},
		{"2024-02-29", "2024-02-29", nil},
		{"1990-01-01", "1990-01-01", nil},
		{"2099-12-31", "2099-12-31", nil},
		{"1989-12-31", "", ErrDay},
		{"2100-01-01", "", ErrDay},
		{"3000-01-01", "", ErrDay},
		{"2023-02-29", "", ErrDay},
		{"2024-12", "", ErrDay},
		{"2024", "", ErrDay},
		{"20.12.2024", "", ErrDay},
		{"2024-12-20T00:00:00Z", "", ErrDay},
		{"<script>", "", ErrDay},
		{" 2024-12-20", "", ErrDay},
	} {
		got, err := Day(tt.asOf, now)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("Day(%q) = %q, %v; want %q, %v", tt.asOf, got, err, tt.want, tt.err)
		}
	}
}

func TestChoice(t *testing.T) {
	list := []string{"pledge", "paid"}
	for value, want := range map[string]error{"": nil, "paid": nil, "PAID": ErrChoice, "paid ": ErrChoice, "\xff": ErrChoice} {
		got, err := Choice("status", value, list)
		if !errors.Is(err, want) || err == nil && got != value {
			t.Errorf("Choice(%q) = %q, %v; want error %v", value, got, err, want)
		}
	}
	_, err := Choice("status", "x\"y", list)
	const text = `status="x\"y" is no choice of this list; take one of pledge, paid, or leave it out`
	if err == nil || err.Error() != text {
		t.Errorf("error %v, want %s", err, text)
	}
}

func TestPage(t *testing.T) {
	for _, tt := range []struct {
		value string
		all   int
		want  Window
		err   error
	}{
		{"", 0, Window{1, 1, 0, 0, 0}, nil},
		{"1", 100, Window{1, 1, 0, 100, 100}, nil},
		{"", 101, Window{1, 2, 0, 100, 101}, nil},
		{"2", 101, Window{2, 2, 100, 101, 101}, nil},
		{"3", 101, Window{}, ErrPage},
		{"0", 101, Window{}, ErrPage},
		{"-1", 101, Window{}, ErrPage},
		{"99999999999999999999", 101, Window{}, ErrPage},
		{"two", 101, Window{}, ErrPage},
	} {
		got, err := Page(tt.value, tt.all)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("Page(%q, %d) = %v, %v; want %v, %v", tt.value, tt.all, got, err, tt.want, tt.err)
		}
	}
}

func TestPagerKeepsFilters(t *testing.T) {
	u, _ := url.Parse("/flows?scope=before+launch&page=2")
	w, err := Page("2", 3*PerPage)
	if err != nil {
		t.Fatal(err)
	}
	p := w.Pager(web.Page{Lang: web.English, URL: u})
	if p.Previous != "/flows?page=1&scope=before+launch" || p.Next != "/flows?page=3&scope=before+launch" {
		t.Errorf("pager leads to %q and %q", p.Previous, p.Next)
	}
	if only := (Window{1, 1, 0, 3, 3}).Pager(web.Page{URL: u}); only != (web.Pager{}) {
		t.Errorf("an only page has the pager %v", only)
	}
}

func TestAddress(t *testing.T) {
	for want, values := range map[string]url.Values{
		"/a":                      {"x": {""}, "y": nil},
		"/a?as_of=2024-12-20&x=1": {"x": {"1"}, "as_of": {"2024-12-20"}},
		"/a?x=%22%3E%26":          {"x": {`">&`}},
	} {
		if got := Address("/a", values); got != want {
			t.Errorf("Address(%v) = %q, want %q", values, got, want)
		}
	}
}

// FuzzDay: a day that is taken has the form of a day and comes back as it is;
// whatever is refused is repeated as valid UTF-8 of bounded length.
func FuzzDay(f *testing.F) {
	for _, s := range []string{"2024-12-20", "2024-13-01", "", "\xff\xfe", "२०२४-१२-२०"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		day, err := Day(s, now)
		switch {
		case err == nil && s != "" && (day != s || len(day) != len("2006-01-02")):
			t.Errorf("Day(%q) = %q", s, day)
		case err != nil && (!utf8.ValidString(err.Error()) || len(err.Error()) > 600):
			t.Errorf("Day(%q) says %q", s, err)
		}
	})
}
