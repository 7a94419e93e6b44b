package statementhttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/api"
)

// A FigureJSON is a figure in the API. Value is absent when no amount was
// found, which is not zero.
type FigureJSON struct {
	Name       string `json:"name" doc:"The figure's permanent name, such as statement.partner.EE"`
	Label      string `json:"label" doc:"In the reader's language"`
	Value      string `json:"value,omitempty" doc:"Decimal, rounded to cents for display; absent when no amount was found"`
	Currency   string `json:"currency"`
	Flows      int    `json:"flows" doc:"How many rows are added up"`
	LeftOut    int    `json:"left_out" doc:"How many belong here and have no rate"`
	Definition string `json:"definition" doc:"Key of the definition, with its version"`
	Href       string `json:"href" doc:"Where the figure opens, on this server"`
}

// A PartnerJSON is one provider's line.
type PartnerJSON struct {
	Party     string     `json:"party"`
	Name      string     `json:"name"`
	Since     string     `json:"since,omitempty" doc:"Absent when it is no member"`
	Precision string     `json:"since_precision,omitempty" enum:"day,by"`
	Figure    FigureJSON `json:"figure"`
	Pledges   int        `json:"pledges" doc:"Of the mechanism; in no total"`
	Mentions  int        `json:"mentions"`
}

// An AmountJSON is an amount in the currency that was spoken.
type AmountJSON struct {
	Value    string `json:"value" doc:"Decimal string"`
	Currency string `json:"currency" doc:"ISO 4217"`
}

// A FigureRowJSON is a flow under a figure, or one year's portion of it.
type FigureRowJSON struct {
	Flow      string           `json:"flow"`
	On        string           `json:"on,omitempty" doc:"YYYY, YYYY-MM or YYYY-MM-DD"`
	Provider  string           `json:"provider"`
	Receiver  string           `json:"receiver"`
	Amount    AmountJSON       `json:"amount"`
	Status    string           `json:"status" enum:"pledge,commitment,paid"`
	Basis     string           `json:"basis" enum:"provider,receiver,both,published,implementer"`
	Scope     string           `json:"scope"`
	Line      string           `json:"line,omitempty" doc:"Absent: not broken down"`
	Year      int              `json:"year,omitempty" doc:"Of the portion; absent for a whole flow"`
	Converted string           `json:"converted,omitempty" doc:"Unrounded, 12 decimals; absent without a rate"`
	Whole     *AmountJSON      `json:"whole,omitempty" doc:"The flow's amount, where the figure counts a part of it: the rest was inside before, or was first given by another"`
	Open      bool             `json:"open,omitzero" required:"false" doc:"Its sides do not say the same; the smaller counts"`
	Rate      *FigureRateJSON  `json:"rate,omitempty" doc:"The first that was used"`
	Rates     []FigureRateJSON `json:"rates,omitempty" doc:"All that were used, in order: two by way of the euro"`
	Source    string           `json:"source,omitempty" doc:"Where a published flow was read; on a figure's own rows"`
}

// A FigureRateJSON is a reference rate that was used.
type FigureRateJSON struct {
	Currency string `json:"currency"`
	Base     string `json:"base"`
	Rate     string `json:"rate" doc:"Units of currency for one unit of base"`
	On       string `json:"on" doc:"The rate's own day"`
	Issuer   string `json:"issuer"`
	Fact     int64  `json:"fact" doc:"Position of the fact that holds it"`
}

// A StatementMentionJSON is what was said in public and is no flow.
type StatementMentionJSON struct {
	Mention  string      `json:"mention"`
	On       string      `json:"on,omitempty"`
	Amount   *AmountJSON `json:"amount,omitempty"`
	Scope    string      `json:"scope"`
	Why      string      `json:"why" enum:"total,overlap,scope,no_amount,status"`
	Reporter string      `json:"reporter"`
	Provider string      `json:"provider"`
	Receiver string      `json:"receiver"`
	Status   string      `json:"status" doc:"As worded"`
	Purpose  string      `json:"purpose,omitempty"`
	Note     string      `json:"note,omitempty"`
	Source   string      `json:"source"`
}

