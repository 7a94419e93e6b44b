package tallinn_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// The vocabulary: small values that everyone leans on.
var vocabulary = []string{"money", "tlp", "fact", "fault", "ids", "text", "class"}

// Each chapter's nouns from left to right, as in the design: a noun may know
// those to its left. A new noun is added here.
var chapters = map[string][]string{
	"mechanism":  {"wording", "capability", "party", "milestone", "seat", "batch", "correction", "recovery", "report", "erasure", "marking", "procedure"},
	"aid":        {"rate", "need", "attachment", "offer", "match", "flow", "project", "delivery", "statement", "edition"},
	"defence":    {"event", "detection", "alert", "endpoint", "rollout", "hunt", "incident", "resolver"},
	"satellite":  {"terminal", "fence"},
	"training":   {"course", "exercise", "certificate"},
	"continuity": {"registry"},
}

// Modules from elsewhere, and who may use each. What is not listed for a
// package is barred from it.
const (
	jsonV2  = "github.com/go-json-experiment/json"
	decimal = "github.com/govalues/decimal"
	templ   = "github.com/a-h/templ"
	huma    = "github.com/danielgtaylor/huma/v2"
)

// drivers are what the keepers and edges drive, each by its own folder only.
var drivers = map[string][]string{
	"record":                         {jsonV2, "golang.org/x/sync", "golang.org/x/sys"},
	"record/sqlite":                  {jsonV2, "modernc.org/sqlite", "golang.org/x/sys"},
	"record/postgres":                {jsonV2, "github.com/jackc/pgx/v5"},
	"record/keyring":                 {"modernc.org/sqlite", "github.com/jackc/pgx/v5"},
	"record/recordtest":              {"pgregory.net/rapid"},
	"record/disktest":                {"modernc.org/sqlite", "modernc.org/libc", "github.com/hanwen/go-fuse/v2"}, // stands between SQLite, or a program, and its files
	"identity/provider/providertest": {"github.com/zitadel/oidc/v3"},
	"identity/provider":              {"github.com/coreos/go-oidc/v3", "golang.org/x/oauth2"},
	"identity":                       {jsonV2, "github.com/go-webauthn/webauthn", "modernc.org/sqlite", "github.com/jackc/pgx/v5"},
	"policy":                         {"github.com/cedar-policy/cedar-go"},
	"search":                         {"golang.org/x/text/unicode/norm"},
	"notice/outbox":                  {"modernc.org/sqlite"},
	"notice/mail":                    {"github.com/wneessen/go-mail", "github.com/emersion/go-smtp"},
	"notice/push":                    {jsonV2},
	"notice/webhook":                 {jsonV2},
	"policy/reads":                   {"modernc.org/sqlite"},
	"aid/match/highs":                {"github.com/tetratelabs/wazero"},
	"defence/detection":              {"go.yaml.in/yaml/v3"}, // Sigma rules are YAML
	"defence/detection/input":        {"github.com/klauspost/compress", "golang.org/x/text/encoding/unicode", "golang.org/x/text/transform"},
	"defence/detection/pack":         {"github.com/klauspost/compress"},
	"defence/detection/corpustest":   {"github.com/klauspost/compress"},
	"web": {templ, huma, jsonV2, "github.com/nicksnyder/go-i18n/v2", "golang.org/x/text",
		"github.com/BurntSushi/toml", "github.com/andybalholm/brotli", "github.com/klauspost/compress"},
	"web/qr":      {templ, "rsc.io/qr"},
	"web/webtest": {templ, "github.com/chromedp", "github.com/andybalholm/cascadia", "golang.org/x/net/html"},
	"exchange":    {jsonV2, "golang.org/x/text", "golang.org/x/sync"},
}

// tools are parts of a noun that touch the machine on its behalf, each with
// the reason. The noun's own rules know none of them; they may use what the
// noun may, the machine, and the drivers listed above.
var tools = map[string]string{
	"aid/match/highs":           "runs the pinned solver in a sandbox of WebAssembly",
	"aid/match/matchcli":        "the commands of tallinn plan",
	"defence/detection/command": "the commands of tallinn detect, rules and logs",
	"defence/detection/input":   "opens logs: folders, archives, standard input",
	"defence/detection/pack":    "writes and reads packs of compiled rules",
	"defence/detection/scan":    "runs many logs at once",
	"defence/event/gen":         "writes the table of events into code and documents",
}

