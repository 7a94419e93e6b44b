// Package web is what every page and every answer of the hub shares: the
// frame, the components, the catalogue of texts in English and Ukrainian, the
// formats of dates, numbers and amounts, the way from an error to a status,
// and the middleware. It knows no noun: a noun's pages live beside the noun,
// in its http package, and are built of these parts.
//
// A page is made in three steps:
//
//	func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
//		p := web.PageOf(r)                     // language, theme, headings
//		p.Title = web.T(p.Lang, "flow.title")  // a key of the catalogue
//		p.Section, p.Marking = "flows", tlp.Clear
//		return web.Render(w, r, p, flowPage(p, view)) // a templ component
//	}
//
// and mounted with web.Handle, which answers whatever error it returns. Site
// wraps all of it once.
//
// Pages hold no script and no style of their own (the policy refuses them):
// sizes and colours are in assets/tokens.css and nowhere else, widths that
// depend on data are attributes of SVG elements.
package web
