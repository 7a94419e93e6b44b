package command

import (
	"bufio"
	"context"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"tallinn/defence/detection/input"
	"tallinn/defence/detection/scan"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/detection/tuning"
	"tallinn/defence/event"
)

// Detect is "tallinn detect": rules over logs.
type Detect struct {
	RuleSet
	JSON     bool     `kong:"-"` // the program's own --json
	CSV      bool     `name:"csv" help:"Print CSV in the columns Timesketch reads."`
	ECS      bool     `name:"ecs" help:"Print one Elastic Common Schema alert a line."`
	Table    bool     `name:"table" help:"Print a table for people (the default)."`
	SARIF    bool     `name:"sarif" help:"Print SARIF 2.1.0."`
	HTML     string   `name:"html" help:"Also write one self-contained page: timeline, ATT&CK matrix, hosts, filters." placeholder:"FILE" type:"path"`
	MinLevel string   `name:"min-level" help:"The mildest level to report." placeholder:"LEVEL"`
	Tags     []string `name:"tags" help:"Only rules with this tag (attack.t1059 also takes its sub-techniques); may be repeated." placeholder:"TAG"`
	Since    string   `name:"since" help:"Only events at or after this time, or so long ago (24h, 7d); events without a time are kept." placeholder:"TIME"`
	Until    string   `name:"until" help:"Only events before this time, or so long ago." placeholder:"TIME"`
	Exclude  []string `name:"exclude" help:"Leave this rule out: its id, or its file's name without .yml; may be repeated." placeholder:"RULE"`
	Tuning   string   `name:"tuning" help:"A file of changed levels and exclusions, each with its reason." placeholder:"FILE"`
	Workers  int      `name:"workers" help:"Logs read at once; 0: one for each processor." placeholder:"N"`
	Quiet    bool     `name:"quiet" short:"q" help:"No summary and no progress; problems are still told."`
	Inputs   []string `arg:"" name:"input" help:"Logs: files, folders, globs, or - for standard input; EVTX, NDJSON, event XML, auditd, journald, syslog; gzip, zstd, zip."`
}

// Run detects and returns the exit code. The error says why it is Failed.
func (d *Detect) Run(ctx context.Context, s Streams) (int, error) {
	s = s.watched()
	job, err := d.prepare(s)
	if err != nil {
		return Failed, err
	}
	sources, problems := input.Find(d.Inputs, s.Stdin)
	for _, p := range problems {
		s.say("not read: %v", p)
	}
	if len(sources) == 0 {
		return Failed, ErrNoInput
	}
	return job.run(ctx, sources)
}

// A job is a prepared detection.
type job struct {
	d       *Detect
	s       Streams
	rules   *loaded
	tune    *tuning.File
	day     string
	min     int
	options scan.Options
	out     *bufio.Writer
	printer printer
	page    *page
	sum     *summary

	excluded []string // names given by --exclude that some rule has
}

func (d *Detect) prepare(s Streams) (*job, error) {
	j := &job{d: d, s: s, tune: &tuning.File{}, day: s.now().UTC().Format(time.DateOnly), sum: newSummary()}
	if d.MinLevel != "" {
		if j.min = slices.Index(sigma.Levels, strings.ToLower(d.MinLevel)); j.min < 0 {
			return nil, ErrLevel.With("level", d.MinLevel)
		}
	}
	var err error
	if j.options.Since, err = s.parseTime(d.Since); err != nil {
		return nil, err
	}
	if j.options.Until, err = s.parseTime(d.Until); err != nil {
		return nil, err
	}
	if err := j.readTuning(); err != nil {
		return nil, err
	}
	if j.rules, err = d.RuleSet.load(j.wanted); err != nil {
		return nil, err
	}
	j.rules.tell(s, d.Quiet)
	j.tellExcluded()
	switch {
	case len(j.rules.engine.Rules()) > 0:
	case j.rules.wanted == 0 && j.rules.total > len(j.rules.refused):
		return nil, ErrNoneWanted
	default:
		return nil, ErrNoRules
	}
	j.tellTuning()
	j.out = bufio.NewWriterSize(s.Stdout, 1<<16)
	if j.printer, err = d.printer(j.out); err != nil {
		return nil, err
	}
	j.options.Engine, j.options.Keep, j.options.Workers = j.rules.engine, j.keep, d.Workers
	if d.Workers <= 0 {
		j.options.Workers = runtime.GOMAXPROCS(0)
	}
	return j, nil
}

func (j *job) readTuning() error {
	if j.d.Tuning == "" {
		return nil
	}
	data, err := os.ReadFile(j.d.Tuning)
	if err != nil {
		return ErrFile.With("path", j.d.Tuning).Because(err)
	}
	j.tune, err = tuning.Parse(j.d.Tuning, data)
	return err
}

