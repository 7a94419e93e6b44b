//go:build unix

// Command peers runs other engines over the events and rules that the
// benchmark in the folder above wrote: events.ndjson, routes.json (which rule
// files each event is for: none of these engines routes by log source) and
// the rules. It prints one JSON line an engine: what it loaded, how long the
// matching took in processor time, and which matches it found. Events are
// parsed before the clock starts, which favours these engines.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	sigmago "github.com/bradleyjkemp/sigma-go"
	"github.com/bradleyjkemp/sigma-go/evaluator"
	markuskont "github.com/markuskont/go-sigma-rule-engine"
)

// An engine answers whether one rule matches one event.
type engine struct {
	Name     string
	Version  string
	Loaded   int
	Rejected int
	match    map[string]func(map[string]any) (bool, error)
}

type result struct {
	Engine   string   `json:"engine"`
	Version  string   `json:"version"`
	Loaded   int      `json:"loaded"`
	Rejected int      `json:"rejected"`
	Errors   int      `json:"errors"`
	Events   int      `json:"events"`
	Seconds  float64  `json:"seconds"`
	Matches  []string `json:"matches"`
}

func main() {
	dir := os.Args[1]
	events, routes, err := read(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "rules", "*.yml"))
	for _, load := range []func([]string) *engine{loadSigmaGo, loadMarkuskont} {
		out, err := json.Marshal(run(load(files), events, routes))
		if err != nil {
			fmt.Fprintln(os.Stderr, "peers:", err)
			os.Exit(1)
		}
		fmt.Println(string(out))
	}
}

func read(dir string) (events []map[string]any, routes [][]string, err error) {
	f, err := os.Open(filepath.Join(dir, "events.ndjson"))
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		var e map[string]any
		if err := json.Unmarshal(s.Bytes(), &e); err != nil {
			return nil, nil, err
		}
		events = append(events, e)
	}
	b, err := os.ReadFile(filepath.Join(dir, "routes.json"))
	if err == nil {
		err = json.Unmarshal(b, &routes)
	}
	return events, routes, err
}

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func run(e *engine, events []map[string]any, routes [][]string) result {
	r := result{Engine: e.Name, Version: e.Version, Loaded: e.Loaded, Rejected: e.Rejected, Events: len(events)}
	start := cpu()
	for i, ev := range events {
		for _, file := range routes[i] {
			match := e.match[file]
			if match == nil {
				continue
			}
			held, err := safely(match, ev)
			if err != nil {
				r.Errors++
			}
			if held {
				r.Matches = append(r.Matches, fmt.Sprintf("%d %s", i, file))
			}
		}
	}
	r.Seconds = cpu() - start
	return r
}

// safely keeps one rule's panic from ending the run.
func safely(match func(map[string]any) (bool, error), ev map[string]any) (held bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return match(ev)
}

func loadSigmaGo(files []string) *engine {
	e := &engine{Name: "sigma-go", Version: "v0.6.6", match: map[string]func(map[string]any) (bool, error){}}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		rule, err := sigmago.ParseRule(b)
		if err != nil {
			e.Rejected++
			continue
		}
		ev := evaluator.ForRule(rule)
		e.Loaded++
		e.match[filepath.Base(path)] = func(m map[string]any) (bool, error) {
			r, err := ev.Matches(context.Background(), m)
			return r.Match, err
		}
	}
	return e
}

// fields is an event as go-sigma-rule-engine asks for it.
type fields map[string]any

func (f fields) Keywords() ([]string, bool) {
	var all []string
	for _, v := range f {
		if s, ok := v.(string); ok {
			all = append(all, s)
		}
	}
	return all, true
}

func (f fields) Select(name string) (any, bool) {
	v, ok := f[name]
	return v, ok
}

func loadMarkuskont(files []string) *engine {
	e := &engine{Name: "go-sigma-rule-engine", Version: "v0.3.0", match: map[string]func(map[string]any) (bool, error){}}
	for _, path := range files {
		rules, err := markuskont.NewRuleList([]string{path}, true, false)
		if err != nil || len(rules) != 1 {
			e.Rejected++
			continue
		}
		tree, err := treeOf(rules[0])
		if err != nil {
			e.Rejected++
			continue
		}
		e.Loaded++
		e.match[filepath.Base(path)] = func(m map[string]any) (bool, error) {
			held, _ := tree.Match(fields(m))
			return held, nil
		}
	}
	return e
}

func treeOf(rule markuskont.RuleHandle) (tree *markuskont.Tree, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return markuskont.NewTree(rule)
}
