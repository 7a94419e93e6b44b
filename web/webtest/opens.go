package webtest

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// amounts of money as pages write them, in either language.
var amounts = regexp.MustCompile(`(€\d|\d[\d., \x{00a0}]* ?€|\b[A-Z]{3}\x{00a0}\d|\d\x{00a0}[A-Z]{3}\b)`)

// Unopened are the numbers of a page that open nothing: amounts of money, and
// whatever else stands in a cell of numbers. A number opens when it is a link,
// or when the row, line, paragraph or figure that it stands in has one. What a
// page about one thing, which has an id, says of it in its own list needs none.
func (d *Document) Unopened() (out []string) {
	d.t.Helper()
	item := len(d.find("main .history, h1 .id")) > 0
	fact := len(d.find(`main a[href$="/raw"]`)) > 0
	var walk func(n, unit *html.Node, cell bool)
	walk = func(n, unit *html.Node, cell bool) {
		if n.Type == html.ElementNode {
			switch classes := strings.Fields(attr(n, "class")); n.Data {
			case "form", "svg", "script", "style", "nav", "option", "label", "caption", "h3", "figcaption":
				return // what is asked, drawn or headed stands beside it, or is the page's own
			case "dd":
				if unit = n; item {
					return
				}
			case "section":
				if slices.Contains(classes, "figure") && hasLink(n) {
					return
				}
			case "p":
				if unit = n; fact || slices.Contains(classes, "lead") {
					return
				}
			case "tr", "li", "blockquote":
				unit = n
			case "td":
				cell = slices.Contains(classes, "num")
			}
		}
		if n.Type == html.TextNode && (amounts.MatchString(n.Data) || cell && strings.ContainsAny(n.Data, "123456789")) &&
			(unit == nil || !hasLink(unit)) {
			out = append(out, Plain(n.Data))
		}
		for c := range n.ChildNodes() {
			walk(c, unit, cell)
		}
	}
	for _, m := range d.find("main") {
		walk(m, nil, false)
	}
	return out
}

func hasLink(n *html.Node) bool {
	if n.Type == html.ElementNode && n.Data == "a" && attr(n, "href") != "" {
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if hasLink(c) {
			return true
		}
	}
	return false
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
