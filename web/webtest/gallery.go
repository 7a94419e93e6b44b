package webtest

import (
	"log/slog"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"tallinn/fault"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/assets"
)

// Gallery is a site with every component on one page, in sample data, and
// every error page. Its figures are invented.
func Gallery(log *slog.Logger) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("GET "+assets.Prefix, assets.Handler())
	mux.Handle("GET /{$}", web.Handle(log, gallery))
	mux.Handle("GET /item", web.Handle(log, item))
	mux.Handle("POST /{$}", web.Handle(log, gallery))
	mux.Handle("GET /problems/{code}", web.Problems(log, web.Faults()))
	mux.Handle("GET /fail/{status}", web.Handle(log, fail))
	site := &web.Site{Log: log, Search: "/search"}
	return site.Wrap(web.Routes(log, mux))
}

func gallery(w http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = say(p.Lang, "Statement", "Звіт"), "statement", tlp.Clear
	p.Description = say(p.Lang, "Every component of the pages.", "Усі складники сторінок.")
	return web.Render(w, r, p, galleryPage(p))
}

func item(w http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = "F-0032", "flows", tlp.AmberStrict
	p.Crumbs = []web.Crumb{{Text: say(p.Lang, "Aid", "Допомога"), Href: "/"},
		{Text: say(p.Lang, "Flows", "Потоки допомоги"), Href: "/"}, {Text: "F-0032"}}
	return web.Render(w, r, p, itemPage(p))
}

// fails has one error for each status that the pages know.
var fails = map[string]error{
	"400": fault.New(fault.Invalid, "fact.date", "{{.date}} is not a date this record takes; write YYYY, YYYY-MM or YYYY-MM-DD, from 1990 to 2099").With("date", `"31/12/2024"`),
	"401": fault.New(fault.Unauthenticated, "sample.token", "send a token with the request"),
	"403": web.ErrCrossOrigin,
	"404": web.ErrNotFound,
	"409": fault.New(fault.Conflict, "sample.reused", "this command was used for something else; use a new id"),
	"413": web.ErrTooLarge.With("limit", "1048576"),
	"422": web.WithStatus(http.StatusUnprocessableEntity, fault.New(fault.Invalid, "sample.sum", "the parts do not add up to the whole; change one of them")),
	"429": web.ErrTooMany.With("seconds", 30),
	"503": web.ErrTooSlow,
}

func fail(_ http.ResponseWriter, r *http.Request) error {
	if err, ok := fails[r.PathValue("status")]; ok {
		return err
	}
	return errSecret
}

// errSecret is an error that no reader may be shown.
var errSecret = errPlain("open /var/lib/secret.db: permission denied")

type errPlain string

func (e errPlain) Error() string { return string(e) }

func say(l web.Lang, en, uk string) string {
	if l == web.Ukrainian {
		return uk
	}
	return en
}

// partner is one row of the samples.
type partner struct {
	en, uk, id string
	amount     string
	share      float64
	paid       float64
	flows      int
	joined     string
	by         bool
}

var partners = []partner{
	{"Canada", "Канада", "CA", "1860000.00", .12, .05, 1, "2023-12-20", false},
	{"Denmark", "Данія", "DK", "2681200.00", .17, .17, 2, "2023-12-20", false},
	{"Estonia", "Естонія", "EE", "1500000.00", .1, .02, 4, "2023-12-20", false},
	{"Finland", "Фінляндія", "FI", "", 0, 0, 0, "2025-10", false},
	{"France", "Франція", "FR", "", 0, 0, 0, "2023-12-20", false},
	{"Netherlands", "Нідерланди", "NL", "13000000.00", .84, .2, 2, "2023-12-20", false},
	{"Norway", "Норвегія", "NO", "2113628.88", .136, 0, 1, "2024-12-20", true},
	{"Sweden", "Швеція", "SE", "12118491.92", .78, .78, 1, "2023-12-20", false},
}

