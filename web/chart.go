package web

import (
	"strconv"
	"time"

	"tallinn/fact"
)

// A Chart is a picture that is also a table: its bars or spans stand in a
// column, so that it reads without sight, without script and in print.
type Chart struct {
	Title string // states the finding
	Note  string // how to read it; may be empty
	Table Table
}

// A Part is one stretch of a bar.
type Part struct {
	Share  float64 // of the scale's end, 0 to 1
	Series int     // 1 to 8, a colour of the chart order; 0 is 1
	Pale   bool    // a weaker kind of the same, such as committed beside paid
}

// percent writes a share for SVG with two decimals, held between 0 and 100.
func percent(share float64) string {
	return strconv.FormatFloat(100*min(max(share, 0), 1), 'f', 2, 64) + "%"
}

// class names the part's colour in the style sheet.
func (p Part) class() string {
	class := "c" + strconv.Itoa(max(p.Series, 1))
	if p.Pale {
		class += " pale"
	}
	return class
}

// A placed part is a Part with its place on the scale.
type placed struct{ x, width, class string }

// stack lays parts end to end. What is there but too small to be seen gets a
// hair's width, for a drawn nothing would be a claim.
func stack(parts []Part) []placed {
	const hair = 0.004
	var all []placed
	at := 0.0
	for _, p := range parts {
		if p.Share <= 0 {
			continue
		}
		width := max(p.Share, hair)
		all = append(all, placed{percent(at), percent(width), p.class()})
		at += width
	}
	return all
}

// A Scale is the days that a timeline runs over, both included.
type Scale struct{ from, to time.Time }

// NewScale is the scale from the first day of from to the first of to. A
// scale that would be empty or backwards runs over one day.
func NewScale(from, to fact.Date) Scale {
	a, b := day(from), day(to)
	if !b.After(a) {
		b = a.AddDate(0, 0, 1)
	}
	return Scale{a, b}
}

// at is where d's first day stands on the scale, as a share of its width.
func (s Scale) at(d fact.Date) float64 { return s.place(day(d)) }

func (s Scale) place(t time.Time) float64 {
	share := float64(t.Sub(s.from)) / float64(s.to.Sub(s.from))
	return min(max(share, 0), 1)
}

// A tick is a year's first day on a scale.
type tick struct{ x, year, anchor string }

// ticks are the years of s, thinned out so that their numbers do not touch at
// the width of a phone.
func (s Scale) ticks() []tick {
	const most = 8
	first, last := s.from.Year(), s.to.Year()
	step := (last-first)/most + 1
	var all []tick
	for y := first; y <= last; y += step {
		first := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
		if first.Before(s.from) {
			continue
		}
		at, anchor := s.place(first), "middle"
		switch {
		case at < 0.04:
			anchor = "start"
		case at > 0.96:
			anchor = "end"
		}
		all = append(all, tick{percent(at), strconv.Itoa(y), anchor})
	}
	return all
}

// A Stretch is a time on a timeline: from a day, to another or still going on.
type Stretch struct {
	From, To fact.Date // an empty To goes on past the scale's end
	By       bool      // From is when it was first seen; it may be older
	Series   int       // 1 to 8, a colour of the chart order; 0 is 1
}

// A Mark is one thing that happened on a day.
type Mark struct{ On fact.Date }

// bar is s laid on scale: a pale stretch where its first day is not known
// exactly, a full one from where it is.
func (s Stretch) bar(scale Scale) (pale, full placed) {
	class := "c" + strconv.Itoa(max(s.Series, 1))
	from, sure, to := scale.at(s.From), scale.place(after(s.From)), 1.0
	if s.From.Precision() == "day" {
		sure = from
	}
	if s.To != "" {
		to = scale.at(s.To)
	}
	return placed{percent(from), percent(sure - from), class}, placed{percent(sure), percent(to - sure), class}
}

// after is the first day after d's period.
func after(d fact.Date) time.Time {
	switch t := day(d); d.Precision() {
	case "year":
		return t.AddDate(1, 0, 0)
	case "month":
		return t.AddDate(0, 1, 0)
	default:
		return t
	}
}

// day is the first day of d's period; the zero time when d is not stated.
func day(d fact.Date) time.Time {
	t, _ := time.Parse(time.DateOnly, d.First())
	return t
}
