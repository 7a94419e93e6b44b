package app_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
)

// stagesOfNeeds are where a need may stand, as the address of a list says it.
var stagesOfNeeds = []string{"technical", "interagency", "validated", "returned", "rejected", "withdrawn"}

// oneOfEach is a need of the exercise in each stage, of another recipient than
// the first cyber officer's.
func oneOfEach(t *testing.T, s *site) (ids []string) {
	t.Helper()
	v := s.acts(t, "technical group", 0)
	for _, stage := range stagesOfNeeds {
		var list struct {
			Items []struct {
				ID, Owner string
				Round     int
			} `json:"items"`
		}
		address := "/needs?stage=" + stage
		if stage == "technical" {
			address += "&mine=waits" // this seat has not voted on it
		}
		a := v.read(address)
		if err := json.Unmarshal([]byte(a.body), &list, json.MatchCaseInsensitiveNames(true)); err != nil {
			t.Fatalf("%v in %s", err, a.body)
		}
		for _, n := range list.Items {
			if n.Owner != owner(s, t) && n.Round <= 1 { // ballots are signed for the first round
				ids = append(ids, n.ID)
				break
			}
		}
	}
	if len(ids) != len(stagesOfNeeds) {
		t.Fatalf("the exercise has needs %q, want one a stage", ids)
	}
	return ids
}

// owner is the institution of the first cyber officer.
func owner(s *site, t *testing.T) string {
	var seat struct{ Holder string }
	a := s.acts(t, "observer", 0).read("/seats/" + s.seats()["cyber officer"][0])
	if err := json.Unmarshal([]byte(a.body), &seat, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return seat.Holder
}

// rightsOnNeeds is role × route × stage in the realm of the exercise: what
// each is answered. A need that is hidden is answered 404 on every route.
const rightsOnNeeds = `
                             technical interagency validated returned rejected withdrawn
visitor            page      404 404 404 404 404 404
visitor            ballot    404 404 404 404 404 404
visitor            sign      404 404 404 404 404 404
visitor            api       404 404 404 404 404 404
visitor            api-vote  401 401 401 401 401 401
cyber officer      page      404 404 404 404 404 404
cyber officer      ballot    404 404 404 404 404 404
cyber officer      sign      404 404 404 404 404 404
cyber officer      answer    404 404 404 404 404 404
cyber officer      withdraw  404 404 404 404 404 404
cyber officer      events    404 404 404 404 404 404
cyber officer      api       404 404 404 404 404 404
cyber officer      api-vote  404 404 404 404 404 404
technical group    page      200 200 200 200 200 200
technical group    ballot    200 403 409 409 409 409
technical group    sign      303 409 409 409 409 409
technical group    answer    403 403 403 403 403 403
technical group    withdraw  403 403 403 403 403 403
technical group    api       200 200 200 200 200 200
technical group    api-vote  200 409 409 409 409 409
interagency group  page      200 200 200 200 200 200
interagency group  ballot    403 200 409 409 409 409
interagency group  sign      403 409 409 409 409 409
interagency group  api       200 200 200 200 200 200
programme officer  page      404 404 200 404 404 404
programme officer  ballot    404 404 409 404 404 404
programme officer  sign      404 404 409 404 404 404
programme officer  withdraw  404 404 403 404 404 404
programme officer  events    404 404 200 404 404 404
programme officer  api       404 404 200 404 404 404
programme officer  api-vote  404 404 409 404 404 404
front office       page      200 200 200 200 200 200
front office       ballot    403 403 409 409 409 409
front office       sign      403 409 409 409 409 409
front office       api-vote  403 409 409 409 409 409
observer           page      404 404 404 404 404 404
observer           ballot    404 404 404 404 404 404
observer           api       404 404 404 404 404 404
observer           api-vote  404 404 404 404 404 404
`

// attempt sends one route's request for a need. A ballot is signed for the
// technical stage of round 1.
func attempt(v *visitor, route, id string) answer {
	page := "/needs/" + id
	switch route {
	case "page":
		return v.get(page)
	case "ballot":
		return v.get(page + "/vote")
	case "answer":
		return v.get(page + "/resubmit")
	case "withdraw":
		return v.get(page + "/withdraw")
	case "api":
		return v.read(page)
	case "events":
		return v.listens(page + "/events")
	case "api-vote":
		return v.call(page+"/votes", "key-"+id, map[string]any{"stage": "technical", "round": 1, "verdict": "abstain"})
	}
	return v.post(page+"/vote", url.Values{"step": {"sign"}, "key": {"sign-" + id}, "stage": {"technical"}, "round": {"1"},
		"mine": {"0"}, "verdict": {"abstain"}})
}

// listens opens a stream of events and closes it when it has been answered.
func (v *visitor) listens(path string) answer {
	resp, err := v.client.Get(v.site.url + path)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	return answer{status: resp.StatusCode}
}

func TestRightsOnNeeds(t *testing.T) {
	s := playSite(t)
	ids := oneOfEach(t, s)
	actors := map[string]*visitor{}
	lines := strings.Split(strings.TrimSpace(rightsOnNeeds), "\n")
	for _, line := range lines[1:] {
		role, rest := strings.TrimSpace(line[:19]), strings.Fields(line[19:])
		v := actors[role]
		if v == nil {
			as := role
			if role == "visitor" {
				as = ""
			}
			v = s.acts(t, as, 0)
			actors[role] = v
		}
		for i, id := range ids {
			if got := fmt.Sprint(attempt(v, rest[0], id).status); got != rest[1+i] {
				t.Errorf("%s, %s of a %s need: %s, want %s", role, rest[0], stagesOfNeeds[i], got, rest[1+i])
			}
		}
	}
}

// TestHiddenIsMissing: to those who may not see a need, it is answered in the
// very bytes in which a need that never was is answered.
//
// ASVS 8.2.2
func TestHiddenIsMissing(t *testing.T) {
	s := playSite(t)
	ids := oneOfEach(t, s)
	for _, role := range []string{"", "cyber officer", "programme officer", "observer"} {
		v := s.acts(t, role, 0)
		for _, route := range []string{"page", "ballot", "sign", "answer", "withdraw", "api", "api-vote"} {
			hidden, missing := attempt(v, route, ids[0]), attempt(v, route, "N-0000")
			same := func(a answer, id string) string { return strings.ReplaceAll(a.body, id, "N-0000") }
			if hidden.status != missing.status || same(hidden, ids[0]) != missing.body {
				t.Errorf("%q, %s: hidden answers %d %.300s, missing %d %.300s", role, route, hidden.status, hidden.body, missing.status, missing.body)
			}
		}
	}
}

// TestListsCountWhatIsSeen: list, board, table and API agree with asking for
// each need by itself.
func TestListsCountWhatIsSeen(t *testing.T) {
	s := playSite(t)
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^(N-\d+),`).FindAllStringSubmatch(s.acts(t, "front office", 0).get("/needs.csv").body, -1) {
		all = append(all, m[1])
	}
	if len(all) < 30 {
		t.Fatalf("the front office sees %d needs", len(all))
	}
	for role, some := range map[string]bool{"": false, "observer": false, "cyber officer": true, "programme officer": true, "technical group": true} {
		v := s.acts(t, role, 0)
		seen := 0
		for _, id := range all {
			if v.get("/needs/"+id).status == http.StatusOK {
				seen++
			}
		}
		page, table := v.get("/needs"), v.get("/needs.csv")
		rows := strings.Count(page.body, `<tr role="row" id="N-`)
		var list struct{ Total int }
		if err := json.Unmarshal([]byte(v.read("/needs?limit=1").body), &list, json.MatchCaseInsensitiveNames(true)); err != nil {
			t.Fatal(err)
		}
		if rows != seen || strings.Count(table.body, "\nN-") != seen || list.Total != seen || (seen > 0) != some {
			t.Errorf("%q sees %d needs; the list has %d, the table %d, the API says %d", role, seen, rows, strings.Count(table.body, "\nN-"), list.Total)
		}
	}
}

