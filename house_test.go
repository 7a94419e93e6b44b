package tallinn_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// The rules of the house (STYLE, section 4, and what was agreed since), each
// with its reason. They read the tree as it stands, in a second or two.
//
// Every rule comes with a bad sample, and TestRulesCanFail shows that the rule
// finds in it exactly what it should. To add a rule, write its check and its
// sample; to be excused from one, add a line with a reason beside the rule.

// A rule finds breaches in a tree. Each breach says where, what, and what to
// do instead.
type rule struct {
	name   string
	check  func(t *tree) []string
	sample string   // a small bad tree, in txtar form
	want   []string // a part of each breach that check finds in sample, in order
}

func rules() []rule {
	return []rule{
		importRule, ambientRule, docRule,
		faultRule, kindRule, lengthRule,
		ukrainianRule, leftoverRule, placeRule, linkRule, benchRule,
	}
}

func TestHouse(t *testing.T) {
	here := readTree(t)
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			for _, breach := range r.check(here) {
				t.Error(breach)
			}
		})
	}
}

func TestRulesCanFail(t *testing.T) {
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			got := r.check(sampleTree(t, r.sample))
			for i := range max(len(got), len(r.want)) {
				switch {
				case i >= len(got):
					t.Errorf("the sample's breach %q was not found", r.want[i])
				case i >= len(r.want):
					t.Errorf("found %q, which the sample does not expect", got[i])
				case !strings.Contains(got[i], r.want[i]):
					t.Errorf("breach %d is %q; want %q in it", i, got[i], r.want[i])
				}
			}
		})
	}
}

// A tree is the project as the rules see it.
type tree struct {
	module   string
	names    []string // of every tracked file
	files    []file   // those that are text, by name
	packages []pack   // by path
}

// A file is one tracked text file; name is slash-separated from the root.
type file struct {
	name   string
	data   []byte
	syntax *ast.File // nil when it is no Go
	set    *token.FileSet
}

// A pack is one package; path is from the root, "" for the root itself.
type pack struct {
	path    string
	doc     string
	imports []string // of its code, not of its tests
}

func (f file) isGo() bool   { return f.syntax != nil }
func (f file) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

// folder is the package path of f.
func (f file) folder() string {
	if dir := path.Dir(f.name); dir != "." {
		return dir
	}
	return ""
}

var generatedMark = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func (f file) isGenerated() bool {
	return f.isGo() && generatedMark.Match(f.data) || strings.HasSuffix(f.name, ".min.js") ||
		strings.HasSuffix(f.name, ".min.css")
}

// at is where pos is, "aid/flow/rules.go:12".
func (f file) at(pos token.Pos) string {
	return f.line(f.set.Position(pos).Line)
}

func (f file) line(n int) string { return f.name + ":" + strconv.Itoa(n) }

// find is the file called name.
func (t *tree) find(name string) (file, bool) {
	for _, f := range t.files {
		if f.name == name {
			return f, true
		}
	}
	return file{}, false
}

// isSupport reports whether a package supports tests, such as
// record/recordtest: it is in no program.
func isSupport(pkg string) bool { return strings.HasSuffix(pkg, "test") }

// source lists the Go files of the program that are written by hand.
func (t *tree) source() []file {
	var list []file
	for _, f := range t.files {
		if f.isGo() && !f.isTest() && !isSupport(f.folder()) && !f.isGenerated() {
			list = append(list, f)
		}
	}
	return list
}

// readTree reads the project. Packages come from go list, which sees what the
// compiler sees; files from git, or from the folder when it is no clone.
func readTree(t *testing.T) *tree {
	t.Helper()
	here := &tree{module: "tallinn"}
	for _, name := range trackedNames(t) {
		data, err := os.ReadFile(filepath.FromSlash(name))
		if os.IsNotExist(err) {
			continue // removed, and the removal is not recorded yet
		}
		if err != nil {
			t.Fatal(err)
		}
		here.names = append(here.names, name)
		if bytes.IndexByte(data, 0) < 0 {
			here.add(t, name, data)
		}
	}
	here.packages = goList(t, here.module)
	return here
}

func (t *tree) add(tb testing.TB, name string, data []byte) {
	f := file{name: name, data: data}
	if strings.HasSuffix(name, ".go") && !strings.Contains(name, "testdata/") {
		f.set = token.NewFileSet()
		syntax, err := parser.ParseFile(f.set, name, data, parser.ParseComments)
		if err != nil {
			tb.Error(err)
			return
		}
		f.syntax = syntax
	}
	t.files = append(t.files, f)
}

func trackedNames(t *testing.T) []string {
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err == nil && len(out) > 0 {
		names := strings.Split(strings.Trim(string(out), "\x00"), "\x00")
		slices.Sort(names)
		return slices.Compact(names)
	}
	var names []string
	err = filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "bin" || d.Name() == "tallinn-data" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if d.Type().IsRegular() {
			names = append(names, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func goList(t *testing.T, module string) []pack {
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Doc,Imports,GoFiles", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packs []pack
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p struct {
			ImportPath, Doc  string
			Imports, GoFiles []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatalf("go list: %v", err)
		}
		if len(p.GoFiles) > 0 {
			packs = append(packs, pack{within(module, p.ImportPath), p.Doc, p.Imports})
		}
	}
	return packs
}

// within is path from the root of module.
func within(module, path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
}

// sampleTree is the tree that a sample describes; its packages are read from
// its files.
func sampleTree(t *testing.T, sample string) *tree {
	t.Helper()
	s := &tree{module: "tallinn"}
	for _, f := range txtar.Parse([]byte(sample)).Files {
		s.names = append(s.names, f.Name)
		s.add(t, f.Name, f.Data)
	}
	for _, f := range s.files {
		if f.isGo() && !f.isTest() {
			s.packages = append(s.packages, samplePack(f))
		}
	}
	return s
}

func samplePack(f file) pack {
	p := pack{path: f.folder(), doc: f.syntax.Doc.Text()}
	for _, spec := range f.syntax.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		p.imports = append(p.imports, name)
	}
	return p
}
