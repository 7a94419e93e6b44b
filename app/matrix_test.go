package app_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/fact"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// matrixRoutes says of every route what its {id} names; "" is a route that
// names nothing whose rights are crossed here. A route that has no line fails
// the test: say what it shows, and to whom.
const matrixRoutes = `
need        GET /api/v1/needs/{id} | GET /api/v1/needs/{id}/attachments
need        GET /needs/{id} | GET /needs/{id}/attachments | GET /needs/{id}/events | GET /needs/{id}/resubmit
own         GET /needs/{id}/dossier | GET /needs/{id}/dossier.csv
need        GET /needs/{id}/detail | POST /needs/{id}/detail | POST /needs/{id}/emergency | POST /api/v1/needs/{id}/emergency
need        POST /api/v1/needs/{id}/detail
list        GET /emergency | GET /emergency/worker.js | GET /emergency/record
act         POST /emergency | POST /emergency/record | POST /api/v1/emergencies
act         GET /seats/{id}/duty | POST /seats/{id}/duty | POST /api/v1/seats/{id}/duty
need        GET /needs/{id}/vote | GET /needs/{id}/withdraw
need        POST /api/v1/needs/{id}/attachments | POST /api/v1/needs/{id}/marking | POST /api/v1/needs/{id}/resubmission
own         GET /api/v1/needs/{id}/weakness | POST /api/v1/needs/{id}/weakness | POST /api/v1/needs/{id}/weakness/end
own         GET /needs/{id}/weakness | POST /needs/{id}/weakness
need        GET /api/v1/needs/{id}/related | POST /api/v1/needs/{id}/related | GET /needs/{id}/related | POST /needs/{id}/related
act         POST /needs/likely | POST /api/v1/needs/likely
need        GET /needs/{id}/marking | POST /needs/{id}/marking
need        GET /needs/{id}/reopen | POST /needs/{id}/reopen | POST /api/v1/needs/{id}/reopening | POST /api/v1/needs/{id}/reopening/agreement
need        POST /api/v1/needs/{id}/votes | POST /api/v1/needs/{id}/withdrawal
need        POST /needs/{id}/attachments | POST /needs/{id}/resubmit | POST /needs/{id}/vote | POST /needs/{id}/withdraw
offer       GET /api/v1/offers/{id} | GET /offers/{id} | GET /offers/{id}/events
reservation GET /api/v1/reservations/{id} | GET /reservations/{id} | GET /reservations/{id}/events
list        GET /api/v1/needs | GET /needs | GET /needs.csv | GET /queue | GET /desk | GET /api/v1/offers | GET /offers | GET /offers.csv | GET /offers.xlsx | GET /offers.json | GET /needs.xlsx | GET /needs.json
list        GET /needs/pictures | GET /statement/pictures
list        GET /api/v1/facts | GET /record | GET /record.csv | GET /offers/new | GET /needs/new | GET /api/v1/seats | GET /seats
list        GET /statement | GET /{$} | GET /walk | GET /flows | GET /flows.csv | GET /flows.xlsx | GET /flows.json | GET /mentions.xlsx | GET /mentions.json | GET /api/v1/flows | GET /api/v1/statement
list        GET /api/v1/figures | GET /api/v1/mentions | GET /api/v1/parties | GET /api/v1/procedures | GET /api/v1/projects
list        GET /mentions | GET /mentions.csv | GET /methods | GET /parties | GET /parties.csv | GET /procedure | GET /api/v1/procedures/proposal | GET /projects | GET /projects.csv
list        GET /account | GET /exercise | GET /sign-in | GET /recover | GET /healthz | GET /readyz | GET /api/openapi.json | GET /api/openapi.yaml
stream      GET /desk/events | GET /needs/events | GET /offers/events | GET /queue/events
act         POST /api/v1/needs | POST /api/v1/offers | POST /needs | POST /offers | POST /api/v1/imports/mechanism | POST /api/v1/imports/rate | POST /api/v1/imports/rates
act         POST /procedure | POST /api/v1/procedures | POST /api/v1/procedures/adoption | POST /account/machines | POST /account/machines/end | POST /api/v1/machines | POST /api/v1/machines/revocations
list        GET /api/v1/machines
act         POST /account/passkeys/answer | POST /account/passkeys/ask | POST /account/passkeys/remove | POST /account/sessions/end | POST /account/sheet
list        GET /provider/{provider} | GET /provider/{provider}/link | GET /provider/{provider}/back
act         POST /account/prove | POST /account/identities/add | POST /account/identities/remove
act         POST /exercise/enter | POST /passkey/answer | POST /passkey/ask | POST /recover | POST /seat | POST /sign-in/{link} | POST /sign-out
list        GET /search | GET /search/suggest | GET /api/v1/search
list        GET /account/notices | GET /api/v1/flow-desk | GET /flow-desk | GET /worker.js
act         GET /account/notices/confirm/{token} | GET /flows/{id}/say | POST /account/notices/add | POST /account/notices/choice
act         POST /account/notices/confirm/{token} | POST /account/notices/push | POST /account/notices/remove | POST /account/notices/test
act         POST /api/v1/flows | POST /api/v1/flows/{id}/joinings | POST /api/v1/flows/{id}/links | POST /api/v1/flows/{id}/preview
act         POST /api/v1/flows/{id}/signatures | POST /api/v1/flows/{id}/unlinkings | POST /api/v1/flows/{id}/values | POST /api/v1/flows/{id}/words
act         POST /flows/{id}/join | POST /flows/{id}/say | GET /flows/new | POST /flows/new | GET /flows/{id}/link | POST /flows/{id}/link
act         GET /flows/{id}/value | POST /flows/{id}/value
list        GET /report | GET /reports | GET /api/v1/reports | GET /recoveries
act         POST /report | POST /reports/{id} | POST /api/v1/reports | POST /api/v1/reports/{id}/outcome | POST /recoveries | POST /api/v1/recoveries
list        GET /corrections | GET /api/v1/corrections
act         GET /corrections/new | GET /corrections/{id} | GET /api/v1/corrections/{id} | POST /corrections | POST /corrections/{id}
act         POST /api/v1/corrections | POST /api/v1/corrections/{id}/answers
act         GET /lists/{file} | GET /imports/{id} | GET /imports/{id}/events | GET /imports/{id}/problems.csv | POST /imports | POST /lists
act         POST /imports/{id} | GET /api/v1/imports/{id} | GET /api/v1/imports/{id}/problems | POST /api/v1/imports | POST /api/v1/imports/{id}/acts
act         POST /api/v1/imports/files | POST /api/v1/imports/trials
list        GET /imports | GET /api/v1/imports
list        GET /renewals | GET /renewals.csv | GET /renewals.xlsx | GET /renewals.json | GET /api/v1/renewals
public      GET /api/v1/exports/{list}
list        GET /erasures | GET /editions | GET /editions/new | GET /api/v1/editions
act         POST /editions | POST /editions/{id} | POST /api/v1/editions | POST /api/v1/editions/{id}/clearances
act         POST /api/v1/editions/{id}/signatures | POST /api/v1/editions/{id}/withdrawals
public      GET /editions/{id} | GET /api/v1/editions/{id} | GET /editions/{id}/figures.csv | GET /editions/{id}/rows.csv
act         POST /api/v1/erasures | POST /erasures
list        GET /seats/admit | GET /seats/new
act         GET /seats/sheets | GET /seats/{id}/assign | GET /seats/{id}/delegate | GET /seats/{id}/end | POST /seats/admit | POST /seats/new
act         POST /seats/sheets | POST /seats/{id}/assign | POST /seats/{id}/delegate | POST /seats/{id}/end | POST /seats/{id}/undelegate
act         POST /api/v1/seats | POST /api/v1/institutions | POST /api/v1/seats/{id}/sitting | POST /api/v1/seats/{id}/end
act         POST /api/v1/seats/{id}/deputy | POST /api/v1/seats/{id}/deputy/end
act         POST /walk | POST /walk/leave | POST /walk/next | GET /sign-in/{link}
offer       GET /offers/{id}/reserve | GET /offers/{id}/call-off
act         POST /offers/{id}/call-offs | POST /api/v1/offers/{id}/call-offs
act         POST /offers/{id}/close | POST /offers/{id}/reservations | POST /api/v1/offers/{id}/closing | POST /api/v1/offers/{id}/reservations
act         POST /api/v1/reservations/{id}/answers | POST /reservations/{id}
act         GET /attachments/{id} | GET /api/v1/attachments/{id}/file | POST /attachments/{id}/withdraw | POST /api/v1/attachments/{id}/withdrawal
public      GET /figures/{name}/compare | GET /api/v1/figures/{name}/comparison | GET /api/v1/facts/{pos} | GET /record/{pos} | GET /record/{pos}/raw | GET /api/v1/figures/{name} | GET /figures/{name}
public      GET /figures/{name}/rates.csv | GET /figures/{name}/rows.csv | GET /statement/{table} | GET /assets/ | GET /problems/{code}
public      GET /api/v1/flows/{id} | GET /flows/{id} | GET /api/v1/mentions/{id} | GET /mentions/{id} | GET /api/v1/parties/{id} | GET /parties/{id}
public      GET /flows/{id}/dossier | GET /flows/{id}/dossier.csv
public      GET /projects/{id} | GET /api/v1/seats/{id} | GET /seats/{id}
`

