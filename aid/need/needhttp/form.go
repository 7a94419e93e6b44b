package needhttp

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/capability"
	"tallinn/money"
	"tallinn/text"
	"tallinn/web"
)

// A form is what was typed, as it was typed, so that it can be shown again.
type form struct {
	Key                      string // of the command
	Title, Summary, Weakness string
	Line                     string
	Lots                     []lotForm
	Urgency, UsefulUntil     string
	LeadDays, Criticality    string
	Sector, Region           string
	HideRegion               bool
	Excluded, RenewMonths    string
	Evidence, Incidents      string
	Considered               []string   // ids of needs that were shown beside it
	Related                  []relation // what was said of these
}

type lotForm struct{ ID, What, Quantity, Cost, Currency, UsefulShare, MostPartners string }

// fresh is a form nobody has typed in.
func fresh() form { return form{Key: newKey(), Lots: []lotForm{freshLot(0)}} }

func freshLot(i int) lotForm {
	return lotForm{ID: lotID(i), UsefulShare: "100", MostPartners: "1", Currency: string(money.EUR)}
}

// lotID names the lot at place i: a, b, …
func lotID(i int) string { return string(rune('a' + i%26)) }

// formOf reads what a browser sends.
func formOf(q url.Values) form {
	f := form{Key: q.Get("key"), Title: strings.TrimSpace(q.Get("title")), Summary: q.Get("summary"), Weakness: q.Get("weakness"),
		Line: q.Get("line"), Urgency: q.Get("urgency"), UsefulUntil: q.Get("useful_until"), LeadDays: q.Get("lead_days"),
		Criticality: q.Get("criticality"), Sector: q.Get("sector"), Region: q.Get("region"), HideRegion: q.Get("hide_region") != "",
		Excluded: q.Get("excluded"), RenewMonths: q.Get("renew_months"),
		Evidence: q.Get("evidence"), Incidents: q.Get("incidents")}
	f.Considered, f.Related = relationsOf(q)
	for i := range min(len(q["lot_what"]), need.MostLots) {
		at := func(name string) string {
			if list := q["lot_"+name]; i < len(list) {
				return list[i]
			}
			return ""
		}
		f.Lots = append(f.Lots, lotForm{ID: lotID(i), What: at("what"), Quantity: at("quantity"), Cost: at("cost"),
			Currency: at("currency"), UsefulShare: at("useful_share"), MostPartners: at("most_partners")})
	}
	if len(f.Lots) == 0 {
		f.Lots = []lotForm{freshLot(0)}
	}
	return f
}

// formFrom shows what stands, to be changed for a resubmission.
func formFrom(a account) form {
	f := form{Key: newKey(), Title: a.title, Summary: a.summary, Weakness: a.weakness, Line: string(a.Line),
		Urgency: string(a.Urgency), UsefulUntil: string(a.UsefulUntil), LeadDays: strconv.Itoa(a.Asked.LeadDays),
		Criticality: string(a.Criticality), Sector: a.Sector, Region: a.Region, HideRegion: a.HideRegion,
		Excluded: joined(a.Asked.Excluded), Evidence: a.evidence, Incidents: a.incidents}
	if a.Asked.RenewMonths > 0 {
		f.RenewMonths = strconv.Itoa(a.Asked.RenewMonths)
	}
	for i, l := range a.Asked.Lots {
		x := lotForm{ID: lotID(i), What: l.What, Quantity: strconv.FormatInt(l.Quantity, 10), Currency: string(money.EUR),
			UsefulShare: strconv.Itoa(l.UsefulShare), MostPartners: strconv.Itoa(l.MostPartners)}
		if l.Cost != nil {
			x.Cost, x.Currency = l.Cost.Value(), string(l.Cost.Currency())
		}
		f.Lots = append(f.Lots, x)
	}
	return f
}

// saysOf is what was said of a need that was shown.
func (v formView) saysOf(id need.ID) string {
	for _, r := range v.Related {
		if r.Other == string(id) {
			return r.Relation
		}
	}
	return ""
}

// texts are those that are kept beside the record.
func (f form) texts() need.Texts {
	return need.Texts{Title: f.Title, Summary: f.Summary, Weakness: strings.TrimSpace(f.Weakness),
		Evidence: strings.TrimSpace(f.Evidence), Incidents: strings.TrimSpace(f.Incidents)}
}

// asked is f without its texts. What is no number becomes one that the rules
// refuse, so that they say what is wrong.
func (f form) asked() need.Asked {
	a := need.Asked{Line: capability.Line(f.Line), Urgency: need.Urgency(f.Urgency), UsefulUntil: fact.Date(f.UsefulUntil),
		LeadDays: number(f.LeadDays, -1), Criticality: need.Criticality(f.Criticality), Sector: f.Sector, Region: f.Region,
		HideRegion: f.HideRegion, RenewMonths: number(f.RenewMonths, -1)}
	if strings.TrimSpace(f.RenewMonths) == "" {
		a.RenewMonths = 0
	}
	for code := range strings.FieldsFuncSeq(f.Excluded, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		a.Excluded = append(a.Excluded, strings.ToUpper(code))
	}
	for _, l := range f.Lots {
		a.Lots = append(a.Lots, l.lot())
	}
	return a
}

