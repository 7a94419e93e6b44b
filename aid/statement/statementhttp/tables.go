package statementhttp

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tallinn/aid/flow"
	"tallinn/aid/statement"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/csv"
)

// A sheet is one table of the account for programs: stable English field
// names, ids beside names, UTC days, amounts without signs.
type sheet struct {
	fields []string
	rows   func(a *account) iter.Seq[[]string]
}

var sheets = map[string]sheet{
	"partners": {[]string{"party", "name", "member_since", "since_precision", "value_eur", "flows", "without_rate", "pledges", "mentions", "as_of"},
		partnerSheet},
	"lines":      {figureFields, func(a *account) iter.Seq[[]string] { return figureSheet(a, a.lines) }},
	"years":      {figureFields, func(a *account) iter.Seq[[]string] { return figureSheet(a, a.years) }},
	"published":  {mentionFields, func(a *account) iter.Seq[[]string] { return mentionSheet(a.published) }},
	"mentions":   {mentionFields, func(a *account) iter.Seq[[]string] { return mentionSheet(a.mentions) }},
	"members":    {[]string{"party", "name", "role", "since", "precision", "note", "source"}, memberSheet},
	"paths":      {append([]string{"provider", "line", "receiver_sort"}, figureFields...), pathSheet},
	"accounts":   {figureFields, func(a *account) iter.Seq[[]string] { return figureSheet(a, a.pictured.accountFigures()) }},
	"moments":    {[]string{"day", "paid_eur", "committed_eur", "pledged_eur"}, momentSheet},
	"milestones": {[]string{"milestone", "on", "event", "source"}, milestoneSheet},
}

var (
	figureFields  = []string{"figure", "value_eur", "flows", "without_rate", "as_of"}
	mentionFields = []string{"mention", "on", "amount", "currency", "scope", "why", "reporter", "provider", "receiver",
		"status", "period", "purpose", "equivalents", "note", "source"}
)

// table serves /statement/{table}.csv.
func (h *Handler) table(w http.ResponseWriter, r *http.Request) error {
	name, isCSV := strings.CutSuffix(r.PathValue("table"), ".csv")
	s, ok := sheets[name]
	if !ok || !isCSV {
		return web.ErrNotFound
	}
	q, err := h.ask(r.URL.Query())
	if err != nil {
		return err
	}
	a, err := h.sheetOf(r.Context(), q, name)
	if err != nil {
		return err
	}
	return csv.Serve(w, "statement-"+name+"-"+q.asOf+".csv", q.fields(s.fields), s.rows(a))
}

// sheetOf is the account for a table, with what its pictures need.
func (h *Handler) sheetOf(ctx context.Context, q question, name string) (*account, error) {
	if slices.Contains(picturedSheets, name) {
		a, _, err := h.pictures(ctx, q)
		return a, err
	}
	return h.account(ctx, q)
}

// picturedSheets are those of the pictures.
var picturedSheets = []string{"paths", "moments", "accounts"}

func rounded(f figure) string {
	if !f.found {
		return "" // not found is empty, never zero
	}
	return f.value.Round(shown)
}

func partnerSheet(a *account) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, p := range alphabetical(web.English, a.partners, func(x partner) string { return a.name(web.English, x.id) }) {
			if !yield([]string{string(p.id), a.name(web.English, p.id), string(p.member.Joined.On),
				string(p.member.Precision), rounded(p.figure), strconv.Itoa(p.count), strconv.Itoa(p.without),
				strconv.Itoa(p.pledges), strconv.Itoa(p.mentions), a.asOf}) {
				return
			}
		}
	}
}

func figureSheet(a *account, figures []figure) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, f := range figures {
			if !yield([]string{f.name, rounded(f), strconv.Itoa(f.count), strconv.Itoa(f.without), a.asOf}) {
				return
			}
		}
	}
}

func pathSheet(a *account) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, p := range a.pictured.paths {
			if !yield([]string{string(p.provider), string(p.line), string(p.sort), p.name, rounded(p.figure), strconv.Itoa(p.count), strconv.Itoa(p.without), a.asOf}) {
				return
			}
		}
	}
}

