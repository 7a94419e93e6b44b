package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/mechanism/seat"
)

// escalates: an emergency that nobody answers reaches, at night and in quiet
// hours, the duty member, after 15 minutes the deputy, then the whole group,
// then the front office; each is told once, and the page says whom it reached.
func escalates(t *testing.T, x *teller, p *post) {
	t.Helper()
	ctx := t.Context()
	var officer, duty, member, office, other seat.Seat
	x.View(fact.Exercise, func(b *app.Books) {
		for _, s := range b.Seats.All() {
			switch {
			case s.Role == seat.Officer && s.Holder == "ex-springs":
				officer = s
			case s.Holder == "ex-signals":
				duty = s
			case s.Holder == "ex-networks":
				member = s
			case s.Role == seat.FrontOffice:
				office = s
			case s.Holder == "ex-priorities":
				other = s
			}
		}
	})
	deputy, err := x.Deputy(ctx, "Zastupnyk", duty, seat.DutyGiven{Seat: duty.ID, From: x.now().Add(-time.Hour), Until: x.now().Add(12 * time.Hour)}, "2026-12-31")
	if err != nil {
		t.Fatal(err)
	}
	people := map[string]string{"duty": duty.Person, "deputy": deputy, "member": member.Person, "office": office.Person}
	// Everybody has read what waited before.
	for name, person := range people {
		if _, _, err := x.People().AddContact(ctx, identity.Contact{Person: person, Channel: "mail", Address: name + "@night.example", Confirmed: true}); err != nil {
			t.Fatal(err)
		}
		if err := x.People().Tell(ctx, person, identity.Telling{Lang: "en", Quiet: true, From: 0, Until: 24*60 - 1}); err != nil {
			t.Fatal(err)
		}
	}
	told := func() string {
		var to []string
		for _, l := range p.taken() {
			if m := regexp.MustCompile(`(?m)^To: <?(\w+)@night\.example`).FindStringSubmatch(l); m != nil {
				to = append(to, m[1])
			}
		}
		slices.Sort(to)
		return strings.Join(to, " ")
	}
	ask := x.signedIn(t, officer)
	code, body := ask("/emergency", url.Values{"key": {"night"}, "hit": {"Control room"}, "needed": {"People"}, "callback": {"+380 44 000 00 00"}})
	if code != 200 {
		t.Fatalf("asking for help answers %d: %s", code, body)
	}
	page := regexp.MustCompile(`/needs/N-\d+`).FindString(body)
	for _, step := range []struct {
		pass time.Duration
		told string
	}{
		{0, "duty"}, {15 * time.Minute, "deputy duty"}, {15 * time.Minute, "deputy duty member"}, {15 * time.Minute, "deputy duty member office"},
	} {
		x.pass(step.pass)
		x.Sweep()
		// A letter that could not be handed over waits on the test's clock: let
		// some of it pass, less in all steps together than another 15 minutes.
		for tries := 0; told() != step.told; tries++ {
			if tries == 1000 {
				t.Fatalf("told are %q; want %q", told(), step.told)
			}
			if tries%100 == 99 {
				x.pass(20 * time.Second)
				x.Sweep()
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	// The page tells it, and the other group's silence.
	see := x.reading(t, duty)
	got := see(page)
	at := 0
	for _, want := range []string{"No answer from the technical group for 45 minutes; the front office was called", "for 30 minutes; every member was called",
		"No answer from the technical group for 15 minutes; the deputy was called too", "The duty member of the technical group was called"} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("the history does not say %q after what came later", want)
		}
		at += i
	}
	if !strings.Contains(got, "Nobody of the interagency group was on duty; every member was called") || strings.Contains(got, "No answer from the interagency group for 15") {
		t.Error("the history does not tell of a group in which nobody is on duty")
	}
	// The deputy's own desk leads to the seat for which it waits.
	var own seat.Seat
	x.View(fact.Exercise, func(b *app.Books) { own = b.Seats.ByPerson(deputy, "2026-03-02")[0] })
	if desk := x.reading(t, own)("/desk"); !strings.Contains(desk, "1 thing waits for you as technical group") || !strings.Contains(desk, `value="`+string(duty.ID)+`"`) {
		t.Errorf("the deputy's desk leads nowhere: %s", desk)
	}
	// Both groups let it pass: nobody more is told, and the history ends there.
	for _, s := range []seat.Seat{duty, other} {
		if code, body := x.signedIn(t, s)(page+"/emergency", url.Values{"key": {"pass-" + string(s.ID)}, "act": {"pass"}}); code != 200 {
			t.Fatalf("passing answers %d: %s", code, body)
		}
	}
	x.pass(3 * time.Hour)
	if again := see(page); strings.Count(again, "for 45 minutes") != 1+strings.Count(got, "interagency group for 45") {
		t.Error("the call went on after it was answered")
	}
	if told() != "deputy duty member office" {
		t.Errorf("told were %s, each once", told())
	}
}

// reading opens pages as a person on a seat.
func (x *teller) reading(t *testing.T, s seat.Seat) func(path string) string {
	t.Helper()
	handler, err := x.Handler()
	if err != nil {
		t.Fatal(err)
	}
	token, err := x.People().SignIn(t.Context(), identity.Visit{Person: s.Person, Seat: string(s.ID)})
	if err != nil {
		t.Fatal(err)
	}
	return func(path string) string {
		r := httptest.NewRequest(http.MethodGet, "https://hub.example"+path, nil)
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Accept-Language", "en")
		r.Header.Set("Cookie", "__Host-session="+token)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s answers %d: %s", path, w.Code, w.Body)
		}
		return w.Body.String()
	}
}
