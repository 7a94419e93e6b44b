package identityhttp

import (
	"net/http"
	"net/netip"
	"strings"

	"tallinn/identity"
)

// fromOf says, coarsely, where a request comes from. Addresses that a proxy
// claims are not believed: anybody can write them.
func fromOf(r *http.Request) identity.From {
	return identity.From{Device: deviceOf(r.UserAgent()), Place: placeOf(r.RemoteAddr)}
}

// What a browser says of itself. The first that fits counts: one that is built
// on another names that one too.
var (
	browsers = []struct{ mark, name string }{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems = []struct{ mark, name string }{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

func deviceOf(agent string) string {
	var parts []string
	for _, list := range [][]struct{ mark, name string }{browsers, systems} {
		for _, one := range list {
			if strings.Contains(agent, one.mark) {
				parts = append(parts, one.name)
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}

// placeOf is the network of an address: half of it, so that it names a
// provider and not a household.
func placeOf(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return ""
	}
	addr := at.Addr().Unmap()
	if addr.IsLoopback() {
		return "localhost"
	}
	if addr.Is4() {
		b := addr.As4()
		return netip.AddrFrom4([4]byte{b[0], b[1]}).String() + "/16"
	}
	prefix, err := addr.WithZone("").Prefix(32)
	if err != nil {
		return ""
	}
	return prefix.String()
}
