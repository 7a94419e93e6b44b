package cli

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tallinn/exchange/listhttp"
	"tallinn/exchange/sheet"
	"tallinn/fault"
)

// ErrColumn refuses a column that is named in another way than head=field.
var ErrColumn = fault.New(fault.Invalid, "cli.column",
	"{{.column}} names no column and field; write it as HEAD=FIELD, such as Сума=amount, with a head of the list")

// sheetFlags say how a list is understood; what is not said is guessed.
type sheetFlags struct {
	File   string            `arg:"" type:"existingfile" help:"The list: CSV, .xlsx or JSON."`
	Of     string            `help:"What each row is: need, offer, flow or mention; what the heads name best when absent." enum:"need,offer,flow,mention," default:""`
	Column []string          `help:"A column that is guessed wrong: HEAD=FIELD, or HEAD= to leave it out." placeholder:"HEAD=FIELD" sep:"none"`
	Same   map[string]string `help:"What is the same for all rows: currency=EUR." placeholder:"FIELD=VALUE"`
	Head   int               `help:"Line of the row of heads; guessed when absent."`
}

// sent sends the file and finds out how it is understood.
func (c sheetFlags) sent(ctx context.Context, s *session) (out listhttp.TrialJSON, raw []byte, err error) {
	token := s.Getenv("TALLINN_TOKEN")
	if token == "" {
		return out, nil, ErrNoSession
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return out, nil, ErrFile.With("file", c.File).With("why", errors.Unwrap(err)).Because(err)
	}
	var f listhttp.ListFileJSON
	q := url.Values{"name": {filepath.Base(c.File)}}
	if _, err := s.client.sendBytes(ctx, "/api/v1/imports/files", q, "", token, bytes.NewReader(data[:min(len(data), sheet.MaxBytes+1)]), &f); err != nil {
		return out, nil, err
	}
	out, raw, err = c.tried(ctx, s, f.File, listhttp.PlanJSON{Head: c.Head, Same: c.Same})
	if err != nil || len(c.Column) == 0 {
		return out, raw, err
	}
	plan := out.Plan
	for _, column := range c.Column {
		head, field, ok := strings.Cut(column, "=")
		found := false
		for i, h := range out.Heads {
			if h == head {
				plan.Columns[i], found = field, true
			} else if field != "" && plan.Columns[i] == field {
				plan.Columns[i] = ""
			}
		}
		if !ok || !found {
			return out, nil, ErrColumn.With("column", column)
		}
	}
	c.Of = out.Of
	return c.tried(ctx, s, f.File, plan)
}

func (c sheetFlags) tried(ctx context.Context, s *session, file string, plan listhttp.PlanJSON) (out listhttp.TrialJSON, raw []byte, err error) {
	in := map[string]any{"file": file, "plan": plan}
	if c.Of != "" {
		in["of"] = c.Of
	}
	raw, err = s.client.act(ctx, "/api/v1/imports/trials", "", in, &out)
	return out, raw, err
}

type importTryCmd struct{ sheetFlags }

func (c importTryCmd) Run(ctx context.Context, s *session) error {
	trial, raw, err := c.sent(ctx, s)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	g := s.grid(s.t("import.head"), s.t("import.is"))
	for i, head := range trial.Heads {
		g.row(head, trial.Plan.Columns[i])
	}
	if err := g.flush(); err != nil {
		return err
	}
	for _, p := range trial.Problems {
		s.line("%s", s.fault(p))
	}
	s.line("%s", s.t("import.looked.all.bad", "bad", trial.Bad, "rows", trial.Looked))
	return nil
}

// fault is one thing wrong with a row, on one line.
func (s *session) fault(p listhttp.RowFaultJSON) string {
	if p.Item != "" {
		return p.Item + ": " + p.Detail
	}
	return s.t("import.row") + " " + strconv.Itoa(p.Row) + ", " + p.Column + ": " + p.Detail
}

type importListCmd struct {
	sheetFlags
	SkipBad bool `help:"Leave rows with a problem out; otherwise one bad row and nothing is recorded."`
	once
}

