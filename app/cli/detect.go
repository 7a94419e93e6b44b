package cli

import (
	"context"
	"io"
	"os"
	"time"

	"tallinn/defence/detection/command"
)

// The commands below need no hub: detection gives the same verdict on a laptop
// as on an endpoint. They end with their own codes: 0 nothing found, 1 found,
// 2 failed.

// exitError ends a command with its own exit code. The error, if any, is
// printed as usual.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return "found"
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// ended turns a code and an error into what report understands.
func ended(code int, err error) error {
	if code == Done && err == nil {
		return nil
	}
	return &exitError{code, err}
}

func (s *session) streams() command.Streams {
	return command.Streams{Stdin: s.Stdin, Stdout: s.Stdout, Stderr: s.Stderr, Now: time.Now, Terminal: terminal(s.Stderr)}
}

// terminal reports whether a person watches w.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

type detectCmd struct {
	command.Detect `embed:""`
}

func (c *detectCmd) Run(ctx context.Context, s *session) error {
	c.JSON = s.json
	return ended(c.Detect.Run(ctx, s.streams()))
}

type rulesCmd struct {
	List    rulesListCmd    `cmd:"" help:"List rules."`
	Check   rulesCheckCmd   `cmd:"" help:"What of rules cannot be used, and what reads like a mistake."`
	Test    rulesTestCmd    `cmd:"" help:"Rules against logs they must and must not match."`
	Explain rulesExplainCmd `cmd:"" help:"Why an event did or did not match, condition by condition."`
	Pack    rulesPackCmd    `cmd:"" help:"Put rules into one file that loads fast."`
}

type rulesListCmd struct {
	command.RulesList `embed:""`
}

func (c *rulesListCmd) Run(ctx context.Context, s *session) error {
	c.JSON = s.json
	return ended(c.RulesList.Run(ctx, s.streams()))
}

type rulesCheckCmd struct {
	command.RulesCheck `embed:""`
}

func (c *rulesCheckCmd) Run(ctx context.Context, s *session) error {
	return ended(c.RulesCheck.Run(ctx, s.streams()))
}

type rulesTestCmd struct {
	command.RulesTest `embed:""`
}

func (c *rulesTestCmd) Run(ctx context.Context, s *session) error {
	return ended(c.RulesTest.Run(ctx, s.streams()))
}

type rulesExplainCmd struct {
	command.RulesExplain `embed:""`
}

func (c *rulesExplainCmd) Run(ctx context.Context, s *session) error {
	return ended(c.RulesExplain.Run(ctx, s.streams()))
}

type rulesPackCmd struct {
	command.RulesPack `embed:""`
}

func (c *rulesPackCmd) Run(ctx context.Context, s *session) error {
	return ended(c.RulesPack.Run(ctx, s.streams()))
}

type logsCmd struct {
	Summary logsSummaryCmd `cmd:"" help:"What is in these logs."`
	Search  logsSearchCmd  `cmd:"" help:"Records that hold words and fields."`
	Logons  logsLogonsCmd  `cmd:"" help:"Who logged on where, and from where."`
}

type logsSummaryCmd struct {
	command.LogsSummary `embed:""`
}

func (c *logsSummaryCmd) Run(ctx context.Context, s *session) error {
	c.JSON = s.json
	return ended(c.LogsSummary.Run(ctx, s.streams()))
}

type logsSearchCmd struct {
	command.LogsSearch `embed:""`
}

func (c *logsSearchCmd) Run(ctx context.Context, s *session) error {
	c.JSON = s.json
	return ended(c.LogsSearch.Run(ctx, s.streams()))
}

type logsLogonsCmd struct {
	command.LogsLogons `embed:""`
}

func (c *logsLogonsCmd) Run(ctx context.Context, s *session) error {
	c.JSON = s.json
	return ended(c.LogsLogons.Run(ctx, s.streams()))
}
