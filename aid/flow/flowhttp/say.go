package flowhttp

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A sayView is the page on which a side says what it knows of a flow: it shows
// what that would change before anything is recorded.
type sayView struct {
	web.Page
	account
	side    flow.Side
	said    flow.Asserted // as typed, or what would confirm the flow
	amount  string        // as typed
	reason  string
	key     string
	changes []Change
	doubts  []flow.DoubtWhy
	shown   bool // the changes were computed
	settle  bool // it signs what both are to say
	refusal error
}

// say serves GET /flows/{id}/say: the form, and once it is filled what it
// would change.
func (h *Handler) say(w http.ResponseWriter, r *http.Request) error {
	v, err := h.saying(r, r.URL.Query())
	if err != nil {
		return err
	}
	if !v.settle {
		h.preview(r, &v)
	}
	return web.Render(w, r, v.Page, sayPage(v))
}

func (h *Handler) preview(r *http.Request, v *sayView) {
	if v.refusal != nil {
		return
	}
	changes, doubts, err := h.Deeds.Preview(r.Context(), Deed{Act: Assert, Asserted: v.said})
	v.changes, v.doubts, v.refusal, v.shown = changes, DoubtWords(doubts), err, err == nil
}

func (h *Handler) saying(r *http.Request, q url.Values) (v sayView, err error) {
	s := h.Seat(r.Context())
	if !s.Exists() || h.Deeds == nil {
		return v, ErrNoSeat
	}
	a, ok := h.oneFor(r.Context(), flow.ID(r.PathValue("id")), query.Today(h.Now()))
	if !ok {
		return v, web.ErrNotFound
	}
	v = sayView{Page: web.PageOf(r), account: a, side: a.SideOf(s.Holder), said: a.Agree(h.Now()), key: rand.Text(),
		settle: q.Get("settle") != "", reason: strings.TrimSpace(q.Get("reason"))}
	if v.side == "" {
		return v, flow.ErrNoSide.With("party", s.Holder).With("flow", a.id())
	}
	v.Title, v.Section, v.Marking = web.T(v.Lang, "flow.say"), "flows", a.marking()
	v.Crumbs = []web.Crumb{{Text: web.T(v.Lang, "flow.list"), Href: "/flows"}, {Text: string(a.id()), Href: flowHref(a.id(), "")}, {Text: v.Title}}
	if key := q.Get("key"); key != "" {
		v.key = key
	}
	if q.Has("status") {
		v.said.Status, v.said.On, v.said.Denied = flow.Status(q.Get("status")), fact.Date(q.Get("on")), q.Get("denied") != ""
		v.amount = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(q.Get("amount"))
		if !v.said.Denied && v.amount != "" {
			v.said.Amount, v.refusal = money.ParseAmount(v.amount, a.Amount.Currency())
		}
	}
	v.said.Flow = a.id()
	if v.amount == "" && v.said.Amount.Currency() != "" {
		v.amount = v.said.Amount.Value()
	}
	return v, nil
}

// record serves POST /flows/{id}/say.
func (h *Handler) record(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	v, err := h.saying(r, r.PostForm)
	if err != nil {
		return err
	}
	d := Deed{Act: Assert, Asserted: v.said, Reason: v.reason}
	if v.settle {
		d = Deed{Act: Settle, Settled: flow.Settled{Flow: v.said.Flow, Amount: v.said.Amount, Status: v.said.Status, On: v.said.On}}
	}
	if err = v.refusal; err == nil {
		_, err = h.Deeds.Do(r.Context(), v.key, d)
	}
	if err != nil && fault.KindOf(err) != fault.Internal && web.Status(err) < http.StatusInternalServerError {
		if v.refusal = nil; !v.settle {
			h.preview(r, &v)
		}
		v.refusal = err
		return web.RenderAs(w, r, web.Status(err), v.Page, sayPage(v))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, flowHref(v.id(), "")+"#sides", http.StatusSeeOther)
	return nil
}

