package told

import (
	"strconv"

	"tallinn/web"
)

func table(l web.Lang, changes []Change) web.Table {
	t := web.Table{ID: "corrections", Caption: web.T(l, "told.corrections"), CaptionHidden: true,
		Columns: []web.Column{
			{Head: web.T(l, "told.field"), Lead: true},
			{Head: web.T(l, "told.was")},
			{Head: web.T(l, "told.now")},
			{Head: web.T(l, "told.reason")},
			{Head: web.T(l, "told.fact"), Align: web.Right},
		}}
	for _, c := range changes {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			web.Text(c.Field), web.Text(c.Was), web.Text(c.Now), web.Text(c.Reason),
			web.ID(strconv.FormatInt(int64(c.Fact), 10), Href(c.Fact)),
		}})
	}
	return t
}

// Options are the words of a closed list as the choices of a select, "all"
// first.
func Options[W ~string](l web.Lang, list string, words []W) []web.Option {
	out := []web.Option{{Text: web.T(l, "list.all")}}
	for _, w := range words {
		out = append(out, web.Option{Value: string(w), Text: Word(l, list, w)})
	}
	return out
}
