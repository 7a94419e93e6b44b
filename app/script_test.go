package app_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tallinn/app/cli"
)

// TestMain lets scripts run "tallinn" as a process of its own: this test
// binary under another name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tallinn": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		os.Exit(cli.Main(ctx, cli.Process{Args: os.Args[1:], Getenv: os.Getenv,
			Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}))
	}})
}

// TestScripts walks the journeys in testdata/script through the real command
// line, against a hub in a process of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"hub": startHub, "stophub": stopHub, "killhub": killHub,
		},
	})
}

const hubKey = "hub"

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
	hubs[ts.Getenv("WORK")] = cmd
}

// hubs by the folder of their script; scripts of one test run in turn.
var hubs = map[string]*exec.Cmd{}

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
	cmd := hubs[ts.Getenv("WORK")]
	ts.Check(cmd.Process.Signal(os.Interrupt))
	ts.Check(cmd.Wait())
}

// killHub pulls the plug.
func killHub(ts *testscript.TestScript, neg bool, args []string) {
	cmd := hubs[ts.Getenv("WORK")]
	ts.Check(cmd.Process.Kill())
	cmd.Wait()
}
