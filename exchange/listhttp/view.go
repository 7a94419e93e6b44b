package listhttp

import (
	"net/http"
	"strconv"
	"strings"

	"tallinn/exchange/fields"
	"tallinn/exchange/sheet"
	"tallinn/mechanism/batch"
	"tallinn/web"
	"tallinn/web/csv"
)

// states of an import, in the words of the catalogue.
const (
	goes    = "goes"    // on this hub
	cut     = "cut"     // it can be gone on with
	refused = "refused" // nothing was recorded
	stopped = "stopped"
	partly  = "partly" // rows were left out
	ended   = "ended"
	undone  = "undone"
)

// stateWord is how an import stands.
func stateWord(i Import) string {
	switch {
	case i.Undone != nil:
		return undone
	case i.Goes != nil && !i.Goes.Over:
		return goes
	case i.Ended == nil:
		return cut
	case i.Ended.Stopped:
		return stopped
	case i.Ended.Made == 0:
		return refused
	case i.Ended.Left > 0:
		return partly
	}
	return ended
}

func tone(state string) web.Tone {
	switch state {
	case cut, refused:
		return web.Danger
	case goes, partly, stopped:
		return web.Attention
	case ended:
		return web.Good
	}
	return web.Neutral
}

// stateOf changes whenever there is something new to tell.
func stateOf(i Import) string {
	s := stateWord(i)
	if i.Goes == nil {
		return s
	}
	return s + i.Goes.Phase + strconv.Itoa(i.Goes.Done) + "x" + strconv.Itoa(i.Goes.Problems)
}

// share is how much of a phase is done, in per cent.
func (p Progress) share() int {
	if p.Total == 0 {
		return 0
	}
	return min(100, 100*p.Done/p.Total)
}

// kindWords say how a file was written.
func kindWords(l web.Lang, f File) string {
	parts := []string{web.N(l, "import.rows", f.Kind.Rows), strings.ToUpper(string(f.Kind.Format))}
	if f.Kind.Encoding != "" {
		parts = append(parts, f.Kind.Encoding)
	}
	switch f.Kind.Comma {
	case ";":
		parts = append(parts, web.T(l, "import.comma.semicolon"))
	case "\t":
		parts = append(parts, web.T(l, "import.comma.tab"))
	}
	if f.Kind.Sheet != "" {
		parts = append(parts, web.T(l, "import.sheet", "name", f.Kind.Sheet))
	}
	return strings.Join(parts, " · ")
}

func nounOptions(l web.Lang, nouns []batch.Noun) (out []web.Option) {
	for _, n := range nouns {
		out = append(out, web.Option{Value: string(n), Text: web.T(l, "import.of."+string(n))})
	}
	return out
}

// headOptions are the first rows, one of which has the heads.
func (v planView) headOptions() (out []web.Option) {
	for i, cells := range v.rows[:min(len(v.rows), 20)] {
		words := strings.Join(strings.Fields(strings.Join(cells, " ")), " ")
		if r := []rune(words); len(r) > 50 {
			words = string(r[:50]) + "…"
		}
		out = append(out, web.Option{Value: strconv.Itoa(v.lines[i]), Text: strconv.Itoa(v.lines[i]) + ": " + words})
	}
	return out
}

// fieldOptions are what a column may be.
func (v planView) fieldOptions() []web.Option {
	out := []web.Option{{Text: web.T(v.Lang, "import.leave")}}
	for _, f := range fields.Of(v.of) {
		text := label(v.Lang, f.Name)
		if f.Needed {
			text += " *"
		}
		out = append(out, web.Option{Value: f.Name, Text: text})
	}
	return out
}

// examples are the first values of a column.
func (v planView) examples(column int) string {
	var out []string
	for i, cells := range v.rows {
		if v.lines[i] <= v.plan.Head || column >= len(cells) || cells[column] == "" {
			continue
		}
		c := strings.Join(strings.Fields(cells[column]), " ")
		if r := []rune(c); len(r) > 40 {
			c = string(r[:40]) + "…"
		}
		if out = append(out, c); len(out) == 3 {
			break
		}
	}
	return strings.Join(out, " · ")
}

