package web

import (
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Network is the network that a request comes from, coarse enough that it
// names no household: for counting, and never kept.
func Network(r *http.Request) string { return NetworkOf(r.RemoteAddr) }

// NetworkOf is Network of an address and port.
func NetworkOf(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return ""
	}
	addr, bits := at.Addr().Unmap().WithZone(""), 24
	if addr.Is6() {
		bits = 48
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// A Limit counts what comes from each network within Window, and from all of
// them, in memory. The zero Limit lets nothing through.
type Limit struct {
	Window    time.Duration
	Each, All int

	mu   sync.Mutex
	from map[string]int
	all  int
	ends time.Time
}

// Take counts one more from a network, and reports whether it is within the
// limit; what is not is not counted.
func (l *Limit) Take(network string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !now.Before(l.ends) {
		l.from, l.all, l.ends = map[string]int{}, 0, now.Add(l.Window)
	}
	if l.all >= l.All || l.from[network] >= l.Each {
		return false
	}
	l.all++
	l.from[network]++
	return true
}
