package matchcli

import (
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/match"
	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/verify"
)

// Verify checks a plan against its instance.
//
// Errors: those of the readers and of verify.Check.
func Verify(d Desk, instanceFile, planFile File) error {
	in, plan, err := read(instanceFile, planFile)
	if err != nil {
		return err
	}
	report, err := verify.Check(in, plan)
	if err != nil {
		return err
	}
	if d.JSON {
		return d.data(report)
	}
	if _, err := fmt.Fprintf(d.Out, d.text("verified")+"\n", report.Bound, report.Composite, report.Below); err != nil {
		return err
	}
	for _, g := range report.Goals {
		if _, err := fmt.Fprintf(d.Out, "  %s: %d, %s %d\n", d.goal(g.Goal), g.Value, d.text("bound"), g.Bound); err != nil {
			return err
		}
	}
	if report.Claim != nil {
		if _, err := fmt.Fprintf(d.Out, d.text("claim")+"\n", report.Claim.Solver, report.Claim.Bound); err != nil {
			return err
		}
	}
	if report.Cut {
		_, err = fmt.Fprintln(d.Out, d.text("cut"))
	}
	return err
}

func read(instanceFile, planFile File) (*instance.Instance, *certificate.Plan, error) {
	in, err := instance.Read(instanceFile.Name, instanceFile)
	if err != nil {
		return nil, nil, err
	}
	plan, err := certificate.Read(planFile.Name, planFile)
	return in, plan, err
}

// Diff compares two plans.
//
// Errors: those of the certificate's reader.
func Diff(d Desk, before, after File) error {
	a, err := certificate.Read(before.Name, before)
	if err != nil {
		return err
	}
	b, err := certificate.Read(after.Name, after)
	if err != nil {
		return err
	}
	return d.difference(match.Diff(a, b))
}

func (d Desk) difference(diff match.Difference) error {
	if d.JSON {
		return d.data(diff)
	}
	if _, err := fmt.Fprintf(d.Out, d.text("diff")+"\n", diff.Same, diff.Before, percent(diff.KeptPPM), diff.Composite[0], diff.Composite[1]); err != nil {
		return err
	}
	for _, c := range diff.Changes {
		if _, err := fmt.Fprintf(d.Out, "  %s ← %s: %d → %d\n", c.Requirement, c.Offer, c.Before, c.After); err != nil {
			return err
		}
	}
	return nil
}

// percent writes millionths as a percentage with two decimals.
func percent(ppm int64) string {
	return fmt.Sprintf("%d.%02d", ppm/10_000, ppm%10_000/100)
}

func (d Desk) data(v any) error {
	data, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return err
	}
	value := jsontext.Value(data)
	if err := value.Indent(jsontext.WithIndent("  ")); err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.Out, "%s\n", value)
	return err
}

// pairOf reads REQUIREMENT:OFFER.
func pairOf(field, text string) (instance.Pair, error) {
	r, o, ok := strings.Cut(text, ":")
	if !ok || r == "" || o == "" {
		return instance.Pair{}, ErrOption.With("field", field).With("value", text).With("want", "write REQUIREMENT:OFFER")
	}
	return instance.Pair{Requirement: r, Offer: o}, nil
}

var _ io.Reader = File{}
