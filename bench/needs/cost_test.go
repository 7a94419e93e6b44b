package needs_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"
	"time"
)

// BenchmarkCost is what the hub spends on one page, without socket and client:
// the processor time, compression included.
func BenchmarkCost(b *testing.B) {
	handler, err := inside(b).Handler()
	if err != nil {
		b.Fatal(err)
	}
	clients := map[string]*http.Client{}
	for _, role := range []string{group, partner} {
		clients[role] = enter(b, within{handler}, "http://hub", role)
	}
	for _, one := range asked {
		b.Run(one.name, func(b *testing.B) {
			b.ReportAllocs()
			before, size, i := usage(b, os.Getpid()), 0, 0
			for b.Loop() {
				r := httptest.NewRequest("GET", one.path(i), nil)
				r.Header.Set("Accept-Encoding", "gzip")
				for _, c := range clients[one.role].Jar.Cookies(&url.URL{Scheme: "http", Host: "hub", Path: "/"}) {
					r.AddCookie(c)
				}
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
				size += w.Body.Len()
				i++
			}
			b.ReportMetric(float64((usage(b, os.Getpid())-before)/time.Microsecond)/float64(b.N), "cpu-µs/op")
			b.ReportMetric(float64(size)/float64(b.N)/1000, "kB/op")
		})
	}
}

// within answers requests without a socket.
type within struct{ http.Handler }

func (t within) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	t.ServeHTTP(w, r)
	answer := w.Result()
	answer.Request = r
	return answer, nil
}
