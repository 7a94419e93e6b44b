package statementhttp

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/catalogue"
)

// TestDefinitions: what a figure means is said in one way: by the code's
// version, by the page of methods in both languages, and by doc/figures.
func TestDefinitions(t *testing.T) {
	const dir = "../../../doc/figures/"
	index, err := os.ReadFile(dir + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	st := statement.Compute(statement.Input{Parties: party.NewBook(), Flows: flow.NewBook(), Rates: rate.NewTable()}, statement.Query{AsOf: "2026-01-01"})
	known := map[string]bool{}
	type meant struct{ key, label, text string }
	var all []meant
	for _, d := range defined {
		all = append(all, meant{"statement." + d, "statement." + d, "definition." + d})
	}
	for _, key := range elsewhere {
		all = append(all, meant{key, "figure." + key, "definition." + key})
	}
	for _, m := range all {
		def := statement.Define(m.key + ".x")
		known[def.Key] = true
		doc, err := os.ReadFile(dir + def.Key + ".md")
		if err != nil {
			t.Error(err)
			continue
		}
		says := []string{"# " + def.Key + "\n", fmt.Sprintf("\nVersion %d\n", def.Version), fmt.Sprintf("\n- %d: ", def.Version)}
		for _, l := range web.Langs {
			says = append(says, "**"+web.T(l, m.label)+"** – "+web.T(l, m.text)+"\n")
			if none, some := catalogue.Raw(string(l), m.text+".none"); some {
				says = append(says, "\n"+fmt.Sprint(none)+"\n")
			}
		}
		for _, s := range says {
			if !strings.Contains(string(doc), s) {
				t.Errorf("%s does not say %q", def.Key, s)
			}
		}
		if row := fmt.Sprintf("| [%s](%s.md) | %d |", def.Key, def.Key, def.Version); !strings.Contains(string(index), row) {
			t.Errorf("the index lacks %s", row)
		}
		if strings.Contains(string(doc), fmt.Sprintf("\n- %d: ", def.Version+1)) {
			t.Errorf("%s tells of a version that is not", def.Key)
		}
	}
	for _, f := range st.Figures() {
		if !known[f.Definition.Key] {
			t.Errorf("%s has no definition on the page of methods", f.Name)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != len(all)+1 {
		t.Errorf("doc/figures has %d files for %d definitions, %v", len(files), len(all), err)
	}
}