// TestNeedRealms: a seat of the exercise changes nothing and sees nothing of
// the real realm, and its token opens nothing else.
//
// ASVS 8.4.1
func TestNeedRealms(t *testing.T) {
	s := playSite(t)
	ids := oneOfEach(t, s)
	if a := s.acts(t, "", 0).get("/needs/" + ids[2]); a.status != http.StatusNotFound {
		t.Errorf("a validated need of the exercise answers a visitor of the real realm %d", a.status)
	}
	v := s.acts(t, "", 0)
	v.token = "not-a-token"
	if a := v.call("/needs/"+ids[0]+"/votes", "k", map[string]any{}); a.status != http.StatusUnauthorized {
		t.Errorf("a token that is none answers %d", a.status)
	}
	if a := v.get("/procedure"); a.status != http.StatusOK || !strings.Contains(a.says(t, "main"), "No procedure has been adopted here") {
		t.Errorf("the real realm's procedure answers %d %q", a.status, a.says(t, "main"))
	}
	if got := s.acts(t, "observer", 0).get("/procedure").says(t, ".status"); !strings.HasPrefix(got, "version 1, in force from") {
		t.Errorf("the exercise's procedure is %q", got)
	}
	for role, some := range map[string]bool{"": false, "observer": true, "cyber officer": true} {
		if got := strings.Count(s.acts(t, role, 0).get("/seats").body, `<tr role="row" id="R-`); (got > 0) != some {
			t.Errorf("%q sees %d seats", role, got)
		}
	}
}

