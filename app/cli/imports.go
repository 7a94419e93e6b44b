package cli

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"tallinn/exchange/intake"
	"tallinn/exchange/intake/intakehttp"
	"tallinn/exchange/publicdata"
	"tallinn/identity"
)

type importCmd struct {
	List      importListCmd      `cmd:"" help:"Import a list of needs, offers, flows or mentions: CSV, an Excel workbook or JSON."`
	Try       importTryCmd       `cmd:"" help:"Say how a list is understood and what is wrong with its first rows; records nothing."`
	All       importAllCmd       `cmd:"" help:"Imports of the session's institution, the latest first."`
	Show      importShowCmd      `cmd:"" help:"An import, and how far it is."`
	Problems  importProblemsCmd  `cmd:"" help:"What was wrong with the rows of an import, by cell."`
	Stop      importStopCmd      `cmd:"" help:"Stop an import where it is."`
	Resume    importResumeCmd    `cmd:"" help:"Go on with an import that was cut off."`
	Undo      importUndoCmd      `cmd:"" help:"Withdraw what an import made, where nobody has acted upon it yet."`
	Mechanism importMechanismCmd `cmd:"" help:"Record the tables of public facts on the mechanism."`
	Rates     importRatesCmd     `cmd:"" help:"Record reference rates: the European Central Bank's CSV, or the National Bank of Ukraine's JSON."`
	Rate      importRateCmd      `cmd:"" help:"Record one day's rates, typed from their source."`
}

type importMechanismCmd struct {
	Dir     string `arg:"" type:"existingdir" help:"The folder with members.csv, bodies.csv, recipients.csv, contributions.csv, projects.csv and timeline.csv."`
	SkipBad bool   `help:"Leave rows with a problem out; otherwise one bad row and nothing is recorded."`
}

// Run sends the tables to the hub, which records all of them or says what is
// wrong with which row.
func (c importMechanismCmd) Run(ctx context.Context, s *session) error {
	files, err := publicdata.ReadFiles(os.DirFS(c.Dir))
	if err != nil {
		return err
	}
	return s.imported(ctx, "/api/v1/imports/mechanism", intakehttp.MechanismBody{Files: files, SkipBad: c.SkipBad})
}

type importRatesCmd struct {
	File    string `arg:"" type:"existingfile" help:"The ECB's CSV of euro reference rates, or the JSON that the National Bank of Ukraine's service gave, saved."`
	SkipBad bool   `help:"Leave days with a problem out."`
}

func (c importRatesCmd) Run(ctx context.Context, s *session) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	body := intakehttp.RatesBody{File: filepath.Base(c.File), Data: data, SkipBad: c.SkipBad}
	return s.imported(ctx, "/api/v1/imports/rates", body)
}

type importRateCmd struct {
	Rates   map[string]string `arg:"" help:"As printed: EUR=49.2615 USD=41.7788."`
	Issuer  string            `help:"Who published them." required:""`
	Base    string            `help:"The currency that all are given against." required:""`
	On      string            `help:"Their day." required:"" placeholder:"YYYY-MM-DD"`
	Inverse bool              `help:"Units of the base for one of each currency, as the National Bank of Ukraine quotes them."`
	Source  string            `help:"Where they were read." required:""`
}

func (c importRateCmd) Run(ctx context.Context, s *session) error {
	return s.imported(ctx, "/api/v1/imports/rate", intakehttp.RateBody{Issuer: c.Issuer, Base: c.Base, On: c.On, Inverse: c.Inverse, Rates: c.Rates, Source: c.Source})
}

func (s *session) imported(ctx context.Context, path string, body any) error {
	var report intake.Report
	raw, err := s.client.post(ctx, path, identity.Importer, body, &report)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	g := s.grid(s.t("import.file"), s.t("import.new"), s.t("import.corrected"), s.t("import.unchanged"),
		s.t("import.skipped"), s.t("import.problems"))
	for _, c := range report.Counts {
		g.row(c.File, strconv.Itoa(c.New), strconv.Itoa(c.Corrected), strconv.Itoa(c.Unchanged),
			strconv.Itoa(c.Skipped), strconv.Itoa(c.Problems))
	}
	if err := g.flush(); err != nil {
		return err
	}
	for _, row := range report.Gone {
		s.line("%s", s.t("import.gone", "file", row.File, "row", row.Row))
	}
	return nil
}
