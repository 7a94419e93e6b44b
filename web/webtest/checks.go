package webtest

import (
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// A Finding is one thing that axe-core holds against a page.
type Finding struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"`
}

func (f Finding) String() string {
	return fmt.Sprintf("%s (%s): %s\n\t%s", f.ID, f.Impact, f.Help, strings.Join(f.Nodes, "\n\t"))
}

// Axe runs axe-core over the page as it stands: WCAG 2.2 to level AA, and the
// rules that Deque calls best practice.
func (p *Page) Axe() []Finding {
	p.t.Helper()
	Ask[bool](p, axe+";true")
	return Ask[[]Finding](p, `axe.run(document, {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}}).then(r => r.violations.map(v => ({
		id: v.id, impact: v.impact || "", help: v.help,
		nodes: v.nodes.map(n => n.target.join(" ") + ": " + n.failureSummary)})))`)
}

// A Shift is how much of a page moved after it was painted: the sum of the
// layout-shift entries that no input caused, and what moved.
type Shift struct {
	Score float64  `json:"score"`
	Moved []string `json:"moved"`
}

// Shift waits a moment for late movements of the page.
func (p *Page) Shift() Shift {
	p.t.Helper()
	return Ask[Shift](p, `new Promise(done => {
		const sum = {score: 0, moved: []};
		const box = r => [r.x, r.y, r.width, r.height].map(Math.round).join(" ");
		new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) {
			sum.score += e.value;
			for (const s of e.sources)
				sum.moved.push((s.node?.nodeName ?? "?") + "." + (s.node?.className ?? "") + " from " + box(s.previousRect) + " to " + box(s.currentRect));
		} }).observe({type: "layout-shift", buffered: true});
		setTimeout(() => done(sum), 400);
	})`)
}

// Overflow lists what reaches past the right edge of the window and is in no
// region that scrolls: what a reader on a phone would not see.
func (p *Page) Overflow() []string {
	p.t.Helper()
	return Ask[[]string](p, `(() => {
		const wide = document.documentElement.clientWidth, out = [];
		const inside = e => { for (let a = e.parentElement; a; a = a.parentElement) {
			const s = getComputedStyle(a); if (/auto|scroll|hidden|clip/.test(s.overflowX) || s.clipPath !== "none") return true; } return false; };
		for (const e of document.body.querySelectorAll("*")) {
			const r = e.getBoundingClientRect();
			if (r.width > 0 && r.right > wide + 1 && !inside(e) && getComputedStyle(e).clipPath === "none")
				out.push(e.tagName + "." + e.getAttribute("class") + " to " + Math.round(r.right) + ": " + e.textContent.trim().slice(0, 40));
		}
		return out;
	})()`)
}

// Walk presses Tab steps times and says what had the focus after each, as
// "tag text", with " (unseen)" when the focus cannot be seen.
func (p *Page) Walk(steps int) []string {
	p.t.Helper()
	var way []string
	for range steps {
		p.Press(kb.Tab)
		time.Sleep(20 * time.Millisecond)
		way = append(way, p.Focus())
	}
	return way
}

// Focus says what has the focus, as Walk does.
func (p *Page) Focus() string {
	p.t.Helper()
	return Ask[string](p, `(() => {
		const e = document.activeElement;
		if (!e || e === document.body) return "nothing";
		const name = (e.getAttribute("aria-label") || e.innerText || e.name || e.id || "").trim().replace(/\s+/g, " ").slice(0, 60);
		const s = getComputedStyle(e), r = e.getBoundingClientRect();
		const seen = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && r.width > 0 && r.bottom > 0;
		return e.tagName.toLowerCase() + " " + name + (seen ? "" : " (unseen)");
	})()`)
}

// FocusOn waits until the focus is on an element whose name, as Focus gives
// it, starts with want. A browser moves the focus to what the page has asked
// for when it first paints the page, which may be after it has loaded.
func (p *Page) FocusOn(want string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		got := p.Focus()
		if strings.HasPrefix(got, want) {
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the focus is on %q, not on %q", got, want)
		}
	}
}

// Foreign lists words that are in the alphabet of another language than the
// nearest lang attribute says: Latin words in Ukrainian, Cyrillic ones in
// English. Code, ids, rows of tables, what stands in «quotes», abbreviations in
// capitals and words with a digit or a stop in them are nobody's language;
// names are allowed as they are.
func (p *Page) Foreign(names ...string) []string {
	p.t.Helper()
	return Ask[[]string](p, `(names => {
		const strange = {uk: /[A-Za-z]{3,}/, en: /[\u0400-\u04FF]/}, out = new Set();
		const look = (element, text) => {
			const lang = element.closest("[lang]")?.lang, at = text.trim().slice(0, 80);
			text = text.replace(/«[^»]*»/g, "");
			for (const name of names) text = text.replaceAll(name, "");
			for (const word of text.split(/[\s\u00A0«»“”„"(),;:/]+|\.(?=\s|$)/))
				if (strange[lang]?.test(word) && !/\d|\S\.\S|^[A-Z+-]+$/.test(word)) out.add(lang + " " + word + " in: " + at);
		};
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (walk.nextNode()) {
			const e = walk.currentNode.parentElement;
			if (!e.closest("code, pre, kbd, script, .id, .cite .note")) look(e, walk.currentNode.data);
		}
		for (const name of ["aria-label", "title", "placeholder", "alt"])
			for (const e of document.querySelectorAll("[" + name + "]")) look(e, e.getAttribute(name));
		return [...out];
	})(`+strings.ReplaceAll(fmt.Sprintf("%q", names), `" "`, `", "`)+`)`)
}

// Sound fails the test for whatever is wrong with the page as it stands:
// findings of axe-core, complaints of the browser, layout shift, text that
// cannot be reached, and keys that the catalogue lacks.
func (p *Page) Sound() {
	p.t.Helper()
	for _, f := range p.Axe() {
		p.t.Errorf("axe: %v", f)
	}
	if s := p.Shift(); s.Score > 0 {
		p.t.Errorf("layout shift %.6f, want 0: %s", s.Score, strings.Join(s.Moved, "; "))
	}
	for _, o := range p.Overflow() {
		p.t.Errorf("past the edge: %s", o)
	}
	if body := Ask[string](p, "document.body.innerText"); strings.Contains(body, "⟦") {
		p.t.Errorf("a text is missing in the catalogue: %s", around(body, "⟦"))
	}
	for _, c := range p.Complaints() {
		p.t.Errorf("the browser complains: %s", c)
	}
}

func around(s, mark string) string {
	const most = 80
	_, after, _ := strings.Cut(s, mark)
	return mark + after[:min(len(after), most)]
}
