package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"tallinn/fault"
	"tallinn/web"
)

// Exit codes.
const (
	Done        = 0
	Refused     = 1 // the hub, or a rule, said no: the message says what to do
	Usage       = 2 // the words of the command are off
	Unreachable = 3 // no hub answered, or it asks to try again later
	Damaged     = 4 // "record check" found something
)

// A Process is what the command line has of its surroundings.
type Process struct {
	Args   []string // without the program's name
	Getenv func(string) string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
}

// commands is the whole command line; its tags are the help.
type commands struct {
	Hub    string `help:"The hub's address." env:"TALLINN_HUB" default:"http://127.0.0.1:8080" placeholder:"URL"`
	Tokens string `help:"The hub's tokens file, for commands that need a token; TALLINN_TOKEN, when set, is used instead." env:"TALLINN_TOKENS" default:"tallinn-data/tokens.json" placeholder:"FILE"`
	Lang   string `help:"The language of what is printed: en or uk." env:"TALLINN_LANG" default:"en" enum:"en,uk"`
	JSON   bool   `help:"Print the API's JSON." name:"json"`

	Demo  demoCmd  `cmd:"" help:"Serve a hub that holds the public facts of the Tallinn Mechanism."`
	Init  initCmd  `cmd:"" help:"Make the first administrator of a hub, and print their sign-in link."`
	Serve serveCmd `cmd:"" help:"Serve a hub on a data folder as it stands."`

	Statement statementCmd `cmd:"" help:"The public account: what could be itemised, and what was only said."`
	Figure    figureCmd    `cmd:"" help:"Figures, and what each is made of."`

	Edition    editionCmd    `cmd:"" help:"Editions of the public statement: drafted, cleared, released."`
	Flow       flowCmd       `cmd:"" help:"Flows of aid, and public mentions."`
	Party      partyCmd      `cmd:"" help:"States, organisations, bodies and classes of recipients."`
	Search     searchCmd     `cmd:"" help:"Find things by their words, in English and Ukrainian."`
	Need       needCmd       `cmd:"" help:"Needs: what recipients ask for."`
	Emergency  emergencyCmd  `cmd:"" help:"The emergency lane: three lines, answered at any hour."`
	Attachment attachmentCmd `cmd:"" help:"Files that bear needs out."`
	Offer      offerCmd      `cmd:"" help:"What partners offer, reserve and commit."`
	Correction correctionCmd `cmd:"" help:"Mend what was mistyped, with the consent of who has countersigned."`
	Machine    machineCmd    `cmd:"" help:"Tokens of programs that act from your seat."`
	Report     reportCmd     `cmd:"" help:"Errors that readers report."`
	Seat       seatCmd       `cmd:"" help:"Seats: who may act for whom."`
	Person     personCmd     `cmd:"" help:"Persons."`
	Procedure  procedureCmd  `cmd:"" help:"The procedure by which needs are validated."`

	Import   importCmd   `cmd:"" help:"Import lists; record rows of public sources."`
	Export   exportCmd   `cmd:"" help:"A list as CSV, JSON or an Excel workbook, on standard output."`
	Plan     planCmd     `cmd:"" help:"Plan which offer serves which need, and prove how good the plan is; needs no hub."`
	Detect   detectCmd   `cmd:"" help:"Find attacks in event logs with Sigma rules; needs no hub."`
	Rules    rulesCmd    `cmd:"" help:"Sigma rules."`
	Logs     logsCmd     `cmd:"" help:"Event logs."`
	Config   configCmd   `cmd:"" help:"Print every setting of \"tallinn serve\", as a file for --config."`
	Doctor   doctorCmd   `cmd:"" help:"Look at a hub's folder, settings and surroundings, and say what is wrong and how to mend it."`
	Upgrade  upgradeCmd  `cmd:"" help:"Bring the tables of a folder, or of a database, to this version of the program, before a hub of it starts."`
	Database databaseCmd `cmd:"" help:"A PostgreSQL database for several hubs."`
	Backup   backupCmd   `cmd:"" help:"Copy a data folder while a hub serves it: a file for the record, and one for its keys."`
	Restore  restoreCmd  `cmd:"" help:"Put a backup into an empty folder, and check all of it."`
	Drill    drillCmd    `cmd:"" help:"Prove that a data folder can be restored: back up, restore elsewhere, check, start."`
	Record   recordCmd   `cmd:"" help:"Read a data folder's record itself, without a hub."`
}

// A session is one command's run.
type session struct {
	Process
	client *client
	lang   web.Lang
	json   bool
}

// Main runs one command and returns its exit code.
func Main(ctx context.Context, p Process) int {
	var c commands
	code, left := Done, false
	parser, err := kong.New(&c, kong.Name("tallinn"),
		kong.Description("The software of the Tallinn Mechanism: needs, aid and defence in one verifiable record.\n\n"+
			"Exit codes: 0 done; 1 refused, and the message says what to do; 2 the words of the command are off; 3 no hub answered, or it asks to try again later; 4 a check found something."),
		kong.Resolvers(&settings{}), kong.Writers(p.Stdout, p.Stderr), kong.Exit(func(n int) { code, left = n, true }),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(p.Stderr, "tallinn:", err)
		return Usage
	}
	words, err := parser.Parse(p.Args)
	if left { // --help was asked for and printed
		return code
	}
	if f, ok := fault.Of(err); ok { // of the file of settings
		return (&session{Process: p, lang: web.English}).report(f)
	}
	if err != nil {
		fmt.Fprintf(p.Stderr, "tallinn: %v\nRun \"tallinn --help\" to see the commands.\n", err)
		return Usage
	}
	s := &session{Process: p, lang: web.Lang(c.Lang), json: c.JSON,
		client: &client{hub: c.Hub, tokens: c.Tokens, getenv: p.Getenv, lang: c.Lang}}
	words.BindTo(ctx, (*context.Context)(nil))
	return s.report(words.Run(s))
}

// report prints err in the reader's language and returns the exit code.
func (s *session) report(err error) int {
	if err == nil {
		return Done
	}
	var problem *problemError
	var own *exitError
	switch {
	case errors.As(err, &own):
		if own.err != nil {
			s.report(own.err)
		}
		return own.code
	case errors.As(err, &problem):
		fmt.Fprintf(s.Stderr, "tallinn: %s [%s]\n", problem.Detail, problem.Code)
		for _, e := range problem.Errors {
			fmt.Fprintf(s.Stderr, "  %s: %s\n", e.Location, e.Message)
		}
		if problem.Status >= 500 {
			return Unreachable
		}
		return Refused
	case errors.Is(err, errDamaged):
		return Damaged
	}
	if f, ok := fault.Of(err); ok {
		fmt.Fprintf(s.Stderr, "tallinn: %s [%s]\n", web.FaultText(s.lang, err), f.Code())
		if f.Kind() == fault.Unavailable {
			return Unreachable
		}
		return Refused
	}
	fmt.Fprintf(s.Stderr, "tallinn: %v\n", err)
	return Refused
}
