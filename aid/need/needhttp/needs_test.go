package needhttp

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/web"
	"tallinn/web/webtest"
)

// TestPages: list, board and queue in both languages, without a missing text.
func TestPages(t *testing.T) {
	h := many(120)
	for _, tt := range []struct {
		path, lang, selector string
		want                 string
		n                    int
	}{
		{"/needs", "en", "#needs caption", "120 needs, the latest first", 1},
		{"/needs", "uk", "#needs caption", "120 потреб, спершу найновіші", 1},
		{"/needs", "en", "#N-00119 .num", "71 h left", 1},
		{"/needs", "uk", "#N-00119 td:nth-child(3)", "технічний", 1},
		{"/needs?mine=waits", "en", "#needs caption", "60 needs, the latest first", 1},
		{"/needs?page=2", "en", "#needs tbody tr", "", 20},
		{"/needs?view=board", "uk", ".board h2", "технічний 120", 4},
		{"/needs?view=board", "en", ".board #stage-technical", "technical 120", 1},
		{"/needs?view=board", "en", "#N-00119 a", "N-00119", 1},
		{"/queue", "uk", "#queue caption", "60 потреб чекають на ваш голос", 1},
		{"/queue", "en", "#queue tbody tr:first-child a", "N-00001", 1},
		{"/needs/N-00001", "en", "#part h3", "Your part", 1},
		{"/needs/N-00000", "uk", "#part p:nth-of-type(2)", "Ваша роль уже проголосувала: утриматися, 14 квітня 2026 р., 11:30 за київським часом. Голос можна змінити, доки етап триває.", 1},
		{"/needs/N-00001/vote", "uk", "#evidence-title", "Про що йдеться", 1},
		{"/needs/N-00001/vote", "en", "input[name='score.relevance']", "", 6},
	} {
		d := webtest.Get(t, h, tt.path, tt.lang)
		all := d.All(tt.selector)
		if d.Status != http.StatusOK || len(all) != tt.n || tt.want != "" && all[0] != tt.want {
			t.Errorf("%s in %s: status %d, %q is %q; want %d, the first %q", tt.path, tt.lang, d.Status, tt.selector, all, tt.n, tt.want)
		}
		if strings.Contains(d.Body, "⟦") || strings.Contains(d.Body, "no value") {
			t.Errorf("%s in %s lacks a text", tt.path, tt.lang)
		}
	}
	for path, status := range map[string]int{"/needs?stage=nothing": 400, "/needs?line=nothing": 400, "/needs?mine=yours": 400,
		"/needs?view=pie": 400, "/needs?page=3": 400, "/needs/N-99999": 404, "/needs/N-99999/events": 404, "/needs/new": 403} {
		if d := webtest.Get(t, h, path, "en"); d.Status != status {
			t.Errorf("%s answers %d, want %d", path, d.Status, status)
		}
	}
}

func TestClock(t *testing.T) {
	for _, tt := range []struct {
		left   time.Duration
		en, uk string
	}{
		{90 * time.Second, "1 min left", "ще 1 хв"},
		{5*time.Hour + time.Minute, "5 h left", "ще 5 год"},
		{71 * time.Hour, "71 h left", "ще 71 год"},
		{72 * time.Hour, "3 days left", "ще 3 дні"},
		{-time.Minute, "overdue by 1 min", "прострочено на 1 хв"},
		{-5 * 24 * time.Hour, "overdue by 5 days", "прострочено на 5 днів"},
	} {
		en, uk := clock(web.English, now.Add(tt.left), now), clock(web.Ukrainian, now.Add(tt.left), now)
		if webtest.Plain(en) != tt.en || webtest.Plain(uk) != tt.uk {
			t.Errorf("%v: %q, %q; want %q, %q", tt.left, en, uk, tt.en, tt.uk)
		}
	}
}

// FuzzForm: whatever a browser sends, the form comes back as it was typed, and
// one without problems passes the rules.
func FuzzForm(f *testing.F) {
	f.Add("title=a&summary=b&line=detection&sector=energy&lot_what=edr_seats&lot_quantity=5&lot_useful_share=50&lot_most_partners=1&urgency=short&useful_until=2027-01-01&lead_days=3&criticality=low")
	f.Add("lot_what=&lot_what=servers&lot_quantity=-1&hide_region=on&excluded=ru,,by;XX&renew_months=x&lot_cost=1,5&lot_currency=???")
	f.Add("title=%ff&weakness=%00&lead_days=99999999999999999999")
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		sent := formOf(q)
		if len(sent.Lots) < 1 || len(sent.Lots) > need.MostLots {
			t.Fatalf("%d lots", len(sent.Lots))
		}
		problems := sent.problems(web.English, "2026-04-14")
		a := sent.asked()
		a.Title, a.Summary = sealed, sealed
		broken := a.Check("2026-04-14") != nil || sent.texts().Check() != nil
		if broken != (len(problems) > 0) {
			t.Errorf("problems %v, and the rules say %v, %v", problems, a.Check("2026-04-14"), sent.texts().Check())
		}
		seen := map[string]bool{}
		for _, p := range problems {
			if p.Text == "" || strings.Contains(p.Text, "⟦") || strings.Contains(p.Text, "no value") || seen[p.Field] || place(p.Field) < 0 {
				t.Errorf("problem %+v", p)
			}
			seen[p.Field] = true
		}
	})
}

// FuzzBallot: whatever a browser sends is a ballot; what does not belong to
// its verdict is not in it.
func FuzzBallot(f *testing.F) {
	f.Add("verdict=pass&score.relevance=4&stage=technical&round=1&reason=x")
	f.Add("verdict=abstain&score.=1&score.x=&round=-1&mine=-1")
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		b := ballotOf(q)
		if b.Verdict == "abstain" && len(b.Scores) > 0 || b.Verdict == "pass" && b.Reason != "" || b.Seen < 0 {
			t.Errorf("%+v", b)
		}
		b.of(sealed, "")
	})
}
