package app_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/web/webtest"
)

// A visitor is somebody with a browser, who acts from a seat if any.
type visitor struct {
	t      testing.TB
	site   *site
	client *http.Client
	token  string // of the session
}

// An answer is what a visitor gets.
type answer struct {
	status int
	to     string // where it leads
	body   string
}

// acts is a visitor on the n-th seat of a role; none: nobody signed in.
func (s *site) acts(t testing.TB, role string, n int) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, site: s, client: &http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if role == "" {
		return v
	}
	v.post("/exercise/enter", url.Values{"seat": {s.seats()[role][n]}})
	home, _ := url.Parse(s.url)
	for _, c := range jar.Cookies(home) {
		if c.Name == "session" {
			v.token = c.Value
		}
	}
	if v.token == "" {
		t.Fatalf("nobody entered as %s", role)
	}
	return v
}

func (v *visitor) send(method, path, contentType, body string, header ...string) answer {
	v.t.Helper()
	r, err := http.NewRequest(method, v.site.url+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "en")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header.Get("Location"), string(raw)}
}

func (v *visitor) get(path string) answer { return v.send("GET", path, "", "") }

func (v *visitor) post(path string, form url.Values) answer {
	return v.send("POST", path, "application/x-www-form-urlencoded", form.Encode())
}

// call sends a command to the API with the session's token.
func (v *visitor) call(path, key string, in any) answer {
	raw, err := json.Marshal(in)
	if err != nil {
		v.t.Fatal(err)
	}
	header := []string{"Accept", "application/json", "Authorization", "Bearer " + v.token}
	if key != "" {
		header = append(header, "Idempotency-Key", key)
	}
	return v.send("POST", "/api/v1"+path, "application/json", string(raw), header...)
}

func (v *visitor) read(path string) answer {
	return v.send("GET", "/api/v1"+path, "", "", "Accept", "application/json", "Authorization", "Bearer "+v.token)
}

// hidden is the value of a hidden field of a page.
func (a answer) hidden(name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		return ""
	}
	return m[1]
}

// says is what the elements that selector finds say.
func (a answer) says(t testing.TB, selector string) string {
	t.Helper()
	return strings.Join(a.document(t).All(selector), " | ")
}

// document is the page of an answer.
func (a answer) document(t testing.TB) *webtest.Document {
	t.Helper()
	return webtest.Do(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, a.body) }),
		mustRequest())
}

func mustRequest() *http.Request {
	r, err := http.NewRequest("GET", "/", nil)
	if err != nil {
		panic(err)
	}
	return r
}

// asked is a whole need, as it is typed.
func asked() url.Values {
	return url.Values{"title": {"Endpoints <b>&"}, "summary": {"For the desks.\nAll of them."}, "weakness": {"Old systems"},
		"line": {"detection"}, "sector": {"energy"}, "lot_what": {"edr_seats"}, "lot_quantity": {"1 500"}, "lot_useful_share": {"50"},
		"lot_most_partners": {"2"}, "lot_cost": {"12 500"}, "lot_currency": {"EUR"}, "urgency": {"short"}, "useful_until": {"2027-12-31"},
		"lead_days": {"30"}, "criticality": {"high"}, "region": {"UA-63"}, "hide_region": {"yes"}, "excluded": {"ru, by"}}
}

// submits sends a need and returns its page.
func (v *visitor) submits(form url.Values) string {
	v.t.Helper()
	form.Set("key", v.get("/needs/new").hidden("key"))
	a := v.post("/needs", form)
	if a.status == http.StatusOK { // others look the same: looked at, it is submitted again
		for _, m := range regexp.MustCompile(`name="considered" value="([^"]+)"`).FindAllStringSubmatch(a.body, -1) {
			form.Add("considered", m[1])
		}
		a = v.post("/needs", form)
		form.Del("considered")
	}
	if a.status != http.StatusSeeOther {
		v.t.Fatalf("submitting answers %d: %s", a.status, a.says(v.t, ".error-summary li, .problem"))
	}
	page, _, _ := strings.Cut(a.to, "?")
	return page
}

