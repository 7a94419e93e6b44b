package command_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"tallinn/defence/detection/command"
	"tallinn/fault"
)

const (
	logs  = "../testdata/sample/logs"
	linux = "../testdata/sample/linux"
	rules = "../testdata/sample/rules"
)

// an outcome is what a command printed and how it ended.
type outcome struct {
	code     int
	err      error
	out, say string
}

type runner interface {
	Run(context.Context, command.Streams) (int, error)
}

func run(c runner, stdin io.Reader) outcome {
	var out, say bytes.Buffer
	code, err := c.Run(context.Background(), command.Streams{Stdin: stdin, Stdout: &out, Stderr: &say,
		Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }})
	return outcome{code, err, out.String(), say.String()}
}

func detect(inputs ...string) *command.Detect {
	return &command.Detect{RuleSet: command.RuleSet{Rules: []string{rules}}, JSON: true, Quiet: true, Inputs: inputs}
}

// brief is "file#record rule" of each line.
func brief(t *testing.T, out string) []string {
	t.Helper()
	var all []string
	for line := range strings.Lines(out) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		for _, name := range []string{"file", "record_index", "event_record_id", "time", "host", "channel", "event_id", "rule_id",
			"title", "author", "level", "tags", "license", "rule_link", "matched", "fields"} {
			if _, ok := m[name]; !ok {
				t.Errorf("no %s in %s", name, line)
			}
		}
		b, _ := json.Marshal(m["record_index"])
		all = append(all, filepath.Base(m["file"].(string))+"#"+string(b)+" "+m["title"].(string))
	}
	return all
}

var sample = []string{
	"certutil.evtx.gz#0 Security Eventlog Cleared",
	"certutil.evtx.gz#1 Suspicious Download Via Certutil.EXE",
	"defender.evtx.gz#0 Mimikatz Use", "defender.evtx.gz#0 Windows Defender Threat Detected",
	"defender.evtx.gz#1 Windows Defender Threat Detected",
	"defender.evtx.gz#2 Mimikatz Use", "defender.evtx.gz#2 Windows Defender Threat Detected",
	"defender.evtx.gz#3 Windows Defender Threat Detected", "defender.evtx.gz#4 Windows Defender Threat Detected",
	"defender.evtx.gz#5 Windows Defender Threat Detected",
	"events.xml#0 Suspicious Download Via Certutil.EXE",
	"firewall.evtx.gz#5 Windows Firewall Profile Disabled",
	"mimikatz-service.evtx.gz#1 Mimikatz Use",
}

func TestSample(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		d := detect(logs)
		d.Workers = workers
		o := run(d, nil)
		got := brief(t, o.out)
		for _, g := range got {
			if !slices.Contains(sample, g) {
				t.Errorf("%d workers: not expected: %s", workers, g)
			}
		}
		for _, s := range sample {
			if !slices.Contains(got, s) {
				t.Errorf("%d workers: missing: %s", workers, s)
			}
		}
		if o.code != command.Matched || o.err != nil {
			t.Errorf("code %d, %v", o.code, o.err)
		}
	}
}

