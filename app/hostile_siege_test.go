package app_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tallinn/app"
	"tallinn/fault"
	"tallinn/identity"
)

func empty(context.Context, *app.Hub) error { return nil }

// TestCodesAreExplained: whatever code a refusal can have, the address in its
// type says what it means. (That each has a text in both languages, the house asks.)
func TestCodesAreExplained(t *testing.T) {
	h := serve(t, empty)
	codes := []string{"internal"}
	for _, f := range fault.All() {
		codes = append(codes, f.Code())
	}
	for _, code := range codes {
		for _, lang := range []string{"en", "uk"} {
			r := h.send(t, attack{path: "/problems/" + code}, lang)
			if r.status != http.StatusOK || !strings.Contains(r.body, code) || r.header.Get("Content-Language") != lang {
				t.Errorf("%s: /problems/%s answers %d", lang, code, r.status)
			}
		}
	}
}

// TestLogTellsNothing: a session full of what is nobody's business leaves
// nothing of it in the log.
//
// ASVS 14.2.1, 16.2.5, 16.3.2
func TestLogTellsNothing(t *testing.T) {
	h := besieged(t)
	secrets := []string{"olena.kovalenko", "kovalenko%40example", "380501234567", "203.0.113.7", "198.51.100.9", "Firefox/of-olena",
		"evil.example", "session-of-olena", h.token[identity.Importer], h.token[identity.Reader], "wrong-token-of-olena", "olena.csv"}
	personal := "q=olena.kovalenko%40example.org&phone=%2B380501234567"
	for _, path := range []string{"/?", "/statement?as_of=olena.kovalenko&", "/flows?provider=olena.kovalenko&", "/parties/olena.kovalenko?",
		"/record?stream=olena.kovalenko&", "/olena.kovalenko?", "/problems/olena.kovalenko?", "/figures/olena.kovalenko?", "/api/v1/flows?after=olena.kovalenko&",
		"/api/v1/facts/olena.kovalenko?", "/api/v1/parties/olena.kovalenko?", "/statement/olena.kovalenko.csv?"} {
		h.send(t, attack{path: path + personal, header: map[string]string{"User-Agent": "Firefox/of-olena", "X-Forwarded-For": "203.0.113.7",
			"Forwarded": "for=198.51.100.9", "Referer": "https://evil.example/olena.kovalenko", "Cookie": "id=session-of-olena; lang=uk"}}, "uk")
	}
	for _, token := range []string{h.token[identity.Importer], h.token[identity.Reader], "wrong-token-of-olena"} {
		h.send(t, attack{method: "POST", path: ratesPath + "?token=" + token, header: map[string]string{"Authorization": "Bearer " + token,
			"Content-Type": "application/json"}, body: text(`{"file":"olena.csv","data":"b2xlbmEua292YWxlbmtv"}`)}, "en")
	}
	c, err := net.Dial("tcp", h.addr) // the address of a caller who breaks off
	if err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, c.LocalAddr().String())
	fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 100\r\n\r\n{", ratesPath, h.token[identity.Importer])
	c.Close()
	h.log.settle(t, `"status":400`)
	log := h.log.since(0)
	for _, secret := range secrets {
		if i := strings.Index(log, secret); i >= 0 {
			t.Errorf("the log tells %s: %.300s", secret, log[max(0, i-150):])
		}
	}
	if strings.Contains(log, "127.0.0.1:") {
		t.Error("the log tells an address")
	}
	if strings.Count(log, `"msg":"request"`) < 15 {
		t.Errorf("the log is too short to prove anything: %s", log)
	}
}

// settle waits until the last line of the log has text in it.
func (j *journal) settle(t *testing.T, text string) {
	t.Helper()
	for range 100 {
		lines := strings.Split(strings.TrimSpace(j.since(0)), "\n")
		if strings.Contains(lines[len(lines)-1], text) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("the log never ends with %s", text)
}

// TestMemoryIsBounded: those whom the hub does not let through cannot make it
// keep what they send.
//
// ASVS 2.4.1
func TestMemoryIsBounded(t *testing.T) {
	const callers, most = 24, 96 << 20
	h := serve(t, empty)
	peak, before := watchHeap(t)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			r := h.send(t, attack{method: "POST", path: mechanismPath, header: map[string]string{"Content-Type": "application/json"},
				body: func() io.Reader { return spaces(maxBody) }, length: maxBody}, []string{"en", "uk"}[i%2])
			if r.status != http.StatusUnauthorized {
				t.Errorf("status %d", r.status)
			}
		})
	}
	wg.Wait()
	if grown := peak.Load() - before; grown > most {
		t.Errorf("the heap grew by %d MiB under %d bodies of 32 MiB", grown>>20, callers)
	}
}

// watchHeap follows the heap until the test ends.
func watchHeap(t *testing.T) (peak *atomic.Int64, before int64) {
	size := func() int64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	runtime.GC()
	peak, before = &atomic.Int64{}, size()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	go func() {
		for tick := time.Tick(5 * time.Millisecond); ctx.Err() == nil; <-tick {
			peak.Store(max(peak.Load(), size()))
		}
	}()
	return peak, before
}

// TestManyAtOnce: readers, importers and nonsense at the same time. Every
// answer is one that the hub gives to a single caller too.
func TestManyAtOnce(t *testing.T) {
	h := besieged(t)
	before := h.head(t)
	kinds := []struct {
		attack
		allowed string
	}{
		{attack{path: "/"}, "200"}, {attack{path: "/statement?as_of=2024-12-20&lang=uk"}, "200"},
		{attack{path: "/api/openapi.json"}, "200"}, {attack{path: "/api/v1/statement"}, "200"}, {attack{path: "/flows.csv"}, "200"},
		{attack{path: "/record?to=5"}, "200"}, {attack{path: "/flows?page=-1"}, "400"}, {attack{path: "/nowhere"}, "404"},
		{attack{method: "POST", path: mechanismPath, header: importer(h), body: text(tables(nil))}, "200"},
		{attack{method: "POST", path: mechanismPath, header: importer(h), body: text(contribution("amount", "-1"))}, "400"},
		{attack{method: "POST", path: mechanismPath, header: importer(h), body: text(strings.Repeat("[", 100_000))}, "400"},
	}
	var wg sync.WaitGroup
	limit := make(chan struct{}, 32)
	for i := range 12 * len(kinds) {
		limit <- struct{}{}
		wg.Go(func() {
			defer func() { <-limit }()
			k := kinds[i%len(kinds)]
			r := h.send(t, k.attack, []string{"en", "uk"}[i%2])
			if fmt.Sprint(r.status) != k.allowed {
				t.Errorf("%s %s: status %d: %.200s", k.method, k.path, r.status, r.body)
			}
			h.tellsNothing(t, r)
		})
	}
	wg.Wait()
	if after := h.head(t); after != before {
		t.Errorf("the record went from %d to %d", before, after)
	}
	if wrong := h.log.wrong(0); wrong != "" {
		t.Errorf("the log says: %s", wrong)
	}
}