// A StatementJSON is the account.
type StatementJSON struct {
	Notice      string                 `json:"notice"`
	AsOf        string                 `json:"as_of"`
	KnownAt     int64                  `json:"known_at" doc:"Position of the last fact that was taken into account"`
	Boundary    string                 `json:"boundary"`
	Version     int                    `json:"boundary_version"`
	Currency    string                 `json:"currency"`
	Published   []StatementMentionJSON `json:"published_totals" doc:"Totals that others published; not added, not subtracted"`
	Notes       []string               `json:"notes" doc:"Where the published totals do not reconcile"`
	Total       FigureJSON             `json:"total"`
	Partners    []PartnerJSON          `json:"by_partner" doc:"In order of name; no ranking"`
	Lines       []FigureJSON           `json:"by_line"`
	Years       []FigureJSON           `json:"by_year"`
	LeftOut     []FigureRowJSON        `json:"left_out"`
	Pledges     []FigureRowJSON        `json:"pledges" doc:"In no total"`
	Internal    []FigureRowJSON        `json:"internal" doc:"Not added"`
	Outgoing    []FigureRowJSON        `json:"outgoing" doc:"Not added"`
	Beside      []FigureRowJSON        `json:"beside" doc:"Not added"`
	OtherScopes []ScopeJSON            `json:"other_scopes" doc:"Added nowhere"`
	Mentions    []StatementMentionJSON `json:"mentions"`
	Members     []StatementMemberJSON  `json:"members"`
	Milestones  []MilestoneJSON        `json:"milestones" doc:"Dated public events, as worded"`
}

// A StatementMemberJSON is a member of the mechanism on the day.
type StatementMemberJSON struct {
	Party     string `json:"party"`
	Name      string `json:"name"`
	Role      string `json:"role" enum:"partner,recipient member,observer"`
	Since     string `json:"since"`
	Precision string `json:"since_precision" enum:"day,by"`
	Source    string `json:"source"`
}

// A MilestoneJSON is a dated public event.
type MilestoneJSON struct {
	Milestone string `json:"milestone"`
	On        string `json:"on"`
	Event     string `json:"event"`
	Source    string `json:"source"`
	Fact      int64  `json:"fact"`
}

// A ScopeJSON lists the flows of a scope other than the mechanism's.
type ScopeJSON struct {
	Name string          `json:"name"`
	Rows []FigureRowJSON `json:"rows"`
}

// A FigureDetailJSON is a figure with everything under it.
type FigureDetailJSON struct {
	FigureJSON
	AsOf    string           `json:"as_of"`
	KnownAt int64            `json:"known_at"`
	Text    string           `json:"definition_text" doc:"In the reader's language"`
	Rows    []FigureRowJSON  `json:"rows" doc:"At most 2,000; flows says how many there are"`
	Without []FigureRowJSON  `json:"rows_left_out"`
	Rates   []FigureRateJSON `json:"rates"`
	Facts   []int64          `json:"facts" doc:"Positions of every fact under the figure"`
}

// QuestionInput says which account is meant. It is exported because huma does
// not see the parameters of an embedded type that is not.
type QuestionInput struct {
	api.LangInput
	AsOf     string `query:"as_of" doc:"YYYY-MM-DD; today in Kyiv when absent" example:"2024-12-20"`
	Boundary string `query:"boundary" doc:"mechanism, ukraine, accounts, or party. and the id of a party; mechanism when absent" example:"mechanism"`
	Currency string `query:"currency" doc:"Of the figures: EUR, USD or UAH; EUR when absent" example:"EUR"`
	KnownAt  string `query:"known_at" doc:"Position of the last fact that is taken into account; all when absent"`
}

