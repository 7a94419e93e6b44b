package statementhttp

import (
	"net/http"

	"tallinn/tlp"
	"tallinn/web"
)

// ruleKeys are the counting rules, in the order of doc/account.md.
var ruleKeys = []string{"rule.1", "rule.2", "rule.3", "rule.4", "rule.5", "rule.6", "rule.7", "rule.8", "rule.9"}

// defined lists the definitions that the methods page explains.
var defined = []string{"total", "partner", "line", "year", "status", "basis", "left_out",
	"pledges", "internal", "outgoing", "beside", "scope", "again", "denied", "no_value", "open", "held", "path", "account"}

// elsewhere are the numbers of other nouns' pages, which the methods page
// explains under these names.
var elsewhere = []string{"flow.spoken", "need.cover", "need.regions", "need.steps", "offer.left"}

func (h *Handler) methods(w http.ResponseWriter, r *http.Request) error {
	q, err := h.ask(r.URL.Query())
	if err != nil {
		return err
	}
	a, err := h.account(r.Context(), q)
	if err != nil {
		return err
	}
	p := page{Page: web.PageOf(r), account: a, today: h.today()}
	p.Title = p.t("methods.title")
	p.Section, p.Marking = "methods", tlp.Clear
	p.Crumbs = []web.Crumb{{Text: p.Title}}
	return web.Render(w, r, p.Page, methodsPage(p))
}

func (p page) definitions() []web.Item {
	items := make([]web.Item, 0, len(defined))
	for _, d := range defined {
		items = append(items, web.Item{Term: p.t("statement." + d), Detail: web.Text(p.t("definition." + d))})
	}
	return items
}
