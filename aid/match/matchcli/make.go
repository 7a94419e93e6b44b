package matchcli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"tallinn/aid/match"
	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/verify"
	"tallinn/fault"
)

// A File is something to read, and what to call it in messages.
type File struct {
	Name string
	io.Reader
}

// ErrOption refuses an option's value.
var ErrOption = fault.New(fault.Invalid, "plan.option",
	"{{.field}} is {{.value}}; {{.want}}")

// A Desk is what the commands have of their surroundings.
type Desk struct {
	Out         io.Writer
	Progress    io.Writer        // a terminal; nil shows no progress
	Lang        string           // "en" or "uk"
	JSON        bool             // print data instead of sentences
	Now         func() time.Time // for --seconds; nil refuses it
	Interrupted func() bool      // whether Ctrl-C was pressed; nil never
}

// MakeOptions are those of "tallinn plan make".
type MakeOptions struct {
	Seconds   int64    // a ceiling; 0 is none. A plan that it cuts is not reproducible
	Moves     int64    // 0 takes the default for the instance's size
	Previous  *File    // the plan in force, to be repaired
	Accepted  []string // requirements whose allocations in Previous stay as they are
	Declined  []string // REQUIREMENT:OFFER, not to be used
	Goals     bool     // goal by goal instead of by the composite
	Tolerance map[string]int64
	Finisher  match.Finisher // nil leaves small rounds to the search
	Workers   int
}

// Make reads an instance, makes a plan, and writes it to out. A summary goes
// to the desk.
//
// Errors: those of the instance's reader, of match.Make, ErrOption.
func Make(d Desk, o MakeOptions, file File, out io.Writer) error {
	in, err := instance.Read(file.Name, file)
	if err != nil {
		return err
	}
	options, err := o.options(d)
	if err != nil {
		return err
	}
	plan, err := match.Make(in, options)
	d.clearProgress()
	if err != nil {
		return err
	}
	data, err := certificate.Encode(plan)
	if err != nil {
		return err
	}
	if _, err := out.Write(data); err != nil {
		return err
	}
	return d.summary(plan)
}

func (o *MakeOptions) options(d Desk) (match.Options, error) {
	m := match.Options{Moves: o.Moves, Workers: o.Workers, ByGoals: o.Goals, Tolerance: o.Tolerance,
		Finisher: o.Finisher, Stop: d.stop(o.Seconds), Progress: d.progress()}
	if o.Moves < 0 || o.Moves > 1<<40 {
		return m, ErrOption.With("field", "--moves").With("value", o.Moves).With("want", "give a whole number from 0 to 2^40")
	}
	if o.Seconds < 0 || o.Seconds > 0 && d.Now == nil {
		return m, ErrOption.With("field", "--seconds").With("value", o.Seconds).With("want", "give a whole number of seconds, or 0 for no ceiling")
	}
	if o.Previous != nil {
		previous, err := certificate.Read(o.Previous.Name, o.Previous)
		if err != nil {
			return m, err
		}
		m.Previous = previous
	}
	var err error
	if m.Locked, err = o.locked(m.Previous); err != nil {
		return m, err
	}
	m.Declined, err = o.declined(m.Previous)
	return m, err
}

// locked are the allocations accepted now and in the plan in force.
func (o *MakeOptions) locked(previous *certificate.Plan) ([]certificate.Allocation, error) {
	var list []certificate.Allocation
	if previous != nil {
		list = append(list, previous.Locked...)
	}
	for _, id := range o.Accepted {
		var found []certificate.Allocation
		if previous != nil {
			for _, a := range previous.Allocations {
				if a.Requirement == id && !contains(list, a) {
					found = append(found, a)
				}
			}
		}
		if len(found) == 0 {
			return nil, ErrOption.With("field", "--accept").With("value", id).With("want", "name a requirement that --previous serves and that is not accepted yet")
		}
		list = append(list, found...)
	}
	return list, nil
}

func contains(list []certificate.Allocation, a certificate.Allocation) bool {
	for _, b := range list {
		if a == b {
			return true
		}
	}
	return false
}

func (o *MakeOptions) declined(previous *certificate.Plan) ([]instance.Pair, error) {
	var list []instance.Pair
	if previous != nil {
		for _, p := range previous.Declined {
			list = append(list, instance.Pair(p))
		}
	}
	for _, text := range o.Declined {
		pair, err := pairOf("--decline", text)
		if err != nil {
			return nil, err
		}
		list = append(list, pair)
	}
	return list, nil
}

// stop is asked by several goroutines.
func (d Desk) stop(seconds int64) func() bool {
	var end time.Time
	if seconds > 0 && d.Now != nil {
		end = d.Now().Add(time.Duration(seconds) * time.Second)
	}
	var once sync.Mutex
	return func() bool {
		once.Lock()
		defer once.Unlock()
		if d.Interrupted != nil && d.Interrupted() {
			return true
		}
		return !end.IsZero() && !d.Now().Before(end)
	}
}

func (d Desk) progress() func(match.Progress) {
	if d.Progress == nil {
		return nil
	}
	return func(p match.Progress) {
		fmt.Fprintf(d.Progress, "\r\x1b[K"+d.text("progress"), d.phase(p.Phase), p.Score, p.Bound, verify.Below(p.Score, p.Bound), p.Moves, p.Of)
	}
}

func (d Desk) clearProgress() {
	if d.Progress != nil {
		fmt.Fprint(d.Progress, "\r\x1b[K")
	}
}

func (d Desk) summary(plan *certificate.Plan) error {
	if d.Out == nil {
		return nil
	}
	if plan.Cut {
		if _, err := fmt.Fprintln(d.Out, d.text("cut")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(d.Out, d.text("made")+"\n", plan.Bound, plan.Composite, verify.Below(plan.Composite, plan.Bound),
		plan.Served, plan.Completed, len(plan.Allocations))
	if f := plan.Finisher; f != nil && f.Optimal && err == nil {
		_, err = fmt.Fprintf(d.Out, d.text("optimal")+"\n", f.Solver)
	}
	return err
}