func (in QuestionInput) asked() asked { return asked{in.AsOf, in.Boundary, in.Currency, in.KnownAt} }

type figureInput struct {
	QuestionInput
	Name string `path:"name" maxLength:"100" example:"statement.total"`
}

type (
	statementOutput struct{ Body StatementJSON }
	figuresOutput   struct {
		Body struct {
			Items []FigureJSON `json:"items"`
		}
	}
	figureOutput struct{ Body FigureDetailJSON }
)

// API adds the statement's operations.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/statement", "get-statement", "The public account as of a day", h.apiStatement)
	api.Get(a, "/figures", "list-figures", "Every figure of the account", h.apiFigures)
	api.Get(a, "/figures/{name}", "get-figure", "One figure with its rows, rates and facts", h.apiFigure)
	api.Get(a, "/figures/{name}/comparison", "compare-figure", "Why a figure differs between two days, or two positions of the record", h.apiCompare)
}

func (h *Handler) apiStatement(ctx context.Context, in *QuestionInput) (*statementOutput, error) {
	q, err := h.question(in.asked())
	if err != nil {
		return nil, err
	}
	a, err := h.account(ctx, q)
	if err != nil {
		return nil, err
	}
	return &statementOutput{a.json(in.Lang())}, nil
}

func (h *Handler) apiFigures(ctx context.Context, in *QuestionInput) (*figuresOutput, error) {
	q, err := h.question(in.asked())
	if err != nil {
		return nil, err
	}
	a, drawn, err := h.pictures(ctx, q)
	if err != nil {
		return nil, err
	}
	l, out := in.Lang(), &figuresOutput{}
	out.Body.Items = append(out.Body.Items, a.figureJSON(l, a.total))
	for _, p := range a.partners {
		out.Body.Items = append(out.Body.Items, a.figureJSON(l, p.figure))
	}
	for _, f := range append(a.others(), drawn.figures()...) {
		out.Body.Items = append(out.Body.Items, a.figureJSON(l, f))
	}
	return out, nil
}

func (h *Handler) apiFigure(ctx context.Context, in *figureInput) (*figureOutput, error) {
	q, err := h.question(in.asked())
	if err != nil {
		return nil, err
	}
	d, err := h.detail(ctx, q, in.Name)
	if err != nil {
		return nil, err
	}
	out := FigureDetailJSON{FigureJSON: figureJSON(in.Lang(), q, d.figure, d.name), AsOf: q.asOf, KnownAt: int64(d.head),
		Text: definition(in.Lang(), d.figure), Rows: d.rowsJSON(d.rows), Without: d.rowsJSON(d.leftOut)}
	for _, u := range d.rates {
		out.Rates = append(out.Rates, *rateJSON(&u))
	}
	for _, pos := range d.facts {
		out.Facts = append(out.Facts, int64(pos))
	}
	return &figureOutput{out}, nil
}

func (a *account) json(l web.Lang) StatementJSON {
	p := page{Page: web.Page{Lang: l}, account: a}
	s := StatementJSON{Notice: web.T(l, "site.disclaimer"), AsOf: a.asOf, KnownAt: int64(a.head),
		Boundary: a.boundary.Name, Version: a.boundary.Version, Currency: string(a.currency),
		Published: mentionsJSON(a.published), Mentions: mentionsJSON(a.mentions), Total: a.figureJSON(l, a.total),
		Lines: a.figuresJSON(l, a.lines), Years: a.figuresJSON(l, a.years), LeftOut: rowsJSON(a.leftOut.rows),
		Pledges: rowsJSON(a.pledges.rows), Internal: rowsJSON(a.internal.rows),
		Outgoing: rowsJSON(a.outgoing.rows), Beside: rowsJSON(a.beside.rows)}
	for _, n := range a.notes {
		s.Notes = append(s.Notes, p.noteText(n))
	}
	for _, x := range alphabetical(l, a.partners, func(x partner) string { return a.name(l, x.id) }) {
		s.Partners = append(s.Partners, PartnerJSON{string(x.id), a.name(l, x.id), string(x.member.Joined.On),
			string(x.member.Precision), a.figureJSON(l, x.figure), x.pledges, x.mentions})
	}
	for _, m := range a.members {
		s.Members = append(s.Members, StatementMemberJSON{string(m.id), a.name(l, m.id), string(m.Role),
			string(m.Joined.On), string(m.Precision), m.Joined.Source.Cite})
	}
	for _, m := range a.milestones {
		s.Milestones = append(s.Milestones, MilestoneJSON{string(m.Recorded.Milestone), string(m.Recorded.On),
			m.Recorded.Event, m.Recorded.Source.Cite, int64(m.Pos)})
	}
	for _, scope := range a.scopes {
		s.OtherScopes = append(s.OtherScopes, ScopeJSON{scope.name, rowsJSON(scope.rows)})
	}
	return s
}

