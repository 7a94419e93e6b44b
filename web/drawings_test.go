package web

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/fact"
)

func pxOf(t interface{ Fatalf(string, ...any) }, s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		t.Fatalf("%q is no length", s)
	}
	return v
}

// TestSankey: whatever money goes where, places of a column stand apart, what
// leaves and comes in lies within its place, and nothing is outside the drawing.
func TestSankey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Sankey
		s.Columns = 3
		n := [3]int{}
		for c := range 3 {
			n[c] = rapid.IntRange(1, 6).Draw(t, "places")
			for i := range n[c] {
				s.Places = append(s.Places, Place{Column: c, Name: strings.Repeat("м", rapid.IntRange(1, 24).Draw(t, fmt.Sprint("name ", i)))})
			}
		}
		for i := range rapid.IntRange(1, 12).Draw(t, "paths") {
			a, b := rapid.IntRange(0, n[0]-1).Draw(t, "giver"), n[0]+rapid.IntRange(0, n[1]-1).Draw(t, "line")
			v := rapid.Float64Range(0.01, 1e12).Draw(t, "value")
			s.Bands = append(s.Bands, Band{a, b, v, 1 + i}, Band{b, n[0] + n[1] + rapid.IntRange(0, n[2]-1).Draw(t, "sort"), v, 1 + i})
		}
		d := s.draw()
		tall := pxOf(t, d.height)
		for i, p := range d.places {
			y, high := pxOf(t, p.y), pxOf(t, p.height)
			if y < nameTop-1 || y+high > tall {
				t.Fatalf("a place stands from %v to %v of %v", y, y+high, tall)
			}
			if ny := pxOf(t, p.nameY); ny < 0 || ny > tall {
				t.Fatalf("a name stands at %v of %v", ny, tall)
			}
			if i > 0 && s.Places[i-1].Column == s.Places[i].Column && pxOf(t, d.places[i-1].y)+pxOf(t, d.places[i-1].height) > y-sankeyGap+0.2 {
				t.Fatal("two places of a column touch")
			}
		}
		for i, b := range d.bands {
			var y0, y1 float64
			if _, err := fmt.Sscanf(b.path, "M0 %fC50 %f 50 %f", &y0, &y0, &y1); err != nil {
				t.Fatalf("band %d is %s", i, b.path)
			}
			if y0 < 0 || y1 < 0 || y0 > tall || y1 > tall {
				t.Fatalf("a band goes from %v to %v of %v", y0, y1, tall)
			}
		}
	})
}

// TestSankeyBandsFill: what leaves a place fills it from edge to edge, and so
// does what comes in.
func TestSankeyBandsFill(t *testing.T) {
	d := Sankey{Columns: 3, Places: []Place{{0, "a"}, {0, "b"}, {1, "l"}, {2, "x"}, {2, "y"}},
		Bands: []Band{{0, 2, 30, 1}, {1, 2, 70, 2}, {2, 3, 30, 1}, {2, 3, 20, 2}, {2, 4, 50, 2}}}.draw()
	line := d.places[2]
	top, high := pxOf(t, line.y), pxOf(t, line.height)
	if high != sankeyHigh {
		t.Errorf("all of it is %v high", high)
	}
	// From a 66 of 220, then from b 154; on to x 66 and 44, to y 110.
	want := []string{"100 " + px(top), "100 " + px(top+66), "M0 " + px(top), "M0 " + px(top+66), "M0 " + px(top+110)}
	for i, w := range want {
		if path := d.bands[i].path; !strings.Contains(path, w) {
			t.Errorf("band %d is %q, want %q in it", i, path, w)
		}
	}
}

func TestLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64Range(0, 1e13)).Draw(t, "values")
		heights, top := Levels(values)
		most := slices.Max(append(values, 0))
		if most == 0 {
			if top != 0 || heights != nil {
				t.Fatalf("nothing has levels %v up to %v", heights, top)
			}
			return
		}
		if len(heights) < 1 || len(heights) > 5 || heights[0] <= 0 || heights[len(heights)-1] > most || top < most {
			t.Fatalf("%v has levels %v up to %v", most, heights, top)
		}
	})
}

// TestTrend: level until the next day, then up or down at once; marks where
// something changed.
func TestTrend(t *testing.T) {
	tr := Trend{Scale: NewScale("2025-01-01", "2025-12-31"), Top: 10, Series: []Trace{{Series: 2, Days: []fact.Date{"2025-01-01", "2025-07-02", "2025-10-01", "2025-12-31"},
		Values: []float64{0, 10, 10, 10}}}}
	one := tr.traces()[0]
	if one.path != "M0.0 222.0H500.0V22.0H750.0V22.0H1000.0V22.0" || len(one.marks) != 3 || one.class != "trace t2" {
		t.Errorf("%q with marks %v, %s", one.path, one.marks, one.class)
	}
}

func TestDepths(t *testing.T) {
	for _, tt := range []struct{ counts, want []int }{
		{[]int{0, 1}, []int{0, 1}}, {[]int{1, 2, 3, 4, 0}, []int{1, 2, 3, 4, 0}}, {[]int{100, 1, 50, 0}, []int{4, 1, 2, 0}}, {nil, []int{}},
	} {
		if got := Depths(tt.counts); !slices.Equal(got, tt.want) {
			t.Errorf("%v is %v deep, want %v", tt.counts, got, tt.want)
		}
	}
}
