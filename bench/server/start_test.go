package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// BenchmarkStart starts the program as a user does.
func BenchmarkStart(b *testing.B) {
	program := filepath.Join(b.TempDir(), "tallinn")
	build := exec.Command("go", "build", "-trimpath", "-o", program, "tallinn/cmd/tallinn")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	b.Run("help", func(b *testing.B) {
		for b.Loop() {
			if err := exec.Command(program, "--help").Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("demo, first", func(b *testing.B) { starts(b, program, func() string { return b.TempDir() }) })
	b.Run("demo, again", func(b *testing.B) {
		dir := b.TempDir()
		if _, err := start(program, dir); err != nil {
			b.Fatal(err)
		}
		starts(b, program, func() string { return dir })
	})
}

func starts(b *testing.B, program string, dir func() string) {
	var slowest, all time.Duration
	n := 0
	for b.Loop() {
		took, err := start(program, dir())
		if err != nil {
			b.Fatal(err)
		}
		slowest, all, n = max(slowest, took), all+took, n+1
	}
	b.ReportMetric(float64(all.Milliseconds())/float64(n), "ms-to-ready")
	b.ReportMetric(float64(slowest.Milliseconds()), "slowest-ms")
	b.ReportMetric(0, "ns/op") // that would have the stop in it
}

// start runs the demonstration until it is ready, and stops it.
func start(program, dir string) (time.Duration, error) {
	cmd := exec.Command(program, "demo", "--data", dir, "--addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	lines := bufio.NewScanner(out)
	ready := lines.Scan() && strings.HasPrefix(lines.Text(), "ready ")
	took := time.Since(began)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		return 0, err
	}
	if err := cmd.Wait(); err != nil {
		return 0, err
	}
	if !ready {
		return 0, fmt.Errorf("the hub ended before it was ready")
	}
	return took, nil
}

// body is an answer, not compressed.
func body(address string) ([]byte, error) {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	answer, err := client.Get(address)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return io.ReadAll(answer.Body)
}
