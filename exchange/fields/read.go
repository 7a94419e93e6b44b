package fields

import (
	"slices"
	"strconv"
	"strings"

	"tallinn/aid/flow"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/exchange/sheet"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// A Vocabulary knows the words of closed lists, by their codes and by what
// readers are shown, and the names of parties.
type Vocabulary interface {
	Word(list, text string) (word string, ok bool)
	Examples(list string) string // a few words, for what is wrong
	Party(text string) (party.ID, bool)
}

// A Problem is one thing wrong with a row.
type Problem struct {
	Line   int
	Field  string // empty: the row as a whole
	Column int    // of the list; -1: it is the same for all rows, or no column is
	Cell   string // as it stands, clipped
	Fault  *fault.Error
}

// A Thing is what a row says: of the noun that the list is of, the others are
// nil.
type Thing struct {
	Line    int
	Need    *Need
	Offer   *Offer
	Flow    *Flow
	Mention *flow.Mentioned
}

// A Need is a row of needs; its texts are not sealed yet.
type Need struct {
	Texts need.Texts
	Asked need.Asked
}

// An Offer is a row of offers.
type Offer struct {
	Opened offer.Opened
	Terms  string
}

// A Flow is a row of flows.
type Flow struct {
	Recorded flow.Recorded
	Another  bool
	Reason   string
}

// A Reader reads the rows of one list.
type Reader struct {
	Noun  batch.Noun
	Plan  Plan
	Words Vocabulary
	Tells bool // Shown is asked

	columns map[string]int
	row     sheet.Row
	wrong   []Problem
	told    map[string]string // by field
}

// NewReader reads rows of noun as plan says.
func NewReader(noun batch.Noun, plan Plan, words Vocabulary) *Reader {
	r := &Reader{Noun: noun, Plan: plan, Words: words, columns: map[string]int{}}
	for i, c := range plan.Columns {
		if c != "" {
			r.columns[c] = i
		}
	}
	return r
}

// Head reports whether a row stands over the data: a title, or the heads.
func (r *Reader) Head(row sheet.Row) bool { return row.Line <= r.Plan.Head }

// Read is what a row says, and what is wrong with it. Problems are good until
// the next row.
func (r *Reader) Read(row sheet.Row) (Thing, []Problem) {
	r.row, r.wrong = row, r.wrong[:0]
	clear(r.told)
	for _, f := range Of(r.Noun) {
		if f.Needed && r.text(f.Name) == "" {
			r.fault(f.Name, ErrNeeded)
		}
	}
	t := Thing{Line: row.Line}
	switch r.Noun {
	case batch.Needs:
		t.Need = r.need()
	case batch.Offers:
		t.Offer = r.offer()
	case batch.Flows:
		t.Flow = r.flow()
	case batch.Mentions:
		t.Mention = r.mention()
	}
	return t, r.wrong
}

// At is a problem with the row that was read last, such as a rule found.
func (r *Reader) At(err error) Problem {
	f, ok := fault.Of(err)
	if !ok {
		f = ErrRow.Because(err)
	}
	return r.problem(FieldOf(r.Noun, f), f)
}

func (r *Reader) problem(field string, f *fault.Error) Problem {
	column, ok := r.columns[field]
	if !ok {
		column = -1
	}
	return Problem{Line: r.row.Line, Field: field, Column: column, Cell: clip(r.text(field)), Fault: f}
}

// fault notes what is wrong with a field, the first thing only.
func (r *Reader) fault(field string, f *fault.Error) {
	if !slices.ContainsFunc(r.wrong, func(p Problem) bool { return p.Field == field }) {
		r.wrong = append(r.wrong, r.problem(field, f))
	}
}

// text is the cell of a field, or what is the same for all rows.
func (r *Reader) text(field string) string {
	if i, ok := r.columns[field]; ok && i < len(r.row.Cells) && r.row.Cells[i] != "" {
		return r.row.Cells[i]
	}
	return r.Plan.Same[field]
}

// say keeps what a cell was understood to say, where that is not its text.
func (r *Reader) say(field, s string) {
	if !r.Tells {
		return
	}
	if r.told == nil {
		r.told = map[string]string{}
	}
	r.told[field] = s
}

// Shown is what the cell of a field was understood to say in the row that was
// read last: a word by its code, an amount with its currency, a day as
// YYYY-MM-DD.
func (r *Reader) Shown(field string) string {
	if s, ok := r.told[field]; ok {
		return s
	}
	return clip(r.text(field))
}

// oneLine is a text whose breaks of lines are spaces.
func (r *Reader) oneLine(field string) string {
	s := r.text(field)
	if strings.ContainsAny(s, "\n\t") {
		return strings.Join(strings.Fields(s), " ")
	}
	return s
}

func (r *Reader) word(field, list string) string {
	s := r.text(field)
	if s == "" {
		return ""
	}
	w, ok := r.Words.Word(list, s)
	if !ok {
		r.fault(field, ErrWord.With("cell", clip(s)).With("words", r.Words.Examples(list)))
		return ""
	}
	r.say(field, w)
	return w
}

func (r *Reader) words(field, list string) (out []string) {
	s := r.text(field)
	if s == "" {
		return nil
	}
	if w, ok := r.Words.Word(list, s); ok { // a name may have commas in it
		return []string{w}
	}
	parts := several(s)
	if len(parts) == 1 {
		parts = strings.Split(s, ",")
	}
	for _, p := range parts {
		w, ok := r.Words.Word(list, strings.TrimSpace(p))
		if !ok {
			r.fault(field, ErrWord.With("cell", clip(p)).With("words", r.Words.Examples(list)))
			continue
		}
		out = append(out, w)
	}
	if len(out) == len(parts) {
		r.say(field, strings.Join(out, ";"))
	}
	return out
}

func (r *Reader) number(field string, otherwise int64) int64 {
	s := r.text(field)
	if s == "" {
		return otherwise
	}
	n, f := whole(s)
	if f != nil {
		r.fault(field, f)
		return otherwise
	}
	return n
}

func (r *Reader) amount(field string) *money.Amount {
	s := r.text(field)
	if s == "" || s == "-" || s == "–" || s == "—" {
		return nil
	}
	a, f := amount(s, r.Plan.Comma, r.currency())
	if f != nil {
		r.fault(field, f)
		return nil
	}
	if r.Tells {
		r.say(field, a.String())
	}
	return &a
}

// currency is that of the row; empty: none that is known.
func (r *Reader) currency() money.Currency {
	s := strings.TrimSpace(r.text("currency"))
	if c, ok := signs[strings.ToLower(s)]; ok {
		return c
	}
	c, err := money.ParseCurrency(strings.ToUpper(s))
	if err != nil {
		return ""
	}
	return c
}

// date is to the day, unless less will do.
func (r *Reader) date(field string, less bool) fact.Date {
	s := r.text(field)
	if s == "" {
		return ""
	}
	d, f := day(s, r.Plan.Month)
	if f == nil && !less && d.Precision() != "day" {
		f = ErrDay.With("cell", clip(s))
	}
	if f != nil {
		r.fault(field, f)
		return ""
	}
	r.say(field, string(d))
	return d
}

func (r *Reader) yes(field string) bool {
	b, f := yes(r.text(field))
	if f != nil {
		r.fault(field, f)
	}
	return b
}

func (r *Reader) party(field string) party.ID {
	s := r.text(field)
	if s == "" {
		return ""
	}
	return r.named(field, s)
}

func (r *Reader) named(field, name string) party.ID {
	id, ok := r.Words.Party(name)
	if !ok {
		r.fault(field, ErrParty.With("cell", clip(name)))
		return ""
	}
	r.say(field, string(id))
	return id
}

func (r *Reader) parties(field string) (out []party.ID) {
	s := r.text(field)
	if s == "" {
		return nil
	}
	if id, ok := r.Words.Party(s); ok {
		return []party.ID{id}
	}
	parts := several(s)
	if len(parts) == 1 {
		parts = strings.Split(s, ",")
	}
	for _, p := range parts {
		if id := r.named(field, strings.TrimSpace(p)); id != "" {
			out = append(out, id)
		}
	}
	return out
}

func (r *Reader) codes(field string) (out []string) {
	for _, c := range strings.FieldsFunc(r.text(field), func(c rune) bool { return strings.ContainsRune(",;| \n", c) }) {
		if c = strings.ToUpper(c); !need.IsCountry(c) {
			r.fault(field, ErrCode.With("cell", clip(c)))
			continue
		}
		out = append(out, c)
	}
	return out
}

func (r *Reader) need() *Need {
	n := &Need{Texts: need.Texts{Title: r.oneLine("title"), Summary: r.text("summary"), Weakness: r.text("weakness"),
		Evidence: r.text("evidence"), Incidents: r.text("incidents")}}
	good, _ := need.GoodOf(r.word("what", "good"))
	n.Asked = need.Asked{Line: capability.Line(r.word("line", "line")), Urgency: need.Urgency(r.word("urgency", "need.urgency")),
		UsefulUntil: r.date("useful_until", false), LeadDays: int(r.number("lead_days", 0)),
		Criticality: need.Criticality(r.word("criticality", "need.criticality")), Sector: r.word("sector", "sector"),
		Region: r.word("region", "region"), HideRegion: r.yes("hide_region"), Excluded: r.codes("excluded"),
		RenewMonths: int(r.number("renew_months", 0)),
		Lots: []need.Lot{{ID: "a", What: good.What, Unit: good.Unit, Quantity: r.number("quantity", 0), Cost: r.amount("cost"),
			UsefulShare: int(r.number("useful_share", 100)), MostPartners: int(r.number("most_partners", 1))}}}
	return n
}

func (r *Reader) offer() *Offer {
	o := &Offer{Terms: r.text("terms")}
	good, _ := need.GoodOf(r.word("what", "good"))
	codes := r.codes("origin")
	o.Opened = offer.Opened{Form: offer.Form(r.word("form", "offer.form")), Amount: r.amount("amount"), Quantity: r.number("quantity", 0),
		What: good.What, Unit: good.Unit, From: r.date("from", false), Until: r.date("until", false),
		Least: r.amount("least"), Most: r.amount("most"), LeadDays: int(r.number("lead_days", 0)),
		Earmark: offer.Earmark{Sectors: r.words("sectors", "sector"), Regions: r.words("regions", "region"), Recipients: r.parties("recipients")}}
	o.Opened.Months = int(r.number("months", 0))
	role, languages, clearance := r.word("role", "offer.role"), r.words("languages", "offer.language"), r.word("clearance", "offer.clearance")
	if role != "" || len(languages) > 0 || clearance != "" {
		o.Opened.Expert = &offer.Expert{Role: role, Languages: languages, Clearance: clearance}
	}
	if len(codes) > 0 {
		o.Opened.Origin = codes[0]
	}
	for _, l := range r.words("lines", "line") {
		o.Opened.Earmark.Lines = append(o.Opened.Earmark.Lines, capability.Line(l))
	}
	return o
}

func (r *Reader) flow() *Flow {
	f := &Flow{Another: r.yes("another"), Reason: r.oneLine("reason")}
	f.Recorded = flow.Recorded{Provider: r.party("provider"), Receiver: r.party("receiver"), Implementer: r.party("implementer"),
		Status: flow.Status(r.word("status", "flow.status")), Line: flow.Line(r.word("line", "line")), On: r.date("on", true),
		Reference: r.oneLine("reference")}
	if a := r.amount("amount"); a != nil {
		f.Recorded.Amount = *a
	}
	if what := r.word("goods", "good"); what != "" {
		good, _ := need.GoodOf(what)
		f.Recorded.Goods = &flow.Goods{What: good.What, Unit: good.Unit, Quantity: r.number("quantity", 0)}
	}
	return f
}

func (r *Reader) mention() *flow.Mentioned {
	m := &flow.Mentioned{Parties: r.parties("parties"), Amount: r.amount("amount"), Scope: flow.Scope(r.word("scope", "flow.scope")),
		Why: flow.Why(r.word("why", "flow.why")), Total: r.yes("total"), On: r.date("on", true)}
	m.Said = flow.Said{Reporter: r.oneLine("reporter"), Provider: r.oneLine("provider_said"), Receiver: r.oneLine("receiver_said"),
		Status: r.oneLine("status_said"), Form: r.oneLine("form"), Period: r.oneLine("period"), Purpose: r.oneLine("purpose"),
		Equivalents: r.oneLine("equivalents"), Note: r.oneLine("note"),
		Source: fact.Source{Cite: r.oneLine("source"), Row: strconv.Itoa(r.row.Line)}}
	return m
}

// faultFields are the fields that faults of rules are about, where the second
// part of the code is no name of a field.
var faultFields = map[string]string{
	"need.good": "what", "need.unit": "what", "need.lot_id": "what", "need.partners": "most_partners", "need.share": "useful_share",
	"need.useful": "useful_until", "need.lead": "lead_days", "need.origin": "excluded", "need.hidden": "hide_region", "need.renew": "renew_months",
	"offer.goods": "what", "offer.unit": "what", "offer.country": "origin", "offer.days": "until", "offer.tickets": "most",
	"offer.in_kind": "form", "flow.parties": "provider", "flow.self": "receiver", "flow.no_amount": "amount", "flow.decided": "on",
	"flow.look": "amount", "flow.goods": "goods", "flow.no_side": "provider", "flow.nothing_said": "reporter",
}

// FieldOf is the field of a list that a fault is about; empty: the row.
func FieldOf(noun batch.Noun, f *fault.Error) string {
	code := f.Code()
	if field := faultFields[code]; field != "" {
		if _, ok := Get(noun, field); ok {
			return field
		}
	}
	for _, a := range f.Args() {
		if a.Name != "field" {
			continue
		}
		for _, name := range []string{a.Value, a.Value + "s", a.Value + "_said"} {
			if _, ok := Get(noun, name); ok {
				return name
			}
		}
	}
	_, field, _ := strings.Cut(code, ".")
	if _, ok := Get(noun, field); ok {
		return field
	}
	return ""
}
