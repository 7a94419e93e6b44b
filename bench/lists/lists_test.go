package lists_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/app"
	"tallinn/web/export"
)

const rows = 100_000

// fields and list are flows of one partner to twenty institutions: amounts
// that differ, references, days with points, decimal commas.
var fields = []string{"Надавач", "Отримувач", "Сума, EUR", "Стан", "Дата рішення", "Реквізити угоди"}

func list(receivers []string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		for i := range rows {
			if !yield([]string{"XA", receivers[i%len(receivers)], fmt.Sprintf("%d,%02d", 10_000+i*7, i%100), []string{"зобов’язання", "сплачено"}[i%2],
				fmt.Sprintf("%02d.%02d.2026", 1+i%28, 1+i%12), fmt.Sprintf("VAL-%06d", i)}) {
				return
			}
		}
	}
}

// peak is the largest heap and the largest memory of the program until stop.
func peak() (stop func() (heap, system uint64)) {
	done, out := make(chan struct{}), make(chan [2]uint64)
	go func() {
		var m runtime.MemStats
		var most [2]uint64
		for {
			runtime.ReadMemStats(&m)
			most[0], most[1] = max(most[0], m.HeapAlloc), max(most[1], m.Sys-m.HeapReleased)
			select {
			case <-done:
				out <- most
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return func() (uint64, uint64) { close(done); m := <-out; return m[0], m[1] }
}

// BenchmarkImport imports once for each form of the file.
func BenchmarkImport(b *testing.B) {
	for _, form := range []string{"csv", "xlsx"} {
		b.Run(form, func(b *testing.B) {
			for range b.N {
				once(b, form)
			}
		})
	}
}

func once(b *testing.B, form string) {
	b.StopTimer()
	hub, err := app.Open(context.Background(), app.Config{Data: b.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer hub.Close()
	if err := hub.LoadDemo(context.Background()); err != nil {
		b.Fatal(err)
	}
	handler, err := hub.Handler()
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	c := enter(b, server.URL)
	var receivers []string
	for _, id := range regexp.MustCompile(`href="/parties/(ex-[a-z-]+)"`).FindAllStringSubmatch(c.page(b, "/parties"), -1) {
		receivers = append(receivers, id[1])
	}
	if len(receivers) < 5 {
		b.Fatalf("the exercise has receivers %v", receivers)
	}
	var file bytes.Buffer
	if form == "csv" {
		for row := range list(receivers) {
			if file.Len() == 0 {
				fmt.Fprintln(&file, strings.Join(fields, ";"))
			}
			fmt.Fprintln(&file, strings.Join(row, ";"))
		}
	} else if err := export.Workbook(&file, "flows", fields, list(receivers)); err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	stop := peak()
	b.StartTimer()
	began := time.Now()
	var sent struct{ File string }
	c.post(b, "/api/v1/imports/files?name=flows."+form, "application/octet-stream", file.Bytes(), &sent)
	kept := time.Since(began)
	var out struct {
		ID, State, Phase string
		Made, Left       int
	}
	begin, _ := json.Marshal(map[string]any{"file": sent.File, "of": "flow", "plan": map[string]any{"same": map[string]string{"reason": "a list of the treasury", "another": "yes"}}})
	c.post(b, "/api/v1/imports", "application/json", begin, &out)
	id := out.ID
	for out.State == "goes" {
		time.Sleep(100 * time.Millisecond)
		c.read(b, "/api/v1/imports/"+id, &out)
	}
	b.StopTimer()
	heap, system := stop()
	if out.State != "ended" || out.Made != rows {
		var why struct {
			Items []struct {
				Row    int
				Detail string
			}
		}
		c.read(b, "/api/v1/imports/"+id+"/problems", &why)
		b.Fatalf("it came out as %+v: %+v", out, why.Items[:min(3, len(why.Items))])
	}
	b.ReportMetric(kept.Seconds(), "s/file")
	b.ReportMetric(float64(heap)/(1<<20), "MB-heap")
	b.ReportMetric(float64(system)/(1<<20), "MB-all")
}

// A client acts from a seat of the exercise.
type client struct {
	http.Client
	url, token string
}

func enter(b *testing.B, address string) *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	c := &client{http.Client{Jar: jar}, address, ""}
	page := c.page(b, "/exercise?lang=en")
	for _, row := range strings.Split(page, "<tr")[1:] {
		if m := regexp.MustCompile(`id="(R-\d+)"`).FindStringSubmatch(row); m != nil && strings.Contains(row, "programme officer") && strings.Contains(row, "Valdoria") {
			if _, err := c.PostForm(address+"/exercise/enter", url.Values{"seat": {m[1]}}); err != nil {
				b.Fatal(err)
			}
			break
		}
	}
	home, _ := url.Parse(address)
	for _, cookie := range jar.Cookies(home) {
		if cookie.Name == "session" {
			c.token = cookie.Value
		}
	}
	if c.token == "" {
		b.Fatal("nobody entered")
	}
	return c
}

func (c *client) page(b *testing.B, path string) string {
	r, err := c.Get(c.url + path)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		b.Fatal(err)
	}
	return string(raw)
}

func (c *client) post(b *testing.B, path, kind string, body []byte, out any) {
	r, err := http.NewRequest("POST", c.url+path, bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Idempotency-Key", path)
	c.do(b, r, out)
}

func (c *client) read(b *testing.B, path string, out any) {
	r, err := http.NewRequest("GET", c.url+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	c.do(b, r, out)
}

func (c *client) do(b *testing.B, r *http.Request, out any) {
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.token)
	a, err := c.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		b.Fatalf("%s answers %d: %.300s, %v", r.URL.Path, a.StatusCode, raw, err)
	}
	if err := json.Unmarshal(raw, out, json.MatchCaseInsensitiveNames(true)); err != nil {
		b.Fatal(err)
	}
}
