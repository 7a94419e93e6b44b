package app_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"tallinn/web/webtest"
)

// evil is text that a page or a spreadsheet could mistake for something to do.
const evil = `=<script>alert(1)</script><img src=x onerror=alert(1)>"'&`

// row writes one line of a table.
func row(cells ...string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write(cells)
	w.Flush()
	return b.String()
}

// hostileTables hold evil in every column that takes free text.
func hostileTables() map[string]string {
	return map[string]string{
		"members.csv": "code,name,name_uk,role,since,since_precision,note,source\n" +
			row("EE", evil+"EE", evil+"EE", "partner", "2023-12-20", "by", evil, evil) +
			row("UA", evil+"UA", evil+"UA", "recipient member", "2023-12-20", "day", evil, evil),
		"bodies.csv": "id,name,place,kind,function,composition,since,source\n" +
			row("tmpo", evil+"B", evil, "office", evil, evil, "2024", evil),
		"recipients.csv": "id,name,name_uk,source\n" + row("local", evil+"R", evil+"R", evil),
		"contributions.csv": "id,reporter,provider,receiver,amount,currency,announced,period,status,scope,kind,purpose,reported_equivalents,note,source\n" +
			row("a", evil+"EE", evil+"EE", evil+"UA", "500000", "EUR", "2024-01-01", evil, "spent", "mechanism", "financial", evil, evil, evil, evil) +
			row("b", evil+"EE", evil+"EE", evil+"UA", "900000", "USD", "2024-01-01", evil, "announced", "mechanism", "financial", evil, evil, evil, "javascript:alert(1)") +
			row("c", evil+"EE", evil+"EE", evil+"UA", "700000", "EUR", "2024-02-01", evil, "accumulated", "mechanism", "total", evil, evil, evil, evil) +
			row("d", evil+"EE", evil+"EE", evil+"UA", "800000", "EUR", "2024-03-01", evil, "decided", "military", "financial", evil, evil, evil, evil) +
			row("e", evil+"EE", evil+"EE", evil+"UA", "600000", "EUR", "2024-04-01", evil, "decided", "unclear", "financial", evil, evil, evil, evil),
		"projects.csv": "id,name,provider,implementer,recipients,capability,quantity,unit,start,end,result,source\n" +
			row("p", evil, evil+"EE", evil+"B", evil, evil, "3", evil, "2024", "2025", evil, evil),
		"timeline.csv": "date,precision,event,source\n" + row("2024-01-01", "day", evil, evil),
		"parties.csv":  "id,name,name_uk,type,country,source\n",
		"aliases.csv":  "name,party,note\n",
		"lines.csv":    "row,line,why\n",
	}
}

// testHostile: text that came in with a table is text on every page and in
// every download.
func testHostile(t *testing.T, b *webtest.Browser, _ *site) {
	s, _ := newSite(t)
	s.bring(hostileTables())
	p := b.Page(t, webtest.Desk.In("uk"))
	for _, path := range []string{"/", "/figures/statement.total", "/figures/statement.partner.EE", "/flows", s.flow("EE"),
		"/mentions", s.mention("total"), "/projects", s.project(), "/parties", "/parties/EE", "/parties/tmpo", "/record",
		"/record/" + s.fact("flow.recorded"), "/record/" + s.fact("party.registered"), "/record/" + s.fact("project.recorded")} {
		p.Go(s.url + path)
		const found = `document.querySelectorAll("script:not([src]), main img, main script, [onerror], a[href^='javascript:' i]").length`
		if n := webtest.Ask[int](p, found); n > 0 {
			t.Errorf("%s: %d elements came out of text", path, n)
		}
		if got := webtest.Ask[string](p, "document.body.textContent"); !strings.Contains(got, "<script>alert(1)</script><img src=x onerror=alert(1)>") {
			t.Errorf("%s does not show the text as it is", path)
		}
		for _, past := range p.Overflow() {
			t.Errorf("%s: past the edge: %s", path, past)
		}
	}
	for _, c := range p.Complaints() {
		t.Errorf("the browser complains: %s", c)
	}
	for _, path := range []string{"/flows.csv", "/mentions.csv", "/parties.csv", "/statement/partners.csv", "/statement/published.csv",
		"/statement/mentions.csv", "/statement/members.csv", "/statement/milestones.csv", "/figures/statement.total/rows.csv"} {
		safeSheet(t, path, s.get(path))
	}
}

// safeSheet fails when a cell of a CSV would be taken for a formula.
func safeSheet(t *testing.T, path string, data []byte) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff")))
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		t.Errorf("%s has %d rows: %v", path, len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("%s has a formula: %s", path, cell)
			}
		}
	}
}
