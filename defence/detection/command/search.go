package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tallinn/defence/detection"
	"tallinn/defence/detection/scan"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
	"tallinn/fault"
)

// ErrSearch says that a search cannot be understood.
var ErrSearch = fault.New(fault.Invalid, "detect.search", "the search cannot be used: {{.reason}}; give words, or fields as Name=value with * and ?")

// LogsSearch is "tallinn logs search": records that hold all of some words
// and fields. The fields are Sigma's, and so are wildcards.
type LogsSearch struct {
	JSON   bool     `kong:"-"`
	Word   []string `name:"word" short:"w" help:"A text that must be in some field; may be repeated." placeholder:"TEXT" sep:"none"`
	Field  []string `name:"field" short:"f" help:"A field and its value: Image=*\\powershell.exe; Sigma's modifiers work: CommandLine|re=...; may be repeated." placeholder:"NAME=VALUE" sep:"none"`
	Since  string   `name:"since" help:"Only events at or after this time, or so long ago (24h, 7d)." placeholder:"TIME"`
	Until  string   `name:"until" help:"Only events before this time, or so long ago." placeholder:"TIME"`
	Inputs []string `arg:"" name:"input" help:"Logs, as for detect."`
}

// Run searches. It exits with 1 when something was found, as detect does.
func (c *LogsSearch) Run(ctx context.Context, s Streams) (int, error) {
	s = s.watched()
	rule, err := c.rule()
	if err != nil {
		return Failed, ErrSearch.With("reason", err.Error())
	}
	engine, refused := detection.New([]*sigma.Rule{rule})
	if len(refused) > 0 {
		return Failed, ErrSearch.With("reason", refused[0].Reason)
	}
	options := scan.Options{Engine: engine, Workers: allWorkers()}
	if options.Since, err = s.parseTime(c.Since); err != nil {
		return Failed, err
	}
	if options.Until, err = s.parseTime(c.Until); err != nil {
		return Failed, err
	}
	sources, err := find(s, c.Inputs)
	if err != nil {
		return Failed, err
	}
	var p scan.Progress
	stop := showProgress(s, false, len(sources), &p)
	err = scan.Run(ctx, options, sources, &p, func(r scan.Result) error {
		if r.Last {
			tellReport(s, r.Report)
		}
		for i := range r.Matches {
			if err := c.print(s, &r.Matches[i]); err != nil {
				return err
			}
		}
		return nil
	})
	stop()
	switch {
	case err != nil:
		return Failed, err
	case p.Matches() > 0:
		s.say("%d of %d records", p.Matches(), p.Events())
		return Matched, nil
	}
	s.say("none of %d records", p.Events())
	return NoMatch, nil
}

// rule is the search as a rule, so that it has an engine's speed.
func (c *LogsSearch) rule() (*sigma.Rule, error) {
	root := &sigma.Node{Kind: sigma.And}
	for _, w := range c.Word {
		kid, err := sigma.NewItem("", w)
		if err != nil {
			return nil, err
		}
		root.Kids = append(root.Kids, kid)
	}
	for _, f := range c.Field {
		name, value, ok := strings.Cut(f, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("%q has no name and value", f)
		}
		kid, err := sigma.NewItem(name, value)
		if err != nil {
			return nil, err
		}
		root.Kids = append(root.Kids, kid)
	}
	if len(root.Kids) == 0 {
		return nil, fmt.Errorf("it is empty")
	}
	return &sigma.Rule{Title: "search", Detections: []sigma.Detection{{Name: "search", Root: root}},
		Conditions: []sigma.Condition{{Text: "search", Root: &sigma.Node{Kind: sigma.Ref, Name: "search"}}}}, nil
}

func (c *LogsSearch) print(s Streams, m *scan.Match) error {
	if c.JSON {
		return writeLine(s.Stdout, struct {
			File   string `json:"file"`
			Index  int    `json:"record_index"`
			Record string `json:"event_record_id"`
			Time   string `json:"time"`
			Fields fields `json:"fields"`
		}{m.File, m.Index, m.Record, timeText(m), m.Event.Fields})
	}
	when := "-"
	if m.Timed {
		when = m.Time.Format(time.DateTime)
	}
	_, err := fmt.Fprintf(s.Stdout, "%-19s  %s  %s %s  %s#%d  %s\n", when, plain(m.Host), plain(m.Channel), plain(m.EventID), m.File, m.Index, plain(short(text(m.Event), 300)))
	return err
}

// text is an event in one line, its own fields first.
func text(e *event.Event) string {
	if e.Raw != "" {
		return e.Raw
	}
	var b strings.Builder
	for _, f := range e.Fields {
		switch f.Name {
		case "Channel", "Computer", "EventID", "EventRecordID", "Provider_Name", "Provider_Guid", "Version", "Level", "Task",
			"Opcode", "Keywords", "TimeCreated_SystemTime", "Execution_ProcessID", "Execution_ThreadID", "Correlation_ActivityID":
			continue
		}
		b.WriteString(f.Name + "=" + f.Value + " ")
	}
	return b.String()
}
