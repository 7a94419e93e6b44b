package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
	"tallinn/web"
	"tallinn/web/webtest"
)

var errSecret = errors.New("open /var/lib/secret.db: permission denied")

// ask answers err to a request for path with an Accept header.
func ask(t *testing.T, err error, path, accept, lang string) (*webtest.Document, string) {
	t.Helper()
	var log bytes.Buffer
	h := web.Handle(slog.New(slog.NewTextHandler(&log, nil)),
		func(http.ResponseWriter, *http.Request) error { return err })
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept", accept)
	r.Header.Set("Accept-Language", lang)
	return webtest.Do(t, h, r), log.String()
}

func TestStatusOfEachKind(t *testing.T) {
	for kind, want := range map[fault.Kind]int{
		fault.Invalid: 400, fault.Unauthenticated: 401, fault.Denied: 403, fault.Missing: 404,
		fault.Conflict: 409, fault.TooLarge: 413, fault.Unavailable: 503, fault.TooOften: 429, fault.Internal: 500,
	} {
		err := fault.New(kind, "sample.reason", "say {{.what}} again").With("what", "<b>it</b>")
		for _, lang := range []string{"en", "uk"} {
			page, _ := ask(t, fmt.Errorf("outside: %w", err), "/x", "text/html", lang)
			if page.Status != want || page.Header.Get("Content-Language") != lang {
				t.Errorf("%v: status %d, want %d", kind, page.Status, want)
			}
			if title := page.Text("h1"); title == "" || strings.Contains(title, "⟦") {
				t.Errorf("%v, %s: title %q", kind, lang, title)
			}
			if kind != fault.Internal && page.Text(".problem .lead") != "Say <b>it</b> again." {
				t.Errorf("%v: says %q", kind, page.Text(".problem .lead"))
			}
		}
	}
	if got := web.Status(web.WithStatus(429, web.ErrTooMany)); got != 429 {
		t.Errorf("chosen status: %d", got)
	}
}

// ASVS 16.5.1
func TestInternalErrorsAreWithheld(t *testing.T) {
	for _, tt := range []struct{ path, accept string }{
		{"/x", "text/html"}, {"/x", "application/json"}, {"/api/v1/x", "*/*"},
	} {
		answer, log := ask(t, fmt.Errorf("fold: %w", errSecret), tt.path, tt.accept, "uk")
		if strings.Contains(answer.Body, "secret") || answer.Status != 500 {
			t.Errorf("%v: status %d, body %s", tt, answer.Status, answer.Body)
		}
		_, reference, _ := strings.Cut(log, "reference=")
		reference, _, _ = strings.Cut(reference, " ")
		if len(reference) != 8 || !strings.Contains(answer.Body, reference) || !strings.Contains(log, "secret.db") {
			t.Errorf("%v: log %q does not lead from the reference to the cause", tt, log)
		}
	}
	_, log := ask(t, web.ErrTooSlow.Because(errSecret), "/x", "text/html", "en")
	if !strings.Contains(log, "secret.db") {
		t.Errorf("the cause of a fault is not in the log: %s", log)
	}
}

func TestProblem(t *testing.T) {
	err := web.WithStatus(422, web.ErrTooLarge.With("limit", 9))
	answer, _ := ask(t, err, "/x?lang=uk", "application/json", "en")
	var p web.Problem
	if e := json.Unmarshal([]byte(answer.Body), &p); e != nil {
		t.Fatal(e)
	}
	want := web.Problem{Type: "/problems/web.too_large", Title: "Надіслані дані не узгоджуються між собою", Status: 422,
		Detail: "Надіслано більше ніж 9 байтів; надішліть менше або частинами.", Code: "web.too_large"}
	if p != want || answer.Status != 422 || answer.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("problem %+v, want %+v", p, want)
	}
	bad, _ := ask(t, fault.New(fault.Invalid, "x.y", "no {{.a}}").With("a", "\xff"), "/api/x", "", "en")
	if bad.Status != 400 || json.Unmarshal([]byte(bad.Body), &p) != nil {
		t.Errorf("invalid UTF-8 of the input: status %d, body %q", bad.Status, bad.Body)
	}
}

func TestHandleNetErrors(t *testing.T) {
	large, _ := ask(t, fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 7}), "/api/x", "", "en")
	if large.Status != 413 || !strings.Contains(large.Body, "7 bytes") {
		t.Errorf("too large: %d %s", large.Status, large.Body)
	}
	slow, _ := ask(t, fmt.Errorf("query: %w", context.DeadlineExceeded), "/api/x", "", "en")
	if slow.Status != 503 || !strings.Contains(slow.Body, "web.too_slow") {
		t.Errorf("too slow: %d %s", slow.Status, slow.Body)
	}
}

// TestHalfAnAnswerIsCut: an error after the answer began must not look like a
// whole answer.
func TestHalfAnAnswerIsCut(t *testing.T) {
	s := httptest.NewServer(web.Handle(slog.New(slog.DiscardHandler), func(w http.ResponseWriter, _ *http.Request) error {
		io.WriteString(w, strings.Repeat("row\n", 10000))
		return errSecret
	}))
	defer s.Close()
	answer, err := http.Get(s.URL)
	if err == nil {
		_, err = io.ReadAll(answer.Body)
		answer.Body.Close()
	}
	if err == nil {
		t.Error("the answer was read to its end, want a cut connection")
	}
}