// head is what stands over a column.
func (v planView) head(column int) string {
	if h := v.plan.Heads[column]; h != "" {
		return strings.Join(strings.Fields(h), " ")
	}
	return web.T(v.Lang, "import.column", "n", column+1)
}

// sames are the fields that no column is: those that are needed first.
func (v planView) sames(needed bool) (out []web.Entry) {
	for _, f := range fields.Of(v.of) {
		if v.plan.Column(f.Name) >= 0 || f.Needed != needed {
			continue
		}
		e := web.Entry{ID: "same_" + f.Name, Label: label(v.Lang, f.Name), Value: v.plan.Same[f.Name], Optional: !f.Needed}
		if words := Words()[f.List]; len(words) > 0 && f.Kind == fields.Word {
			e.Kind, e.Options = web.AsChoice, []web.Option{{Text: web.T(v.Lang, "import.none")}}
			for _, w := range words {
				e.Options = append(e.Options, web.Option{Value: w, Text: WordIn(v.Lang, f.List, w)})
			}
		}
		out = append(out, e)
	}
	return out
}

func (v planView) columnsTable() web.Table {
	t := web.Table{ID: "columns", Caption: web.T(v.Lang, "import.columns"), Columns: []web.Column{
		{Head: web.T(v.Lang, "import.head"), Lead: true}, {Head: web.T(v.Lang, "import.examples"), Wide: true}, {Head: web.T(v.Lang, "import.is")}}}
	options := v.fieldOptions()
	for i := range v.plan.Heads {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(v.head(i)), web.Text(v.examples(i)), columnSelect(i, v.head(i), v.plan.Columns[i], options)}})
	}
	return t
}

func (v planView) toldTable() web.Table {
	t := web.Table{ID: "told", Caption: web.T(v.Lang, "import.told"), Shape: web.Scroll, Columns: []web.Column{{Head: web.T(v.Lang, "import.row"), Lead: true}}}
	for _, f := range v.mapped() {
		t.Columns = append(t.Columns, web.Column{Head: label(v.Lang, f)})
	}
	for _, r := range v.told {
		cells := []web.Cell{web.Text(strconv.Itoa(r.line))}
		for i, c := range r.cells {
			if r.wrong[i] {
				cells = append(cells, wrongCell(v.Lang, c))
			} else {
				cells = append(cells, web.Text(c))
			}
		}
		t.Rows = append(t.Rows, web.Row{Cells: cells})
	}
	return t
}

// problemTable are problems by cell, the first of them.
func problemTable(l web.Lang, heads func(Problem) string, list []Problem, all int, csvPath string) web.Table {
	t := web.Table{ID: "problems", Caption: web.N(l, "import.problem.count", all), CSV: csvPath, Columns: []web.Column{
		{Head: web.T(l, "import.row"), Lead: true}, {Head: web.T(l, "import.head")}, {Head: web.T(l, "import.cell")}, {Head: web.T(l, "import.wrong"), Wide: true}}}
	for _, p := range list[:min(len(list), listed)] {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(strconv.Itoa(p.Line)), web.Text(heads(p)), web.Text(p.Cell), web.Text(p.In(l))}})
	}
	return t
}

// headOf names the column that a problem is in.
func headOf(l web.Lang, plan fields.Plan, p Problem) string {
	switch {
	case p.Field == "":
		return web.T(l, "import.whole_row")
	case p.Column >= 0 && p.Column < len(plan.Heads) && plan.Heads[p.Column] != "":
		return strings.Join(strings.Fields(plan.Heads[p.Column]), " ")
	}
	return label(l, p.Field)
}

func (v listView) table() web.Table {
	l := v.Lang
	t := web.Table{ID: "imports", Caption: web.T(l, "import.list"), CaptionHidden: true, Empty: web.T(l, "import.list.empty"), Columns: []web.Column{
		{Head: web.T(l, "import.import"), Lead: true}, {Head: web.T(l, "import.file")}, {Head: web.T(l, "import.state"), Beside: true},
		{Head: web.T(l, "import.made"), Align: web.Right}, {Head: web.T(l, "import.at")}}}
	for _, i := range v.imports {
		made := ""
		if i.Ended != nil {
			made = strconv.Itoa(i.Ended.Made)
		}
		id := string(i.Begun.Import)
		state := stateWord(i)
		t.Rows = append(t.Rows, web.Row{ID: id, Cells: []web.Cell{importLink(l, i), web.Text(i.Name),
			web.StatusChip(tone(state), web.T(l, "import.state."+state)), web.Text(made), web.Text(web.Time(l, i.At))}})
	}
	return t
}