func TestForms(t *testing.T) {
	for _, tt := range []struct {
		name  string
		set   func(*command.Detect)
		check func(*testing.T, string)
	}{
		{"csv", func(d *command.Detect) { d.CSV = true }, func(t *testing.T, out string) {
			rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
			if err != nil || len(rows) != len(sample)+1 || !slices.Contains(rows[0], "timestamp_desc") {
				t.Errorf("%v, %d rows, %v", err, len(rows), rows[0])
			}
		}},
		{"ecs", func(d *command.Detect) { d.ECS = true }, func(t *testing.T, out string) {
			if !strings.Contains(out, `"process":{`) || !strings.Contains(out, `"technique":{"id":["T`) {
				t.Error(out)
			}
		}},
		{"table", func(d *command.Detect) { d.Table, d.Quiet = true, false }, func(t *testing.T, out string) {
			if !strings.Contains(out, "By tactic") || !strings.Contains(out, "Suspicious Download Via Certutil.EXE") {
				t.Error(out)
			}
		}},
		{"sarif", func(d *command.Detect) { d.SARIF = true }, func(t *testing.T, out string) {
			var s struct {
				Version string
				Runs    []struct{ Results []any }
			}
			if err := json.Unmarshal([]byte(out), &s); err != nil || s.Version != "2.1.0" || len(s.Runs[0].Results) != len(sample) {
				t.Errorf("%v %+v", err, s)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := detect(logs)
			d.JSON = false
			tt.set(d)
			o := run(d, nil)
			if o.err != nil {
				t.Fatal(o.err)
			}
			tt.check(t, o.out)
		})
	}
}

func TestHTML(t *testing.T) {
	d := detect(logs)
	d.HTML = filepath.Join(t.TempDir(), "r.html")
	if o := run(d, nil); o.err != nil {
		t.Fatal(o.err)
	}
	b, err := os.ReadFile(d.HTML)
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	for _, want := range []string{"<svg", "T1105", "Mimikatz Use", "Florian Roth", "fs03vuln.offsec.lan", "f-host"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(page, "src=") || strings.Contains(page, "<link") {
		t.Error("the page loads something from elsewhere")
	}
}

func TestChoices(t *testing.T) {
	tuning := filepath.Join(t.TempDir(), "t.yml")
	os.WriteFile(tuning, []byte(`
levels: [{rule: win_alert_mimikatz_keywords, level: low, reason: test}]
exclude:
  - {rule: win_defender_threat, reason: test, hosts: [nothing*]}
  - {rule: proc_creation_win_certutil_download, reason: test, hosts: ["fs03*"]}
  - {rule: win_security_audit_log_cleared, reason: test, until: 2026-03-01}
`), 0o644)
	for _, tt := range []struct {
		name string
		set  func(*command.Detect)
		n    int
		say  string
	}{
		{"all", func(d *command.Detect) {}, 13, ""},
		{"min-level", func(d *command.Detect) { d.MinLevel = "high" }, 10, ""},
		{"tag with its sub-techniques", func(d *command.Detect) { d.Tags = []string{"attack.t1562"} }, 0, ""},
		{"tag", func(d *command.Detect) { d.Tags = []string{"attack.t1105"} }, 2, ""},
		{"exclude", func(d *command.Detect) { d.Exclude = []string{"win_defender_threat"} }, 7, ""},
		{"since", func(d *command.Detect) { d.Since = "2026-01-01" }, 1, ""},
		{"since long ago", func(d *command.Detect) { d.Since = "60000d" }, 13, ""},
		{"since a moment ago", func(d *command.Detect) { d.Since = "90m" }, 0, ""},
		{"until", func(d *command.Detect) { d.Until = "2026-01-01T00:00:00Z" }, 12, ""},
		{"tuning", func(d *command.Detect) { d.Tuning = tuning }, 12, "ended on 2026-03-01 and is not applied"},
		{"excluded by a name that no rule has", func(d *command.Detect) { d.Exclude = []string{"none_such"} }, 13, "--exclude: no rule is called none_such"},
		{"tuned level", func(d *command.Detect) { d.Tuning, d.MinLevel = tuning, "high" }, 7, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := detect(logs)
			tt.set(d)
			o := run(d, nil)
			got := brief(t, o.out)
			if tt.name == "tag with its sub-techniques" {
				if o.err != nil && !isCode(o.err, "detect.none_wanted") {
					t.Error(o.err)
				}
				return
			}
			if o.err != nil || len(got) != tt.n || !strings.Contains(o.say, tt.say) {
				t.Errorf("%d matches, want %d; %v\n%s\n%s", len(got), tt.n, o.err, strings.Join(got, "\n"), o.say)
			}
		})
	}
}

func isCode(err error, code string) bool {
	f, ok := fault.Of(err)
	return ok && f.Code() == code
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.yml")
	os.WriteFile(bad, []byte("title: x\n"), 0o644)
	for _, tt := range []struct {
		name string
		set  func(*command.Detect)
		code string
	}{
		{"no log", func(d *command.Detect) { d.Inputs = []string{dir + "/none"} }, "detect.no_input"},
		{"empty folder", func(d *command.Detect) { d.Inputs = []string{t.TempDir()} }, "detect.no_input"},
		{"no rules", func(d *command.Detect) { d.Rules = []string{dir + "/none"} }, "detect.rules"},
		{"no usable rule", func(d *command.Detect) { d.Rules = []string{bad} }, "detect.no_rules"},
		{"no rule wanted", func(d *command.Detect) { d.Tags = []string{"attack.nothing"} }, "detect.none_wanted"},
		{"level", func(d *command.Detect) { d.MinLevel = "huge" }, "detect.level"},
		{"time", func(d *command.Detect) { d.Since = "yesterday" }, "detect.time"},
		{"time without unit", func(d *command.Detect) { d.Since = "7" }, "detect.time"},
		{"time without number", func(d *command.Detect) { d.Until = "d" }, "detect.time"},
		{"forms", func(d *command.Detect) { d.CSV = true }, "detect.formats"},
		{"pipeline", func(d *command.Detect) { d.Pipeline = []string{dir + "/none"} }, "detect.file"},
		{"pipeline text", func(d *command.Detect) { d.Pipeline = []string{"../testdata/conformance.yml"} }, "pipeline.invalid"},
		{"tuning", func(d *command.Detect) { d.Tuning = bad }, "tuning.invalid"},
		{"html", func(d *command.Detect) { d.HTML = dir + "/none/x.html" }, "detect.write"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := detect(logs)
			tt.set(d)
			if o := run(d, nil); o.code != command.Failed || !isCode(o.err, tt.code) {
				t.Errorf("code %d, %v", o.code, o.err)
			}
		})
	}
}