// impure packages of the standard library, each with what to do instead.
var impure = map[string]string{
	"context":       "waits for others: a rule is over at once",
	"crypto/rand":   "draws at random: take an io.Reader",
	"database/sql":  "opens a database: the record keeps facts",
	"flag":          "reads the command line: pass the value in",
	"html/template": "writes pages: <noun>http does",
	"io/ioutil":     "reads the machine: pass the bytes in",
	"log":           "writes to the outside: return an error",
	"log/slog":      "writes to the outside: return an error",
	"math/rand":     "draws at random: take an io.Reader",
	"math/rand/v2":  "draws at random: take an io.Reader",
	"net":           "opens sockets: pass the value in",
	"net/http":      "opens sockets: <noun>http does",
	"os":            "reads the machine: pass the value in",
	"os/exec":       "starts programs: pass the value in",
	"os/signal":     "reads the machine: cmd does",
	"os/user":       "reads the machine: pass the value in",
	"path/filepath": "depends on the machine: use path, or pass the value in",
	"plugin":        "loads code",
	"syscall":       "reads the machine: pass the value in",
	"testing":       "belongs in tests",
}

var pureNet = []string{"net/url", "net/netip", "net/mail"}

// barred packages, for everyone.
var barred = map[string]string{
	"encoding/json": "takes duplicate keys and invalid UTF-8 and keeps the last: use " + jsonV2,
	"math/rand":     "can be guessed, and ids and keys must not be: take an io.Reader",
	"math/rand/v2":  "can be guessed, and ids and keys must not be: take an io.Reader",
	"io/ioutil":     "is deprecated: use io and os",
}

var importRule = rule{
	name: "import direction",
	check: func(t *tree) []string {
		var breaches []string
		for _, p := range t.packages {
			for _, imported := range p.imports {
				if why := importBreach(t.module, p.path, imported); why != "" {
					breaches = append(breaches, fmt.Sprintf("%s imports %s: %s", p.path, imported, why))
				}
			}
		}
		return breaches
	},
	sample: `
-- fact/a.go --
package fact
import (
	"encoding/json"
	"net/url"
	"os"
	"tallinn/aid/flow"
	"tallinn/fault"
)
-- mechanism/party/a.go --
package party
import "tallinn/mechanism/procedure"
-- aid/flow/a.go --
package flow
import (
	"github.com/go-json-experiment/json/jsontext"
	"math/rand/v2"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/app"
	"tallinn/defence/alert"
	"tallinn/mechanism/party"
	"tallinn/web"
)
-- aid/flow/flowhttp/a.go --
package flowhttp
import (
	"net/http"
	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/mechanism/party"
	"tallinn/record"
	"tallinn/web"
)
-- defence/detection/sigma/a.go --
package sigma
import (
	"tallinn/defence/alert"
	"tallinn/defence/detection"
	"tallinn/defence/event"
	"time"
	"net"
)
-- record/a.go --
package record
import (
	"database/sql"
	"modernc.org/sqlite"
	"tallinn/fact"
	"tallinn/mechanism/party"
)
-- record/recordhttp/a.go --
package recordhttp
import (
	"github.com/a-h/templ"
	"tallinn/aid/flow"
	"tallinn/record"
	"tallinn/web"
)
-- record/sqlite/a.go --
package sqlite
import (
	"tallinn/record/recordtest"
	"modernc.org/sqlite"
	"tallinn/record"
)
-- exchange/iati/a.go --
package iati
import (
	"tallinn/aid/flow"
	"tallinn/record"
	"tallinn/web"
)
-- web/a.go --
package web
import "tallinn/aid/flow"
-- cmd/tallinn/a.go --
package main
import (
	"os"
	"tallinn/app"
	"tallinn/record"
)
-- utils/a.go --
package utils
import "tallinn/fact"
`,
	want: []string{
		"fact imports encoding/json: takes duplicate keys",
		"fact imports os: reads the machine",
		"fact imports tallinn/aid/flow: the vocabulary knows no noun",
		"mechanism/party imports tallinn/mechanism/procedure: party stands left of procedure",
		"aid/flow imports math/rand/v2: can be guessed",
		"aid/flow imports tallinn/aid/statement: flow stands left of statement",
		"aid/flow imports tallinn/app: only cmd",
		"aid/flow imports tallinn/defence/alert: another chapter",
		"aid/flow imports tallinn/web: a noun knows no page",
		"flowhttp imports tallinn/aid/statement: ",
		"flowhttp imports tallinn/record: ",
		"sigma imports tallinn/defence/alert: detection stands left of alert",
		"sigma imports net: opens sockets",
		"record imports modernc.org/sqlite: ",
		"record imports tallinn/mechanism/party: a keeper carries",
		"record/recordhttp imports tallinn/aid/flow: a door knows",
		"record/sqlite imports tallinn/record/recordtest: it supports tests",
		"exchange/iati imports tallinn/web: ",
		"web imports tallinn/aid/flow: web knows no noun",
		"cmd/tallinn imports tallinn/record: ",
		"utils imports tallinn/fact: this folder is in no row",
	},
}