func (v showView) terms() []web.Item {
	l, i := v.Lang, v.Import
	out := []web.Item{{Term: web.T(l, "import.file"), Detail: web.Text(i.Name)},
		{Term: web.T(l, "import.rows.term"), Detail: web.Text(strconv.Itoa(i.Rows))},
		{Term: web.T(l, "import.at"), Detail: web.Text(web.Time(l, i.At))}}
	if i.Ended != nil {
		out = append(out, web.Item{Term: web.T(l, "import.made"), Detail: web.Text(strconv.Itoa(i.Ended.Made))},
			web.Item{Term: web.T(l, "import.left"), Detail: web.Text(strconv.Itoa(i.Ended.Left))})
	}
	if i.Undone != nil {
		out = append(out, web.Item{Term: web.T(l, "import.gone.term"), Detail: web.Text(strconv.Itoa(i.Undone.Gone))},
			web.Item{Term: web.T(l, "import.kept"), Detail: web.Text(strconv.Itoa(i.Undone.Kept))})
	}
	return out
}

// problemFields are the fields of problems.csv, for ever: new ones come last.
var problemFields = []string{"row", "column", "field", "cell", "item", "code", "problem"}

// table serves GET /imports/{id}/problems.csv.
func (h *Handler) table(w http.ResponseWriter, r *http.Request) error {
	id := batch.ID(r.PathValue("id"))
	i, err := h.Lists.One(r.Context(), id)
	if err != nil {
		return err
	}
	report, err := h.Lists.Report(r.Context(), id, r.URL.Query().Has("undo"))
	if err != nil {
		return err
	}
	l := web.LangOf(r)
	return csv.Serve(w, string(id)+"-problems.csv", problemFields, func(yield func([]string) bool) {
		for _, p := range report.Problems {
			line := ""
			if p.Line > 0 {
				line = strconv.Itoa(p.Line)
			}
			if !yield([]string{line, headOf(l, i.Plan, p), p.Field, p.Cell, p.Item, p.Code, p.In(l)}) {
				return
			}
		}
	})
}

// mostBytes is the bound of a file, in megabytes.
const mostBytes = sheet.MaxBytes >> 20

func (v planView) headOf(p Problem) string { return headOf(v.Lang, v.plan, p) }

func (v showView) headOf(p Problem) string { return headOf(v.Lang, v.Plan, p) }

// dataRows is how many rows stand under the heads, as far as the first rows
// tell what stands over them.
func (v planView) dataRows() int {
	n := v.file.Kind.Rows
	for _, line := range v.lines {
		if line <= v.plan.Head {
			n--
		}
	}
	return max(0, n)
}

// looked says what was found in the first rows.
func (v planView) looked() string {
	key := "import.looked.all"
	if v.trial.More {
		key = "import.looked.some"
	}
	if v.trial.Bad > 0 {
		key += ".bad"
	}
	return web.T(v.Lang, key, "rows", v.trial.Looked, "bad", v.trial.Bad)
}

// href is where the things of an import stand.
func (v showView) href() string {
	return map[batch.Noun]string{batch.Needs: "/needs/", batch.Offers: "/offers/", batch.Flows: "/flows/", batch.Mentions: "/mentions/"}[v.Of]
}

func (v showView) keptTable() web.Table {
	t := web.Table{ID: "kept-items", Caption: web.T(v.Lang, "import.kept.title"), CaptionHidden: true,
		CSV: "/imports/" + string(v.Begun.Import) + "/problems.csv?undo", Columns: []web.Column{
			{Head: web.T(v.Lang, "import.item"), Lead: true}, {Head: web.T(v.Lang, "import.wrong"), Wide: true}}}
	for _, p := range v.undone.Problems[:min(len(v.undone.Problems), listed)] {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.To(web.Link{Text: p.Item, Href: v.href() + p.Item}), web.Text(p.In(v.Lang))}})
	}
	return t
}