// checks fills a ballot of the present stage and returns its summary, and
// what signing it would send.
func (v *visitor) checks(page, verdict, reason string) (answer, url.Values) {
	v.t.Helper()
	form := v.get(page + "/vote")
	if form.status != http.StatusOK {
		v.t.Fatalf("the ballot answers %d", form.status)
	}
	return v.checksAs(page, form, verdict, reason)
}

// checksAs is checks from a form that was opened before.
func (v *visitor) checksAs(page string, form answer, verdict, reason string) (answer, url.Values) {
	q := url.Values{"verdict": {verdict}, "reason": {reason}, "step": {"check"}}
	for _, name := range []string{"stage", "round", "mine"} {
		q.Set(name, form.hidden(name))
	}
	for _, m := range regexp.MustCompile(`name="(score\.[a-z_]+)"`).FindAllStringSubmatch(form.body, -1) {
		q.Set(m[1], "4")
	}
	summary := v.post(page+"/vote", q)
	q.Set("step", "sign")
	q.Set("key", summary.hidden("key"))
	q.Set("mine", summary.hidden("mine"))
	return summary, q
}

// votes votes and returns what the page says of it.
func (v *visitor) votes(page, verdict, reason string) string {
	v.t.Helper()
	_, q := v.checks(page, verdict, reason)
	a := v.post(page+"/vote", q)
	if a.status != http.StatusSeeOther {
		v.t.Fatalf("signing answers %d: %s", a.status, a.says(v.t, ".notice, .error-summary, .problem"))
	}
	return v.get(a.to).says(v.t, ".notice-good .notice-title")
}

// TestNeedJourney: from a typed need to a validated one, with every double
// submit, and what each is told.
//
// ASVS 2.3.1
func TestNeedJourney(t *testing.T) {
	s := playSite(t)
	officer := s.acts(t, "cyber officer", 0)
	page := officer.submits(asked())
	id := strings.TrimPrefix(page, "/needs/")
	if got := officer.get(page+"?done=submit").says(t, ".notice-good .notice-title"); got != "Done. "+id+" is submitted and waits for the technical stage. You can withdraw it at any time." {
		t.Errorf("the owner is told %q", got)
	}
	shown := officer.get(page)
	if got := shown.says(t, "h1"); got != id+" · Endpoints <b>&" {
		t.Errorf("the title is %q", got)
	}
	for _, want := range []string{"1,500 seats", "€12,500.00", "Kharkiv", "RU, BY", "Old systems"} {
		if !strings.Contains(shown.says(t, "#asked"), want) {
			t.Errorf("the owner's page does not say %q: %s", want, shown.says(t, "#asked"))
		}
	}
	givesOut(t, officer, page)
	first := s.acts(t, "technical group", 0)
	for _, step := range []struct{ role, want string }{
		{"technical group", "Done. Your vote on " + id + " stands; 1 seat has voted, the quorum is 2. You can change it until the stage closes."},
		{"technical group", "Done. " + id + " has passed and now waits for the interagency stage."},
		{"interagency group", "Done. Your vote on " + id + " stands; 1 seat has voted, the quorum is 2. You can change it until the stage closes."},
		{"interagency group", "Done. " + id + " is validated. Partners see it now and can reserve for it."},
	} {
		n := 0
		if strings.HasPrefix(step.want, "Done. "+id) {
			n = 1
		}
		if got := s.acts(t, step.role, n).votes(page, "pass", ""); got != step.want {
			t.Errorf("%s is told %q, want %q", step.role, got, step.want)
		}
	}
	reader := s.acts(t, "programme officer", 0)
	partner := reader.get(page)
	if api := reader.read(page); !strings.Contains(api.body, "For the desks.") || strings.Contains(api.body, "Old systems") || strings.Contains(api.body, "UA-63") {
		t.Errorf("a partner's program reads %s", api.body)
	}
	if partner.status != http.StatusOK || strings.Contains(partner.body, "Old systems") || strings.Contains(partner.body, "Kharkiv") || strings.Contains(partner.body, "Beacon Watch") {
		t.Errorf("a partner sees %d, or the weakness, the hidden region, or who voted", partner.status)
	}
	if a := first.get(page + "/vote"); a.status != http.StatusConflict || !strings.Contains(a.says(t, ".notice-danger"), "takes no votes now") {
		t.Errorf("a ballot after the end answers %d %q", a.status, a.says(t, ".notice-danger"))
	}
}

