package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"tallinn/aid/match/highs"
	"tallinn/aid/match/matchcli"
)

type planCmd struct {
	Make    planMakeCmd    `cmd:"" default:"withargs" help:"Make a plan, or repair the one in force."`
	Verify  planVerifyCmd  `cmd:"" help:"Check a plan's every rule, count and bound against its instance."`
	Explain planExplainCmd `cmd:"" help:"Why a requirement or an offer is served as it is, and what would change it."`
	Diff    planDiffCmd    `cmd:"" help:"What two plans do differently."`
	WhatIf  planWhatIfCmd  `cmd:"" name:"what-if" help:"Repair a plan for a changed instance, and say what the change is worth."`
}

// nodes bounds the solver's tree, so that its answer does not hang on time.
const nodes = 200_000

func (s *session) desk(ctx context.Context) matchcli.Desk {
	d := matchcli.Desk{Out: s.Stdout, Lang: string(s.lang), JSON: s.json, Now: time.Now,
		Interrupted: func() bool { return ctx.Err() != nil }}
	if f, ok := s.Stderr.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			d.Progress = f
		}
	}
	return d
}

// reading calls f with the files opened.
func reading(names []string, f func(files []matchcli.File) error) error {
	files := make([]matchcli.File, len(names))
	for i, name := range names {
		opened, err := os.Open(name)
		if err != nil {
			return err
		}
		defer opened.Close()
		files[i] = matchcli.File{Name: name, Reader: opened}
	}
	return f(files)
}

// writing calls f with a file beside name, and puts it there when all went
// well; "" discards.
func writing(name string, f func(w io.Writer) error) error {
	if name == "" {
		return f(io.Discard)
	}
	out, err := os.CreateTemp(filepath.Dir(name), ".plan-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	if err := f(out); err != nil {
		out.Close()
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return os.Rename(out.Name(), name)
}

type planMakeCmd struct {
	Instance  string           `arg:"" help:"The instance, a JSON file."`
	Out       string           `required:"" help:"Where the plan goes." placeholder:"PLAN.json"`
	Seconds   int64            `help:"A ceiling; a plan that it cuts says so, and another run may differ."`
	Moves     int64            `help:"Moves of the search; the same number gives the same plan everywhere. 0 takes the default for the size."`
	Previous  string           `help:"The plan in force: it is repaired, and stays as it is where that costs little." placeholder:"PLAN.json"`
	Accept    []string         `help:"Requirements whose allocations in the previous plan are accepted and stay." sep:","`
	Decline   []string         `help:"Pairs REQUIREMENT:OFFER that one side declined." sep:","`
	By        string           `help:"What is made best: the composite, or goal by goal." enum:"composite,goals" default:"composite"`
	Tolerance map[string]int64 `help:"With --by goals: what a later goal may take from an earlier one, GOAL=MILLIONTHS."`
	Finish    bool             `help:"Let HiGHS finish rounds of up to 1,000 pairs." negatable:"" default:"true"`
}

func (c *planMakeCmd) Run(ctx context.Context, s *session) error {
	o := matchcli.MakeOptions{Seconds: c.Seconds, Moves: c.Moves, Accepted: c.Accept, Declined: c.Decline,
		Goals: c.By == "goals", Tolerance: c.Tolerance}
	if c.Finish {
		// compiled on first use; a small instance alone pays for it
		o.Finisher = highs.Lazy(context.WithoutCancel(ctx), cacheDir(), nodes)
	}
	names := []string{c.Instance}
	if c.Previous != "" {
		names = append(names, c.Previous)
	}
	return reading(names, func(files []matchcli.File) error {
		if len(files) > 1 {
			o.Previous = &files[1]
		}
		return writing(c.Out, func(w io.Writer) error { return matchcli.Make(s.desk(ctx), o, files[0], w) })
	})
}

// cacheDir keeps what is compiled for this machine; none when it has no place.
func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "tallinn", "wasm")
}

type planVerifyCmd struct {
	Instance string `arg:""`
	Plan     string `arg:""`
}

func (c *planVerifyCmd) Run(ctx context.Context, s *session) error {
	return reading([]string{c.Instance, c.Plan}, func(f []matchcli.File) error { return matchcli.Verify(s.desk(ctx), f[0], f[1]) })
}

type planExplainCmd struct {
	Instance string   `arg:""`
	Plan     string   `arg:""`
	Names    []string `arg:"" optional:"" help:"Requirements or offers; REQUIREMENT:OFFER asks why that pair is not used."`
	Million  bool     `help:"What one more million euros without an earmark would cover, by a real re-solve."`
	Earmarks bool     `help:"Which earmark, if taken off, gains most, by real re-solves."`
}

func (c *planExplainCmd) Run(ctx context.Context, s *session) error {
	o := matchcli.ExplainOptions{Names: c.Names, Million: c.Million, Earmarks: c.Earmarks}
	return reading([]string{c.Instance, c.Plan}, func(f []matchcli.File) error { return matchcli.Explain(s.desk(ctx), o, f[0], f[1]) })
}

type planDiffCmd struct {
	Before string `arg:""`
	After  string `arg:""`
}

func (c *planDiffCmd) Run(ctx context.Context, s *session) error {
	return reading([]string{c.Before, c.After}, func(f []matchcli.File) error { return matchcli.Diff(s.desk(ctx), f[0], f[1]) })
}

type planWhatIfCmd struct {
	Instance  string   `arg:""`
	Plan      string   `arg:""`
	Add       []string `help:"A JSON file that holds one more requirement or offer." placeholder:"FILE"`
	Drop      []string `help:"A requirement or an offer to leave out."`
	Unearmark []string `help:"OFFER, or OFFER:lines, :sectors, :regions, :beneficiaries."`
	Moves     int64    `help:"Moves of the repair; 0 takes the default."`
	Out       string   `help:"Where the repaired plan goes." placeholder:"PLAN.json"`
	Changed   string   `help:"Where the changed instance goes." placeholder:"INSTANCE.json"`
}

func (c *planWhatIfCmd) Run(ctx context.Context, s *session) error {
	return reading(append([]string{c.Instance, c.Plan}, c.Add...), func(f []matchcli.File) error {
		w := matchcli.WhatIf{Add: f[2:], Drop: c.Drop, Unearmark: c.Unearmark, Moves: c.Moves}
		return writing(c.Out, func(out io.Writer) error {
			return writing(c.Changed, func(changed io.Writer) error {
				return matchcli.RunWhatIf(s.desk(ctx), w, f[0], f[1], out, changed)
			})
		})
	})
}