// matrixRights is who of the exercise sees a need of which marking, written
// from TLP 2.0 and the design and not from the policy: o a need that waits for
// the technical group, v a validated one; and, where the stage decides, i one
// that waits for the interagency group, r a returned, j a rejected and w a
// withdrawn one. Watchers see up to TLP:GREEN, TLP:RED is for who is named.
// Those of the real realm, whatever they may do there, see nothing of it.
const matrixRights = `
                   RED  STRICT AMBER  GREEN CLEAR
owner              ov   ov     ovirjw ov    ov
cyber officer      -    -      -      ov    ov
technical group    -    ov     ovirjw ov    ov
interagency group  -    ov     ovirjw ov    ov
named partner      ov   -      v      ov    ov
programme officer  -    -      v      ov    ov
implementer        -    -      v      ov    ov
front office       -    ov     ovirjw ov    ov
co-chair           -    ov     ovirjw ov    ov
observer           -    -      -      ov    ov
auditor            -    -      -      ov    ov
real front office  -    -      -      -     -
real partner       -    -      -      -     -
visitor            -    -      -      -     -
`

// kindsOfRoutes reads matrixRoutes, and fails when it and the mux disagree.
func kindsOfRoutes(t *testing.T, registered []string) map[string]string {
	t.Helper()
	kinds := map[string]string{}
	for line := range strings.Lines(strings.TrimSpace(matrixRoutes)) {
		kind, routes := strings.TrimSpace(line[:12]), line[12:]
		for r := range strings.SplitSeq(routes, "|") {
			kinds[strings.TrimSpace(r)] = kind
		}
	}
	for _, r := range registered {
		if kinds[r] == "" {
			t.Errorf("%s has no row in matrixRoutes: say what it shows, and to whom", r)
		}
	}
	for r := range kinds {
		if !slices.Contains(registered, r) {
			t.Errorf("matrixRoutes has %s, which is no route", r)
		}
	}
	return kinds
}

