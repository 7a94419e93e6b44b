package ecb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strconv"

	"github.com/go-json-experiment/json"

	"tallinn/aid/rate"
	"tallinn/exchange/intake"
	"tallinn/exchange/table"
	"tallinn/fact"
)

// Op is the operation of an import's commands.
const Op = "import.rates"

// A Reader reads a file into days, the earliest first, as Read does.
type Reader func(file string, data []byte, problems *table.Problems) (days []rate.Published, skipped int)

// Options says how to import. The zero value works.
type Options struct {
	Read     Reader                // of another issuer's files; nil: Read
	SkipBad  bool                  // leave days with a problem out, instead of recording nothing
	Workers  int                   // see intake.Run
	Progress func(done, total int) // may be nil; counts commands, one a month
}

// Import imports a file of reference rates into rec, whose rates are t. Days
// that are on record with the same rates are left as they are, whatever file
// they came by; days with others are corrected.
//
// Errors: intake.ErrProblems; those of rec, after which the same import
// started again goes on from where it stopped.
func Import(ctx context.Context, rec intake.Record, t *rate.Table, file string, data []byte, opts Options) (intake.Report, error) {
	var problems table.Problems
	read := opts.Read
	if read == nil {
		read = Read
	}
	days, skipped := read(file, data, &problems)
	count := intake.Count{File: file, Skipped: skipped}
	var steps []intake.Step
	var err error
	rec.View(func() { steps, err = plan(t, days, &count) })
	count.Problems = problems.Len()
	report := intake.Report{Counts: []intake.Count{count}, Problems: problems.List, Dropped: problems.Dropped}
	if err != nil {
		return report, err
	}
	if problems.Len() > 0 && !opts.SkipBad {
		return report, intake.ErrProblems.With("count", problems.Len())
	}
	err = intake.Run(ctx, rec, steps, opts.Workers, opts.Progress)
	report.Recorded = err == nil
	return report, err
}

// plan makes one command for each month that has something new: one for each
// day would be twenty times as many, and one for the file too large to be one
// decision.
func plan(t *rate.Table, days []rate.Published, count *intake.Count) ([]intake.Step, error) {
	var steps []intake.Step
	for from, to := 0, 0; from < len(days); from = to {
		for to = from; to < len(days) && month(days[to]) == month(days[from]); to++ {
		}
		changed, err := assess(t, days[from:to], count)
		if err != nil {
			return nil, err
		}
		if !changed {
			continue
		}
		step, err := monthStep(t, days[from:to])
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, nil
}

func month(d rate.Published) string { return string(d.On[:len("2006-01")]) }

// assess counts what a month's days would change.
func assess(t *rate.Table, days []rate.Published, count *intake.Count) (changed bool, err error) {
	for _, d := range days {
		bodies, err := publish(t, d)
		if err != nil {
			return false, err
		}
		_, there := t.On(d.Issuer, d.On)
		switch {
		case len(bodies) == 0:
			count.Add(intake.Unchanged)
		case there:
			count.Add(intake.Corrected)
		default:
			count.Add(intake.New)
		}
		changed = changed || len(bodies) > 0
	}
	return changed, nil
}

// publish leaves a day alone whose rates stand already: the same rates in a
// newer file are no news.
func publish(t *rate.Table, d rate.Published) ([]fact.Body, error) {
	if was, there := t.On(d.Issuer, d.On); there && was.Base == d.Base && maps.Equal(was.Rates, d.Rates) {
		return nil, nil
	}
	return rate.Publish(t, d)
}

// monthStep is a month's command. Its id has the month, the hash of its days
// and the last position at which one of them was changed: a month that goes
// from A to B and back to A is decided three times.
func monthStep(t *rate.Table, days []rate.Published) (intake.Step, error) {
	h := sha256.New()
	var streams []string
	version := fact.None
	for _, d := range days {
		raw, err := json.Marshal(d, json.Deterministic(true))
		if err != nil {
			return intake.Step{}, err
		}
		h.Write(raw)
		streams = append(streams, d.Streams()...)
		for _, pos := range t.History(rate.Used{Issuer: d.Issuer, On: d.On}) {
			version = max(version, pos)
		}
	}
	args := [32]byte(h.Sum(nil))
	at := "new"
	if version != fact.None {
		at = strconv.FormatInt(int64(version), 10)
	}
	id := "import/rate/" + days[0].Issuer + "/" + month(days[0]) + "/" + hex.EncodeToString(args[:]) + "@" + at
	return intake.Step{Command: intake.Command{ID: id, Op: Op, Args: args}, Group: "rates",
		Rule: func(tx intake.Tx) ([]fact.Body, error) {
			if err := tx.Read(streams...); err != nil {
				return nil, err
			}
			var out []fact.Body
			for _, d := range days {
				bodies, err := publish(t, d)
				if err != nil {
					return nil, err
				}
				out = append(out, bodies...)
			}
			return out, nil
		}}, nil
}
