package needhttp

import (
	"context"
	"iter"
	"net/http"
	"strconv"
	"time"

	"tallinn/aid/need"
	"tallinn/web"
	"tallinn/web/export"
)

// fields are the fields of needs.csv, for ever: new ones come last.
var fields = []string{"id", "title", "owner", "owner_name", "status", "stage", "round", "due",
	"line", "sector", "urgency", "criticality", "useful_until", "submitted", "ended",
	"lots", "what", "quantity", "unit", "cost", "currency", "lead_days", "renew_months"}

// table serves GET /needs.csv.
func (h *Handler) table(w http.ResponseWriter, r *http.Request) error {
	f, err := h.filter(r.URL.Query())
	if err != nil {
		return err
	}
	rows, err := h.all(r.Context(), web.English, f)
	if err != nil {
		return err
	}
	return export.Serve(w, r, "needs", fields, cells(rows))
}

// all are the needs that the reader may see and that fit f, newest first.
func (h *Handler) all(ctx context.Context, l web.Lang, f filter) (rows []row, err error) {
	rd := h.Reader(ctx)
	h.View(func(b Books) {
		var ids []need.ID
		for head := range f.matches(b, rd) {
			ids = append(ids, head.ID)
		}
		rows = rowsOf(b, ids)
		for i := range rows {
			n, _ := b.Needs.Get(rows[i].ID)
			rows[i].asked = n.Asked
		}
	})
	for i := range rows {
		if rows[i].title, err = h.titled(ctx, l, rows[i].Head); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func cells(rows []row) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, r := range rows {
			if !yield(append([]string{string(r.ID), r.title, string(r.Owner), r.owner.Name, string(r.Status), r.Stage,
				strconv.Itoa(r.Round), moment(r.Due), string(r.Line), r.Sector, string(r.Urgency), string(r.Criticality),
				string(r.UsefulUntil), moment(r.Submitted), moment(r.Ended)}, r.lotCells()...)) {
				return
			}
		}
	}
}

// lotCells are how many lots a need has, and the first of them.
func (r row) lotCells() []string {
	out := []string{strconv.Itoa(len(r.asked.Lots)), "", "", "", "", "", strconv.Itoa(r.asked.LeadDays), ""}
	if r.asked.RenewMonths > 0 {
		out[7] = strconv.Itoa(r.asked.RenewMonths)
	}
	if len(r.asked.Lots) == 0 {
		return out
	}
	l := r.asked.Lots[0]
	out[1], out[2], out[3] = l.What, strconv.FormatInt(l.Quantity, 10), l.Unit
	if l.Cost != nil {
		out[4], out[5] = l.Cost.Value(), string(l.Cost.Currency())
	}
	return out
}

// moment is t for programs: UTC, empty for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