// tellExcluded names what --exclude misspells: the rule would go on to match.
func (j *job) tellExcluded() {
	for _, name := range j.d.Exclude {
		if !slices.Contains(j.excluded, name) {
			j.s.say("--exclude: no rule is called %s", name)
		}
	}
}

func (j *job) tellTuning() {
	over, unknown := j.tune.Stale(j.rules.engine.Rules(), j.day)
	for _, x := range over {
		j.s.say("tuning: the exclusion of %s ended on %s and is not applied: renew or remove it", x.Rule, x.Until)
	}
	for _, name := range unknown {
		j.s.say("tuning: no rule in use is called %s", name)
	}
}

// wanted says which rules take part at all.
func (j *job) wanted(r *sigma.Rule) bool {
	for _, name := range tuning.Names(r) {
		if name != "" && slices.Contains(j.d.Exclude, name) {
			j.excluded = append(j.excluded, name)
			return false
		}
	}
	if slices.Index(sigma.Levels, j.tune.LevelOf(r)) < j.min && j.min > 0 {
		return false
	}
	return len(j.d.Tags) == 0 || slices.ContainsFunc(j.d.Tags, func(t string) bool { return hasTag(r, t) })
}

// hasTag: attack.t1059 is also in a rule tagged attack.t1059.001.
func hasTag(r *sigma.Rule, tag string) bool {
	tag = strings.ToLower(tag)
	return slices.ContainsFunc(r.Tags, func(t string) bool {
		t = strings.ToLower(t)
		return t == tag || strings.HasPrefix(t, tag+".")
	})
}

// keep is asked about each match.
func (j *job) keep(r *sigma.Rule, e *event.Event) (string, bool) {
	if len(j.tune.Exclude) > 0 && j.tune.Excluded(r, e.Host(), j.day) {
		return "", false
	}
	return j.tune.LevelOf(r), true
}

func (j *job) run(ctx context.Context, sources []input.Source) (int, error) {
	if j.d.HTML != "" {
		j.page = newPage(j.s.now(), j.rules)
	}
	var progress scan.Progress
	stop := showProgress(j.s, j.d.Quiet, len(sources), &progress)
	start := j.s.now()
	err := scan.Run(ctx, j.options, sources, &progress, j.deliver)
	took := j.s.now().Sub(start)
	stop()
	if err == nil {
		err = j.finish()
	}
	if err != nil {
		return Failed, err
	}
	if !j.d.Quiet {
		j.sum.print(j.summaryTo(), &progress, took)
	}
	if j.sum.opened == 0 {
		return Failed, ErrNoInput
	}
	if progress.Matches() > 0 {
		return Matched, nil
	}
	return NoMatch, nil
}

// summaryTo: with the table on Stdout, beside machine forms on Stderr.
func (j *job) summaryTo() io.Writer {
	if _, ok := j.printer.(*tablePrinter); ok {
		return j.s.Stdout
	}
	return j.s.Stderr
}

// deliver takes what was found in one log, or a part of it.
func (j *job) deliver(r scan.Result) error {
	if r.Last {
		tellReport(j.s, r.Report)
		j.sum.log(r.Report)
	}
	for i := range r.Matches {
		m := &r.Matches[i]
		j.sum.match(m)
		if err := j.printer.match(m); err != nil {
			return err
		}
		if j.page != nil {
			j.page.match(m)
		}
	}
	return nil
}

// tellReport says what of a log could not be read.
func tellReport(s Streams, r input.Report) {
	switch {
	case r.Err != nil && strings.HasPrefix(r.Err.Error(), r.Name):
		s.say("not read: %v", r.Err)
	case r.Err != nil && r.Records == 0:
		s.say("not read: %s: %v", r.Name, r.Err)
	case r.Format == input.Empty:
		s.say("nothing to read: %s is empty", r.Name)
	case r.Err != nil:
		s.say("read in part: %s: %d records, then: %v", r.Name, r.Records, r.Err)
	case !r.Whole():
		cut := ""
		if r.Truncated {
			cut = ", the file is cut off"
		}
		s.say("read in part: %s: %d records; %d damaged pieces, %d records lost%s", r.Name, r.Records, r.Damaged, r.Lost, cut)
	}
}

func (j *job) finish() error {
	if err := j.printer.end(); err != nil {
		return err
	}
	if err := j.out.Flush(); err != nil {
		return err
	}
	if j.page == nil {
		return nil
	}
	f, err := os.Create(j.d.HTML)
	if err != nil {
		return ErrWrite.With("path", j.d.HTML).Because(err)
	}
	if err := j.page.write(f, j.sum); err != nil {
		f.Close()
		return ErrWrite.With("path", j.d.HTML).Because(err)
	}
	return f.Close()
}
