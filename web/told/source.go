package told

import (
	"net/url"
	"strings"
)

// A place is where a source can be read: words, an address, or both, as in
// "European Central Bank, https://www.ecb.europa.eu/".
type place struct {
	title string
	href  string // only ever http or https; empty: no address is known
	host  string // what the link shows
}

// placeOf takes a citation apart. What is no web address is words.
func placeOf(cite string) place {
	title, address := "", cite
	if i := strings.LastIndex(cite, ", http"); i >= 0 {
		title, address = cite[:i], cite[i+len(", "):]
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
		return place{title: cite}
	}
	return place{title, u.String(), strings.TrimPrefix(u.Hostname(), "www.")}
}
