package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
	"tallinn/mechanism/procedure/procedurehttp"
)

// ErrVersion says that no such version of the procedure was adopted.
var ErrVersion = fault.New(fault.Missing, "cli.procedure_version",
	"version {{.version}} of the procedure was never adopted; \"tallinn procedure list\" names those that were")

type procedureCmd struct {
	List procedureListCmd `cmd:"" help:"Every version of the procedure of validation, the first first."`
	Show procedureShowCmd `cmd:"" help:"A version of the procedure of validation; the one in force when none is named."`
}

type procedureListCmd struct{}

func (c procedureListCmd) Run(ctx context.Context, s *session) error {
	heads := []string{s.t("procedure.field.version"), s.t("procedure.field.from"), s.t("procedure.field.in_force")}
	return listed(ctx, s, "/api/v1/procedures", nil, heads, func(p procedurehttp.ProcedureJSON) []string {
		word := "procedure.no"
		if p.InForce {
			word = "procedure.yes"
		}
		return []string{strconv.Itoa(p.Version), p.From, s.t(word)}
	})
}

type procedureShowCmd struct {
	Version int `arg:"" optional:"" help:"Such as 1."`
}

func (c procedureShowCmd) Run(ctx context.Context, s *session) error {
	var list struct {
		Items []procedurehttp.ProcedureJSON `json:"items"`
	}
	if _, err := s.client.get(ctx, "/api/v1/procedures", nil, &list); err != nil {
		return err
	}
	for _, p := range list.Items {
		if c.Version == 0 && p.InForce || p.Version == c.Version {
			return s.printProcedure(p)
		}
	}
	if c.Version != 0 {
		return ErrVersion.With("version", c.Version)
	}
	if s.json {
		s.line("null")
		return nil
	}
	s.line("%s", s.t("procedure.none"))
	return nil
}

func (s *session) printProcedure(p procedurehttp.ProcedureJSON) error {
	if s.json {
		raw, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("cli: encode the procedure: %w", err)
		}
		return s.raw(raw)
	}
	word := "procedure.not_in_force"
	if p.InForce {
		word = "procedure.in_force"
	}
	s.line("%s", s.t(word, "version", p.Version, "from", p.From))
	for _, stage := range p.Stages {
		s.line("")
		s.line("%s: %s", stage.ID, s.t("procedure.quorum.of", "quorum", stage.Quorum, "seats", stage.Seats))
		for _, c := range stage.Criteria {
			s.line("  %s (%s)", c.Name.In(string(s.lang)), c.ID)
			for _, a := range c.Anchors {
				s.line("    %d  %s", a.Score, a.Means.In(string(s.lang)))
			}
		}
	}
	return nil
}