// A subject is a need in one cell of the matrix.
type subject struct {
	id, marking, stage string
}

// stagesCrossed are the stages of subjects under a marking.
func stagesCrossed(m tlp.Marking) string {
	if m == tlp.Amber {
		return "ovirjw"
	}
	return "ov"
}

// subjects are needs of an owner, under every marking and in every stage that
// the matrix crosses with it.
func subjects(t *testing.T, s *site, owner *visitor, named string) (out []subject) {
	groups := map[string][]*visitor{}
	for _, group := range []string{"technical group", "interagency group"} {
		groups[group] = []*visitor{s.acts(t, group, 0), s.acts(t, group, 1)}
	}
	vote := func(page, group, verdict, reason string) {
		for _, v := range groups[group] {
			v.votes(page, verdict, reason)
		}
	}
	for m := tlp.Red; m <= tlp.Clear; m++ {
		for _, stage := range strings.Split(stagesCrossed(m), "") {
			page := owner.submits(asked())
			switch stage {
			case "i":
				vote(page, "technical group", "pass", "")
			case "v":
				vote(page, "technical group", "pass", "")
				vote(page, "interagency group", "pass", "")
			case "r":
				vote(page, "technical group", "return", "Which systems?")
			case "j":
				vote(page, "technical group", "reject", "Another body pays for it.")
			case "w":
				if a := owner.post(page+"/withdraw", url.Values{"key": {owner.get(page + "/withdraw").hidden("key")}, "reason": {"met_elsewhere"}}); a.status != http.StatusSeeOther {
					t.Fatalf("withdrawing answers %d %s", a.status, a.body)
				}
			}
			x := subject{strings.TrimPrefix(page, "/needs/"), m.String(), stage}
			in := map[string]any{"marking": x.marking}
			if m == tlp.Red {
				in["to"] = []string{named}
			}
			if m != tlp.Amber {
				if a := owner.call(page+"/marking", "mark-"+x.id, in); a.status != http.StatusOK || !strings.Contains(a.body, x.marking) {
					t.Fatalf("marking %s as %s answers %d %s", x.id, x.marking, a.status, a.body)
				}
			}
			out = append(out, x)
		}
	}
	return out
}