// TestNeedAPI: a need by its API, by keys that give the first answer again.
func TestNeedAPI(t *testing.T) {
	s := playSite(t)
	officer := s.acts(t, "cyber officer", 0)
	in := map[string]any{"title": "By program", "summary": "For the desks.", "line": "detection", "sector": "energy",
		"lots":    []any{map[string]any{"what": "edr_seats", "quantity": 5, "cost": map[string]any{"currency": "EUR", "value": "10.50"}}},
		"urgency": "short", "useful_until": "2027-12-31", "lead_days": 3, "criticality": "low"}
	first := officer.call("/needs", "once", in)
	var n struct {
		ID, Status, Stage string
		Votes             []struct{ Verdict string }
	}
	if err := json.Unmarshal([]byte(first.body), &n, json.MatchCaseInsensitiveNames(true)); err != nil || first.status != http.StatusOK || n.Stage != "technical" {
		t.Fatalf("submitting answers %d %s", first.status, first.body)
	}
	if again := officer.call("/needs", "once", in); again.status != http.StatusOK || again.body != first.body {
		t.Errorf("the same key answers %d %s", again.status, again.body)
	}
	in["title"] = "Other"
	if a := officer.call("/needs", "once", in); a.status != http.StatusConflict || !strings.Contains(a.body, "need.form_used") {
		t.Errorf("a used key answers %d %s", a.status, a.body)
	}
	if a := officer.call("/needs", "", in); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "header.Idempotency-Key") {
		t.Errorf("no key answers %d %s", a.status, a.body)
	}
	in["line"], in["lead_days"] = "nothing", 2000
	if a := officer.call("/needs", "wrong", in); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `"body.line"`) || !strings.Contains(a.body, `"body.lead_days"`) {
		t.Errorf("a wrong need answers %d %s", a.status, a.body)
	}
	// Another's key of the same name is another key.
	voter := s.acts(t, "technical group", 0)
	if a := voter.call("/needs/"+n.ID+"/votes", "once", map[string]any{"stage": "technical", "round": 1, "verdict": "pass",
		"scores": []any{map[string]any{"criterion": "relevance", "score": 9}}}); a.status != http.StatusBadRequest || !strings.Contains(a.body, "need.score") {
		t.Errorf("a wrong vote answers %d %s", a.status, a.body)
	}
	good := map[string]any{"stage": "technical", "round": 1, "verdict": "reject", "reason": "Asked twice."}
	a := voter.call("/needs/"+n.ID+"/votes", "once", good)
	if err := json.Unmarshal([]byte(a.body), &n, json.MatchCaseInsensitiveNames(true)); err != nil || len(n.Votes) != 1 || n.Votes[0].Verdict != "reject" {
		t.Errorf("a vote answers %d %s", a.status, a.body)
	}
	seen := officer.read("/needs/" + n.ID)
	if strings.Contains(seen.body, "reject") || strings.Contains(seen.body, "Asked twice") {
		t.Errorf("the owner is told the vote while the stage is open: %s", seen.body)
	}
	if a := voter.call("/needs/"+n.ID+"/withdrawal", "away", map[string]any{"reason": "met_elsewhere"}); a.status != http.StatusForbidden {
		t.Errorf("another's withdrawal answers %d", a.status)
	}
	if a := officer.call("/needs/"+n.ID+"/withdrawal", "away", map[string]any{"reason": "met_elsewhere"}); a.status != http.StatusOK || !strings.Contains(a.body, `"withdrawn"`) {
		t.Errorf("the withdrawal answers %d %s", a.status, a.body)
	}
}

// TestNeedEvents: a page that is open is told of a vote, and is not told what
// its reader may not see; a reader who comes back is told what was missed.
func TestNeedEvents(t *testing.T) {
	s := playSite(t)
	officer, voter := s.acts(t, "cyber officer", 0), s.acts(t, "technical group", 0)
	page := officer.submits(asked())
	live := regexp.MustCompile(`data-live="([^"]+)"`).FindStringSubmatch(officer.get(page).body)[1]
	told := make(chan string, 1)
	resp, err := officer.client.Get(s.url + live)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("the stream answers %v, %v", resp, err)
	}
	defer resp.Body.Close()
	go func() {
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "data: ") {
				told <- lines.Text()
				return
			}
		}
	}()
	began := time.Now()
	voter.votes(page, "pass", "")
	select {
	case data := <-told:
		t.Logf("told after %v, with the three requests of the vote", time.Since(began))
		if !strings.Contains(data, "1 of 3 voted") || strings.Contains(data, "Beacon") || strings.Contains(data, "pass") {
			t.Errorf("the page is told %s", data)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the page was told nothing")
	}
	if a := s.acts(t, "observer", 0).listens(live); a.status != http.StatusNotFound {
		t.Errorf("the stream of a hidden need answers %d", a.status)
	}
	if a := officer.listens("/queue/events"); a.status != http.StatusForbidden {
		t.Errorf("the queue's stream answers an officer %d", a.status)
	}
	if a := voter.listens("/queue/events?after=0"); a.status != http.StatusOK {
		t.Errorf("the queue's stream answers %d", a.status)
	}
}