// importBreach says why the package at path may not import imported, or
// nothing when it may.
func importBreach(module, from, imported string) string {
	if why := barred[imported]; why != "" && !under(from, "bench") && !isSupport(from) {
		return why
	}
	own := imported == module || strings.HasPrefix(imported, module+"/")
	switch {
	case !own && !strings.Contains(strings.Split(imported, "/")[0], "."):
		return standardBreach(from, imported)
	case !own:
		return foreignBreach(from, imported)
	}
	return ownBreach(from, within(module, imported))
}

func standardBreach(from, imported string) string {
	if !isPure(from) || slices.Contains(pureNet, imported) {
		return ""
	}
	if why := impure[imported]; why != "" {
		return why
	}
	if strings.HasPrefix(imported, "net/") {
		return impure["net"]
	}
	return ""
}

func foreignBreach(from, imported string) string {
	var may []string
	switch {
	case under(from, "app") || under(from, "bench"):
		return ""
	case isPure(from), isTool(from):
		may = append(driversOf(from), jsonV2, decimal)
	case isDoor(from):
		may = []string{templ, huma, jsonV2, "golang.org/x/text"} // order and numbers in the reader's language
	default:
		may = driversOf(from)
	}
	for _, m := range may {
		if under(imported, m) {
			return ""
		}
	}
	return "no row allows " + from + " this module: do without, or add it with its reason to house_imports_test.go and doc/decisions"
}

// driversOf are the modules of from, or of the nearest folder above it that
// has any.
func driversOf(from string) []string {
	for ; from != "."; from = path.Dir(from) {
		if list, ok := drivers[from]; ok {
			return list
		}
	}
	return nil
}

// ownBreach judges an import inside the module; both paths are from its root.
func ownBreach(from, to string) string {
	switch {
	case isSupport(to) && !isSupport(from):
		return "it supports tests, and belongs in no program"
	case isTool(to) && isPure(from):
		return "it touches the machine, and a rule does not: pass the value in"
	case isVocabulary(to):
		if from == "" || knownFolder(from) {
			return ""
		}
		return "this folder is in no row of the house's table: find the noun it belongs to, or add the row"
	case under(from, "app"), under(from, "bench"):
		return ""
	case under(to, "app"):
		if under(from, "cmd") {
			return ""
		}
		return "only cmd may know app: app wires the rest, and nothing leans on it"
	case isVocabulary(from):
		return "the vocabulary knows no noun and no keeper: everyone leans on it"
	}
	return edgeBreach(from, to)
}