// A reply without what tells nothing: its date, and the request's own number.
func (v *visitor) ask(route, id string) (status int, header, body string) {
	method, path, _ := strings.Cut(route, " ")
	path = strings.ReplaceAll(strings.ReplaceAll(path, "{id}", id), "{$}", "")
	var in io.Reader
	if method == "POST" {
		in = strings.NewReader(map[bool]string{true: "{}", false: "key=k&step=sign"}[strings.HasPrefix(path, "/api/")])
	}
	r, err := http.NewRequest(method, v.site.url+path, in)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Accept", "text/html")
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "k")
	} else if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.token != "" {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	resp, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.Header.Get("Content-Type") != "text/event-stream" {
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			v.t.Fatal(err)
		}
		body = string(raw)
	}
	resp.Header.Del("Date")
	return resp.StatusCode, fmt.Sprint(resp.Header), body
}

// TestRightsMatrix crosses every route with every role, every marking, own and
// other party, stage and realm. Who may not see a need gets the very answer
// that a need which never was gets: status, headers and body.
//
// ASVS 8.2.1, 8.2.2, 8.2.3
func TestRightsMatrix(t *testing.T) {
	s, hub := playHub(t)
	routes := hub.Routes(fact.Exercise)
	kinds := kindsOfRoutes(t, routes)
	if len(routes) < 100 {
		t.Fatalf("%d routes were found", len(routes))
	}
	actors := map[string]*visitor{"owner": s.acts(t, "cyber officer", 0), "cyber officer": s.acts(t, "cyber officer", 1),
		"named partner": s.acts(t, "programme officer", 1), "visitor": s.acts(t, "", 0)}
	for name, role := range map[string]seat.Role{"real front office": seat.FrontOffice, "real partner": seat.Programme} {
		_, token, err := hub.SitNew(t.Context(), "Олена Приклад", role)
		if err != nil {
			t.Fatal(err)
		}
		v := s.acts(t, "", 0)
		v.token = token
		home, _ := url.Parse(s.url)
		v.client.Jar.SetCookies(home, []*http.Cookie{{Name: "session", Value: token}})
		actors[name] = v
	}
	lines := strings.Split(strings.Trim(matrixRights, "\n"), "\n")[1:]
	for _, line := range lines {
		if role := strings.TrimSpace(line[:19]); actors[role] == nil {
			actors[role] = s.acts(t, role, 0)
		}
	}
	var markings []string
	for m := tlp.Red; m <= tlp.Clear; m++ {
		markings = append(markings, m.String())
	}
	needs := subjects(t, s, actors["owner"], s.seats()["programme officer"][1])
	deals := map[string][]string{"offer": firstIDs(t, actors["front office"], "/offers.csv", `P-\d+`),
		"reservation": firstIDs(t, actors["front office"], "/needs?stage=validated", `B-\d+`)}
	every := map[fact.Realm]*everything{}
	for _, realm := range []fact.Realm{fact.Real, fact.Exercise} {
		every[realm] = &everything{hub.EveryPart(t.Context(), realm), map[string]map[string]bool{}}
	}
	for _, line := range lines {
		role, rights := strings.TrimSpace(line[:19]), strings.Fields(line[19:])
		v := actors[role]
		var hidden, seen []string
		for _, x := range needs {
			if strings.Contains(rights[slices.Index(markings, x.marking)], x.stage) {
				seen = append(seen, x.id)
			} else {
				hidden = append(hidden, x.id)
			}
		}
		realm := fact.Exercise
		if role == "visitor" {
			realm = fact.Real
		}
		if !strings.HasPrefix(role, "real ") {
			v.searches(role, every[realm], hub.SeesParts(realm, seatOf(s, role)), slices.Concat(seen, hidden))
		}
		for _, route := range routes {
			switch kinds[route] {
			case "need":
				v.crosses(role, route, seen, hidden)
			case "own": // a part that not all who see the need see: the owner alone, or nobody while it is TLP:RED
				v.crosses(role, route, nil, hidden)
			case "list":
				v.lists(role, route, seen, hidden)
			case "offer", "reservation":
				if slices.Contains(outsiders, role) {
					v.crosses(role, route, nil, deals[kinds[route]])
				}
			}
		}
	}
	searchesRed(t, actors["owner"], needs[0])
}

