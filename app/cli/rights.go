package cli

import (
	"bufio"
	"context"
	"io"
	"net/url"
	"strings"

	"tallinn/fault"
	"tallinn/identity/identityhttp"
	"tallinn/mechanism/recovery/recoveryhttp"
	"tallinn/mechanism/report/reporthttp"
)

// ErrWords asks for the words of a report.
var ErrWords = fault.New(fault.Invalid, "cli.report_input",
	"write what is wrong, and how you know, on standard input")

type machineCmd struct {
	Add    machineAddCmd    `cmd:"" help:"Make a token for a program that acts from your seat. It is printed this once."`
	List   machineListCmd   `cmd:"" help:"Your machines."`
	Revoke machineRevokeCmd `cmd:"" help:"Revoke a machine's token at once."`
}

type machineAddCmd struct {
	Name  string   `arg:"" help:"What tells the machine from others."`
	Scope []string `help:"read, need, offer or flow, once for each." default:"read" enum:"read,need,offer,flow"`
	Days  int      `help:"How long it holds, 1 to 365." default:"90"`
}

func (c machineAddCmd) Run(ctx context.Context, s *session) error {
	var out identityhttp.MachineJSON
	raw, err := s.client.act(ctx, "/api/v1/machines", "", map[string]any{"name": c.Name, "scopes": c.Scope, "days": c.Days}, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s", out.Token)
	return nil
}

type machineListCmd struct{}

func (machineListCmd) Run(ctx context.Context, s *session) error {
	heads := []string{s.t("col.id"), s.t("machine.name"), s.t("machine.seat"), s.t("machine.scopes"), s.t("machine.expires")}
	return listed(ctx, s, "/api/v1/machines", nil, heads, func(m identityhttp.MachineJSON) []string {
		return []string{m.ID, m.Name, m.Seat, strings.Join(m.Scopes, " "), m.Expires}
	})
}

type machineRevokeCmd struct {
	ID string `arg:"" help:"The machine's id, such as machine/0123456789abcdef0123."`
}

func (c machineRevokeCmd) Run(ctx context.Context, s *session) error {
	var out identityhttp.MachineJSON
	raw, err := s.client.act(ctx, "/api/v1/machines/revocations", "", map[string]string{"id": c.ID}, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s", s.t("machine.revoked", "id", c.ID))
	return nil
}

type reportCmd struct {
	File   reportFileCmd   `cmd:"" help:"Report an error on a page, in words on standard input; no account is needed."`
	List   reportListCmd   `cmd:"" help:"Reported errors, for the front office."`
	Answer reportAnswerCmd `cmd:"" help:"Say what became of a report."`
}

type reportFileCmd struct {
	Page string `arg:"" help:"The page's path, such as /statement."`
	once
}

func (c reportFileCmd) Run(ctx context.Context, s *session) error {
	raw, err := io.ReadAll(io.LimitReader(bufio.NewReader(s.Stdin), 64<<10))
	if err != nil || strings.TrimSpace(string(raw)) == "" {
		return ErrWords
	}
	return s.reported(ctx, "/api/v1/reports", c.key(), map[string]string{"page": c.Page, "words": strings.TrimSpace(string(raw))})
}

func (s *session) reported(ctx context.Context, path, key string, in any) error {
	var out reporthttp.ErrorReportJSON
	raw, err := s.client.anyone(ctx, path, key, in, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	state := s.t("report.open")
	if out.Outcome != "" {
		state = s.t("report.outcome." + out.Outcome)
	}
	s.line("%s: %s", out.ID, state)
	return nil
}

type reportListCmd struct{}

func (reportListCmd) Run(ctx context.Context, s *session) error {
	heads := []string{s.t("col.id"), s.t("report.page"), s.t("report.words"), s.t("report.at")}
	return listed(ctx, s, "/api/v1/reports", nil, heads, func(r reporthttp.ErrorReportJSON) []string {
		return []string{r.ID, r.Page, strings.Join(strings.Fields(r.Words), " "), r.At}
	})
}

type reportAnswerCmd struct {
	ID      string `arg:"" help:"The report's id, such as Q-0417."`
	Outcome string `arg:"" help:"mended, no_error, passed or unclear." enum:"mended,no_error,passed,unclear"`
	once
}

func (c reportAnswerCmd) Run(ctx context.Context, s *session) error {
	return s.reported(ctx, "/api/v1/reports/"+url.PathEscape(c.ID)+"/outcome", c.key(), map[string]string{"outcome": c.Outcome})
}

type personRecoverCmd struct {
	Seat    string `arg:"" help:"The seat that they sit on, such as R-0417."`
	Confirm bool   `help:"Confirm what another person has asked for; the new one-time link is printed."`
	once
}

func (c personRecoverCmd) Run(ctx context.Context, s *session) error {
	var out recoveryhttp.RecoveryJSON
	raw, err := s.client.act(ctx, "/api/v1/recoveries", c.key(), map[string]any{"seat": c.Seat, "confirm": c.Confirm}, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s", s.t("recovery.done."+out.State))
	if out.Link != "" {
		s.line("%s", s.client.hub+out.Link)
	}
	return nil
}
