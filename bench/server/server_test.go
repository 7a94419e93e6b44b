package server_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"tallinn/aid/flow"
	"tallinn/app"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/record"
	"tallinn/record/sqlite"
	"tallinn/tlp"
)

const madeUp = 100_000

// BenchmarkStatementPage is the page that the public opens first.
func BenchmarkStatementPage(b *testing.B) {
	for _, data := range []struct {
		name  string
		extra int
	}{{"public data", 0}, {"100,000 flows", madeUp}} {
		b.Run(data.name, func(b *testing.B) {
			url := hub(b, data.extra)
			today := func(i int) string { return url + "/?lang=" + lang(i) }
			b.Run("static", func(b *testing.B) { load(b, static(b, today(0))) })
			b.Run("today", func(b *testing.B) { load(b, today) })
			b.Run("any day", func(b *testing.B) {
				load(b, func(i int) string {
					day := time.Date(2023, 12, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i*7%1100)
					return url + "/statement?as_of=" + day.Format(time.DateOnly) + "&lang=" + lang(i)
				})
			})
		})
	}
}

func lang(i int) string { return []string{"en", "uk"}[i%2] }

// static serves a file of as many bytes as the answer of page.
func static(b *testing.B, page string) func(int) string {
	b.Helper()
	n, err := get(http.DefaultClient, page)
	if err != nil {
		b.Fatal(err)
	}
	data, dir := make([]byte, n), b.TempDir()
	rand.Read(data)
	if err := os.WriteFile(filepath.Join(dir, "page.html"), data, 0o600); err != nil {
		b.Fatal(err)
	}
	s := httptest.NewServer(http.FileServer(http.Dir(dir)))
	b.Cleanup(s.Close)
	return func(int) string { return s.URL + "/page.html" }
}

// hub serves the public data, and extra flows that are made up.
func hub(b *testing.B, extra int) (url string) {
	b.Helper()
	ctx := b.Context()
	dir := b.TempDir()
	if err := fill(ctx, dir, extra); err != nil {
		b.Fatal(err)
	}
	h, err := app.Open(ctx, config(dir))
	if err != nil {
		b.Fatal(err)
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- h.Run(serving, func(url string) { ready <- url }) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
		if err := h.Close(); err != nil {
			b.Error(err)
		}
	})
	return <-ready
}

// config lets the hub log as it does in earnest, to nowhere.
func config(dir string) app.Config {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	return app.Config{Addr: "127.0.0.1:0", Data: dir, Log: slog.New(slog.NewTextHandler(null, nil))}
}

func fill(ctx context.Context, dir string, extra int) error {
	h, err := app.Open(ctx, config(dir))
	if err != nil {
		return err
	}
	if err := h.LoadDemo(ctx); err != nil {
		return err
	}
	if err := h.Close(); err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, sqlite.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer store.Close()
	head, err := store.Head(ctx)
	if err != nil {
		return err
	}
	for made := 0; made < extra; made += 5000 {
		batch, err := flows(head+1+fact.Pos(made), min(5000, extra-made))
		if err != nil {
			return err
		}
		if err := store.Append(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

func flows(first fact.Pos, n int) (record.Batch, error) {
	batch := record.Batch{First: first}
	for i := range n {
		pos := first + fact.Pos(i)
		body, err := one(int(pos))
		if err != nil {
			return batch, err
		}
		f := fact.Fact{Pos: pos, At: time.Now().UTC().Truncate(time.Millisecond), Cmd: fmt.Sprintf("made-up/%d", pos),
			By: "bench", Kind: body.Kind(), Streams: body.Streams(), Realm: fact.Real, Marking: tlp.Clear, Figure: true, Body: body}
		raw, err := fact.Encode(f)
		if err != nil {
			return batch, err
		}
		batch.Facts = append(batch.Facts, raw)
		batch.Commands = append(batch.Commands, record.Remembered{ID: f.Cmd, Op: "bench", First: pos, Last: pos})
	}
	return batch, nil
}

var (
	states     = []party.ID{"CA", "DK", "EE", "FR", "DE", "NL", "PL", "SE", "GB", "US", "IT", "NO", "FI"}
	currencies = []money.Currency{"EUR", "USD", "SEK", "GBP", "JPY", "UAH"} // no rate for the last
)

// one is flow i: of any state, currency, line, status and day in turn; one in
// five of another scope, one in three by year.
func one(i int) (flow.Recorded, error) {
	amount, err := money.FromMinor(int64(1_000_000+i*137), currencies[i%len(currencies)])
	if err != nil {
		return flow.Recorded{}, err
	}
	day := time.Date(2023, 12, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i*31%900)
	f := flow.Recorded{Flow: flow.ID(fmt.Sprintf("F-%07d", i)), Provider: states[i%len(states)], Receiver: "UA", Amount: amount,
		Status: flow.Statuses[i%len(flow.Statuses)], Basis: flow.Published, Scope: flow.Mechanism,
		Line: flow.Lines[i%len(flow.Lines)], On: fact.Date(day.Format(time.DateOnly))}
	if i%5 == 0 {
		f.Scope = flow.Satellite
	}
	if i%3 == 0 {
		f.Portions = []flow.Portion{{Year: day.Year(), Amount: amount}}
	}
	return f, nil
}

var linked = regexp.MustCompile(`<(?:link|script)[^>]* (?:href|src)="(/[^"]*)"`)

// BenchmarkFirstPage weighs a first visit.
func BenchmarkFirstPage(b *testing.B) {
	url := hub(b, 0)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	for b.Loop() {
		page, err := body(url + "/")
		if err != nil {
			b.Fatal(err)
		}
		sent, plain := 0, len(page)
		paths := []string{"/"}
		for _, m := range linked.FindAllSubmatch(page, -1) {
			paths = append(paths, string(m[1]))
		}
		for i, path := range paths {
			n, err := get(client, url+path)
			if err != nil {
				b.Fatal(err)
			}
			sent += n
			if i == 0 {
				b.ReportMetric(float64(n), "page-bytes")
				continue
			}
			file, err := body(url + path)
			if err != nil {
				b.Fatal(err)
			}
			plain += len(file)
		}
		b.ReportMetric(float64(len(paths)), "requests")
		b.ReportMetric(float64(sent), "bytes")
		b.ReportMetric(float64(plain), "bytes-not-compressed")
	}
}