// seatOf is the seat that acts for a row of matrixRights.
func seatOf(s *site, role string) string {
	switch role {
	case "visitor":
		return ""
	case "owner":
		return s.seats()["cyber officer"][0]
	case "cyber officer":
		return s.seats()[role][1]
	case "named partner":
		return s.seats()["programme officer"][1]
	}
	return s.seats()[role][0]
}

// outsiders see no offer and no reservation of others.
var outsiders = []string{"technical group", "interagency group", "observer", "auditor", "real front office", "real partner", "visitor"}

// firstIDs are the first ids that a page tells v.
func firstIDs(t *testing.T, v *visitor, page, like string) []string {
	body := v.get(page).body
	all := regexp.MustCompile(like).FindAllString(body, -1)
	for _, id := range regexp.MustCompile(`id="(N-\d+)"`).FindAllStringSubmatch(body, -1) {
		if len(all) == 0 { // on the pages of the list's needs
			all = regexp.MustCompile(like).FindAllString(v.get("/needs/"+id[1]).body, -1)
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s tells of no %s", page, like)
	}
	return all[:1]
}

// missing is the id of nothing, in the form of id.
func missing(id string) string { return id[:2] + "0000" }

// crosses asks a route for needs that v sees, and for those that it does not.
func (v *visitor) crosses(role, route string, seen, hidden []string) {
	var wantStatus int
	var wantHeader, wantBody string
	for i, id := range hidden {
		if i == 0 { // nothing of the answer hangs on which id never was
			wantStatus, wantHeader, wantBody = v.ask(route, missing(id))
		}
		status, header, body := v.ask(route, id)
		if status != wantStatus || header != wantHeader || strings.ReplaceAll(body, id, missing(id)) != wantBody {
			v.t.Errorf("%s, %s: hidden %s answers %d %s %.200s; missing %d %s %.200s", role, route, id, status, header, body, wantStatus, wantHeader, wantBody)
		}
		if status < 400 {
			v.t.Errorf("%s, %s: hidden %s answers %d", role, route, id, status)
		}
	}
	for _, id := range seen {
		if status, _, body := v.ask(route, id); status == http.StatusNotFound || route == "GET /needs/{id}" && status != http.StatusOK {
			v.t.Errorf("%s, %s: %s, which it sees, answers %d %.200s", role, route, id, status, body)
		}
	}
}

// lists looks at what a route tells of needs: nothing of those that are
// hidden; and in lists, exports and counts of needs all that are seen.
func (v *visitor) lists(role, route string, seen, hidden []string) {
	address := route
	if route == "GET /api/v1/needs" {
		address += "?limit=200"
	}
	_, _, body := v.ask(address, "")
	for _, id := range hidden {
		if strings.Contains(body, id) {
			v.t.Errorf("%s, %s: tells of %s, which is hidden", role, route, id)
		}
	}
	all := regexp.MustCompile(`N-\d{4,}`).FindAllString(body, -1)
	slices.Sort(all)
	all = slices.Compact(all)
	switch route {
	case "GET /needs.csv", "GET /api/v1/needs", "GET /needs":
		for _, id := range seen {
			if !slices.Contains(all, id) {
				v.t.Errorf("%s, %s: lacks %s, which it sees", role, route, id)
			}
		}
	}
	if route == "GET /api/v1/needs" {
		var list struct{ Total int }
		if err := json.Unmarshal([]byte(body), &list, json.MatchCaseInsensitiveNames(true)); err != nil || list.Total != len(all) {
			v.t.Errorf("%s: %d needs are counted, %d listed, %v", role, list.Total, len(all), err)
		}
	}
}

// TestReadingRed: what is TLP:RED stands in lists without its words; whoever
// opens it is logged for its owner, and when that fails nothing is shown.
//
// ASVS 16.5.3
func TestReadingRed(t *testing.T) {
	s, hub := playHub(t)
	owner, named := s.acts(t, "cyber officer", 0), s.acts(t, "programme officer", 1)
	page := owner.submits(asked())
	seat := s.seats()["programme officer"][1]
	if a := owner.call(page+"/marking", "red", map[string]any{"marking": "TLP:RED", "to": []string{seat}}); a.status != http.StatusOK {
		t.Fatalf("marking answers %d %s", a.status, a.body)
	}
	if a := owner.call(page+"/marking", "none", map[string]any{"marking": "TLP:RED"}); a.status != http.StatusBadRequest || !strings.Contains(a.body, "marking.recipients") {
		t.Errorf("TLP:RED for nobody answers %d %s", a.status, a.body)
	}
	if list := named.get("/needs").body; strings.Contains(list, "Endpoints &lt;b") || !strings.Contains(list, "TLP:RED: open it to read") {
		t.Error("the list tells the title of what is TLP:RED")
	}
	if got := named.get(page).body; !strings.Contains(got, "Endpoints &lt;b") || !strings.Contains(got, "TLP:RED") || strings.Contains(got, `id="readings`) {
		t.Errorf("the named seat reads %.300s", got)
	}
	if got := owner.get(page).body; !strings.Contains(got, `id="readings`) || !strings.Contains(got, seat) || !strings.Contains(got, "was marked TLP:RED by seat") {
		t.Error("the owner is not told who read it, or by whom it was marked")
	}
	hub.BreakReadings()
	for _, path := range []string{page, page + "/vote"} {
		if a := named.get(path); a.status != http.StatusServiceUnavailable || strings.Contains(a.body, "Endpoints &lt;b") {
			t.Errorf("%s, which cannot be logged, answers %d", path, a.status)
		}
	}
}
