package web

import (
	"net/http/httptest"
	"testing"
	"time"
)

func TestLimit(t *testing.T) {
	l, now := Limit{Window: time.Minute, Each: 2, All: 3}, time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for i, want := range []bool{true, true, false} {
		if got := l.Take("a", now); got != want {
			t.Errorf("the %d. of one network: %v", i+1, got)
		}
	}
	if !l.Take("b", now) || l.Take("c", now) {
		t.Error("the bound of all is not kept")
	}
	if now = now.Add(time.Minute); !l.Take("a", now) {
		t.Error("a new window does not begin anew")
	}
	if (&Limit{}).Take("a", now) {
		t.Error("the zero limit lets through")
	}
	r := httptest.NewRequest("GET", "/", nil)
	for remote, want := range map[string]string{"203.0.113.7:443": "203.0.113.0/24", "[2001:db8:1:2::1]:443": "2001:db8:1::/48", "x": ""} {
		if r.RemoteAddr = remote; Network(r) != want {
			t.Errorf("Network(%s) = %q; want %q", remote, Network(r), want)
		}
	}
}