func (l lotForm) lot() need.Lot {
	good, _ := need.GoodOf(l.What)
	out := need.Lot{ID: l.ID, What: l.What, Unit: good.Unit, Quantity: int64(number(l.Quantity, 0)),
		UsefulShare: number(l.UsefulShare, 0), MostPartners: number(l.MostPartners, 0)}
	if strings.TrimSpace(l.Cost) != "" {
		cost, err := money.ParseAmount(plain(l.Cost), money.Currency(l.Currency))
		if err != nil {
			cost = money.Amount{} // nothing, which the rules refuse
		}
		out.Cost = &cost
	}
	return out
}

// number reads digits as people group them; otherwise is what is none.
func number(s string, otherwise int) int {
	n, err := strconv.Atoi(plain(s))
	if err != nil {
		return otherwise
	}
	return n
}

// plain is a number without the spaces that people group its digits by.
func plain(s string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(strings.TrimSpace(s))
}

// sealed stands for any text, where only its being there is looked at.
var sealed = text.Ref{ID: "-", Commit: "-"}

// problems is everything wrong with f on day, in the order of the form: the
// rules say one thing at a time, so each is mended in turn and they are asked
// again.
func (f form) problems(l web.Lang, day string) (out web.Wrongs) {
	typed := f.texts()
	for _, t := range []struct {
		field string
		most  int
		alone need.Texts
	}{
		{"title", need.MostTitle, need.Texts{Title: typed.Title, Summary: "-"}},
		{"summary", need.MostSummary, need.Texts{Title: "-", Summary: typed.Summary}},
		{"weakness", need.MostWeakness, need.Texts{Title: "-", Summary: "-", Weakness: typed.Weakness}},
		{"evidence", need.MostEvidence, need.Texts{Title: "-", Summary: "-", Evidence: typed.Evidence}},
		{"incidents", need.MostIncidents, need.Texts{Title: "-", Summary: "-", Incidents: typed.Incidents}},
	} {
		if t.alone.Check() != nil {
			out = append(out, web.Wrong{Field: t.field, Text: web.T(l, "need.problem."+t.field, "most", t.most)})
		}
	}
	a := f.asked()
	a.Title, a.Summary = sealed, sealed
	for range 10 * need.MostLots {
		err := a.Check(day)
		if err == nil {
			break
		}
		field, lot := fieldOf(err)
		out = append(out, web.Wrong{Field: at(field, lot), Text: web.T(l, "need.problem."+field, "lot", strings.ToUpper(lot), "today", web.Date(l, fact.Date(day)))})
		if !mend(&a, field, lot, day) {
			break
		}
	}
	slices.SortStableFunc(out, func(x, y web.Wrong) int { return place(x.Field) - place(y.Field) })
	return out
}

// order is that of the form; lots stand between the sector and the rest.
var order = []string{"title", "summary", "line", "sector", "lots", "urgency", "useful_until", "lead_days",
	"renew_months", "criticality", "weakness", "evidence", "incidents", "region", "hide_region", "excluded"}

// place is where in the form a field stands.
func place(field string) int {
	if strings.HasPrefix(field, "lot-") {
		field = "lots"
	}
	return slices.Index(order, field)
}

// at is the anchor of a field, which a lot has its own of.
func at(field, lot string) string {
	if lot == "" {
		return field
	}
	return "lot-" + lot + "-" + field
}

// fieldOf is the field that a fault of Asked.Check is about, and the lot that
// it is in.
func fieldOf(err error) (field, lot string) {
	f, ok := fault.Of(err)
	if !ok {
		return "lots", ""
	}
	for _, a := range f.Args() {
		if a.Name == "lot" {
			lot = strings.Trim(a.Value, `"`)
		}
	}
	_, field, _ = strings.Cut(f.Code(), ".")
	switch field {
	case "good", "unit", "lot_id":
		return "what", lot
	}
	return field, lot
}

// mend puts something right into a field, so that what else is wrong shows.
// It is false for a field that it does not know.
func mend(a *need.Asked, field, lot, day string) bool {
	i := slices.IndexFunc(a.Lots, func(l need.Lot) bool { return l.ID == lot })
	if i >= 0 {
		return mendLot(&a.Lots[i], field)
	}
	switch field {
	case "line":
		a.Line = capability.Lines[0]
	case "urgency":
		a.Urgency = need.Long
	case "useful_until":
		a.UsefulUntil = fact.Date(need.After(day, need.MostLeadDays))
	case "lead_days":
		a.LeadDays = 0
	case "criticality":
		a.Criticality = need.Low
	case "sector":
		a.Sector = need.Sectors[0]
	case "region":
		a.Region = need.Regions[0]
	case "hide_region":
		a.HideRegion = false
	case "excluded":
		a.Excluded = nil
	case "renew_months":
		a.RenewMonths = 0
	default:
		return false
	}
	return true
}

func mendLot(l *need.Lot, field string) bool {
	switch field {
	case "what":
		l.What, l.Unit = need.Goods[0].What, need.Goods[0].Unit
	case "quantity":
		l.Quantity = 1
	case "cost":
		l.Cost = nil
	case "useful_share":
		l.UsefulShare = 100
	case "most_partners":
		l.MostPartners = 1
	default:
		return false
	}
	return true
}
