package editionhttp

import (
	"iter"
	"net/http"
	"strconv"
	"strings"

	"tallinn/aid/edition"
	"tallinn/web/csv"
)

// figures serves every sum of an edition in one table.
func (h *Handler) figures(w http.ResponseWriter, r *http.Request) error {
	v, err := h.released(r)
	if err != nil {
		return err
	}
	return csv.Serve(w, v.file("figures"), []string{"edition", "as_of", "table", "of", "stated", "value_eur"}, v.figureRows())
}

// released is the edition that a request names; a draft has no tables.
//
// Errors: edition.ErrMissing.
func (h *Handler) released(r *http.Request) (one, error) {
	v, err := h.one(r.Context(), r.PathValue("id"))
	if err == nil && v.Released == nil {
		err = edition.ErrMissing
	}
	return v, err
}

func (v one) file(table string) string {
	return "edition-" + strconv.Itoa(v.Released.Number) + "-" + table + ".csv"
}

func (v one) figureRows() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		c := v.content
		row := func(table, of, stated, value string) bool {
			return yield([]string{strconv.Itoa(v.Released.Number), c.AsOf, table, of, stated, value})
		}
		least := map[bool]string{true: "more_than", false: "exactly"}
		if !row("total", "", least[c.Least], c.Total) {
			return
		}
		for _, p := range c.Partners {
			if !row("partner", string(p.Party), least[p.Mode == edition.MoreThan], p.Value) {
				return
			}
		}
		for i, parts := range [][]edition.Part{c.Lines, c.Years} {
			for _, p := range parts {
				if !row([]string{"line", "year"}[i], strings.Join(p.Of, ";"), least[false], p.Value) {
					return
				}
			}
		}
		if c.Since == nil {
			return
		}
		for _, ch := range c.Since.By {
			var of []string
			for _, r := range ch.Of {
				of = append(of, string(r))
			}
			// A sign would be taken for the start of a formula.
			if !row("change", strings.Join(of, ";"), map[bool]string{true: "taken", false: "added"}[ch.Less], ch.Value) {
				return
			}
		}
	}
}

// rows serves the rows that an edition states.
func (h *Handler) rows(w http.ResponseWriter, r *http.Request) error {
	v, err := h.released(r)
	if err != nil {
		return err
	}
	return csv.Serve(w, v.file("rows"), []string{"flow", "provider", "receiver", "line", "year", "status", "on", "amount", "currency", "value_eur"},
		func(yield func([]string) bool) {
			for _, r := range v.content.Rows {
				year := ""
				if r.Year != 0 {
					year = strconv.Itoa(r.Year)
				}
				if !yield([]string{string(r.Flow), string(r.Provider), string(r.Receiver), string(r.Line), year, string(r.Status), string(r.On),
					r.Spoken.Value(), string(r.Spoken.Currency()), r.Value}) {
					return
				}
			}
		})
}
