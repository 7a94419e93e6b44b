// Package assets holds the style sheets, the script and the pictures of the
// pages, under names that carry a hash of their content, so that a browser
// may keep them for ever.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Prefix is the path below which assets are served.
const Prefix = "/assets/"

// Names of the assets, for URL.
const (
	Style  = "tallinn.css"
	Script = "app.js"
	// Passkey is loaded by the pages that ask for one.
	Passkey = "passkey.js"
	// Push is loaded by the page of a person's notices; Worker is what goes on
	// when no page is open, and is served at an address that stays.
	Push   = "push.js"
	Worker = "worker.js"
	Icon   = "icon.svg"
	// The page of the emergency lane has its own, much smaller; its worker is
	// served at an address that stays.
	EmergencyStyle  = "emergency.css"
	Emergency       = "emergency.js"
	EmergencyWorker = "emergency-worker.js"
)

//go:embed tokens.css frame.css components.css forms.css print.css app.js live.js search.js likely.js passkey.js push.js worker.js icon.svg emergency.css emergency-vault.js emergency.js emergency-worker.js
var files embed.FS

// sheets are the parts of Style, in the order of the cascade. They travel as
// one file, which is one round trip on a bad line.
var sheets = []string{"tokens.css", "frame.css", "components.css", "forms.css", "print.css"}

// scripts are the parts of Script.
var scripts = []string{"app.js", "live.js", "search.js", "likely.js"}

// several are what stands in for a style sheet or a script of several parts.
var several = map[string][]string{
	EmergencyStyle: {"tokens.css", "emergency.css"}, Emergency: {"emergency-vault.js", "emergency.js"},
	EmergencyWorker: {"emergency-vault.js", "emergency-worker.js"},
}

// An asset is one file as it is served.
type asset struct {
	url      string
	kind     string
	plain    []byte
	squeezed []byte // gzip
}

var byName, byURL = mustLoad()

func mustLoad() (names, urls map[string]asset) {
	style, script := joined(sheets), joined(scripts)
	names, urls = map[string]asset{}, map[string]asset{}
	for name, content := range map[string][]byte{
		Style: style, Script: script, Passkey: mustRead(Passkey), Push: mustRead(Push), Worker: mustRead(Worker), Icon: mustRead(Icon),
	} {
		a := newAsset(name, content)
		names[name], urls[a.url] = a, a
	}
	for name, parts := range several {
		a := newAsset(name, joined(parts))
		names[name], urls[a.url] = a, a
	}
	return names, urls
}

func joined(names []string) (all []byte) {
	for _, name := range names {
		all = append(all, mustRead(name)...)
	}
	return all
}

func newAsset(name string, content []byte) asset {
	sum := sha256.Sum256(content)
	stem, ext := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
	return asset{
		url:      Prefix + stem + "." + hex.EncodeToString(sum[:6]) + ext,
		kind:     kinds[ext],
		plain:    content,
		squeezed: squeeze(content),
	}
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func mustRead(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic("assets: " + err.Error()) // embedded: cannot be missing
	}
	return b
}

func squeeze(content []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a level that exists
	z.Write(content)                                      // to memory: cannot fail
	z.Close()
	return b.Bytes()
}

// URL is the address of the asset called name; it changes with the content.
func URL(name string) string { return byName[name].url }

// Read is the content of the asset called name.
func Read(name string) []byte { return byName[name].plain }

// Handler serves the assets below Prefix.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Add("Vary", "Accept-Encoding")
		body := a.plain
		if takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = a.squeezed
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			w.Write(body)
		}
	})
}

// takesGzip reports whether r accepts gzip (RFC 9110, 12.5.3); a weight of
// nothing refuses it.
func takesGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
		if name == "gzip" {
			return strings.Trim(weight, "q=0.") != "" || weight == ""
		}
	}
	return false
}
