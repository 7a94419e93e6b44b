package publicdata_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"tallinn/aid/flow"
	"tallinn/aid/project"
	"tallinn/demo"
	"tallinn/exchange/intake"
	"tallinn/exchange/intake/intaketest"
	"tallinn/exchange/publicdata"
	"tallinn/fact"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/party"
	"tallinn/mechanism/wording"
)

// A hub is a record in memory with the books that an import writes to.
type hub struct {
	*intaketest.Record
	books publicdata.Books
}

func newHub() hub {
	b := publicdata.Books{Parties: party.NewBook(), Milestones: milestone.NewBook(), Projects: project.NewBook(), Flows: flow.NewBook()}
	return hub{&intaketest.Record{
		Registry: fact.NewRegistry(party.Kinds(), milestone.Kinds(), project.Kinds(), flow.Kinds()),
		Folders:  []intaketest.Folder{b.Parties, b.Milestones, b.Projects, b.Flows},
	}, b}
}

func (h hub) run(t testing.TB, src publicdata.Files, opts publicdata.Options) (publicdata.Report, error) {
	t.Helper()
	_, opts.Tables = files(t)
	return publicdata.Import(context.Background(), h, h.books, src, opts)
}

func (h hub) mustRun(t testing.TB, src publicdata.Files) publicdata.Report {
	t.Helper()
	r, err := h.run(t, src, publicdata.Options{})
	if err != nil {
		for _, p := range r.Problems {
			t.Log(p)
		}
		t.Fatal(err)
	}
	return r
}

func files(t testing.TB) (src, tables publicdata.Files) {
	t.Helper()
	src, err := publicdata.ReadFiles(demo.Mechanism())
	if err != nil {
		t.Fatal(err)
	}
	if tables, err = publicdata.ReadFiles(demo.Tables()); err != nil {
		t.Fatal(err)
	}
	return src, tables
}

// edit replaces a text in one of the public tables.
func edit(t testing.TB, file, was, now string) publicdata.Files {
	t.Helper()
	src, _ := files(t)
	if !bytes.Contains(src[file], []byte(was)) {
		t.Fatalf("%s does not hold %q", file, was)
	}
	src[file] = bytes.ReplaceAll(src[file], []byte(was), []byte(now))
	return src
}

func count(t testing.TB, r publicdata.Report, file string) intake.Count {
	t.Helper()
	for _, c := range r.Counts {
		if c.File == file {
			return c
		}
	}
	t.Fatalf("the report has no count of %s", file)
	return intake.Count{}
}

func expected(t testing.TB) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(demo.Expected())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"row", "fact", "counted", "why"}; !slices.Equal(rows[0], want) {
		t.Fatalf("columns are %v, want %v", rows[0], want)
	}
	return rows[1:]
}

// expected.csv was reviewed by hand, row for row, against the tables' notes
// and README. What the importer makes of every row must be exactly that.
func TestEveryRowIsTreatedAsReviewed(t *testing.T) {
	outcomes, problems := publicdata.Outcomes(files(t))
	if problems.Len() > 0 {
		t.Fatalf("problems: %v", problems.List)
	}
	got := map[string][2]string{}
	for _, o := range outcomes {
		counted := "no"
		if o.Counted {
			counted = "yes"
		}
		got[o.File+"/"+o.Row] = [2]string{o.Fact, counted}
	}
	for _, row := range expected(t) {
		if have, want := got[row[0]], [2]string{row[1], row[2]}; have != want {
			t.Errorf("%s becomes %v, reviewed as %v: %s", row[0], have, want, row[3])
		}
		if row[3] == "" {
			t.Errorf("%s: expected.csv does not say why", row[0])
		}
		delete(got, row[0])
	}
	for row := range got {
		t.Errorf("%s is not in expected.csv; review it by hand and add it", row)
	}
}

