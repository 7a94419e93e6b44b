package command

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"tallinn/defence/detection/scan"
	"tallinn/defence/detection/sigma"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// maxRows bounds the table of the page; the counts are of all matches.
const maxRows = 20_000

// A page is the report that opens offline: everything it needs is in it.
type page struct {
	Made    string
	InUse   int
	Rows    []row
	LeftOut int
	Files   int
	Records int
	Partial int
	Total   int
	Levels  []count
	Hosts   []hostRow
	Matrix  []tacticColumn
	Rules   []ruleRow
	Bars    []bar
	From    string
	To      string
	hosts   map[string]*hostRow
	matrix  map[string]map[string]int
	times   []time.Time
}

type row struct {
	Time, Level, Host, Title, Channel, EventID, File, Link, What, Author, Tactics string
	Index                                                                         int
}

type count struct {
	Name string
	N    int
}

type hostRow struct {
	Name        string
	N, High     int
	First, Last string
}

type tacticColumn struct {
	Name       string
	Techniques []count
	N          int
}

type ruleRow struct {
	Title, Level, Author, Link, Licence string
	N                                   int
}

// A bar of the timeline; Y and H are in a drawing 100 high.
type bar struct {
	X, Y, H, W float64
	N          int
	Label      string
}

func newPage(now time.Time, l *loaded) *page {
	return &page{Made: now.UTC().Format("2006-01-02 15:04 UTC"), InUse: len(l.engine.Rules()),
		hosts: map[string]*hostRow{}, matrix: map[string]map[string]int{}}
}

func (p *page) match(m *scan.Match) {
	p.Total++
	when := timeText(m)
	if m.Timed {
		p.times = append(p.times, m.Time)
	}
	p.host(m, when)
	for _, c := range cells(m.Rule.Tags) {
		if p.matrix[c[0]] == nil {
			p.matrix[c[0]] = map[string]int{}
		}
		p.matrix[c[0]][cmp.Or(c[1], "(no technique)")]++
	}
	if len(p.Rows) == maxRows {
		p.LeftOut++
		return
	}
	p.Rows = append(p.Rows, row{Time: strings.TrimSuffix(when, ".000000Z"), Level: cmp.Or(m.Level, "none"), Host: m.Host, Title: m.Rule.Title,
		Channel: m.Channel, EventID: m.EventID, File: m.File, Index: m.Index, Link: link(m.Rule), Author: m.Rule.Author,
		What: short(reasons(m.Reasons), 400), Tactics: strings.Join(tactics(m.Rule.Tags), " ")})
}

func (p *page) host(m *scan.Match, when string) {
	h := p.hosts[m.Host]
	if h == nil {
		h = &hostRow{Name: cmp.Or(m.Host, "(unknown)"), First: when, Last: when}
		p.hosts[m.Host] = h
	}
	h.N++
	if m.Level == "high" || m.Level == "critical" {
		h.High++
	}
	if when != "" {
		h.First, h.Last = cmp.Or(min(h.First, when), when), max(h.Last, when)
	}
}

// write finishes the figures and writes the page.
func (p *page) write(w io.Writer, s *summary) error {
	p.Files, p.Records, p.Partial = s.files, s.records, s.partial
	for _, l := range slices.Backward(sigma.Levels) {
		p.Levels = append(p.Levels, count{l, s.levels[l]})
	}
	for _, h := range p.hosts {
		p.Hosts = append(p.Hosts, *h)
	}
	slices.SortFunc(p.Hosts, func(a, b hostRow) int { return cmp.Or(b.High-a.High, b.N-a.N, cmp.Compare(a.Name, b.Name)) })
	for _, name := range tacticNames {
		if counts := p.matrix[name]; counts != nil {
			col := tacticColumn{Name: strings.ReplaceAll(name, "-", " "), N: s.tactics[name]}
			for _, id := range sortedCounts(counts) {
				col.Techniques = append(col.Techniques, count{id, counts[id]})
			}
			p.Matrix = append(p.Matrix, col)
		}
	}
	for _, r := range s.sortedRules() {
		p.Rules = append(p.Rules, ruleRow{r.Title, s.ruleLevel[r], r.Author, link(r), licence(r), s.rules[r]})
	}
	slices.SortStableFunc(p.Rows, func(a, b row) int { return cmp.Compare(a.Time, b.Time) })
	p.timeline()
	return pageTemplate.Execute(w, p)
}

// bins is how many bars the timeline has.
const bins = 120

func (p *page) timeline() {
	if len(p.times) == 0 {
		return
	}
	slices.SortFunc(p.times, time.Time.Compare)
	first, last := p.times[0], p.times[len(p.times)-1]
	p.From, p.To = first.Format(time.DateTime), last.Format(time.DateTime)
	// In seconds: spans of centuries, which broken clocks make, fit too.
	width := max(float64(last.Unix()-first.Unix())/bins, 1)
	counts := make([]int, bins)
	for _, t := range p.times {
		counts[min(int(float64(t.Unix()-first.Unix())/width), bins-1)]++
	}
	highest := slices.Max(counts)
	for i, n := range counts {
		if n == 0 {
			continue
		}
		h := max(100*float64(n)/float64(highest), 2)
		at := first.Add(time.Duration(float64(i)*width) * time.Second)
		p.Bars = append(p.Bars, bar{X: float64(i) * 10, Y: 100 - h, H: h, W: 9, N: n, Label: at.Format(time.DateTime)})
	}
}
