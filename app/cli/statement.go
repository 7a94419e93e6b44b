package cli

import (
	"context"
	"net/url"
	"strconv"

	"tallinn/aid/statement/statementhttp"
	"tallinn/web"
)

// asOfFlags choose the account that is meant.
type asOfFlags struct {
	AsOf     string `help:"The day to compute for; today when absent." placeholder:"YYYY-MM-DD"`
	Boundary string `help:"What is inside: mechanism, ukraine, accounts, or party.ID." default:"mechanism"`
	Currency string `help:"Of the figures: EUR, USD or UAH." default:"EUR"`
	KnownAt  string `help:"Leave out what was recorded after this position." placeholder:"POS"`
}

func (f asOfFlags) query() url.Values {
	q := url.Values{"boundary": {f.Boundary}}
	for name, value := range map[string]string{"as_of": f.AsOf, "known_at": f.KnownAt} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Currency != "EUR" {
		q.Set("currency", f.Currency)
	}
	return q
}

type statementCmd struct{ asOfFlags }

// Run prints the account: what others published, what could be itemised.
func (c statementCmd) Run(ctx context.Context, s *session) error {
	var st statementhttp.StatementJSON
	raw, err := s.client.get(ctx, "/api/v1/statement", c.query(), &st)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s\n", st.Notice)
	s.line("%s", s.t("published.title"))
	g := s.grid()
	for _, m := range st.Published {
		amount := ""
		if m.Amount != nil {
			amount = web.Money(s.lang, m.Amount.Value, m.Amount.Currency)
		}
		g.row("", m.On, amount, m.Status, m.Reporter)
	}
	if err := g.flush(); err != nil {
		return err
	}
	for _, note := range st.Notes {
		s.line("  %s", note)
	}
	s.line("")
	s.line("%s", s.t("statement.itemised", "value", s.value(st.Total)))
	s.line("")
	return s.figures(st)
}

func (s *session) figures(st statementhttp.StatementJSON) error {
	g := s.grid(s.t("partners.partner"), s.t("partners.value"), s.t("partners.flows"))
	for _, p := range st.Partners {
		g.row(p.Name, s.value(p.Figure), strconv.Itoa(p.Figure.Flows))
	}
	for _, group := range [][]statementhttp.FigureJSON{st.Lines, st.Years} {
		g.row()
		for _, f := range group {
			g.row(f.Label, s.value(f), strconv.Itoa(f.Flows))
		}
	}
	return g.flush()
}

// value is a figure for people; "no amount found" is never a zero.
func (s *session) value(f statementhttp.FigureJSON) string {
	if f.Value == "" {
		return s.t("figure.none")
	}
	return web.Money(s.lang, f.Value, f.Currency)
}

type figureCmd struct {
	List    figureListCmd    `cmd:"" help:"Every figure of the account."`
	Explain figureExplainCmd `cmd:"" help:"One figure: its definition, rows, rates and facts."`
	Compare figureCompareCmd `cmd:"" help:"Why a figure differs between two days, or two positions of the record."`
}

type figureListCmd struct{ asOfFlags }

func (c figureListCmd) Run(ctx context.Context, s *session) error {
	var list struct {
		Items []statementhttp.FigureJSON `json:"items"`
	}
	raw, err := s.client.get(ctx, "/api/v1/figures", c.query(), &list)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	g := s.grid(s.t("col.id"), s.t("col.name"), s.t("partners.value"))
	for _, f := range list.Items {
		g.row(f.Name, f.Label, s.value(f))
	}
	return g.flush()
}

type figureExplainCmd struct {
	asOfFlags
	Name string `arg:"" help:"The figure's name, such as statement.total."`
}

func (c figureExplainCmd) Run(ctx context.Context, s *session) error {
	var f statementhttp.FigureDetailJSON
	raw, err := s.client.get(ctx, "/api/v1/figures/"+url.PathEscape(c.Name), c.query(), &f)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s: %s", f.Label, s.value(f.FigureJSON))
	s.line("%s", f.Text)
	g := s.grid(s.t("col.id"), s.t("col.day"), s.t("flows.spoken"), s.t("col.rate"), s.t("col.converted"))
	for _, r := range f.Rows {
		rate := ""
		if r.Rate != nil {
			rate = r.Rate.Rate + " (" + r.Rate.On + ", " + r.Rate.Issuer + ")"
		}
		g.row(r.Flow, r.On, r.Amount.Value+" "+r.Amount.Currency, rate, r.Converted)
	}
	return g.flush()
}

type figureCompareCmd struct {
	asOfFlags
	Name        string `arg:"" help:"The figure's name, such as statement.total."`
	From        string `help:"The earlier day." placeholder:"YYYY-MM-DD"`
	FromKnownAt string `help:"The earlier position." placeholder:"POS"`
}

func (c figureCompareCmd) Run(ctx context.Context, s *session) error {
	q := c.query()
	for name, value := range map[string]string{"from": c.From, "from_known_at": c.FromKnownAt} {
		if value != "" {
			q.Set(name, value)
		}
	}
	var out statementhttp.ComparisonJSON
	raw, err := s.client.get(ctx, "/api/v1/figures/"+url.PathEscape(c.Name)+"/comparison", q, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s %s: %s → %s (%s)", out.Name, out.Currency, out.Before, out.After, out.By)
	g := s.grid()
	for _, r := range append(out.Reasons, out.Flows...) {
		g.row(r.Reason, r.Flow, r.By)
	}
	return g.flush()
}
