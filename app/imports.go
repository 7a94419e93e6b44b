package app

import (
	"context"

	"tallinn/aid/rate"
	"tallinn/demo"
	"tallinn/exchange/ecb"
	"tallinn/exchange/intake"
	"tallinn/exchange/intake/intakehttp"
	"tallinn/exchange/nbu"
	"tallinn/exchange/publicdata"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/money"
	"tallinn/record"
)

// importer records rows as a machine of the hub, in the real realm.
type importer struct {
	hub *Hub
	by  string
}

// byImporter is who stands behind imported facts: the machine that holds the
// importer-operator's token, or the demonstration's own start.
const byImporter = "machine/importer"

// inOrder lets one command wait at a time, so that the record reads in the
// order of the files. The tables are small: this costs a tenth of a second.
const inOrder = 1

// View runs fn while the state stands still.
func (i importer) View(fn func()) { i.hub.record.View(fn) }

// Decide records what rule returns, once for the command's id.
func (i importer) Decide(ctx context.Context, c intake.Command, rule intake.Rule) error {
	cmd := record.Command{ID: c.ID, Op: c.Op, Args: c.Args, By: i.by, Realm: fact.Real}
	_, err := i.hub.record.Decide(ctx, cmd, func(tx *record.Tx) ([]fact.Body, error) { return rule(tx) })
	return err
}

// ImportMechanism records the public tables; see publicdata.Import.
func (h *Hub) ImportMechanism(ctx context.Context, files publicdata.Files, skipBad bool) (publicdata.Report, error) {
	tables, err := publicdata.ReadFiles(demo.Tables())
	if err != nil {
		return publicdata.Report{}, err
	}
	b := h.state.realms[fact.Real]
	books := publicdata.Books{Parties: b.Parties, Milestones: b.Milestones, Projects: b.Projects, Flows: b.Flows}
	return publicdata.Import(ctx, importer{h, byImporter}, books, files,
		publicdata.Options{Tables: tables, SkipBad: skipBad, Workers: inOrder})
}

// ImportRates records a file of reference rates, the ECB's table or what the
// National Bank of Ukraine's service gave; see ecb.Import.
func (h *Hub) ImportRates(ctx context.Context, name string, data []byte, skipBad bool) (intake.Report, error) {
	opts := ecb.Options{SkipBad: skipBad, Workers: inOrder}
	if nbu.Looks(data) {
		opts.Read = nbu.Read
	}
	return ecb.Import(ctx, importer{h, byImporter}, h.state.realms[fact.Real].Rates, name, data, opts)
}

// ImportRate records one day's rates that somebody typed, with their source.
//
// Errors: those of money.ParseRate, rate.Publish and of the record.
func (h *Hub) ImportRate(ctx context.Context, typed intakehttp.RateBody) (intake.Report, error) {
	d := rate.Published{Rates: map[money.Currency]money.Rate{}, Base: money.Currency(typed.Base), On: fact.Date(typed.On), Issuer: typed.Issuer,
		Inverse: typed.Inverse, Source: fact.Source{Cite: typed.Source, File: "typed", Row: typed.On}}
	for currency, printed := range typed.Rates {
		r, err := money.ParseRate(printed)
		if err != nil {
			return intake.Report{}, err
		}
		d.Rates[money.Currency(currency)] = r
	}
	read := func(string, []byte, *table.Problems) ([]rate.Published, int) { return []rate.Published{d}, 0 }
	return ecb.Import(ctx, importer{h, byImporter}, h.state.realms[fact.Real].Rates, d.Source.File, nil, ecb.Options{Read: read, Workers: inOrder})
}

// LoadDemo records the project's own copy of the public data and rates, and
// the exercise, whose seats visitors may then enter. What is on record already
// is left as it is.
func (h *Hub) LoadDemo(ctx context.Context) error {
	// Rates first: the record is read newest first, and its readers come for
	// the rows, not for the days of rates.
	if _, err := h.ImportRates(ctx, demo.RatesFile, demo.Rates(), false); err != nil {
		return err
	}
	files, err := publicdata.ReadFiles(demo.Mechanism())
	if err != nil {
		return err
	}
	if _, err := h.ImportMechanism(ctx, files, false); err != nil {
		return err
	}
	h.demo = true
	return h.LoadExercise(ctx)
}