func TestWhatCounts(t *testing.T) {
	h := newHub()
	h.mustRun(t, first(files(t)))
	inside := func(id party.ID) bool { p, _ := h.books.Parties.Get(id); return p.Inside() }
	got := map[string][]flow.Portion{}
	for _, f := range h.books.Flows.All() {
		if f.Counts() && f.Scope == flow.Mechanism && flow.Cross(f, inside) == flow.Incoming {
			got[f.Said.Source.Row+" "+f.Amount.String()+" "+string(f.Status)+" "+string(f.Line)+" "+string(f.Moved)] = f.Portions
		}
	}
	want := map[string]int{
		"ee-2024 500000.00 EUR paid training 2024": 2024, "ee-yearly 500000.00 EUR commitment  ": 2025,
		"se-2025 135000000.00 SEK commitment  ": 2025, "no-yearly 25000000.00 NOK commitment  ": 2025,
		"it-2025 1000000.00 EUR commitment  ": 0,
	}
	if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
		t.Errorf("counted: %q, want %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
	for row, portions := range got {
		if year := want[row]; year == 0 && len(portions) != 0 || year != 0 && (len(portions) != 1 || portions[0].Year != year) {
			t.Errorf("%s has portions %v, want all of it for %d", row, portions, year)
		}
	}
}

func first(src, _ publicdata.Files) publicdata.Files { return src }

func TestImportTwiceChangesNothing(t *testing.T) {
	h := newHub()
	src, _ := files(t)
	r := h.mustRun(t, src)
	if c := count(t, r, publicdata.ContributionsFile); c.New != 37 || c.Corrected+c.Unchanged+c.Skipped+c.Problems != 0 {
		t.Errorf("first import: %+v, want 37 new", c)
	}
	n := len(h.Facts)
	if want := 25 + 2*18 + 12 + 3 + 37 + 17 + 29; n != want {
		t.Errorf("%d facts, want %d", n, want)
	}
	r = h.mustRun(t, src)
	if len(h.Facts) != n || len(r.Gone) != 0 {
		t.Errorf("second import recorded %d facts and missed %v", len(h.Facts)-n, r.Gone)
	}
	for _, c := range r.Counts {
		if c.New+c.Corrected+c.Skipped+c.Problems != 0 {
			t.Errorf("second import: %+v", c)
		}
	}
}

// kinds lists what was recorded from position n on.
func (h hub) kinds(n int) []string {
	var out []string
	for _, f := range h.Facts[n:] {
		out = append(out, f.Kind)
	}
	return out
}

func TestChangedRows(t *testing.T) {
	for _, tt := range []struct {
		name, file, was, now string
		want                 []string
	}{
		{"amount", "contributions.csv", "Ukraine,25000000,NOK", "Ukraine,26000000,NOK", []string{"flow.corrected", "flow.corrected"}},
		{"note of a mention", "contributions.csv", "method not published", "method unknown", []string{"mention.corrected"}},
		{"pledge becomes commitment", "contributions.csv", "UAH,2025-09,,announced", "UAH,2025-09,,committed", []string{"flow.corrected", "flow.corrected"}},
		{"flow becomes mention", "contributions.csv", "decided,mechanism,financial,projects", "decided,unclear,financial,projects", []string{"flow.withdrawn", "mention.recorded"}},
		{"mention becomes flow", "contributions.csv", "part of it-2025; do not add,", "stands for itself,", []string{"mention.withdrawn", "flow.recorded"}},
		{"member since", "members.csv", "partner,2025-10-14,day", "partner,2025-10-15,day", []string{"party.corrected"}},
		{"member's role", "members.csv", "observer,2025-10-30", "partner,2025-10-30", []string{"party.corrected"}},
		{"body", "bodies.csv", "scores the strategic importance", "weighs the strategic importance", []string{"party.corrected"}},
		{"class", "recipients.csv", "Central executive bodies", "Central bodies", []string{"party.corrected"}},
		{"project", "projects.csv", "14 month programme", "15 month programme", []string{"project.corrected"}},
		{"event", "timeline.csv", "Finland joins", "Finland becomes a partner", []string{"milestone.corrected"}},
		{"event put in between", "timeline.csv", "2025-10-14,day,Finland", "2025-10-13,day,A day before,https://example.org/\r\n2025-10-14,day,Finland", []string{"milestone.recorded"}},
		{"new row", "members.csv", "CZ,Czechia", "LT,Lithuania,Литва,observer,2026,by,,https://example.org/\r\nCZ,Czechia", []string{"party.registered", "party.joined"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHub()
			h.mustRun(t, first(files(t)))
			n := len(h.Facts)
			h.mustRun(t, edit(t, tt.file, tt.was, tt.now))
			if got := h.kinds(n); !slices.Equal(got, tt.want) {
				t.Errorf("recorded %v, want %v", got, tt.want)
			}
			for _, f := range h.Facts[n:] {
				if why := reasonOf(f.Body); why != "" && why != wording.SourceChanged {
					t.Errorf("%s says %q; the row reads differently", f.Kind, why)
				}
			}
			h.mustRun(t, edit(t, tt.file, tt.was, tt.now))
			if got := h.kinds(n); len(got) != len(tt.want) {
				t.Errorf("imported again: %v in all, want %v", got, tt.want)
			}
		})
	}
}

// reasonOf is why a flow or a mention was corrected or withdrawn.
func reasonOf(b fact.Body) string {
	switch b := b.(type) {
	case flow.Corrected:
		return b.Reason
	case flow.Withdrawn:
		return b.Reason
	case flow.MentionCorrected:
		return b.Reason
	case flow.MentionWithdrawn:
		return b.Reason
	}
	return ""
}

// A row that goes from A to B and back to A, twice, is decided every time:
// hence the position in the command's id.
func TestThereAndBack(t *testing.T) {
	for name, change := range map[string][2]string{
		"correction": {"Ukraine,25000000,NOK", "Ukraine,26000000,NOK"},
		"treatment":  {"25000000,NOK,2025-07-11,yearly,decided,mechanism", "25000000,NOK,2025-07-11,yearly,decided,unclear"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub()
			a, b := first(files(t)), edit(t, "contributions.csv", change[0], change[1])
			for i, src := range []publicdata.Files{a, b, a, b, a, b, a} {
				before := len(h.Facts)
				h.mustRun(t, src)
				if len(h.Facts) == before {
					t.Fatalf("import %d recorded nothing", i)
				}
			}
			f, ok := h.books.Flows.ByRow("row/contributions.csv/no-yearly")
			m, _ := h.books.Flows.MentionByRow("row/contributions.csv/no-yearly")
			if !ok || f.Gone || f.Amount.Value() != "25000000.00" || m.Exists() && !m.Gone {
				t.Errorf("at the end the flow is %+v, the mention %+v", f, m)
			}
		})
	}
}