// Run imports the list and waits until that has ended.
func (c importListCmd) Run(ctx context.Context, s *session) error {
	trial, _, err := c.sent(ctx, s)
	if err != nil {
		return err
	}
	var out listhttp.ImportJSON
	in := map[string]any{"file": trial.File.File, "of": trial.Of, "plan": trial.Plan, "skip_bad": c.SkipBad}
	if _, err := s.client.act(ctx, "/api/v1/imports", c.key(), in, &out); err != nil {
		return err
	}
	return s.followed(ctx, out.ID)
}

// followed waits for an import and says how it came out.
func (s *session) followed(ctx context.Context, id string) error {
	for {
		var out listhttp.ImportJSON
		raw, err := s.client.get(ctx, importPath(id, ""), nil, &out)
		if err != nil {
			return err
		}
		if out.State != "goes" {
			return s.came(ctx, out, raw)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (s *session) came(ctx context.Context, out listhttp.ImportJSON, raw []byte) error {
	if s.json {
		return s.raw(raw)
	}
	var faults listhttp.RowFaultsJSON
	if _, err := s.client.get(ctx, importPath(out.ID, "/problems"), nil, &faults); err != nil {
		return err
	}
	for _, p := range append(faults.Items, faults.Kept...) {
		s.line("%s", s.fault(p))
	}
	s.line("%s %s: %s %d, %s %d", out.ID, s.t("import.state."+out.State), s.t("import.made"), out.Made, s.t("import.left"), out.Left)
	return nil
}

func importPath(id, more string) string { return "/api/v1/imports/" + url.PathEscape(id) + more }

type importAllCmd struct{}

func (importAllCmd) Run(ctx context.Context, s *session) error {
	heads := []string{s.t("import.import"), s.t("import.file"), s.t("import.state"), s.t("import.made")}
	return listed(ctx, s, "/api/v1/imports", nil, heads, func(i listhttp.ImportJSON) []string {
		return []string{i.ID, i.Name, s.t("import.state." + i.State), strconv.Itoa(i.Made)}
	})
}

type importID struct {
	ID string `arg:"" help:"The import's id, such as I-0417."`
}

type importShowCmd struct{ importID }

func (c importShowCmd) Run(ctx context.Context, s *session) error {
	return s.shown(ctx, importPath(c.ID, ""))
}

type importProblemsCmd struct{ importID }

func (c importProblemsCmd) Run(ctx context.Context, s *session) error {
	return s.shown(ctx, importPath(c.ID, "/problems"))
}

type (
	importStopCmd struct {
		importID
		once
	}
	importResumeCmd struct {
		importID
		once
	}
	importUndoCmd struct {
		importID
		once
	}
)

func (c importStopCmd) Run(ctx context.Context, s *session) error {
	return s.importAct(ctx, c.ID, c.key(), "stop")
}

func (c importResumeCmd) Run(ctx context.Context, s *session) error {
	return s.importAct(ctx, c.ID, c.key(), "resume")
}

func (c importUndoCmd) Run(ctx context.Context, s *session) error {
	return s.importAct(ctx, c.ID, c.key(), "undo")
}

func (s *session) importAct(ctx context.Context, id, key, act string) error {
	var out listhttp.ImportJSON
	if _, err := s.client.act(ctx, importPath(id, "/acts"), key, map[string]string{"act": act}, &out); err != nil {
		return err
	}
	return s.followed(ctx, id)
}

type exportCmd struct {
	List   string            `arg:"" enum:"needs,offers,flows,mentions" help:"needs, offers, flows or mentions."`
	Form   string            `help:"csv, xlsx or json." enum:"csv,xlsx,json" default:"csv"`
	Filter map[string]string `help:"As in the address of the list's page: line=training." placeholder:"NAME=VALUE"`
}

func (c exportCmd) Run(ctx context.Context, s *session) error {
	filter := url.Values{}
	for name, value := range c.Filter {
		filter.Set(name, value)
	}
	q := url.Values{"form": {c.Form}}
	if len(filter) > 0 {
		q.Set("filter", filter.Encode())
	}
	return s.pour(ctx, "/api/v1/exports/"+c.List+"?"+q.Encode())
}
