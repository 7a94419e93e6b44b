//go:build unix

package detect

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/corpustest"
	"tallinn/defence/detection/evtx"
	"tallinn/defence/detection/logsource"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

var (
	withPeers = flag.Bool("peers", false, "run other engines beside ours; they are downloaded as a module of their own")
	withRust  = flag.Bool("rust", false, "with -peers, engines written in Rust too; cargo downloads and builds them")
)

// A peer is what ./peers prints of one engine.
type peer struct {
	Engine   string
	Version  string
	Loaded   int
	Rejected int
	Errors   int
	Events   int
	Seconds  float64
	Matches  []string
}

// Every engine on the same events, in the same run: speed, and matches found
// and missed. Ours reads JSON within its time, the others get parsed events
// and are told which rules each event is for.
func TestPeers(t *testing.T) {
	if !*withPeers {
		t.Skip("SKIPPED: give -peers to run other engines beside ours")
	}
	for _, set := range []struct {
		name  string
		logs  []byte
		every int
	}{{"attack logs", attackLogs(t), 10}, {"host events", hostEvents(t), 20}} {
		t.Run(set.name, func(t *testing.T) { beside(t, set.logs, set.every) })
	}
}

func beside(t *testing.T, logs []byte, every int) {
	rules := windowsRules(t)
	some := sampleOf(logs, every)
	dir := t.TempDir()
	if err := prepare(t, dir, rules, some); err != nil {
		t.Fatal(err)
	}
	ours := own(rules, some)
	out := run(t, "peers", "go", "run", ".", dir)
	if *withRust {
		out = append(out, run(t, "rust", "cargo", "run", "--release", "--locked", "--quiet", "--", dir)...)
	}
	t.Logf("%-22s %-8s %8s %9s %7s %10s %8s %7s %6s", "engine", "version", "rules", "rejected", "errors", "events/s", "matches", "missed", "extra")
	show := func(p peer) {
		want, got := asSet(ours.Matches), asSet(p.Matches)
		missed, extra := 0, 0
		for k := range want {
			if !got[k] {
				missed++
			}
		}
		for k := range got {
			if !want[k] {
				extra++
			}
		}
		t.Logf("%-22s %-8s %8d %9d %7d %10.0f %8d %7d %6d", p.Engine, p.Version, p.Loaded, p.Rejected, p.Errors,
			float64(p.Events)/p.Seconds, len(got), missed, extra)
	}
	show(ours)
	s := bufio.NewScanner(bytes.NewReader(out))
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var p peer
		if err := json.Unmarshal(s.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		show(p)
	}
}

