package web

import (
	"cmp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// A Sankey is money on its way through columns of places, such as partner,
// line, recipient class: each place is as tall as what passes it. Its table
// stands beside it; the picture has no words of its own but names.
type Sankey struct {
	Columns int
	Places  []Place
	Bands   []Band
}

// A Place is where bands meet, in one column.
type Place struct {
	Column int // from 0
	Name   string
}

// A Band joins two places of neighbouring columns.
type Band struct {
	From, To int     // of Places
	Value    float64 // in any unit, of all bands the same
	Series   int     // 1 to 8, its colour; several bands may join the same two places
}

// Measures of a Sankey, in px: it is as wide as its place and as high as it
// needs to be.
const (
	sankeyHigh  = 220.0 // of all bands together
	sankeyGap   = 30.0  // between places, with room for a name
	sankeyBar   = 10.0  // a place's own width
	sankeyLeast = 2.0   // what is there can be seen
	nameHigh    = 18.0
	nameTop     = 20.0 // above the first place
	phoneWide   = 340.0
	letterWide  = 7.4 // roughly, at the size of names
)

// A drawing is a Sankey laid out.
type drawing struct {
	height string
	bands  []ribbon
	places []drawnPlace
}

// A ribbon lies in a box from one column to the next, 100 wide, which the
// browser stretches.
type ribbon struct{ x, width, path, class string }

type drawnPlace struct {
	x, y, height, shift, class string
	name                       string
	nameX, nameY, anchor       string
}

type spot struct{ y, high, out, in float64 }

// draw lays s out: places of a column one under another in their order, bands
// in the order of the places they lead to and come from.
func (s Sankey) draw() drawing {
	spots, unit := s.weigh()
	tall := s.stack(spots)
	d := drawing{height: px(tall)}
	// A band leaves its place in the order of where it leads to, and comes in at
	// the next in the order of where it is from.
	byEnd := slices.Clone(s.Bands)
	slices.SortStableFunc(byEnd, func(a, b Band) int { return cmp.Or(a.To-b.To, a.From-b.From) })
	ends := map[Band]float64{}
	for _, b := range byEnd {
		ends[b] = spots[b.To].y + spots[b.To].in
		spots[b.To].in += b.Value * unit
	}
	bands := slices.Clone(s.Bands)
	slices.SortStableFunc(bands, func(a, b Band) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	for _, b := range bands {
		from, high := &spots[b.From], max(b.Value*unit, sankeyLeast/2)
		y0, y1 := from.y+from.out, ends[b]
		from.out += b.Value * unit
		d.bands = append(d.bands, ribbon{x: s.across(s.Places[b.From].Column), width: percent(1 / float64(s.Columns-1)),
			path: curve(y0, y1, high), class: "band c" + strconv.Itoa(max(1, b.Series))})
	}
	d.places = s.name(spots, tall)
	return d
}

// weigh is how high each place is, and how many px one unit of value has.
func (s Sankey) weigh() (spots []spot, unit float64) {
	out, in := make([]float64, len(s.Places)), make([]float64, len(s.Places))
	for _, b := range s.Bands {
		out[b.From] += b.Value
		in[b.To] += b.Value
	}
	columns := make([]float64, s.Columns)
	for i, p := range s.Places {
		columns[p.Column] += max(out[i], in[i])
	}
	if most := slices.Max(append(columns, 0)); most > 0 {
		unit = sankeyHigh / most
	}
	spots = make([]spot, len(s.Places))
	for i := range spots {
		spots[i].high = max(max(out[i], in[i])*unit, sankeyLeast)
	}
	return spots, unit
}

// stack puts the places of each column one under another, the column in the
// middle of the tallest, and returns the height of all.
func (s Sankey) stack(spots []spot) (tall float64) {
	ends := make([]float64, s.Columns)
	for i, p := range s.Places {
		spots[i].y = nameTop + ends[p.Column]
		ends[p.Column] += spots[i].high + sankeyGap
	}
	tall = slices.Max(append(ends, sankeyGap)) - sankeyGap
	for i, p := range s.Places {
		spots[i].y += (tall - (ends[p.Column] - sankeyGap)) / 2
	}
	return nameTop + tall + nameHigh
}

func (s Sankey) across(column int) string { return percent(float64(column) / float64(s.Columns-1)) }

// name writes each place's name above it, or where that would cover another
// name on a phone, in the middle of it or below.
func (s Sankey) name(spots []spot, tall float64) (out []drawnPlace) {
	type box struct{ left, right, y float64 }
	var taken []box
	free := func(b box) bool {
		return b.y > 0 && b.y < tall && !slices.ContainsFunc(taken, func(o box) bool {
			return b.left < o.right && o.left < b.right && max(b.y-o.y, o.y-b.y) < nameHigh
		})
	}
	for i, p := range s.Places {
		at, shift := spots[i], -sankeyBar/2
		anchor, wide := "middle", float64(utf8.RuneCountInString(p.Name))*letterWide
		x := phoneWide * float64(p.Column) / float64(s.Columns-1)
		b := box{x - wide/2, x + wide/2, 0}
		switch p.Column {
		case 0:
			anchor, shift, b.left, b.right = "start", 0, 0, wide
		case s.Columns - 1:
			anchor, shift, b.left, b.right = "end", -sankeyBar, x-wide, x
		}
		for _, y := range []float64{at.y - 6, at.y + at.high + 14, at.y + at.high/2 + 5, at.y - 6} {
			if b.y = y; free(b) {
				break
			}
		}
		taken = append(taken, b)
		out = append(out, drawnPlace{x: s.across(p.Column), y: px(at.y), height: px(at.high), shift: px(shift),
			class: "place", name: p.Name, nameX: s.across(p.Column), nameY: px(b.y), anchor: anchor})
	}
	return out
}

// curve is a band between two heights, from the left side of a box 100 wide to
// the right.
func curve(y0, y1, high float64) string {
	return "M0 " + px(y0) + "C50 " + px(y0) + " 50 " + px(y1) + " 100 " + px(y1) +
		"V" + px(y1+high) + "C50 " + px(y1+high) + " 50 " + px(y0+high) + " 0 " + px(y0+high) + "Z"
}

func px(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
