package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tallinn/fact"
)

// A Trend is how amounts went from day to day, each series on one scale. Its
// table stands beside it.
type Trend struct {
	Scale  Scale
	Top    float64 // of the scale; 0: nothing to show
	Ticks  []Level // heights that have a line, from the bottom
	Series []Trace
}

// A Level is a height with its word.
type Level struct {
	At   float64
	Word string
}

// A Trace is one series: a value for each of some days, in order. What holds
// on a day holds until the next.
type Trace struct {
	Word   string
	Series int // 1 to 8, its colour and the shape of its marks
	Dashed bool
	Days   []fact.Date
	Values []float64
}

// Measures of a Trend, in px.
const (
	trendHigh = 200.0
	trendTop  = 22.0 // room for a word above the highest line
	trendFoot = 24.0
)

// trace is a Trace laid out in a box 1000 wide that the browser stretches.
type trace struct {
	class, path string
	marks       []placedMark
	shape       string
}

type placedMark struct{ x, y string }

func (t Trend) y(value float64) float64 {
	if t.Top <= 0 {
		return trendTop + trendHigh
	}
	return trendTop + trendHigh*(1-min(max(value/t.Top, 0), 1))
}

func (t Trend) height() string { return px(trendTop + trendHigh + trendFoot) }

// traces are steps, level from each day to the next, with a mark where one
// changes and at both ends.
func (t Trend) traces() (out []trace) {
	for _, s := range t.Series {
		one := trace{class: s.class(), shape: shapes[(max(1, s.Series)-1)%len(shapes)]}
		var path strings.Builder
		for i, d := range s.Days {
			x, y := t.Scale.at(d), t.y(s.Values[i])
			if i == 0 {
				path.WriteString("M" + px(1000*x) + " " + px(y))
			} else {
				path.WriteString("H" + px(1000*x) + "V" + px(y))
			}
			if i == 0 || i == len(s.Days)-1 || s.Values[i] != s.Values[i-1] {
				one.marks = append(one.marks, placedMark{percent(x), px(y)})
			}
		}
		one.path = path.String()
		out = append(out, one)
	}
	return out
}

func (s Trace) class() string {
	class := "trace t" + strconv.Itoa(max(1, s.Series))
	if s.Dashed {
		class += " dashed"
	}
	return class
}

// shapes are paths of marks about a point: a disc, a square, a diamond, so that
// series differ without colours.
var shapes = []string{"M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z", "M-3.5-3.5h7v7h-7Z", "M0-5 5 0 0 5-5 0Z", "M-4 3.5 0-4.5 4 3.5Z"}

// Levels are about three round heights up to the largest of values, and the
// top of a scale that they fit under.
func Levels(values []float64) (heights []float64, top float64) {
	most := slices.MaxFunc(append(values, 0), cmp.Compare[float64])
	if most <= 0 {
		return nil, 0
	}
	step := 1.0
	for ; step*10 <= most; step *= 10 {
	}
	for ; step > most; step /= 10 {
	}
	switch {
	case most/step < 2:
		step /= 2
	case most/step > 5:
		step *= 2
	}
	for h := step; h <= most; h += step {
		heights = append(heights, h)
	}
	return heights, most * 1.04
}