// run runs the other engines of a folder and returns what they print.
func run(t *testing.T, folder string, command ...string) []byte {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	if folder == "rust" && os.Getenv("CARGO_TARGET_DIR") == "" {
		cmd.Env = append(cmd.Env, "CARGO_TARGET_DIR="+filepath.Join(os.TempDir(), "tallinn-bench-rust"))
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The crate evtx beside our reader, on the same logs.
func TestReaders(t *testing.T) {
	if !*withRust {
		t.Skip("SKIPPED: give -rust to run the crate evtx beside our reader")
	}
	dir, logs := t.TempDir(), t.TempDir()
	if err := prepare(t, dir, nil, nil); err != nil {
		t.Fatal(err)
	}
	files := corpustest.Archive(t, "evtx-dev.tar.zst")
	list := names(files, "", ".evtx")
	for i, name := range list {
		if err := os.WriteFile(filepath.Join(logs, fmt.Sprintf("%04d.evtx", i)), files[name], 0o644); err != nil {
			t.Fatal(err)
		}
	}
	records := 0
	r := evtx.New()
	start := cpu()
	for _, name := range list {
		if err := r.Reset(bytes.NewReader(files[name])); err != nil {
			t.Fatal(err)
		}
		var e event.Event
		for r.Next(&e) {
			records++
		}
	}
	t.Logf("%-22s %-8s %6d logs, %6d records, %8.0f records/s", "tallinn", "here", len(list), records, float64(records)/(cpu()-start).Seconds())
	for line := range bytes.Lines(run(t, "rust", "cargo", "run", "--release", "--locked", "--quiet", "--", dir, logs)) {
		var p peer
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatal(err)
		}
		if p.Engine == "evtx, reading" {
			t.Logf("%-22s %-8s %6d logs, %6d records, %8.0f records/s, %d errors", p.Engine, p.Version, p.Loaded, p.Events, float64(p.Events)/p.Seconds, p.Errors)
		}
	}
}

func asSet(list []string) map[string]bool {
	set := map[string]bool{}
	for _, x := range list {
		set[x] = true
	}
	return set
}

func sampleOf(logs []byte, every int) []byte {
	var out bytes.Buffer
	for i, line := range bytes.SplitAfter(logs, []byte("\n")) {
		if i%every == 0 {
			out.Write(line)
		}
	}
	return out.Bytes()
}

// prepare writes the events, the rules, and which rules each event is for.
// What auditing tells answers to Sysmon's names for the others, too.
func prepare(t *testing.T, dir string, rules []*sigma.Rule, logs []byte) error {
	if err := os.Mkdir(filepath.Join(dir, "rules"), 0o755); err != nil {
		return err
	}
	files := corpustest.Archive(t, "sigma-rules.tar.zst")
	for _, r := range rules {
		if err := os.WriteFile(filepath.Join(dir, "rules", filepath.Base(r.File)), files[r.File], 0o644); err != nil {
			return err
		}
	}
	var events bytes.Buffer
	routes := [][]string{}
	sources := [][]source{}
	reader := ndjson.NewReader(bytes.NewReader(logs))
	var e event.Event
	for reader.Next(&e) {
		src := logsource.Of(logsource.KeyOf(&e))
		sources = append(sources, sourcesOf(src))
		route := []string{}
		for _, r := range rules {
			if src.Feeds(r.Source.Category, r.Source.Product, r.Source.Service) {
				route = append(route, filepath.Base(r.File))
			}
		}
		logsource.Complete(&e)
		line(&events, &e)
		routes = append(routes, route)
	}
	for name, list := range map[string]any{"routes.json": routes, "sources.json": sources} {
		b, err := json.Marshal(list)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "events.ndjson"), events.Bytes(), 0o644)
}

// A source is one log source an event feeds, for engines that route.
type source struct {
	Product  string `json:"product"`
	Service  string `json:"service"`
	Category string `json:"category"`
}

// sourcesOf pairs services and categories, so that a rule that asks for both
// is met.
func sourcesOf(s logsource.Sources) []source {
	services, categories := s.Services, s.Categories
	if len(services) == 0 {
		services = []string{""}
	}
	if len(categories) == 0 {
		categories = []string{""}
	}
	var out []source
	for _, service := range services {
		for _, category := range categories {
			out = append(out, source{s.Product, service, category})
		}
	}
	return out
}

// own runs our engine: JSON is read within the time. The events are run
// through several times, for one pass is too short to time.
func own(rules []*sigma.Rule, logs []byte) peer {
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	e, refused := detection.New(rules)
	p := peer{Engine: "tallinn, JSON in", Version: "here", Loaded: len(e.Rules()), Rejected: len(refused)}
	m := e.NewMatcher()
	const passes = 40
	r := packedReader()
	start := cpu()
	for pass := range passes {
		r.Reset(logs, nil)
		var ev event.Event
		for r.Next(&ev) {
			p.Events++
			for _, n := range m.Match(&ev) {
				if pass == 0 {
					p.Matches = append(p.Matches, fmt.Sprintf("%d %s", ev.Index, filepath.Base(e.Rule(n).File)))
				}
			}
		}
	}
	p.Seconds = (cpu() - start).Seconds()
	return p
}
