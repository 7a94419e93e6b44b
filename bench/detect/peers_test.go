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
	"tallinn/defence/detection/logsource"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

var withPeers = flag.Bool("peers", false, "run other engines beside ours; they are downloaded as a module of their own")

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
	cmd := exec.Command("go", "run", ".", dir)
	cmd.Dir = "peers"
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
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
// 4688 answers to process_creation under Sysmon's names for the others, too.
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
	reader := ndjson.NewReader(bytes.NewReader(logs))
	var e event.Event
	for reader.Next(&e) {
		src := logsource.Of(logsource.KeyOf(&e))
		route := []string{}
		for _, r := range rules {
			if src.Feeds(r.Source.Category, r.Source.Product, r.Source.Service) {
				route = append(route, filepath.Base(r.File))
			}
		}
		for _, a := range logsource.Aliases(logsource.KeyOf(&e)) {
			if v, ok := e.Get(a.From); ok {
				e.Add(a.Name, v, event.Text)
			}
		}
		line(&events, &e)
		routes = append(routes, route)
	}
	b, err := json.Marshal(routes)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "routes.json"), b, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "events.ndjson"), events.Bytes(), 0o644)
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
	start := cpu()
	for pass := range passes {
		r := ndjson.NewReader(bytes.NewReader(logs))
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
