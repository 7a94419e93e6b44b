package tallinn_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var writeASVS = flag.Bool("write-asvs", false, "write doc/security/asvs.md anew")

// asvsList has every requirement that we hold ourselves to, in our words, and
// why it is unmet or does not apply where no test carries its number.
const asvsList, asvsPage = "doc/security/asvs.csv", "doc/security/asvs.md"

var asvsLine = regexp.MustCompile(`^ASVS ((?:\d+\.\d+\.\d+(?:, )?)+)$`)

// asvsTests are the tests that carry a number, by number.
func asvsTests(t *testing.T) map[string][]string {
	t.Helper()
	list, err := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "*_test.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	carried := map[string][]string{}
	for _, file := range strings.Fields(string(list)) {
		raw, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(raw), "// ASVS ") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, raw, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Doc == nil {
				continue
			}
			for line := range strings.Lines(fn.Doc.Text()) {
				if m := asvsLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
					for _, number := range strings.Split(m[1], ", ") {
						carried[number] = append(carried[number], fmt.Sprintf("`%s` %s", path.Dir(file), fn.Name.Name))
					}
				}
			}
		}
	}
	return carried
}

// TestASVS: doc/security/asvs.md says which test proves which requirement of
// OWASP's ASVS 5.0, as the tests say themselves, and gives a reason for the rest.
func TestASVS(t *testing.T) {
	f, err := os.Open(asvsList)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	carried := asvsTests(t)
	var b strings.Builder
	count := map[string]int{}
	for _, row := range rows[1:] {
		number, level, what, state, reason := row[0], row[1], row[2], row[3], row[4]
		tests := carried[number]
		delete(carried, number)
		switch {
		case len(tests) == 0 && (state == "" || reason == ""):
			t.Errorf("%s is carried by no test, and %s gives no state and reason", number, asvsList)
		case len(tests) > 0 && state != "":
			t.Errorf("%s is carried by a test, and %s says %s", number, asvsList, state)
		case len(tests) > 0:
			slices.Sort(tests)
			state, reason = "passes", strings.Join(slices.Compact(tests), ", ")
		}
		count[state]++
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", number, level, what, state, reason)
	}
	if len(carried) > 0 {
		t.Errorf("tests carry numbers that %s has not: %v", asvsList, slices.Sorted(maps.Keys(carried)))
	}
	page := fmt.Sprintf(`# What we prove of ASVS 5.0

OWASP's Application Security Verification Standard 5.0 (May 2025), those of its requirements that a script can prove, in our
own words. A test that proves one carries its number; this page is made of them (%s), and a test
fails when it is not. "Passes" means that the test is part of %s, which nothing lands without. Of %d: %d pass, %d are
unmet, %d do not apply.

| number | level | what | result | by which test, or why |
|---|---|---|---|---|
%s`, "`make generate`", "`make test`", len(rows)-1, count["passes"], count["unmet"], count["not applicable"], &b)
	if *writeASVS {
		if err := os.WriteFile(asvsPage, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(asvsPage); err != nil || string(have) != page {
		t.Errorf("%s is not what the tests say (%v); run: make generate", asvsPage, err)
	}
}
