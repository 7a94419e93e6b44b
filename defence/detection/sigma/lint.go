package sigma

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Warning is something in a usable rule that reads like a mistake.
type Warning struct {
	File   string
	Line   int
	ID     string
	Reason string
}

func (w Warning) String() string { return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Reason) }

var (
	uuid     = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	day      = regexp.MustCompile(`^\d{4}[-/]\d{2}[-/]\d{2}$`)
	tagForm  = regexp.MustCompile(`^[a-z0-9_-]+\.[a-z0-9._-]+$`)
	statuses = []string{"stable", "test", "experimental", "deprecated", "unsupported"}
)

// maxTitle is the length the specification allows.
const maxTitle = 256

// Lint lists what a reader of r would ask its author about.
func Lint(r *Rule) []Warning {
	var out []Warning
	warn := func(line int, format string, args ...any) {
		out = append(out, Warning{r.File, line, r.ID, fmt.Sprintf(format, args...)})
	}
	lintHead(r, warn)
	used := map[string]bool{}
	for _, c := range r.Conditions {
		c.Root.refs(used)
	}
	for _, d := range r.Detections {
		if !used[d.Name] && !strings.HasPrefix(d.Name, "_") {
			warn(r.Line, "the search %q is not used in the condition", d.Name)
		}
		d.Root.Walk(func(i *Item) { lintItem(i, warn) })
	}
	return out
}

func lintHead(r *Rule, warn func(int, string, ...any)) {
	switch {
	case r.ID == "":
		warn(r.Line, "id is missing: without one the rule cannot be tuned or referred to")
	case !uuid.MatchString(r.ID):
		warn(r.Line, "id %q is no UUID", r.ID)
	}
	if r.Level == "" {
		warn(r.Line, "level is missing: the rule will not pass any --min-level")
	}
	if r.Author == "" {
		warn(r.Line, "author is missing")
	}
	if len(r.Title) > maxTitle {
		warn(r.Line, "title is longer than %d characters", maxTitle)
	}
	if r.Status != "" && !slices.Contains(statuses, r.Status) {
		warn(r.Line, "status %q does not exist", r.Status)
	}
	for _, d := range []string{r.Date, r.Modified} {
		if d != "" && !day.MatchString(d) {
			warn(r.Line, "%q is no date: write YYYY-MM-DD", d)
		}
	}
	for _, t := range r.Tags {
		if !tagForm.MatchString(t) {
			warn(r.Line, "tag %q is not of the form namespace.name in lower case", t)
		}
	}
}

func (n *Node) refs(into map[string]bool) {
	if n.Kind == Ref {
		into[n.Name] = true
	}
	for _, k := range n.Kids {
		k.refs(into)
	}
}

func lintItem(i *Item, warn func(int, string, ...any)) {
	name := i.Field
	if i.Keywords() {
		name = "keywords"
	}
	if i.All && len(i.Values) == 1 {
		warn(i.Line, "%s: all with a single value says nothing: the specification does not allow it", name)
	}
	nulls := 0
	for _, v := range i.Values {
		if v.Op == Null {
			nulls++
		}
		if v.Op == Match && len(v.Pattern) == 1 && v.Pattern[0].Kind == Star {
			warn(i.Line, "%s: a lone * holds for every value: use exists", name)
		}
		for _, p := range v.Pattern.Placeholders() {
			warn(i.Line, "%s: the placeholder %%%s%% needs a value from a pipeline", name, p)
		}
	}
	if nulls > 0 && len(i.Values) > 1 {
		warn(i.Line, "%s: null cannot be one of several values: give it a search of its own", name)
	}
}