// A damaged, cut or hostile log costs itself; whatever it is packed in.
func TestBadLogs(t *testing.T) {
	plain := gunzip(t, logs+"/certutil.evtx.gz")
	dir := t.TempDir()
	write := func(name string, b []byte) { os.WriteFile(filepath.Join(dir, name), b, 0o644) }
	write("a-good.evtx", plain)
	write("b-cut.evtx", plain[:4096+700])
	damaged := bytes.Clone(plain)
	damaged[4096+512+4] = 0xff // the size of the first record
	write("c-damaged.evtx", damaged)
	write("d-empty.evtx", nil)
	write("e-noise.evtx", bytes.Repeat([]byte{1, 2, 3, 0}, 1000))
	write("f-head.evtx", plain[:100])
	write("g-bad.ndjson", []byte("{\"a\":1}\n{\"a\":\nnot json\n{\"b\":2}\n"))
	write("h-cut.json.gz", gz(t, []byte("{\"Channel\":\"Security\"}\n"))[:20])
	write("i-deep.xml", []byte("<Event><EventData>"+strings.Repeat("<a>", 10000)))
	write("j-zip.zip", []byte("PK no zip"))
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	w, _ := z.Create("inner/x.evtx")
	w.Write(plain)
	z.Close()
	write("k-good.zip", zipped.Bytes())
	enc, _ := zstd.NewWriter(nil)
	write("l-good.evtx.zst", enc.EncodeAll(plain, nil))
	d := detect(dir)
	o := run(d, nil)
	if o.err != nil || o.code != command.Matched {
		t.Fatal(o.code, o.err)
	}
	files := map[string]int{}
	for _, b := range brief(t, o.out) {
		name, _, _ := strings.Cut(b, "#")
		files[name]++
	}
	for _, name := range []string{"a-good.evtx", "k-good.zip!inner/x.evtx", "x.evtx", "l-good.evtx.zst"} {
		if files[name] == 0 && name != "k-good.zip!inner/x.evtx" {
			t.Errorf("%s gave nothing: %v", name, files)
		}
	}
	for _, name := range []string{"b-cut.evtx", "c-damaged.evtx", "e-noise.evtx", "g-bad.ndjson", "h-cut.json.gz", "i-deep.xml", "j-zip.zip"} {
		if !strings.Contains(o.say, name) {
			t.Errorf("nothing is told of %s:\n%s", name, o.say)
		}
	}
}