func TestAliasChangeReclassifies(t *testing.T) {
	h := newHub()
	src, tables := files(t)
	h.mustRun(t, src)
	n := len(h.Facts)
	tables[publicdata.AliasesFile] = bytes.Replace(tables[publicdata.AliasesFile], []byte(",estdev-account,"), []byte(",estdev,"), 1)
	if _, err := publicdata.Import(context.Background(), h, h.books, src, publicdata.Options{Tables: tables}); err != nil {
		t.Fatal(err)
	}
	if got := h.kinds(n); !slices.Equal(got, []string{"flow.corrected"}) {
		t.Fatalf("recorded %v", got)
	}
	if c := h.Facts[n].Body.(flow.Corrected); c.Reason != "reclassified" || c.Pointer != "/receiver" {
		t.Errorf("recorded %+v", c)
	}
}

func TestVanishedRowIsKeptAndReported(t *testing.T) {
	h := newHub()
	h.mustRun(t, first(files(t)))
	n := len(h.Facts)
	src, _ := files(t)
	for file, key := range map[string]string{"contributions.csv": "ca-2023,", "members.csv": "FI,", "projects.csv": "ca-six,", "timeline.csv": "2025-10-14,", "bodies.csv": "it-coalition,"} {
		src[file] = without(src[file], key)
	}
	r := h.mustRun(t, src)
	var gone []string
	for _, g := range r.Gone {
		gone = append(gone, g.File+"/"+g.Row)
	}
	slices.Sort(gone)
	want := []string{"bodies.csv/it-coalition", "contributions.csv/ca-2023", "members.csv/FI", "projects.csv/ca-six", "timeline.csv/2025-10-14-5b140010"}
	if !slices.Equal(gone, want) || len(h.Facts) != n {
		t.Errorf("gone %v, want %v; %d facts recorded", gone, want, len(h.Facts)-n)
	}
}

func without(table []byte, key string) []byte {
	var keep []string
	for _, line := range strings.SplitAfter(string(table), "\n") {
		if !strings.HasPrefix(line, key) {
			keep = append(keep, line)
		}
	}
	return []byte(strings.Join(keep, ""))
}

