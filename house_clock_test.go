package tallinn_test

import (
	"fmt"
	"go/ast"
	"path"
	"strconv"
)

// ambient names, and what to do instead. They are barred everywhere but in
// app, cmd, bench and tests.
var ambient = map[string]map[string]string{
	"time": {
		"Now": "take the moment as a parameter", "Since": "take both moments as parameters",
		"Until": "take both moments as parameters", "Local": "name the zone",
	},
	"os": {
		"Getenv": "settings come in by a Config", "LookupEnv": "settings come in by a Config",
		"Environ": "settings come in by a Config", "Args": "arguments are cmd's",
	},
}

// barred in pure packages beside: they wait, or read the machine.
var ambientPure = map[string]string{
	"After": "nothing waits in a rule", "AfterFunc": "nothing waits in a rule",
	"NewTicker": "nothing waits in a rule", "NewTimer": "nothing waits in a rule",
	"Sleep": "nothing waits in a rule", "Tick": "nothing waits in a rule",
	"LoadLocation": "reads the machine's zones; use UTC, or pass the zone in",
}

// excused uses, each with its reason. None of them decides anything: time that
// ends up in a fact or on a page is passed in.
var excused = map[string]string{
	"record/record.go time.Now":        "the default of Config.Now",
	"record/commit.go time.Now":        "paces the comparison with the database's clock",
	"record/commit.go time.Since":      "paces the comparison with the database's clock",
	"record/follow.go time.Since":      "how far a hub is behind its database",
	"record/subscribe.go time.Now":     "paces the keeping of cursors",
	"record/subscribe.go time.Since":   "paces the keeping of cursors",
	"record/sqlite/sqlite.go time.Now": "the default of Config.Now",
	"web/site.go time.Now":             "how long a request took, for the log",
	"web/site.go time.Since":           "how long a request took, for the log",
}

var ambientRule = rule{
	name: "no clock or settings out of the air",
	check: func(t *tree) []string {
		var breaches []string
		for _, f := range t.source() {
			if under(f.name, "app") || under(f.name, "cmd") || under(f.name, "bench") {
				continue
			}
			breaches = append(breaches, ambientBreaches(f)...)
		}
		return breaches
	},
	sample: `
-- aid/flow/a.go --
package flow
import clock "time"
func f() clock.Time { return clock.Now() }
func g(d clock.Duration) { clock.Sleep(d) }
-- web/a.go --
package web
import ("os"; "time")
func f() string { time.Sleep(1); return os.Getenv("HOME") }
-- app/a.go --
package app
import "time"
func f() time.Time { return time.Now() }
-- record/a_test.go --
package record
import "time"
func f() time.Time { return time.Now() }
`,
	want: []string{"aid/flow/a.go:3: time.Now", "aid/flow/a.go:4: time.Sleep", "web/a.go:3: os.Getenv"},
}

func ambientBreaches(f file) []string {
	names := importNames(f)
	var breaches []string
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		left, ok := sel.X.(*ast.Ident)
		if !ok || names[left.Name] == "" {
			return true
		}
		from := names[left.Name]
		why := ambient[from][sel.Sel.Name]
		if why == "" && from == "time" && isPure(f.folder()) {
			why = ambientPure[sel.Sel.Name]
		}
		used := from + "." + sel.Sel.Name
		if why != "" && excused[f.name+" "+used] == "" {
			breaches = append(breaches, fmt.Sprintf("%s: %s: %s", f.at(sel.Pos()), used, why))
		}
		return true
	})
	return breaches
}

// importNames maps the names by which f calls packages to their paths.
func importNames(f file) map[string]string {
	names := map[string]string{}
	for _, spec := range f.syntax.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = imported
	}
	return names
}
