package phone

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/web/webtest"
)

const (
	mostPaint = 2 * time.Second
	mostSent  = 3 * time.Second
	mostBytes = 30_000
)

func BenchmarkEmergency(b *testing.B) {
	hub, err := app.Open(context.Background(), app.Config{Data: b.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { hub.Close() })
	if err := hub.LoadDemo(b.Context()); err != nil {
		b.Fatal(err)
	}
	h, err := hub.Handler()
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	home := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	browser := webtest.Open(b)
	var paint, sent, bytes float64
	for b.Loop() {
		p := browser.Page(b, webtest.Phone.In("uk"))
		p.Go(home + "/exercise")
		row := webtest.Ask[string](p, `[...document.querySelectorAll("tr[id^=R-]")].find(e => e.innerText.includes("Кринична")).id`)
		if !regexp.MustCompile(`^R-\d+$`).MatchString(row) {
			b.Fatal(row)
		}
		p.Follow("#" + row + " button")
		p.On(webtest.BadLine)
		p.Go(home + "/emergency")
		paint += webtest.Ask[float64](p, `performance.getEntriesByName("first-contentful-paint")[0].startTime`)
		bytes += webtest.Ask[float64](p, `performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation")).reduce((n, e) => n + e.transferSize, 0)`)
		p.Await(`document.readyState === "complete"`)
		p.On(webtest.Line{})
		webtest.Ask[bool](p, `[["hit", "Насосна станція"], ["needed", "Люди"], ["callback", "+380 44 000 00 00"]].forEach(([id, v]) => { document.getElementById(id).value = v }), true`)
		p.Click("#alarm button")
		p.Await(`document.getElementById("state").className === "waiting"`)
		began := time.Now()
		p.On(webtest.BadLine)
		p.Await(`document.querySelectorAll("#receipts a").length > 0`)
		sent += float64(time.Since(began).Milliseconds())
		p.Close()
	}
	n := float64(b.N)
	b.ReportMetric(paint/n, "ms-to-first-paint")
	b.ReportMetric(sent/n, "ms-to-receipt")
	b.ReportMetric(bytes/n, "B/page")
	b.ReportMetric(0, "ns/op")
	if bytes/n > mostBytes || paint/n > float64(mostPaint.Milliseconds()) || sent/n > float64(mostSent.Milliseconds()) {
		b.Errorf("asked are %v to the first paint, %v to the receipt and %d bytes", mostPaint, mostSent, mostBytes)
	}
}
