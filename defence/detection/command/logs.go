package command

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"tallinn/defence/detection/input"
	"tallinn/defence/detection/scan"
	"tallinn/defence/event"
)

// LogsSummary is "tallinn logs summary": what is in these logs.
type LogsSummary struct {
	JSON   bool          `kong:"-"`
	Gap    time.Duration `name:"gap" default:"6h" help:"The shortest silence of a channel on a host that is told."`
	Inputs []string      `arg:"" name:"input" help:"Logs, as for detect."`
}

// A channelSummary is one channel of one host.
type channelSummary struct {
	Host    string         `json:"host"`
	Channel string         `json:"channel"`
	Events  int            `json:"events"`
	First   string         `json:"first"`
	Last    string         `json:"last"`
	IDs     map[string]int `json:"event_ids"`
	Gaps    []gap          `json:"gaps"`

	times   []int64
	records []int64
}

// A gap is a silence, or record numbers that are missing.
type gap struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Missing int64  `json:"missing_records,omitzero"`
}

// Run summarises and returns the exit code.
func (c *LogsSummary) Run(ctx context.Context, s Streams) (int, error) {
	s = s.watched()
	sources, err := find(s, c.Inputs)
	if err != nil {
		return Failed, err
	}
	all := map[[2]string]*channelSummary{}
	formats := map[string]int{}
	total := 0
	// One log at a time: the summaries are shared.
	options := scan.Options{Workers: 1, Each: func(_ int, e *event.Event) { total++; count1(all, e) }}
	var p scan.Progress
	stop := showProgress(s, false, len(sources), &p)
	err = scan.Run(ctx, options, sources, &p, func(r scan.Result) error {
		tellReport(s, r.Report)
		formats[r.Report.Format]++
		return nil
	})
	stop()
	if err != nil {
		return Failed, err
	}
	sums := slices.SortedFunc(maps.Values(all), func(a, b *channelSummary) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), b.Events-a.Events, cmp.Compare(a.Channel, b.Channel))
	})
	for _, x := range sums {
		x.finish(c.Gap)
	}
	if c.JSON {
		for _, x := range sums {
			if err := writeLine(s.Stdout, x); err != nil {
				return Failed, err
			}
		}
		return NoMatch, nil
	}
	fmt.Fprintf(s.Stdout, "%s, %s", counted(len(sources), "log", "logs"), counted(total, "record", "records"))
	for _, f := range sortedCounts(formats) {
		fmt.Fprintf(s.Stdout, ", %s: %d", cmp.Or(f, "not read"), formats[f])
	}
	fmt.Fprintln(s.Stdout)
	for _, x := range sums {
		x.print(s)
	}
	return NoMatch, nil
}

func find(s Streams, inputs []string) ([]input.Source, error) {
	sources, problems := input.Find(inputs, s.Stdin)
	for _, p := range problems {
		s.say("not read: %v", p)
	}
	if len(sources) == 0 {
		return nil, ErrNoInput
	}
	return sources, nil
}

func count1(all map[[2]string]*channelSummary, e *event.Event) {
	channel := cmp.Or(e.Channel(), e.Service, e.Category, "(none)")
	key := [2]string{e.Host(), channel}
	x := all[key]
	if x == nil {
		key = [2]string{strings.Clone(key[0]), strings.Clone(key[1])}
		x = &channelSummary{Host: key[0], Channel: key[1], IDs: map[string]int{}}
		all[key] = x
	}
	x.Events++
	x.IDs[strings.Clone(cmp.Or(e.ID(), kindOf(e)))]++ // assigning replaces the key, so a view would not do
	if t, ok := e.Time(); ok {
		x.times = append(x.times, t.UnixNano())
	}
	if n, err := strconv.ParseInt(e.RecordID(), 10, 64); err == nil && e.Channel() != "" {
		x.records = append(x.records, n)
	}
}

// kindOf stands for the event id in logs without one.
func kindOf(e *event.Event) string {
	for _, name := range []string{"type", "program", "SYSLOG_IDENTIFIER"} {
		if v, ok := e.Get(name); ok {
			return v
		}
	}
	return "-"
}

func (x *channelSummary) finish(shortest time.Duration) {
	slices.Sort(x.times)
	slices.Sort(x.records)
	text := func(n int64) string { return time.Unix(0, n).UTC().Format(time.DateTime) }
	if n := len(x.times); n > 0 {
		x.First, x.Last = text(x.times[0]), text(x.times[n-1])
	}
	for i := 1; i < len(x.times); i++ {
		if shortest > 0 && x.times[i]-x.times[i-1] >= int64(shortest) {
			x.Gaps = append(x.Gaps, gap{From: text(x.times[i-1]), To: text(x.times[i])})
		}
	}
	for i := 1; i < len(x.records); i++ {
		if d := x.records[i] - x.records[i-1]; d > 1 {
			x.Gaps = append(x.Gaps, gap{strconv.FormatInt(x.records[i-1], 10), strconv.FormatInt(x.records[i], 10), d - 1})
		}
	}
}

func (x *channelSummary) print(s Streams) {
	fmt.Fprintf(s.Stdout, "\n%s  %s: %d events, %s to %s\n", plain(cmp.Or(x.Host, "(unknown host)")), plain(x.Channel), x.Events,
		cmp.Or(x.First, "?"), cmp.Or(x.Last, "?"))
	ids := sortedCounts(x.IDs)
	for i, id := range ids {
		if i == most {
			fmt.Fprintf(s.Stdout, "          and %d more kinds\n", len(ids)-most)
			break
		}
		fmt.Fprintf(s.Stdout, "%8d  %s\n", x.IDs[id], plain(id))
	}
	for i, g := range x.Gaps {
		if i == most {
			fmt.Fprintf(s.Stdout, "  and %d more gaps\n", len(x.Gaps)-most)
			break
		}
		if g.Missing > 0 {
			fmt.Fprintf(s.Stdout, "  missing: %d records between numbers %s and %s\n", g.Missing, g.From, g.To)
		} else {
			fmt.Fprintf(s.Stdout, "  silent: from %s to %s\n", g.From, g.To)
		}
	}
}

// workers for commands that keep nothing between logs.
func allWorkers() int { return runtime.GOMAXPROCS(0) }
