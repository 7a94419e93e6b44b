package offerhttp

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A partView is what a need's page says of offers: how far each lot is
// covered, the reservations that its reader may see, and what of the reader's
// own offers fits.
type partView struct {
	web.Page
	lots  []lotCover
	deals []deal
	fits  []fit
	none  bool // the reader gives, and nothing of theirs fits
	gives bool
	calls []fit // the standing offers that the reader may call off from
}

// A lotCover is how far a lot is met.
type lotCover struct {
	need.Lot
	offer.Coverage
}

// A fit is an offer of the reader's that something may be reserved of.
type fit struct {
	offer.View
	lot      need.Lot
	need     need.ID
	provider string
}

func (f fit) href() string {
	return offerHref(f.Opened.Offer) + "/reserve?" + url.Values{"need": {string(f.need)}, "lot": {f.lot.ID}}.Encode()
}

// OfNeed is the part of a need's page. Only a validated need has one.
func (h *Handler) OfNeed(r *http.Request, p web.Page, id need.ID) (templ.Component, error) {
	rd, now := h.Reader(r.Context()), h.Now()
	v, some := partView{Page: p}, false
	h.View(func(b Books) {
		n, _ := b.Needs.Get(id)
		all := b.Offers.ByNeed(id)
		if some = rd.seesNeed(n.Head) && (n.Reservable() || len(all) > 0); !some {
			return
		}
		for _, l := range n.Asked.Lots {
			v.lots = append(v.lots, lotCover{l, b.Offers.Covered(id, l, now)})
		}
		v.deals = b.dealsOf(p.Lang, all, rd, now)
		v.gives = n.Reservable() && offer.WhyNotOpen(rd.Seat, now) == nil
		v.calls = b.callable(p.Lang, n, rd, now)
		if v.gives {
			v.fits = b.fitting(n, rd.Seat, now)
			v.none = len(v.fits) == 0 && slices.ContainsFunc(v.lots, func(c lotCover) bool { return c.Left() > 0 })
		}
	})
	if !some {
		return nil, nil
	}
	return needPart(v), nil
}

// fitting are the offers of s's holder that it may reserve of, for the lots of
// n; those in kind first.
func (b Books) fitting(n need.Need, s seat.Seat, now time.Time) (out []fit) {
	var money []fit
	for o := range b.Offers.By(s.Holder) {
		for _, l := range n.Asked.Lots {
			if b.Offers.WhyNotReserve(o.Opened.Offer, n, l.ID, s, now) != nil {
				continue
			}
			v, _ := b.Offers.ViewFor(o.Opened.Offer, s, now)
			if o.InKind() {
				out = append(out, fit{v, l, n.ID, ""})
			} else {
				money = append(money, fit{v, l, n.ID, ""})
			}
		}
	}
	return append(out, money...)
}

// Cover says for lists how far each need is covered.
func (h *Handler) Cover(l web.Lang, ids []need.ID) map[need.ID]web.Cell {
	out, now := map[need.ID]web.Cell{}, h.Now()
	shares := map[int64]web.Cell{}
	h.View(func(b Books) {
		for _, id := range ids {
			lots, open := b.Needs.Lots(id)
			if !open {
				continue
			}
			least := int64(100)
			for _, lot := range lots {
				c := b.Offers.Covered(id, lot, now)
				least = min(least, 100*c.Taken()/max(1, c.Asked))
			}
			if shares[least] == nil {
				shares[least] = web.Text(web.T(l, "offer.cover", "share", least))
			}
			out[id] = shares[least]
		}
	})
	return out
}

// Where the numbers of these pages are defined.
const (
	coverHref = "/methods#need.cover"
	leftHref  = "/methods#offer.left"
)

// coverLink is a number of a lot's cover. It opens what it means: the
// reservations that it is made of stand under it, as far as the reader may see
// them.
func coverLink(l web.Lang, n int64) web.Cell {
	return web.FigureLink(web.Number(l, int(n)), coverHref)
}

func (v partView) coverTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "cover", Caption: web.T(l, "offer.cover.title"), CaptionHidden: true, Columns: []web.Column{
		{Head: web.T(l, "offer.cover.lot"), Lead: true}, {Head: web.T(l, "offer.cover.asked"), Align: web.Right},
		{Head: web.T(l, "offer.cover.share"), Wide: true},
		{Head: web.T(l, "offer.deal.committed"), Align: web.Right}, {Head: web.T(l, "offer.cover.held"), Align: web.Right},
		{Head: web.T(l, "offer.field.left"), Align: web.Right}}}
	for _, c := range v.lots {
		asked := float64(max(1, c.Asked))
		t.Rows = append(t.Rows, web.Row{ID: "cover-" + c.ID, Cells: []web.Cell{
			web.Text(told.Word(l, "good", c.What)), web.Text(counted(l, c.Asked, c.Unit)),
			web.Bar(web.Part{Share: float64(c.Committed) / asked, Series: 1},
				web.Part{Share: float64(c.Reserved+c.Accepted) / asked, Series: 1, Pale: true}),
			coverLink(l, c.Committed), coverLink(l, c.Reserved+c.Accepted), coverLink(l, c.Left())}})
	}
	return t
}

func (v partView) fitTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "fits", Caption: web.T(l, "offer.fits"), Columns: []web.Column{
		{Head: web.T(l, "offer.offer"), Lead: true}, {Head: web.T(l, "offer.field.left"), Align: web.Right},
		{Head: web.T(l, "offer.cover.lot")}, {Head: web.T(l, "offer.reserve"), Beside: true, Align: web.Right}}}
	for _, f := range v.fits {
		id := string(f.Opened.Offer)
		t.Rows = append(t.Rows, web.Row{ID: "fit-" + id + "-" + f.lot.ID, Cells: []web.Cell{
			named(id, offerHref(f.Opened.Offer), what(l, f.Opened)), web.Text(left(l, f.View)),
			web.Text(told.Word(l, "good", f.lot.What)), linkButton(f.href(), web.T(l, "offer.reserve"), id)}})
	}
	return t
}

// newOfferHref opens the form of an offer for a need.
func newOfferHref() string { return query.Address("/offers/new", nil) }
