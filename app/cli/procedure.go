package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/procedure/procedurehttp"
)

// ErrVersion says that no such version of the procedure was adopted.
var ErrVersion = fault.New(fault.Missing, "cli.procedure_version",
	"version {{.version}} of the procedure was never adopted; \"tallinn procedure list\" names those that were")

// ErrStages says that what was given holds no stages.
var ErrStages = fault.New(fault.Invalid, "cli.procedure_stages",
	"there are no stages in what was given; write them as \"tallinn procedure show --json\" prints them")

type procedureCmd struct {
	List procedureListCmd `cmd:"" help:"Every version of the procedure of validation, the first first."`
	Show procedureShowCmd `cmd:"" help:"A version of the procedure of validation; the one in force when none is named."`

	Propose procedureProposeCmd `cmd:"" help:"Propose the next version, as a co-chair: the standard one, what is in force, or the stages of a file."`
	Adopt   procedureAdoptCmd   `cmd:"" help:"Adopt what another co-chair has proposed."`
}

type procedureProposeCmd struct {
	From   string `help:"The day from which it is to hold; absent: today." placeholder:"YYYY-MM-DD"`
	Stages string `help:"A file with the stages, as \"tallinn procedure show --json\" prints them; - is standard input." placeholder:"FILE"`
	once
}

// Run proposes the standard procedure when none is in force and no stages are
// given.
func (c procedureProposeCmd) Run(ctx context.Context, s *session) error {
	in := map[string]any{}
	if c.From != "" {
		in["from"] = c.From
	}
	if c.Stages != "" {
		raw, err := s.given(c.Stages)
		if err != nil {
			return err
		}
		var stages struct {
			Stages []procedure.Stage `json:"stages"`
		}
		if err := json.Unmarshal(raw, &stages); err != nil || len(stages.Stages) == 0 {
			return ErrStages.Because(err)
		}
		in["stages"] = stages.Stages
	}
	return s.changed(ctx, "/api/v1/procedures", c.key(), in, "cli.procedure.proposed")
}

type procedureAdoptCmd struct{ once }

func (c procedureAdoptCmd) Run(ctx context.Context, s *session) error {
	var out struct {
		Proposal *procedurehttp.ProposalJSON `json:"proposal"`
	}
	if _, err := s.client.get(ctx, "/api/v1/procedures/proposal", nil, &out); err != nil {
		return err
	}
	if out.Proposal == nil {
		return procedure.ErrNotProposed
	}
	return s.changed(ctx, "/api/v1/procedures/adoption", c.key(), map[string]any{"fact": out.Proposal.Position}, "cli.procedure.adopted")
}

// mostStages bounds what is read of a file of stages.
const mostStages = 256 << 10

// given reads a file, or standard input for "-".
func (s *session) given(path string) ([]byte, error) {
	from := s.Stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, ErrFile.With("file", path).With("why", errors.Unwrap(err)).Because(err)
		}
		defer f.Close()
		from = f
	}
	return io.ReadAll(io.LimitReader(from, mostStages))
}

// changed sends a change of the procedure, and says what came of it.
func (s *session) changed(ctx context.Context, path, key string, in any, word string) error {
	var out struct {
		State string `json:"state"`
	}
	raw, err := s.client.act(ctx, path, key, in, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s", s.t(word))
	return nil
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
