package publicdata

import (
	"fmt"
	"strconv"
	"strings"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/money"
)

// A Contribution is a row of contributions.csv whose words are all known.
type Contribution struct {
	ID        string
	Reporter  string
	Provider  string
	Receiver  string
	Amount    money.Amount // as said; none when not found
	Announced fact.Date
	Period    string
	Status    string
	Scope     flow.Scope
	Kind      string
	Purpose   string
	Others    string // reported_equivalents
	Note      string
	Source    string

	// Enters says that the provider is outside the mechanism's boundary and
	// the receiver inside. The importer sets it once names are resolved.
	Enters bool
}

// The facts that a contribution becomes.
const (
	FlowFact    = "flow.recorded"
	MentionFact = "mention.recorded"
)

// A Treatment is what a contribution becomes, and why.
type Treatment struct {
	Fact    string      // FlowFact or MentionFact
	Status  flow.Status // of a flow
	Year    int         // the year that all of a flow is given for; 0 when not stated
	Why     flow.Why    // of a mention
	Total   bool        // of a mention: the row is a total
	Counted bool        // whether the flow is in the total of the mechanism
	Reason  string      // in English, for the report and the account
}

// String is the fact with its status, or with why it is no flow:
// "flow.recorded commitment", "mention.recorded overlap".
func (t Treatment) String() string {
	if t.Fact == FlowFact {
		return t.Fact + " " + string(t.Status)
	}
	return t.Fact + " " + string(t.Why)
}

// Words of the column kind.
const (
	kindTotal = "total"
	kinds     = "financial, project, in kind, training, subscription, total"
)

// Words of the columns status and period that decide a treatment.
const (
	recurring = "recurring"
	yearly    = "yearly"
)

// bindings says how binding the words of the column status are. Delivered
// goods are as good as paid: the rule for goods is "paid after acceptance".
var bindings = map[string]flow.Status{
	"decided": flow.Commitment, "committed": flow.Commitment, "allocated": flow.Commitment,
	"contracted": flow.Commitment, recurring: flow.Commitment,
	"spent": flow.Paid, "delivered": flow.Paid,
	"announced": flow.Pledge, "promised": flow.Pledge, "planned": flow.Pledge,
	"budgeted": flow.Pledge, "pledged": flow.Pledge,
}

// unbound are the words by which nobody binds themselves.
var unbound = map[string]bool{"hoped for": true, "reported": true}

// totalWords are words that only a total may have: they say what has come
// together, not what one provider did.
var totalWords = map[string]bool{"accumulated": true, "provided": true}

// Treat decides what c becomes. Rows are the keys of all rows of its file, in
// which the notes name one another.
//
// The first reason that applies makes c a mention: it is a total; nobody bound
// themselves; no amount was given; the scope is mixed or unclear; its note
// says that it is part of another row or overlaps it. Any other row is a flow.
//
// Source: doc/account.md, "How a row is treated".
func Treat(c Contribution, rows map[string]bool) Treatment {
	if t, ok := mention(c, rows); ok {
		return t
	}
	t := Treatment{Fact: FlowFact, Status: bindings[c.Status], Year: year(c.Period)}
	if c.Status == recurring || c.Period == yearly {
		t.Status, t.Year = flow.Commitment, c.Announced.Year()
	}
	t.Counted = t.Status != flow.Pledge && c.Scope == flow.Mechanism && c.Enters
	t.Reason = flowReason(c, t)
	return t
}

func mention(c Contribution, rows map[string]bool) (Treatment, bool) {
	t := Treatment{Fact: MentionFact, Total: c.Kind == kindTotal}
	others := overlapped(c.Note, c.ID, rows)
	switch {
	case t.Total:
		t.Why, t.Reason = flow.WhyTotal, "a total restates what other rows say, and is never added to them"
	case unbound[c.Status]:
		t.Why, t.Reason = flow.WhyStatus, fmt.Sprintf("nobody bound themselves: the source says %q", c.Status)
	case c.Amount.Currency() == "":
		t.Why, t.Reason = flow.WhyNoAmount, "no amount was found, which is not zero"
	case c.Scope == flow.Mixed, c.Scope == flow.Unclear:
		t.Why, t.Reason = flow.WhyScope, fmt.Sprintf("the scope is %s: the share of the mechanism is not public", c.Scope)
	case len(others) > 0:
		t.Why, t.Reason = flow.WhyOverlap, "its note says that it is part of, or overlaps, "+strings.Join(others, ", ")
	}
	return t, t.Why != ""
}

// year is the year that a period is exactly, or 0.
func year(period string) int {
	if d, err := fact.ParseDate(period); err == nil && d.Precision() == "year" {
		return d.Year()
	}
	return 0
}

func flowReason(c Contribution, t Treatment) string {
	b := strings.Builder{}
	fmt.Fprintf(&b, "%q is a %s", c.Status, t.Status)
	if t.Status == flow.Paid {
		b.Reset()
		fmt.Fprintf(&b, "%q is paid", c.Status)
	}
	if c.Status == recurring || c.Period == yearly {
		b.Reset()
		b.WriteString("given every year: one commitment, for the year of the statement alone")
	}
	if t.Year > 0 {
		b.WriteString("; all of it for " + strconv.Itoa(t.Year))
	} else {
		b.WriteString("; year not stated")
	}
	switch {
	case t.Counted:
		b.WriteString("; counted")
	case c.Scope != flow.Mechanism:
		fmt.Fprintf(&b, "; not counted: its scope is %s", c.Scope)
	case t.Status == flow.Pledge:
		b.WriteString("; not counted: a pledge is in no total")
	default:
		b.WriteString("; not counted: it does not enter the boundary")
	}
	return b.String()
}