func momentSheet(a *account) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, m := range a.pictured.moments {
			if !yield([]string{m.day, rounded(m.paid), rounded(m.committed), rounded(m.pledge)}) {
				return
			}
		}
	}
}

func mentionSheet(mentions []flow.Mention) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, m := range mentions {
			amount, currency := spokenParts(m.Amount)
			s := m.Said
			if !yield([]string{string(m.Mention), string(m.On), amount, currency, string(m.Scope), string(m.Why),
				s.Reporter, s.Provider, s.Receiver, s.Status, s.Period, s.Purpose, s.Equivalents, s.Note, s.Source.Cite}) {
				return
			}
		}
	}
}

func spokenParts(a *money.Amount) (value, currency string) {
	if a == nil {
		return "", ""
	}
	return a.Value(), string(a.Currency())
}

func memberSheet(a *account) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, m := range a.members {
			if !yield([]string{string(m.id), a.name(web.English, m.id), string(m.Role), string(m.Joined.On),
				string(m.Precision), m.Joined.Note, m.Joined.Source.Cite}) {
				return
			}
		}
	}
}

func milestoneSheet(a *account) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, m := range a.milestones {
			r := m.Recorded
			if !yield([]string{string(r.Milestone), string(r.On), r.Event, r.Source.Cite}) {
				return
			}
		}
	}
}

var rowFields = []string{"flow", "on", "provider", "receiver", "amount", "currency", "status", "basis", "scope",
	"line", "year", "rate", "rate_on", "converted_eur", "source"}

// figureRows serves /figures/{name}/rows.csv: every row, counted or left out.
func (h *Handler) figureRows(w http.ResponseWriter, r *http.Request) error {
	q, err := h.ask(r.URL.Query())
	if err != nil {
		return err
	}
	d, err := h.detail(r.Context(), q, r.PathValue("name"))
	if err != nil {
		return err
	}
	return csv.Serve(w, d.figure.name+"-"+q.asOf+".csv", q.fields(rowFields), func(yield func([]string) bool) {
		for _, rows := range [][]statement.Row{d.rows, d.leftOut} {
			for _, row := range rows {
				if !yield(append(rowCells(row), d.sources[row.Flow].Cite)) {
					return
				}
			}
		}
	})
}

func rowCells(r statement.Row) []string {
	year, rate, on, converted := "", "", "", ""
	if r.Year != 0 {
		year = strconv.Itoa(r.Year)
	}
	for i, u := range r.Used {
		if i > 0 {
			rate, on = rate+" ", on+" "
		}
		rate, on = rate+u.Rate.String(), on+string(u.On)
	}
	if r.Rated {
		converted = r.Converted.String()
	}
	return []string{string(r.Flow), string(r.On), string(r.Provider), string(r.Receiver), r.Spoken.Value(),
		string(r.Spoken.Currency()), string(r.Status), string(r.Basis), string(r.Scope), string(r.Line),
		year, rate, on, converted}
}

var rateFields = []string{"currency", "base", "rate", "on", "issuer", "fact"}

// figureRates serves /figures/{name}/rates.csv: the rates that were used.
func (h *Handler) figureRates(w http.ResponseWriter, r *http.Request) error {
	q, err := h.ask(r.URL.Query())
	if err != nil {
		return err
	}
	d, err := h.detail(r.Context(), q, r.PathValue("name"))
	if err != nil {
		return err
	}
	return csv.Serve(w, d.figure.name+"-rates-"+q.asOf+".csv", rateFields, func(yield func([]string) bool) {
		for _, u := range d.rates {
			if !yield([]string{string(u.Currency), string(u.Base), u.Rate.String(), string(u.On), u.Issuer, position(u.Fact)}) {
				return
			}
		}
	})
}

// fields are the names of columns for amounts in q's currency.
func (q question) fields(list []string) []string {
	out := slices.Clone(list)
	for i, name := range out {
		if of, ok := strings.CutSuffix(name, "_eur"); ok {
			out[i] = of + "_" + strings.ToLower(string(q.currency))
		}
	}
	return out
}