func galleryFigure(l web.Lang) web.Figure {
	return web.Figure{ID: "total", Value: web.Money(l, "33273320.80", "EUR"),
		Label: say(l, "committed or paid", "зобов’язань і платежів"),
		AsOf:  "2024-12-20", Boundary: web.Link{Text: say(l, "mechanism", "механізм"), Href: "/methods#boundary"},
		Sum:        say(l, "sum of 11 flows that enter the boundary", "сума 11 потоків, що входять у межу обліку"),
		Definition: "/methods#total", Rates: "/rates", Rows: "/rows", CSV: "/a.csv", JSON: "/a.json",
		LeftOut: web.Link{Text: say(l, "3 flows without a rate", "3 потоки, для яких немає курсу"), Href: "#left"}}
}

func partnerChart(l web.Lang) web.Chart {
	t := web.Table{ID: "partners", Caption: say(l, "Committed or paid by partner, in alphabetical order", "Зобов’язання й платежі за партнерами, за абеткою"),
		Columns: []web.Column{{Head: say(l, "Partner", "Партнер"), Lead: true},
			{Head: say(l, "Committed, of it paid", "Зобов’язання, з них сплачено"), Wide: true, Axis: web.BarAxis(web.MoneyShort(l, "15500000", "EUR"))},
			{Head: say(l, "Amount", "Сума"), Align: web.Right, Beside: true}, {Head: say(l, "Flows", "Потоки"), Align: web.Right}},
		CSV: "/p.csv", JSON: "/p.json"}
	for _, p := range partners {
		row := web.Row{Cells: []web.Cell{web.To(web.Link{Text: say(l, p.en, p.uk), Href: "/parties/" + p.id}), nil,
			web.None(say(l, "no amount found", "суми не знайдено")), nil}}
		if p.amount != "" {
			row.Cells[1] = web.Bar(web.Part{Share: p.paid, Series: 1}, web.Part{Share: p.share - p.paid, Pale: true})
			row.Cells[2] = web.FigureLink(web.Money(l, p.amount, "EUR"), "/figures/"+p.id)
			row.Cells[3] = web.FigureLink(web.Number(l, p.flows), "/flows?provider="+p.id)
		}
		t.Rows = append(t.Rows, row)
	}
	t.Foot = []web.Cell{web.Text(say(l, "All", "Разом")), nil, web.FigureLink(web.Money(l, "33273320.80", "EUR"), "#total"), web.Text("11")}
	return web.Chart{Title: say(l, "Six of eight partners have an amount that public sources itemise", "Для шести з восьми партнерів відкриті джерела називають суму"), Table: t}
}

func timeline(l web.Lang) web.Chart {
	scale := web.NewScale("2022-01-01", "2026-01-01")
	t := web.Table{ID: "members", Caption: say(l, "Partners and the day they joined", "Партнери та день приєднання"),
		Columns: []web.Column{{Head: say(l, "Partner", "Партнер"), Lead: true},
			{Head: say(l, "Years", "Роки"), Axis: web.TimeAxis(scale), Wide: true}, {Head: say(l, "Since", "Відколи"), Beside: true}}}
	for _, p := range partners {
		on := mustDate(p.joined)
		since := web.Day(l, on)
		if p.by {
			since = web.Text(say(l, "by ", "не пізніше ") + web.Date(l, on))
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(say(l, p.en, p.uk)),
			web.Spans(scale, []web.Stretch{{From: on, By: p.by}}, nil), since}})
	}
	return web.Chart{Title: say(l, "Six founded the mechanism; two joined later", "Шестеро заснували механізм, двоє приєдналися згодом"),
		Note: say(l, "Pale: the day is not known exactly. Ring: first seen as a member by that day.", "Блідо: день точно не відомий. Кільце: на цей день уже був учасником."), Table: t}
}

