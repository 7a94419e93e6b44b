package statementhttp

import (
	"cmp"
	"context"

	"tallinn/aid/statement"
	"tallinn/fact"
)

type compareInput struct {
	QuestionInput
	Name        string `path:"name" maxLength:"100" example:"statement.total"`
	From        string `query:"from" doc:"The earlier day, YYYY-MM-DD; as_of when absent"`
	FromKnownAt string `query:"from_known_at" doc:"The earlier position; known_at when absent"`
}

// ComparisonJSON is why a figure differs between two statements.
type ComparisonJSON struct {
	Name     string           `json:"name"`
	Currency string           `json:"currency"`
	Before   string           `json:"before" doc:"12 decimals"`
	After    string           `json:"after"`
	By       string           `json:"difference" doc:"after less before; the parts come to it exactly"`
	Reasons  []DifferenceJSON `json:"reasons" doc:"new, corrected, reclassified, rate"`
	Flows    []DifferenceJSON `json:"flows" doc:"At most 2,000"`
}

// DifferenceJSON is one part of a difference.
type DifferenceJSON struct {
	Flow   string `json:"flow,omitempty"`
	Reason string `json:"reason" enum:"new,corrected,reclassified,rate"`
	By     string `json:"difference"`
}

type compareOutput struct{ Body ComparisonJSON }

func signed(s statement.Signed) string {
	if s.Less {
		return "-" + s.Value.String()
	}
	return s.Value.String()
}

func (h *Handler) apiCompare(ctx context.Context, in *compareInput) (*compareOutput, error) {
	later, err := h.question(in.asked())
	if err != nil {
		return nil, err
	}
	from := in.asked()
	from.asOf, from.knownAt = cmp.Or(in.From, in.AsOf), cmp.Or(in.FromKnownAt, in.KnownAt)
	earlier, err := h.question(from)
	if err != nil {
		return nil, err
	}
	c, err := h.compare(ctx, earlier, later, in.Name)
	if err != nil {
		return nil, err
	}
	return &compareOutput{comparisonJSON(c, string(later.currency))}, nil
}

// compare explains what became of a figure from one question to another.
//
// Errors: statement.ErrFigure, web.ErrTooSlow; those of At.
func (h *Handler) compare(ctx context.Context, earlier, later question, name string) (c statement.Comparison, err error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return c, err
	}
	defer leave()
	compute := func(b Books, q question) statement.Statement {
		return statement.Compute(statement.Input{Parties: b.Parties, Flows: b.Flows, Rates: b.Rates}, q.statement())
	}
	explain := func(one, two Books) {
		a, b := compute(one, earlier), compute(two, later)
		c, err = statement.Compare(&a, &b, name)
	}
	// The past is computed before the lock of the present is taken.
	past := map[fact.Pos]Books{}
	for _, q := range []question{earlier, later} {
		if q.knownAt != fact.None {
			if past[q.knownAt], err = h.At(ctx, q.knownAt); err != nil {
				return c, err
			}
		}
	}
	h.View(func(now Books, _ fact.Pos) {
		at := func(q question) Books {
			if b, then := past[q.knownAt]; then {
				return b
			}
			return now
		}
		explain(at(earlier), at(later))
	})
	return c, err
}

func comparisonJSON(c statement.Comparison, currency string) ComparisonJSON {
	out := ComparisonJSON{Name: c.Name, Currency: currency, Before: c.Before.Value.String(), After: c.After.Value.String(),
		By: signed(c.By), Reasons: []DifferenceJSON{}, Flows: []DifferenceJSON{}}
	for _, r := range statement.Reasons {
		if s, some := c.ByReason[r]; some {
			out.Reasons = append(out.Reasons, DifferenceJSON{Reason: string(r), By: signed(s)})
		}
	}
	for _, d := range c.Flows[:min(len(c.Flows), maxRows)] {
		out.Flows = append(out.Flows, DifferenceJSON{string(d.Flow), string(d.Reason), signed(d.By)})
	}
	return out
}