// TestNeedSentAgain: a second click, a lost answer, the back button, another
// window: each does the right thing and says so.
func TestNeedSentAgain(t *testing.T) {
	s := playSite(t)
	officer := s.acts(t, "cyber officer", 0)
	form := asked()
	page := officer.submits(form)
	if a := officer.post("/needs", form); a.to != page+"?done=submit&was=repeated" ||
		!strings.HasPrefix(officer.get(a.to).says(t, ".notice-good .notice-title"), "This was recorded before; nothing was recorded twice. Done.") {
		t.Errorf("the same form again leads to %q", a.to)
	}
	form.Set("title", "Something else")
	again := officer.post("/needs", form)
	if again.status != http.StatusConflict || !strings.Contains(again.says(t, ".notice-attention"), "This form was sent before") {
		t.Errorf("a used form with other words answers %d %q", again.status, again.says(t, ".notice-attention"))
	}
	form.Set("key", again.hidden("key"))
	if a := officer.post("/needs", form); a.status != http.StatusSeeOther || strings.HasPrefix(a.to, page) {
		t.Errorf("sent on purpose it answers %d %q", a.status, a.to)
	}

	voter := s.acts(t, "technical group", 0)
	other := voter.get(page + "/vote") // a second window
	_, q := voter.checks(page, "pass", "")
	if a := voter.post(page+"/vote", q); a.status != http.StatusSeeOther {
		t.Fatalf("signing answers %d", a.status)
	}
	if a := voter.post(page+"/vote", q); !strings.HasSuffix(a.to, "was=repeated") {
		t.Errorf("signing again leads to %q", a.to)
	}
	// The other window, opened before the vote, comes to a summary that says so.
	summary, late := voter.checksAs(page, other, "return", "How many?")
	if got := summary.says(t, ".notice-attention"); !strings.Contains(got, "Your seat has voted already: pass") {
		t.Errorf("the summary of the other window says %q", got)
	}
	// A summary from before the vote is refused, and the vote is shown.
	early := url.Values{}
	for name, list := range late {
		early[name] = list
	}
	early.Set("mine", "0")
	if a := voter.post(page+"/vote", early); a.status != http.StatusConflict || !strings.Contains(a.says(t, ".notice"), "has voted on") {
		t.Errorf("a summary that saw no vote answers %d %q", a.status, a.says(t, ".notice"))
	}
	if a := voter.post(page+"/vote", late); a.status != http.StatusSeeOther {
		t.Errorf("a change on purpose answers %d", a.status)
	}
	_, same := voter.checks(page, "abstain", "")
	voter.post(page+"/vote", same)
	_, same = voter.checks(page, "abstain", "")
	if a := voter.post(page+"/vote", same); !strings.HasSuffix(a.to, "was=same") {
		t.Errorf("the same vote leads to %q", a.to)
	}

	// A stale page: the stage closes while a voter reads.
	third := s.acts(t, "technical group", 2)
	_, stale := third.checks(page, "pass", "")
	voter.votes(page, "pass", "")
	s.acts(t, "technical group", 1).votes(page, "pass", "")
	a := third.post(page+"/vote", stale)
	if a.status != http.StatusConflict || !strings.Contains(a.says(t, ".phases [aria-current]"), "interagency") {
		t.Errorf("a stale vote answers %d and shows %q", a.status, a.says(t, ".phases"))
	}
	if got := a.says(t, ".notice-danger"); !strings.HasPrefix(got, "Nothing was recorded") || !strings.Contains(got, "has moved on to stage interagency, round 1") {
		t.Errorf("a stale vote is told %q", got)
	}
}