func flowList(l web.Lang, rows int) web.Table {
	t := web.Table{ID: "flows", Caption: say(l, "Flows, newest first", "Потоки допомоги, спершу найновіші"),
		Columns: []web.Column{{Head: say(l, "Flow", "Потік"), Lead: true},
			{Head: say(l, "Provider → receiver", "Надавач → отримувач"), Sort: "?sort=provider", Bare: true},
			{Head: say(l, "Status", "Статус"), Bare: true}, {Head: say(l, "Decided", "Ухвалено"), Sort: "?sort=on", Sorted: web.Descending},
			{Head: say(l, "Amount as spoken", "Сума, як її названо"), Align: web.Right, Beside: true}, {Head: say(l, "Basis", "Підстава")}},
		CSV: "/f.csv", JSON: "/f.json", Empty: say(l, "No flow fits these filters. Clear one of them.", "Жоден потік не відповідає цим фільтрам. Приберіть один із них.")}
	all := []web.Row{
		{Cells: []web.Cell{web.ID("F-0032", "/item"), web.Text(say(l, "Sweden → ESTDEV", "Швеція → ESTDEV")), web.StatusChip(web.Active, say(l, "commitment", "зобов’язання")), web.Day(l, "2025-07-02"), web.FigureLink(web.Money(l, "135000000.00", "SEK"), "/item"), web.BasisLabel(l, "published")}},
		{Cells: []web.Cell{web.ID("F-4471", "/item"), web.Text(say(l, "Estonia → Ukraine", "Естонія → Україна")), web.StatusChip(web.Good, say(l, "paid", "сплачено")), web.Day(l, "2023-12"), web.FigureLink(web.Money(l, "500000.00", "EUR"), "/item"), web.BasisLabel(l, "both")}},
		{Cells: []web.Cell{web.ID("F-8103", "/item"), web.Text(say(l, "Norway → Ukraine", "Норвегія → Україна")), web.StatusChip(web.Neutral, say(l, "pledge", "заявлений внесок")), web.Day(l, ""), web.None(say(l, "not stated", "не вказано")), web.BasisLabel(l, "provider")}, Quiet: true},
	}
	t.Rows = all[:rows]
	return t
}

func flowFilters(l web.Lang) web.Filters {
	all := web.Option{Text: say(l, "all", "усі")}
	return web.Filters{Action: "/", Label: say(l, "Filters of the list", "Фільтри переліку"), Keep: url.Values{"as_of": {"2024-12-20"}},
		Fields: []web.Field{
			{Name: "provider", Label: say(l, "Provider", "Надавач"), Value: "SE", Options: []web.Option{all, {Value: "SE", Text: say(l, "Sweden", "Швеція")}}},
			{Name: "status", Label: say(l, "Status", "Статус"), Options: []web.Option{all, {Value: "paid", Text: say(l, "paid", "сплачено")}}},
			{Name: "q", Label: say(l, "Words", "Слова"), Type: "search"},
		}}
}

func itemList(l web.Lang) []web.Item {
	return []web.Item{
		{Term: say(l, "Amount as spoken", "Сума, як її названо"), Detail: web.Text(web.Money(l, "135000000.00", "SEK"))},
		{Term: say(l, "In euros", "У євро"), Detail: web.Note(web.Money(l, "12118491.92", "EUR"), say(l, "rate of 2 July 2025: 1 EUR = 11.1400 SEK, European Central Bank", "курс на 2 липня 2025 р.: 1 EUR = 11,1400 SEK, Європейський центральний банк"))},
		{Term: say(l, "Basis", "Підстава"), Detail: web.BasisLabel(l, "published")},
		{Term: say(l, "Moved", "Перераховано")},
		{Term: say(l, "Source", "Джерело"), Detail: web.Cite(l, sampleSource), Action: web.Link{Text: say(l, "Report an error", "Повідомити про помилку"), Href: "/report"}},
	}
}

func itemHistory(l web.Lang) []web.Event {
	return []web.Event{
		{When: web.Time(l, sampleTime), Text: say(l, "Amount corrected", "Суму виправлено"), Href: "/record/41", Note: say(l, "was SEK 135,000, now SEK 135,000,000: mistyped", "було 135 000 SEK, стало 135 000 000 SEK: описка")},
		{When: web.Time(l, sampleTime), Text: say(l, "Recorded from a published source", "Внесено за опублікованим джерелом"), Href: "/record/17"},
	}
}

func tones(l web.Lang) []templ.Component {
	return []templ.Component{
		web.StatusChip(web.Neutral, say(l, "pledge", "заявлений внесок")),
		web.StatusChip(web.Active, say(l, "commitment", "зобов’язання")),
		web.StatusChip(web.Attention, say(l, "due in 6 h", "лишилося 6 год")),
		web.StatusChip(web.Danger, say(l, "overdue", "прострочено")),
		web.StatusChip(web.Good, say(l, "paid", "сплачено")),
		web.Dots(2, 3, say(l, "interagency", "міжвідомча група")),
	}
}