func gunzip(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func gz(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

func TestStandardInput(t *testing.T) {
	o := run(detect("-"), bytes.NewReader(gunzip(t, logs+"/certutil.evtx.gz")))
	if got := brief(t, o.out); len(got) != 2 {
		t.Errorf("%v %v", got, o.err)
	}
	o = run(detect("-"), strings.NewReader(`{"Channel":"Security","EventID":4688}`))
	if o.code != command.NoMatch || o.err != nil {
		t.Error(o)
	}
}

func TestEmbedded(t *testing.T) {
	d := &command.Detect{JSON: true, Inputs: []string{logs + "/certutil.evtx.gz"}}
	o := run(d, nil)
	if len(brief(t, o.out)) < 2 || !strings.Contains(o.out, "https://github.com/SigmaHQ/sigma/blob/8eaafff1") ||
		!strings.Contains(o.out, "Detection Rule License 1.1") || !strings.Contains(o.say, "rules are in use") {
		t.Errorf("%v\n%s\n%s", o.err, o.out, o.say)
	}
}

func TestRulesCommands(t *testing.T) {
	set := command.RuleSet{Rules: []string{rules}}
	pack := filepath.Join(t.TempDir(), "x.pack")
	for _, tt := range []struct {
		name string
		c    runner
		code int
		want string
	}{
		{"list", &command.RulesList{RuleSet: set}, 0, "Suspicious Download Via Certutil.EXE"},
		{"check", &command.RulesCheck{Paths: []string{rules}}, 0, "6 rules, 6 in use, 0 findings"},
		{"check finds", &command.RulesCheck{Paths: []string{"../testdata/bad-rules"}}, 1, "refused: "},
		{"test", &command.RulesTest{RuleSet: command.RuleSet{Rules: []string{rules + "/proc_creation_win_certutil_download.yml"}},
			Match: []string{logs + "/certutil.evtx.gz"}, NoMatch: []string{logs + "/defender.evtx.gz"}}, 0, "2 passed, 0 failed"},
		{"test fails", &command.RulesTest{RuleSet: set, Match: []string{logs + "/certutil.evtx.gz"}}, 1, "FAIL"},
		{"explain yes", &command.RulesExplain{RuleSet: set, Rule: "proc_creation_win_certutil_download", Input: logs + "/certutil.evtx.gz", Record: 1}, 1, "The rule matches."},
		{"explain no", &command.RulesExplain{RuleSet: set, Rule: "19b08b1c-861d-4e75-a1ef-ea0c1baf202b", Input: logs + "/certutil.evtx.gz"}, 0, "the event has no such field"},
		{"pack", &command.RulesPack{Output: pack, Paths: []string{rules}}, 0, ""},
		{"list pack", &command.RulesList{RuleSet: command.RuleSet{Rules: []string{pack}}}, 0, "Suspicious Download Via Certutil.EXE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if o := run(tt.c, nil); o.code != tt.code || o.err != nil || !strings.Contains(o.out, tt.want) {
				t.Errorf("code %d, %v\n%s%s", o.code, o.err, o.out, o.say)
			}
		})
	}
	if o := run(&command.RulesExplain{RuleSet: set, Rule: "none", Input: logs + "/certutil.evtx.gz"}, nil); !isCode(o.err, "detect.rule") {
		t.Error(o.err)
	}
	if o := run(&command.RulesExplain{RuleSet: set, Rule: "win_defender_threat", Input: logs + "/certutil.evtx.gz", Record: 99}, nil); !isCode(o.err, "detect.record") {
		t.Error(o.err)
	}
}

func TestLogsCommands(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    runner
		code int
		want string
	}{
		{"summary", &command.LogsSummary{Inputs: []string{logs, linux}}, 0, "fs03vuln.offsec.lan  Security: 2 events"},
		{"summary of linux", &command.LogsSummary{Inputs: []string{linux}}, 0, "web1  sshd:"},
		{"summary json", &command.LogsSummary{JSON: true, Inputs: []string{logs}}, 0, `"event_ids":{`},
		{"search word", &command.LogsSearch{Word: []string{"URLCACHE"}, Inputs: []string{logs}}, 1, "certutil.evtx.gz#1"},
		{"search field", &command.LogsSearch{JSON: true, Field: []string{`NewProcessName=*\certutil.exe`}, Inputs: []string{logs}}, 1, `"record_index":1`},
		{"search expression", &command.LogsSearch{Field: []string{"CommandLine|re=-split -f https?://"}, Inputs: []string{logs}}, 1, "#1"},
		{"search in vain", &command.LogsSearch{Word: []string{"no such text"}, Inputs: []string{logs}}, 0, ""},
		{"logons", &command.LogsLogons{Inputs: []string{linux}}, 0, "203.0.113.9"},
		{"logons json", &command.LogsLogons{JSON: true, Inputs: []string{linux}}, 0, `"outcome":"failure"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if o := run(tt.c, nil); o.code != tt.code || o.err != nil || !strings.Contains(o.out, tt.want) {
				t.Errorf("code %d, %v\n%s%s", o.code, o.err, o.out, o.say)
			}
		})
	}
	for _, bad := range []*command.LogsSearch{{}, {Field: []string{"x"}}, {Field: []string{"x|nope=1"}}} {
		bad.Inputs = []string{logs}
		if o := run(bad, nil); !isCode(o.err, "detect.search") {
			t.Error(o.err)
		}
	}
}