func (v sayView) changeTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "changes", Caption: web.T(l, "flow.say.changes"), Empty: web.T(l, "flow.say.nothing"),
		Columns: []web.Column{{Head: web.T(l, "flow.say.figure"), Lead: true}, {Head: web.T(l, "flow.say.before"), Align: web.Right},
			{Head: web.T(l, "flow.say.after"), Align: web.Right, Beside: true}}}
	value := func(x money.Exact, found bool) web.Cell {
		if !found {
			return web.None(web.T(l, "figure.none"))
		}
		return web.Text(web.Money(l, x.Round(shown), base))
	}
	for _, c := range v.changes {
		t.Rows = append(t.Rows, web.Row{ID: c.Name, Cells: []web.Cell{
			web.To(web.Link{Text: itemView{Page: v.Page, account: v.account}.figureTitle(c.Name), Href: "/figures/" + c.Name}),
			value(c.Before, c.Found), value(c.After, c.Finds)}})
	}
	return t
}

// figureTitle is a figure in words, by name.
func (v itemView) figureTitle(name string) string {
	parts := strings.SplitN(strings.TrimPrefix(name, "statement."), ".", 2)
	switch parts[0] {
	case "status":
		return told.Word(v.Lang, "flow.status", parts[1])
	case "basis":
		return web.T(v.Lang, "basis."+parts[1])
	case "held":
		return web.T(v.Lang, "statement.held")
	}
	return v.figureName(name)
}

func (v sayView) statuses() (out []web.Option) {
	for _, s := range flow.Statuses {
		out = append(out, web.Option{Value: string(s), Text: told.Word(v.Lang, "flow.status", s)})
	}
	return out
}

// sides says what each side of a flow says.
func (v itemView) sides() web.Table {
	l := v.Lang
	t := web.Table{ID: "words", Caption: web.T(l, "flow.sides"), CaptionHidden: true, Empty: web.T(l, "flow.sides.none"),
		Columns: []web.Column{{Head: web.T(l, "flow.side"), Lead: true}, {Head: web.T(l, "flows.spoken"), Align: web.Right},
			{Head: web.T(l, "flow.field.status")}, {Head: web.T(l, "rates.fact"), Align: web.Right}}}
	for _, w := range v.Words() {
		status := web.Text(web.T(l, "flow.denied"))
		if !w.Denied {
			status = web.Text(told.Word(l, "flow.status", w.Status()))
		}
		t.Rows = append(t.Rows, web.Row{ID: string(w.Side), Cells: []web.Cell{
			web.Note(v.nameOf(w.Side), told.Word(l, "flow.side", w.Side)), web.Text(spokenOr(l, w.Amount)), status,
			web.To(web.Link{Text: "№ " + web.Number(l, int(w.Pos)), Href: told.Href(w.Pos)})}})
	}
	return t
}

// nameOf is what the party of a side is called.
func (v itemView) nameOf(s flow.Side) string {
	switch s {
	case flow.Giver:
		return v.provider.NameIn(string(v.Lang))
	case flow.Taker:
		return v.receiver.NameIn(string(v.Lang))
	}
	return string(v.Party(s))
}

// links are what pays for the flow, and what it pays for.
func (v itemView) links() web.Table {
	l := v.Lang
	t := web.Table{ID: "links", Caption: web.T(l, "flow.links"), CaptionHidden: true, Columns: []web.Column{
		{Head: web.T(l, "flow.links.which"), Lead: true}, {Head: web.T(l, "flow.links.amount"), Align: web.Right},
		{Head: web.T(l, "flow.links.part"), Align: web.Right}, {Head: web.T(l, "flow.links.how")}, {Head: web.T(l, "col.day")}}}
	row := func(id flow.ID, key string, k flow.Linking) {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.To(web.Link{Text: web.T(l, key, "id", id), Href: flowHref(id, v.asOf)}),
			web.Text(spokenOr(l, k.Amount)), web.Text(spokenOr(l, k.Part)), web.Text(told.Word(l, "flow.how", k.How)), web.Day(l, k.On)}})
	}
	for _, k := range v.Parents {
		row(k.Parent, "flow.links.from", k)
	}
	for _, k := range v.Children {
		row(k.Child, "flow.links.to", k)
	}
	return t
}

// held says what the receiver has not passed on.
func (v itemView) held() string {
	rest, ok := v.Rest()
	if !ok || len(v.Children) == 0 {
		return ""
	}
	return web.T(v.Lang, "flow.links.held", "party", v.receiver.NameIn(string(v.Lang)), "amount", spokenOr(v.Lang, rest))
}