func (a *account) figuresJSON(l web.Lang, figures []figure) []FigureJSON {
	out := make([]FigureJSON, 0, len(figures))
	for _, f := range figures {
		out = append(out, a.figureJSON(l, f))
	}
	return out
}

func (a *account) figureJSON(l web.Lang, f figure) FigureJSON {
	return figureJSON(l, a.question, f, a.name)
}

func figureJSON(l web.Lang, q question, f figure, name func(web.Lang, partyID) string) FigureJSON {
	return FigureJSON{Name: f.name, Label: label(l, f, name), Value: rounded(f), Currency: string(q.currency),
		Flows: f.count, LeftOut: f.without, Definition: versioned(f.def), Href: f.href(q)}
}

func versioned(d statement.Definition) string { return d.Key + "@" + position(fact.Pos(d.Version)) }

func mentionsJSON(mentions []flow.Mention) []StatementMentionJSON {
	out := make([]StatementMentionJSON, 0, len(mentions))
	for _, m := range mentions {
		s := m.Said
		out = append(out, StatementMentionJSON{string(m.Mention), string(m.On), amountJSON(m.Amount), string(m.Scope),
			string(m.Why), s.Reporter, s.Provider, s.Receiver, s.Status, s.Purpose, s.Note, s.Source.Cite})
	}
	return out
}

func amountJSON(a *money.Amount) *AmountJSON {
	if a == nil {
		return nil
	}
	return &AmountJSON{a.Value(), string(a.Currency())}
}

func rowsJSON(rows []statement.Row) []FigureRowJSON {
	rows = rows[:min(len(rows), maxRows)]
	out := make([]FigureRowJSON, 0, len(rows))
	for _, r := range rows {
		j := FigureRowJSON{Flow: string(r.Flow), On: string(r.On), Provider: string(r.Provider), Receiver: string(r.Receiver),
			Amount: *amountJSON(&r.Spoken), Status: string(r.Status), Basis: string(r.Basis), Scope: string(r.Scope),
			Line: string(r.Line), Year: r.Year, Open: r.Open}
		for _, u := range r.Used {
			j.Rates = append(j.Rates, *rateJSON(&u))
		}
		if len(j.Rates) > 0 {
			j.Rate = &j.Rates[0]
		}
		if r.Whole != r.Spoken {
			j.Whole = amountJSON(&r.Whole)
		}
		if r.Rated {
			j.Converted = r.Converted.String()
		}
		out = append(out, j)
	}
	return out
}

// rowsJSON are rows with the sources of their flows.
func (d detail) rowsJSON(rows []statement.Row) []FigureRowJSON {
	out := rowsJSON(rows)
	for i := range out {
		out[i].Source = d.sources[flow.ID(out[i].Flow)].Cite
	}
	return out
}

func rateJSON(u *rate.Used) *FigureRateJSON {
	if u == nil {
		return nil
	}
	return &FigureRateJSON{string(u.Currency), string(u.Base), u.Rate.String(), string(u.On), u.Issuer, int64(u.Fact)}
}