func edgeBreach(from, to string) string {
	switch {
	case under(from, "cmd"):
		return "a command has arguments, signals and an exit code; the work is app's"
	case under(from, "web"):
		if under(to, "web") {
			return ""
		}
		return "web knows no noun: give the component a plain value"
	case isDoor(from):
		return doorBreach(path.Dir(from), to)
	case under(from, "exchange"):
		if isNoun(to) || under(to, "record") || under(to, "exchange") {
			return ""
		}
		return "formats follow the domain, and know no page and no keeper but the record"
	case isNoun(from):
		return nounBreach(nounOf(from), to)
	case isKeeper(from):
		if under(from, to) {
			return ""
		}
		return "a keeper carries facts unopened: a new capability touches no storage"
	case under(from, "demo"), under(from, "deploy"):
		return "this folder holds data only"
	}
	return "this folder is in no row of the house's table: find the noun it belongs to, or add the row"
}

// nounBreach: a noun may know the mechanism, and the nouns to its left in its
// own chapter. Noun is a chapter and a noun, "aid/flow".
func nounBreach(noun, to string) string {
	if !isNoun(to) {
		return "a noun knows no page, keeper or door: they know it"
	}
	chapter, name := path.Split(noun)
	toChapter, toName := path.Split(nounOf(to))
	switch {
	case chapter != toChapter && toChapter == "mechanism/":
		return ""
	case chapter != toChapter:
		return "another chapter's noun: app turns a fact of one into a command in the other"
	}
	order := chapters[strings.TrimSuffix(chapter, "/")]
	if slices.Index(order, toName) <= slices.Index(order, name) {
		return ""
	}
	return name + " stands left of " + toName + ", which may react to its facts; it must never hear of them"
}

// doorBreach: <noun>http may know its noun, what its noun knows (those types
// are in its noun's own signatures), and web; the door of a keeper knows its
// keeper and web, that of a format the formats, identity and web. Where is the folder that the door stands in.
func doorBreach(where, to string) string {
	switch {
	case under(to, "web") && !isSupport(to), to == where:
		return ""
	case isNoun(where) && nounBreach(nounOf(where), to) == "":
		return ""
	case under(where, "exchange") && (under(to, "exchange") || under(to, "identity") || isNoun(to)):
		return "" // whoever sends a file says who they are; formats follow the domain
	}
	return "a door knows its noun, what that noun knows, and web; declare an interface for the rest, and let app fill it"
}

func under(name, folder string) bool {
	return name == folder || strings.HasPrefix(name, folder+"/")
}

func isVocabulary(p string) bool { return slices.Contains(vocabulary, p) }

// nounOf is the noun that the package at p is, or is a part of:
// "defence/detection" for "defence/detection/sigma". It is empty when p is
// none.
func nounOf(p string) string {
	parts := strings.SplitN(p, "/", 3)
	if len(parts) < 2 || !slices.Contains(chapters[parts[0]], parts[1]) {
		return ""
	}
	return parts[0] + "/" + parts[1]
}

// isDoor reports whether p is the handlers of a noun, a keeper or a format,
// such as aid/flow/flowhttp, record/recordhttp and exchange/intake/intakehttp.
func isDoor(p string) bool {
	return strings.HasSuffix(p, "http") && (nounOf(p) != "" || isKeeper(path.Dir(p)) || under(p, "exchange"))
}

func isNoun(p string) bool { return nounOf(p) != "" && !isDoor(p) }

func isPure(p string) bool { return isVocabulary(p) || isNoun(p) && !isTool(p) && !isSupport(p) }

func isTool(p string) bool { return tools[p] != "" }

func isKeeper(p string) bool {
	top, _, _ := strings.Cut(p, "/")
	return slices.Contains([]string{"record", "tlog", "policy", "identity", "notice", "search", "fleet"}, top) &&
		!strings.HasSuffix(p, "http")
}

func knownFolder(p string) bool {
	if isPure(p) || isTool(p) || isSupport(p) || isKeeper(p) || isDoor(p) {
		return true
	}
	top, _, _ := strings.Cut(p, "/")
	return slices.Contains([]string{"app", "cmd", "web", "exchange", "bench", "demo", "deploy"}, top)
}