// mine is the part of the reader's party in the flow; empty: none.
func (v itemView) mine() flow.Side {
	switch v.seat.Role {
	case seat.Programme, seat.Implementer, seat.Officer:
		if !v.Gone {
			return v.SideOf(v.seat.Holder)
		}
	}
	return ""
}

// ways are what the reader's party may do with the flow beside saying what it
// knows.
func (v itemView) ways() []web.Link {
	if v.mine() == "" {
		return nil
	}
	out := []web.Link{{Text: web.T(v.Lang, "flow.link"), Href: flowHref(v.id(), "") + "/link"}}
	if v.Goods != nil {
		out = append(out, web.Link{Text: web.T(v.Lang, "flow.value"), Href: flowHref(v.id(), "") + "/value"})
	}
	return out
}

// proposal is what a side would settle on.
func (v itemView) proposals() (out []string) {
	for _, s := range v.Proposed() {
		out = append(out, web.T(v.Lang, "flow.fact.settled", "id", s.Flow, "party", v.nameOf(s.Side), "side", told.Word(v.Lang, "flow.side", s.Side),
			"amount", spokenOr(v.Lang, s.Amount), "status", told.Word(v.Lang, "flow.status", s.Status), "date", web.Date(v.Lang, s.On)))
	}
	return out
}

// A deskView is what the reader's party has to do with its flows.
type deskView struct {
	web.Page
	desk
	acts []web.Link
	done string
}

// flowDesk serves GET /flow-desk.
func (h *Handler) flowDesk(w http.ResponseWriter, r *http.Request) error {
	s := h.Seat(r.Context())
	if !s.Exists() {
		return ErrNoSeat
	}
	v := deskView{Page: web.PageOf(r), desk: h.deskOf(s, query.Today(h.Now()))}
	v.done = doneWords(v.Lang, s, r.URL.Query())
	if hasPart(s) {
		v.acts = []web.Link{{Text: web.T(v.Lang, "flow.announce"), Href: "/flows/new"}}
	}
	v.Title, v.Section, v.Marking = web.T(v.Lang, "flow.desk"), "flows", v.marking()
	v.Crumbs = []web.Crumb{{Text: web.T(v.Lang, "flow.list"), Href: "/flows"}, {Text: v.Title}}
	return web.Render(w, r, v.Page, flowDeskPage(v))
}

func (v deskView) table(id string, list []account) web.Table {
	l := v.Lang
	t := web.Table{ID: id, Caption: web.T(l, "flow.desk."+id), CaptionHidden: true, Empty: web.T(l, "flow.desk.none"),
		Columns: []web.Column{{Head: web.T(l, "flows.between"), Lead: true}, {Head: web.T(l, "flows.spoken"), Align: web.Right},
			{Head: web.T(l, "flow.field.status")}, {Head: web.T(l, "flow.say"), Beside: true, Align: web.Right}}}
	for _, a := range list {
		t.Rows = append(t.Rows, web.Row{ID: string(a.id()), Cells: []web.Cell{fromTo(l, a, ""), web.Text(spokenOr(l, a.standing.Amount)),
			web.Text(told.Word(l, "flow.status", a.status)),
			web.To(web.Link{Text: web.T(l, "flow.say"), Href: flowHref(a.id(), "") + "/say"})}})
	}
	return t
}

func sayLead(v sayView) string {
	key := "flow.say.lead"
	if v.settle {
		key = "flow.settle.lead"
	}
	return web.T(v.Lang, key, "from", v.provider.NameIn(string(v.Lang)), "to", v.receiver.NameIn(string(v.Lang)), "amount", spokenOr(v.Lang, v.Amount))
}

func sayButton(v sayView) string {
	if v.settle {
		return web.T(v.Lang, "flow.settle")
	}
	return web.T(v.Lang, "flow.say.record")
}

// joinFlow serves POST /flows/{id}/join.
func (h *Handler) joinFlow(w http.ResponseWriter, r *http.Request) error {
	id, into := flow.ID(r.PathValue("id")), flow.ID(r.PostFormValue("into"))
	if _, err := h.Deeds.Do(r.Context(), "join "+string(id)+" "+string(into), Deed{Act: Join, Joined: flow.Joined{Flow: id, Into: into}}); err != nil {
		return err
	}
	http.Redirect(w, r, flowHref(into, "")+"#sides", http.StatusSeeOther)
	return nil
}
