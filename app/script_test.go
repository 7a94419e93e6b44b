package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tallinn/app/cli"
	"tallinn/record"
	"tallinn/record/postgres/cluster/clustertest"
)

// TestMain lets scripts run "tallinn" as a process of its own: this test
// binary under another name.
func TestMain(m *testing.M) {
	record.WatchLocks()
	testscript.Main(stopping{m}, map[string]func(){"tallinn": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		os.Exit(cli.Main(ctx, cli.Process{Args: os.Args[1:], Getenv: os.Getenv,
			Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}))
	}})
}

// stopping ends what the tests have started in common.
type stopping struct{ m *testing.M }

func (s stopping) Run() int { return clustertest.Main(s.m) }

// TestScripts walks the journeys in testdata/script through the real command
// line, against a hub in a process of its own.
func TestScripts(t *testing.T) {
	small, err := filepath.Abs("../aid/match/testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SMALL", small)
			e.Setenv("TODAY", time.Now().UTC().Format(time.DateOnly))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"hub": startHub, "stophub": stopHub, "killhub": killHub,
			"enter": enterSeat, "signin": signIn, "preview": preview, "grab": grab, "sheet": printSheet,
		},
	})
}

// startHub runs "tallinn args… --addr 127.0.0.1:0" until it says it is ready,
// and points TALLINN_HUB at it.
func startHub(ts *testscript.TestScript, neg bool, args []string) {
	path, err := exec.LookPath("tallinn")
	ts.Check(err)
	cmd := exec.Command(path, append(args, "--addr", "127.0.0.1:0")...)
	cmd.Dir, cmd.Stderr = ts.Getenv("WORK"), &strings.Builder{}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() { cmd.Process.Kill(); cmd.Wait() })
	url, err := ready(bufio.NewScanner(out))
	if err != nil {
		ts.Fatalf("%v\n%s", err, cmd.Stderr)
	}
	ts.Setenv("TALLINN_HUB", url)
	hubs.Store(ts.Getenv("WORK"), cmd)
}

// hubs by the folder of their script; scripts run at the same time.
var hubs sync.Map // of *exec.Cmd

func hubOf(ts *testscript.TestScript) *exec.Cmd {
	cmd, ok := hubs.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("no hub was started")
	}
	return cmd.(*exec.Cmd)
}

func ready(lines *bufio.Scanner) (string, error) {
	got := make(chan string, 1)
	go func() {
		defer close(got)
		for lines.Scan() {
			if url, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
				got <- url
			}
		}
	}()
	select {
	case url, ok := <-got:
		if ok {
			return url, nil
		}
		return "", fmt.Errorf("the hub ended before it was ready")
	case <-time.After(time.Minute):
		return "", fmt.Errorf("the hub was not ready within a minute")
	}
}

// stopHub asks the hub to stop, and fails unless it ends well.
func stopHub(ts *testscript.TestScript, neg bool, args []string) {
	cmd := hubOf(ts)
	ts.Check(cmd.Process.Signal(os.Interrupt))
	ts.Check(cmd.Wait())
}

// killHub pulls the plug.
func killHub(ts *testscript.TestScript, neg bool, args []string) {
	cmd := hubOf(ts)
	ts.Check(cmd.Process.Kill())
	cmd.Wait()
}

// enterSeat sits the script on the seat of the exercise that a person holds:
// "enter 'Taras Yablunets'". Its session's token is then TALLINN_TOKEN.
func enterSeat(ts *testscript.TestScript, neg bool, args []string) {
	hub := ts.Getenv("TALLINN_HUB")
	resp, err := http.Get(hub + "/exercise?lang=en")
	ts.Check(err)
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	ts.Check(err)
	before, _, found := strings.Cut(string(page), args[0])
	rows := regexp.MustCompile(`<tr[^>]* id="(R-\d+)"`).FindAllStringSubmatch(before, -1)
	if !found || len(rows) == 0 {
		ts.Fatalf("nobody called %s sits in the exercise", args[0])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	entered, err := client.PostForm(hub+"/exercise/enter", url.Values{"seat": {rows[len(rows)-1][1]}})
	ts.Check(err)
	entered.Body.Close()
	for _, c := range entered.Cookies() {
		if c.Name == "session" {
			ts.Setenv("TALLINN_TOKEN", c.Value)
			return
		}
	}
	ts.Fatalf("entering answers %s and begins no session", entered.Status)
}

// preview opens a link as a mail program does, ahead of its reader.
func preview(ts *testscript.TestScript, neg bool, args []string) {
	resp, err := http.Get(args[0])
	ts.Check(err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		ts.Fatalf("a preview of the link answers %s", resp.Status)
	}
}

// signIn opens a one-time link, as its reader does, and is then that person:
// "signin $LINK". With "!" the link must work no more.
func signIn(ts *testscript.TestScript, neg bool, args []string) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(args[0], nil)
	ts.Check(err)
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		if c.Name == "session" && c.Value != "" && !neg {
			ts.Setenv("TALLINN_TOKEN", c.Value)
			return
		}
	}
	if !neg || resp.StatusCode < 400 {
		ts.Fatalf("the link answers %s", resp.Status)
	}
}

// printSheet prints the sheet of whoever sits on a seat, as the person whose
// session TALLINN_TOKEN is, and keeps its link: "sheet LINK R-0417".
func printSheet(ts *testscript.TestScript, neg bool, args []string) {
	req, err := http.NewRequest(http.MethodPost, ts.Getenv("TALLINN_HUB")+"/seats/sheets", strings.NewReader(url.Values{"seat": {args[1]}}.Encode()))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.AddCookie(&http.Cookie{Name: "session", Value: ts.Getenv("TALLINN_TOKEN")})
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	ts.Check(err)
	link := regexp.MustCompile(`/sign-in/[A-Za-z0-9_-]{43}`).FindString(string(page))
	if (link == "") != neg {
		ts.Fatalf("the sheet of %s answers %s, link %v", args[1], resp.Status, link != "")
	}
	if link != "" {
		ts.Setenv(args[0], ts.Getenv("TALLINN_HUB")+link)
	}
}

// grab keeps what a pattern finds on the standard output of the last command:
// "grab NEED 'N-\d+'"; of a pattern with a group, the group.
func grab(ts *testscript.TestScript, neg bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("%s is not in the output", args[1])
	}
	ts.Setenv(args[0], found[len(found)-1])
}