// TestNeedReturned: a question goes to the owner and no name with it; the
// answer begins a new round.
func TestNeedReturned(t *testing.T) {
	s := playSite(t)
	officer := s.acts(t, "cyber officer", 0)
	page := officer.submits(asked())
	for n := range 2 {
		s.acts(t, "technical group", n).votes(page, "return", "How many desks, "+fmt.Sprint(n)+"?")
	}
	seen := officer.get(page)
	if got := seen.says(t, "#part blockquote"); got != "How many desks, 0? | How many desks, 1?" {
		t.Errorf("the owner is asked %q", got)
	}
	if strings.Contains(seen.body, "Beacon Watch") || strings.Contains(seen.body, `id="votes-list"`) {
		t.Error("the owner sees who voted what")
	}
	form := officer.get(page + "/resubmit")
	if !strings.Contains(form.body, `value="1500"`) || !strings.Contains(form.body, "How many desks, 0?") {
		t.Error("the form does not hold what was asked, or the question")
	}
	again := asked()
	again.Set("key", form.hidden("key"))
	again.Set("lot_quantity", "12")
	if a := officer.post(page+"/resubmit", again); a.status != http.StatusSeeOther || !strings.Contains(officer.get(a.to).says(t, ".phases"), "round 2") {
		t.Errorf("the answer leads to %d %q", a.status, a.to)
	}
	if a := officer.post(page+"/resubmit", again); !strings.HasSuffix(a.to, "was=repeated") {
		t.Errorf("the answer again leads to %q", a.to)
	}
	key := officer.get(page + "/withdraw").hidden("key")
	if a := officer.post(page+"/withdraw", url.Values{"key": {key}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a withdrawal without a reason answers %d", a.status)
	}
	gone := url.Values{"key": {key}, "reason": {"met_elsewhere"}}
	if a := officer.post(page+"/withdraw", gone); a.status != http.StatusSeeOther ||
		!strings.Contains(officer.get(a.to).says(t, ".notice-good"), "is withdrawn") {
		t.Errorf("the withdrawal answers %d %q", a.status, a.to)
	}
}

// TestNeedForm: everything wrong is said at once, in the order of the form,
// what was typed stays, and the warning stands before any free text in both
// languages.
//
// ASVS 2.2.2
func TestNeedForm(t *testing.T) {
	s := playSite(t)
	officer := s.acts(t, "cyber officer", 0)
	for lang, want := range map[string][]string{
		"en": {"2 things need mending", "Lot B: enter the quantity as a whole number, for example 500 | Say how soon it is needed"},
		"uk": {"Треба виправити 2 поля", "Лот B: введіть кількість цілим числом, наприклад 500 | Вкажіть, як швидко це потрібно"},
	} {
		form := asked()
		form.Set("key", officer.get("/needs/new").hidden("key"))
		form.Add("lot_what", "servers")
		form.Add("lot_quantity", "a <few>")
		form.Add("lot_useful_share", "100")
		form.Add("lot_most_partners", "1")
		form.Del("urgency")
		a := officer.post("/needs?lang="+lang, form)
		if a.status != http.StatusUnprocessableEntity || a.says(t, "#errors-title") != want[0] || a.says(t, "#errors li") != want[1] {
			t.Errorf("%s: %d, %q, %q", lang, a.status, a.says(t, "#errors-title"), a.says(t, "#errors li"))
		}
		for _, kept := range []string{`value="a &lt;few&gt;"`, `value="Endpoints &lt;b&gt;&amp;"`, `value="2027-12-31"`, "All of them."} {
			if !strings.Contains(a.body, kept) {
				t.Errorf("%s: %s was not kept", lang, kept)
			}
		}
		if a.hidden("key") != form.Get("key") {
			t.Errorf("%s: the form came back under another key", lang)
		}
		for _, secret := range []string{"Не вносьте державну таємницю та службову інформацію (ДСК). Не додавайте схем мереж і назв уразливих систем.", "Do not enter state secrets"} {
			if at := strings.Index(a.body, secret); at < 0 || at > strings.Index(a.body, "<textarea") {
				t.Errorf("%s: the warning %.20q does not stand before the first free text", lang, secret)
			}
		}
		for _, m := range regexp.MustCompile(`href="#([^"]+)">`).FindAllStringSubmatch(a.says(t, "none")+a.body, -1) {
			if m[1] != "main" && !strings.Contains(a.body, `id="`+m[1]+`"`) {
				t.Errorf("%s: #%s leads nowhere", lang, m[1])
			}
		}
	}
	form := asked()
	form.Set("more", "lot")
	if a := officer.post("/needs", form); a.status != http.StatusOK || !strings.Contains(a.body, `id="lot-b-what"`) {
		t.Errorf("asking for another lot answers %d", a.status)
	}
}
