package publicdata

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"

	"tallinn/exchange/intake"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
)

// Op is the operation of an import's commands.
const Op = "import.mechanism"

// Options says how to import. The zero value works where the files bring the
// explaining tables along.
type Options struct {
	// Tables has the project's own parties.csv, aliases.csv and lines.csv. A
	// file of the same name among those to import takes its place.
	Tables Files
	// SkipBad leaves rows with a problem out instead of recording nothing. A
	// file that cannot be read at all is left out whole.
	SkipBad bool
	// Workers is how many commands wait for the record at the same time;
	// intake.DefaultWorkers when 0.
	Workers int
	// Progress, if set, is told how many of the commands are done.
	Progress func(done, total int)
}

// A Report says what an import did, or would have done, and what each row
// becomes.
type Report struct {
	intake.Report `json:",inline"`
	Outcomes      []Outcome `json:"outcomes"`
}

// Import imports the public tables into rec, whose books are b. It records
// nothing while a row has a problem, unless the options say to leave bad rows
// out. The report is complete also when the error is intake.ErrProblems.
//
// Errors: intake.ErrProblems; those of rec, after which the same import started
// again goes on from where it stopped.
func Import(ctx context.Context, rec intake.Record, b Books, src Files, opts Options) (Report, error) {
	known := map[party.ID]party.Party{}
	rec.View(func() {
		for _, p := range b.Parties.All() {
			known[p.Registered.Party] = p
		}
	})
	s := read(src, opts.Tables, known)
	p := plan{sheet: s, books: b}
	rec.View(p.make)
	report := p.report()
	if s.problems.Len() > 0 && !opts.SkipBad {
		return report, intake.ErrProblems.With("count", s.problems.Len())
	}
	err := intake.Run(ctx, rec, p.steps, opts.Workers, opts.Progress)
	report.Recorded = err == nil
	return report, err
}

// A plan is what a sheet would change in the books.
type plan struct {
	sheet  *sheet
	books  Books
	steps  []intake.Step
	counts map[string]*intake.Count
	gone   []intake.Gone
}

// make asks the nouns' rules about every row, and records nothing.
func (p *plan) make() {
	p.counts = map[string]*intake.Count{}
	for file := range headers {
		p.counts[file] = &intake.Count{File: file}
	}
	for _, it := range p.sheet.items {
		bodies, err := it.thing.decide(p.books, noID)
		if err != nil {
			p.refuse(it, err)
			continue
		}
		home, pos := it.thing.known(p.books)
		outcome := intake.Corrected
		switch {
		case len(bodies) == 0:
			p.counts[it.file].Add(intake.Unchanged)
			continue
		case home == "":
			outcome = intake.New
		}
		p.counts[it.file].Add(outcome)
		p.steps = append(p.steps, p.step(it, pos))
	}
	p.findGone()
}

func (p *plan) refuse(it item, err error) {
	f, ok := fault.Of(err)
	if !ok {
		f = errInternal.Because(err)
	}
	p.sheet.problems.Add(table.Problem{File: it.file, Line: it.line, Fault: f})
	p.sheet.bad[it.file]++
}

// step is the command of one row. Its id has the row's file, key and hash, and
// the position of the last fact of what the row made before. The position is
// there because a row may change from A to B and back to A: that is a third
// decision, which file, key and hash alone would take for the first.
func (p *plan) step(it item, pos fact.Pos) intake.Step {
	version := "new"
	if pos != fact.None {
		version = strconv.FormatInt(int64(pos), 10)
	}
	id := "import/" + it.file + "/" + it.key + "/" + hex.EncodeToString(it.args[:]) + "@" + version
	return intake.Step{Command: intake.Command{ID: id, Op: Op, Args: it.args}, Group: it.file,
		Rule: func(tx intake.Tx) ([]fact.Body, error) {
			streams := []string{fact.Source{File: it.file, Row: it.key}.Stream()}
			if home, _ := it.thing.known(p.books); home != "" {
				streams = append(streams, home)
			} else if th, ok := it.thing.(partyThing); ok {
				streams = append(streams, th.reg.Party.Stream())
			}
			if err := tx.Read(streams...); err != nil {
				return nil, err
			}
			return it.thing.decide(p.books, tx.NewID)
		}}
}

// findGone lists what was imported from a row that is no longer in its file.
func (p *plan) findGone() {
	lost := func(home string, src fact.Source) {
		keys, read := p.sheet.keys[src.File]
		if !read || p.sheet.broken[src.File] {
			return
		}
		if _, there := keys[src.Row]; !there {
			p.gone = append(p.gone, intake.Gone{File: src.File, Row: src.Row, Home: home})
		}
	}
	for _, k := range p.books.Parties.All() {
		if p.sheet.made[k.Registered.Party] == "" {
			lost(k.Registered.Party.Stream(), k.Registered.Source)
		}
	}
	for _, f := range p.books.Flows.All() {
		if !f.Gone && f.Said != nil {
			lost(string(f.Recorded.Flow), f.Said.Source)
		}
	}
	for _, m := range p.books.Flows.Mentions() {
		if !m.Gone {
			lost(string(m.Mentioned.Mention), m.Said.Source)
		}
	}
	for _, w := range p.books.Projects.All() {
		lost(string(w.Recorded.Project), w.Source)
	}
	for _, m := range p.books.Milestones.All() {
		lost(string(m.Recorded.Milestone), m.Source)
	}
}

func (p *plan) report() Report {
	s := p.sheet
	r := Report{Outcomes: s.outcomes}
	r.Problems, r.Dropped, r.Gone = s.problems.List, s.problems.Dropped, p.gone
	for _, file := range slices.Concat(order, []string{AliasesFile, LinesFile}) {
		c := p.counts[file]
		c.Skipped, c.Problems = s.bad[file], s.problems.In(file)
		r.Counts = append(r.Counts, *c)
	}
	return r
}

// Outcomes tells what each row of the tables becomes, without a record, and
// what is wrong with those that become nothing.
func Outcomes(src, tables Files) ([]Outcome, table.Problems) {
	s := read(src, tables, map[party.ID]party.Party{})
	return s.outcomes, s.problems
}