func TestWithdrawnByHandStaysWithdrawn(t *testing.T) {
	h := newHub()
	h.mustRun(t, first(files(t)))
	byHand := func(id string, bodies []fact.Body, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		err = h.Decide(context.Background(), intake.Command{ID: id}, func(intake.Tx) ([]fact.Body, error) { return bodies, nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	f, _ := h.books.Flows.ByRow("row/contributions.csv/it-2025")
	bodies, err := flow.Withdraw(f, "duplicate")
	byHand("flow", bodies, err)
	m, _ := h.books.Flows.MentionByRow("row/contributions.csv/us-82")
	bodies, err = flow.WithdrawMention(m, "duplicate")
	byHand("mention", bodies, err)
	n := len(h.Facts)
	h.mustRun(t, first(files(t)))
	if len(h.Facts) != n {
		t.Errorf("the import brought back what was withdrawn: %v", h.kinds(n))
	}
	src, _ := files(t)
	src[publicdata.ContributionsFile] = without(without(src[publicdata.ContributionsFile], "it-2025,"), "us-82,")
	src[publicdata.ContributionsFile] = bytes.ReplaceAll(src[publicdata.ContributionsFile], []byte("part of it-2025"), []byte("part of ee-2024"))
	if r := h.mustRun(t, src); len(r.Gone) != 0 {
		t.Errorf("what was withdrawn is missed: %v", r.Gone)
	}
	n = len(h.Facts)
	h.mustRun(t, edit(t, "contributions.csv", "Ukraine,1000000,EUR,2025-07-10", "Ukraine,1100000,EUR,2025-07-10"))
	if got := h.kinds(n); !slices.Contains(got, "flow.recorded") {
		t.Errorf("the row changed and %v was recorded", got)
	}
}

// A party may move to the table where it belongs: it is the same party.
func TestPartyMovesToAnotherTable(t *testing.T) {
	h := newHub()
	src, tables := files(t)
	h.mustRun(t, src)
	n := len(h.Facts)
	tables[publicdata.PartiesFile] = without(tables[publicdata.PartiesFile], "NZ,")
	src["members.csv"] = append(src["members.csv"], "NZ,New Zealand,Нова Зеландія,observer,2026,by,,https://example.org/\r\n"...)
	r, err := publicdata.Import(context.Background(), h, h.books, src, publicdata.Options{Tables: tables})
	if err != nil || len(r.Gone) != 0 {
		t.Fatalf("err %v, gone %v", err, r.Gone)
	}
	if got := h.kinds(n); !slices.Equal(got, []string{"party.corrected", "party.joined"}) {
		t.Errorf("recorded %v", got)
	}
}

func TestFundIsAnAccount(t *testing.T) {
	h := newHub()
	h.mustRun(t, withRow(t, "bodies.csv", "x-fund,A fund,,fund,,,2025,https://example.org/\r\n"))
	if p, _ := h.books.Parties.Get("x-fund"); p.Type != party.Account || !p.Inside() {
		t.Errorf("the fund is %+v", p.Registered)
	}
}

func TestCutOffRunGoesOn(t *testing.T) {
	h := newHub()
	src, _ := files(t)
	left, broken := 50, errors.New("power is gone")
	h.Fail = func(intake.Command) error {
		if left--; left < 0 {
			return broken
		}
		return nil
	}
	if r, err := h.run(t, src, publicdata.Options{}); !errors.Is(err, broken) || r.Recorded {
		t.Fatalf("err = %v, recorded %v", err, r.Recorded)
	}
	h.Fail = nil
	h.mustRun(t, src)
	whole := newHub()
	whole.mustRun(t, src)
	if len(h.Facts) != len(whole.Facts) {
		t.Errorf("%d facts after a cut, %d without", len(h.Facts), len(whole.Facts))
	}
}

func TestTwoImportsAtOnce(t *testing.T) {
	h, whole := newHub(), newHub()
	src, _ := files(t)
	whole.mustRun(t, src)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := h.run(t, src, publicdata.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	if wg.Wait(); len(h.Facts) != len(whole.Facts) {
		t.Errorf("four imports at once made %d facts, one makes %d", len(h.Facts), len(whole.Facts))
	}
}

func TestProgress(t *testing.T) {
	h := newHub()
	var seen []int
	_, err := h.run(t, first(files(t)), publicdata.Options{Progress: func(done, total int) {
		if total != 141 {
			t.Fatalf("total = %d", total)
		}
		seen = append(seen, done)
	}})
	if err != nil || len(seen) != 141 || !slices.IsSorted(seen) {
		t.Errorf("err %v, progress %v", err, seen)
	}
}

// The tables that the project adds speak only of what is in the public ones.
func TestOwnTablesFit(t *testing.T) {
	h := newHub()
	h.mustRun(t, first(files(t)))
	for _, row := range load(t, "lines.csv") {
		f, ok := h.books.Flows.ByRow("row/contributions.csv/" + row[0])
		if !ok || string(f.Line) != row[1] {
			t.Errorf("lines.csv: %s is no flow with line %s", row[0], row[1])
		}
	}
	for _, row := range load(t, "parties.csv") {
		p, ok := h.books.Parties.Get(party.ID(row[0]))
		if !ok || row[2] != "" && p.NameUk != row[2] || string(p.Type) != row[3] || p.Country != row[4] {
			t.Errorf("parties.csv: %v, on record %+v", row, p.Registered)
		}
	}
	src, _ := files(t)
	said := string(src["contributions.csv"]) + string(src["projects.csv"])
	for _, row := range load(t, "aliases.csv") {
		if _, ok := h.books.Parties.Get(party.ID(row[1])); !ok && row[1] != "collective" && row[1] != "press" {
			t.Errorf("aliases.csv: %s means %s, which is no party", row[0], row[1])
		}
		if !strings.Contains(said, row[0]) {
			t.Errorf("aliases.csv: nobody says %q", row[0])
		}
	}
	for _, p := range h.books.Parties.All() {
		if p.NameUk == "" {
			t.Errorf("party %s has no Ukrainian name", p.Registered.Party)
		}
	}
}

func load(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := demo.FS.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}
