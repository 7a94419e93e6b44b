package needhttp

import (
	"context"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/marking"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
)

// MostReadings is how many readings an owner is shown.
const MostReadings = 100

// A Reading says which seat opened what is TLP:RED, and when.
type Reading struct {
	Seat seat.ID
	At   time.Time
}

// ReadingJSON is a Reading in the API.
type ReadingJSON struct {
	Seat string `json:"seat"`
	At   string `json:"at" doc:"UTC"`
}

type markInput struct {
	NeedInput
	KeyInput
	Body struct {
		Marking string   `json:"marking" enum:"TLP:CLEAR,TLP:GREEN,TLP:AMBER,TLP:AMBER+STRICT,TLP:RED"`
		To      []string `json:"to,omitempty" maxItems:"50" doc:"Of TLP:RED: the seats that may read; the sender's is always among them"`
	}
}

func (h *Handler) apiMark(ctx context.Context, in *markInput) (*needOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	m, err := tlp.Parse(in.Body.Marking)
	if err != nil {
		return nil, err
	}
	wanted := marking.Changed{Marking: m}
	for _, id := range in.Body.To {
		wanted.To = append(wanted.To, seat.ID(id))
	}
	res, err := h.mark(ctx, a.ID, in.Key, wanted)
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), a.ID, res)
}

// mark changes how a need is marked.
//
// Errors: those of need.Head.Remark.
func (h *Handler) mark(ctx context.Context, id need.ID, key string, wanted marking.Changed) (Result, error) {
	by := h.Reader(ctx).Seat.ID
	c := Command{ID: key, Op: "need.mark", Need: id, Args: []any{id, wanted}}
	return h.Decide(ctx, c, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, by)
		if err != nil {
			return nil, err
		}
		for _, to := range wanted.To {
			if err := tx.Read(string(to)); err != nil {
				return nil, err
			}
		}
		return n.Remark(s, tx.Now(), wanted, b.Seats)
	})
}

func (v itemView) readingTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "readings-list", Caption: web.T(l, "need.readings"), CaptionHidden: true, Columns: []web.Column{
		{Head: web.T(l, "need.reading.seat"), Lead: true}, {Head: web.T(l, "need.reading.at"), Beside: true}}}
	for _, r := range v.readings {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Mono(string(r.Seat)), web.Text(web.Time(l, r.At))}})
	}
	return t
}
