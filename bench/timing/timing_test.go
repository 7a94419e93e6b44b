package timing_test

import (
	"context"
	crand "crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
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
	"tallinn/record/keyring"
)

// samples of each side of a pair.
const samples = 3000

// A hub under test, and a partner's session in its exercise.
type hub struct {
	*app.Hub
	handler http.Handler
	clock   time.Time
}

func open(b *testing.B, data string) *hub {
	h := &hub{clock: time.Now()}
	var err error
	if h.Hub, err = app.Open(b.Context(), app.Config{Data: data, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return h.clock }}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { h.Close() })
	if err := h.LoadDemo(b.Context()); err != nil {
		b.Fatal(err)
	}
	if h.handler, err = h.Handler(); err != nil {
		b.Fatal(err)
	}
	return h
}

func (h *hub) send(method, path, session string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if session != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: session})
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

// enters is a session of the first seat of the exercise whose row says role.
func (h *hub) enters(b *testing.B, role string) string {
	page := h.send("GET", "/exercise?lang=en", "", nil).Body.String()
	for _, row := range strings.Split(page, "<tr")[1:] {
		id := regexp.MustCompile(`id="(R-\d+)"`).FindStringSubmatch(row)
		if id == nil || !strings.Contains(row, role) {
			continue
		}
		for _, c := range h.send("POST", "/exercise/enter", "", url.Values{"seat": {id[1]}}).Result().Cookies() {
			if c.Name == "session" {
				return c.Value
			}
		}
	}
	b.Fatalf("nobody sits as %s", role)
	return ""
}

// needs are the ids that a session's table of needs has.
func (h *hub) needs(b *testing.B, session string) (ids []string) {
	rows, err := csv.NewReader(h.send("GET", "/needs.csv", session, nil).Body).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range rows[1:] {
		ids = append(ids, row[0])
	}
	return ids
}

// compare asks both sides by turns, n-th sample each, and reports how far
// apart they are: the chance that a random answer of the one takes longer than
// a random one of the other (0.5: nothing to learn), how many standard errors
// that is from 0.5, and both medians.
func compare(b *testing.B, one, other func(n int) int) {
	sides := []func(int) int{one, other}
	took := [2][]float64{}
	for n := range samples + samples/10 {
		first := rand.IntN(2)
		status := [2]int{}
		for _, side := range []int{first, 1 - first} {
			began := time.Now()
			status[side] = sides[side](n)
			if n >= samples/10 { // the first are for warming up
				took[side] = append(took[side], float64(time.Since(began).Nanoseconds()))
			}
		}
		if status[0] != status[1] {
			b.Fatalf("the two answer %v: what they say differs already", status)
		}
	}
	type ranked struct {
		ns   float64
		side int
	}
	var all []ranked
	for side, list := range took {
		for _, ns := range list {
			all = append(all, ranked{ns, side})
		}
	}
	slices.SortFunc(all, func(a, b ranked) int { return int(math.Copysign(1, a.ns-b.ns)) })
	sum := 0.0
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].ns == all[i].ns {
			j++
		}
		for k := i; k < j; k++ {
			if all[k].side == 0 {
				sum += float64(i+j+1) / 2 // what is alike shares its ranks
			}
		}
		i = j
	}
	n := float64(samples)
	u := sum - n*(n+1)/2
	b.ReportMetric(u/(n*n), "chance")
	b.ReportMetric((u-n*n/2)/math.Sqrt(n*n*(2*n+1)/12), "z")
	for side, name := range []string{"one-µs", "other-µs"} {
		slices.Sort(took[side])
		b.ReportMetric(took[side][samples/2]/1000, name)
	}
	b.ReportMetric(0, "ns/op") // of the whole: says nothing
}

// known are persons of the data folder, each with a recovery sheet and a link.
func known(ctx context.Context, data string) (accounts, links []string, err error) {
	keys, err := keyring.Open(ctx, data, crand.Reader)
	if err != nil {
		return nil, nil, err
	}
	people, err := identity.OpenPeople(ctx, data, time.Now, crand.Reader)
	if err != nil {
		return nil, nil, errors.Join(err, keys.Close())
	}
	err = people.SealUnder(ctx, keys)
	for range samples + samples/10 {
		person, e1 := people.Add(ctx, "Somebody", fact.Real)
		sheet, e2 := people.NewSheet(ctx, person)
		link, e3 := people.Link(ctx, person)
		err = errors.Join(err, e1, e2, e3)
		accounts, links = append(accounts, sheet.Account), append(links, link)
	}
	return accounts, links, errors.Join(err, people.Close(), keys.Close())
}

func BenchmarkTiming(b *testing.B) {
	data := b.TempDir()
	accounts, links, err := known(b.Context(), data)
	if err != nil {
		b.Fatal(err)
	}
	h := open(b, data)
	partner := h.enters(b, "programme officer")
	seen := h.needs(b, partner)
	hidden := slices.DeleteFunc(h.needs(b, h.enters(b, "front office")), func(id string) bool { return slices.Contains(seen, id) })
	if len(hidden) == 0 {
		b.Fatal("the partner sees every need: nothing is hidden")
	}
	for name, path := range map[string]string{"hidden need, page": "/needs/%s", "hidden need, API": "/api/v1/needs/%s", "hidden need, weakness": "/needs/%s/weakness"} {
		b.Run(name, func(b *testing.B) {
			compare(b,
				func(n int) int { return h.send("GET", fmt.Sprintf(path, hidden[n%len(hidden)]), partner, nil).Code },
				func(n int) int {
					return h.send("GET", fmt.Sprintf(path, fmt.Sprintf("N-%04d", n%10)), partner, nil).Code
				})
		})
	}
	b.Run("control: missing and missing", func(b *testing.B) {
		ask := func(n int) int { return h.send("GET", fmt.Sprintf("/needs/N-%04d", n%10), partner, nil).Code }
		compare(b, ask, ask)
	})
	h.clock = h.clock.Add(identity.LinkTime + time.Hour) // every link is over
	b.Run("recovery sheet, account that is there", func(b *testing.B) {
		ask := func(account string) int {
			return h.send("POST", "/recover", "", url.Values{"account": {account}, "code": {"AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"}}).Code
		}
		compare(b, func(n int) int { return ask(accounts[n]) }, func(n int) int { return ask(fmt.Sprintf("ZZZZ%04d", n)) })
	})
	b.Run("link that is over", func(b *testing.B) {
		compare(b, func(n int) int { return h.use(links[n], n) }, func(n int) int { return h.use(links[n][1:]+"A", n) })
	})
}

// use tries a link, each time from another network.
func (h *hub) use(link string, n int) int {
	r := httptest.NewRequest("POST", "/sign-in/"+link, nil)
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:1000", n/250, n%250)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w.Code
}
