package web

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/fact"
)

func share(t interface{ Fatalf(string, ...any) }, percent string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSuffix(percent, "%"), 64)
	if err != nil || !strings.HasSuffix(percent, "%") {
		t.Fatalf("%q is no percentage", percent)
	}
	return v
}

// TestStack: parts touch, stay in order, and what is there can be seen.
func TestStack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []Part
		for _, s := range rapid.SliceOfN(rapid.Float64Range(0, 0.2), 0, 5).Draw(t, "shares") {
			parts = append(parts, Part{Share: s})
		}
		at := 0.0
		for _, p := range stack(parts) {
			if x := share(t, p.x); x < at-0.02 || x > at+0.02 {
				t.Fatalf("a part begins at %v, want %v", x, at)
			}
			if w := share(t, p.width); w < 0.4 {
				t.Fatalf("a part is %v %% wide", w)
			}
			at += share(t, p.width)
		}
	})
	if got := stack([]Part{{Share: 0}}); len(got) != 0 {
		t.Errorf("nothing is drawn as %v", got)
	}
	if got := percent(7); got != "100.00%" {
		t.Errorf("a share past the end is %s", got)
	}
}

func TestScale(t *testing.T) {
	s := NewScale("2022", "2026-01-01")
	var years []string
	for _, k := range s.ticks() {
		years = append(years, k.year+" "+k.x)
	}
	if got := fmt.Sprint(years); got != "[2022 0.00% 2023 24.98% 2024 49.97% 2025 75.02% 2026 100.00%]" {
		t.Errorf("ticks %s", got)
	}
	if n := len(NewScale("1990", "2099").ticks()); n > 9 {
		t.Errorf("%d years would touch on a phone", n)
	}
	for _, d := range []fact.Date{"", "1990", "2099-12-31"} {
		if at := s.at(d); at < 0 || at > 1 {
			t.Errorf("%q stands at %v", d, at)
		}
	}
	if at := NewScale("2025-01-01", "2024").at("2025-01-01"); at != 0 {
		t.Errorf("a backwards scale places its start at %v", at)
	}
}

// TestStretch: a day begins at once; of a month or year the first part is pale.
func TestStretch(t *testing.T) {
	s := NewScale("2024-01-01", "2025-01-01")
	for from, want := range map[fact.Date]string{"2024-07-01": "0.00%", "2024-07": "8.47%", "2024": "100.00%"} {
		pale, full := Stretch{From: from}.bar(s)
		if pale.width != want {
			t.Errorf("%s: pale %s, want %s", from, pale.width, want)
		}
		if end := share(t, full.x) + share(t, full.width); end < 99.98 {
			t.Errorf("%s: goes on to %v", from, end)
		}
	}
	if _, full := (Stretch{From: "2024-01-01", To: "2024-07-01"}).bar(s); full.width != "49.73%" {
		t.Errorf("an ended stretch is %s wide", full.width)
	}
}
