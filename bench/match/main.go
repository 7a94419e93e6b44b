// Command match measures the matching engine side by side with its peers, in
// one run, on the same instances: HiGHS (the pinned one, inside this
// program), cbc and glpsol where they are installed, and the plan one makes
// by hand. It prints a Markdown table.
//
//	go run ./bench/match [-seconds 60] [-procs 1] INSTANCE.json...
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"tallinn/aid/match"
	"tallinn/aid/match/certificate"
	"tallinn/aid/match/highs"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/verify"
)

var (
	seconds = flag.Int("seconds", 60, "a ceiling for each peer")
	procs   = flag.Int("procs", 1, "processors for the engine")
	peers   = flag.Bool("peers", true, "run the peers too")
	moves   = flag.Int64("moves", 0, "moves of the engine; 0 is its default")
)

func main() {
	flag.Parse()
	runtime.GOMAXPROCS(*procs)
	fmt.Printf("%s, %s/%s, %d of %d processors, load %s\n\n", time.Now().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, *procs, runtime.NumCPU(), load())
	fmt.Println("| instance | by | score | bound | below its bound | wall | CPU | peak memory |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for _, name := range flag.Args() {
		if err := measure(name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return string(data[:4])
}

func measure(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	in, err := instance.Parse(name, data)
	if err != nil {
		return err
	}
	begin := watch()
	plan, err := match.Make(in, match.Options{Moves: *moves})
	if err != nil {
		return err
	}
	begin.row(in.Name, fmt.Sprintf("this engine, %d moves", plan.Moves), plan.Composite, plan.Bound)
	if _, err := certificate.Encode(plan); err != nil {
		return err
	}
	begin = watch()
	report, err := verify.Check(in, plan)
	if err != nil {
		return err
	}
	begin.row(in.Name, "verifier", report.Composite, report.Bound)
	if err := repaired(in, plan); err != nil {
		return err
	}
	if !*peers {
		return nil
	}
	begin = watch()
	begin.row(in.Name, "by hand (greedy)", match.Greedy(in), 0)
	if err := solver(in); err != nil {
		return err
	}
	return others(in)
}

// repaired measures the repair after one need is added.
func repaired(in *instance.Instance, plan *certificate.Plan) error {
	changed := *in
	q := in.Requirements[len(in.Requirements)/2]
	q.ID = "NEW"
	changed.Requirements = append(append([]instance.Requirement(nil), in.Requirements...), q)
	if _, err := instance.Encode(&changed); err != nil {
		return err
	}
	begin := watch()
	after, err := match.Make(&changed, match.Options{Previous: plan})
	if err != nil {
		return err
	}
	d := match.Diff(plan, after)
	begin.row(in.Name, fmt.Sprintf("repair for one more need; %d of %d allocations kept", d.Same, d.Before), after.Composite, after.Bound)
	return nil
}

// solver runs HiGHS, from nothing, up to the ceiling.
func solver(in *instance.Instance) error {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	s, err := highs.Open(context.Background(), filepath.Join(cache, "tallinn", "wasm"), 1<<30)
	if err != nil {
		return err
	}
	begin, end := watch(), time.Now().Add(time.Duration(*seconds)*time.Second)
	a, err := s.Solve(match.ProgramOf(in), func() bool { return time.Now().After(end) })
	if err != nil {
		begin.none(in.Name, s.Name())
		return s.Close(context.Background())
	}
	begin.row(in.Name, s.Name(), a.Worth(match.ProgramOf(in)), a.Bound)
	return s.Close(context.Background())
}

// A stopwatch measures wall time and this process's CPU time.
type stopwatch struct {
	wall time.Time
	cpu  time.Duration
}

func watch() stopwatch { return stopwatch{time.Now(), spent(syscall.RUSAGE_SELF)} }

func spent(who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func peak() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Maxrss / 1024
}

func (w stopwatch) row(instance, by string, score, bound int64) {
	below := "–"
	if bound > 0 {
		below = verify.Below(score, bound) + " %"
	}
	fmt.Printf("| %s | %s | %d | %d | %s | %.2f s | %.2f s | %d MB |\n", instance, by, score, bound, below,
		time.Since(w.wall).Seconds(), (spent(syscall.RUSAGE_SELF) - w.cpu).Seconds(), peak())
}

func (w stopwatch) none(instance, by string) {
	fmt.Printf("| %s | %s | nothing in %d s | | | %.2f s | %.2f s | |\n", instance, by, *seconds,
		time.Since(w.wall).Seconds(), (spent(syscall.RUSAGE_SELF) - w.cpu).Seconds())
}

// others runs the solvers of the machine, each up to the ceiling.
func others(in *instance.Instance) error {
	if len(in.Requirements) > 1000 {
		return nil // they find nothing within the ceiling; see doc/match.md
	}
	file := filepath.Join(os.TempDir(), "match-bench.lp")
	if err := os.WriteFile(file, lp(match.ProgramOf(in)), 0o600); err != nil {
		return err
	}
	defer os.Remove(file)
	limit := fmt.Sprint(*seconds)
	for _, peer := range [][]string{
		{"cbc", file, "sec", limit, "ratio", "0", "solve"},
		{"glpsol", "--lp", file, "--cuts", "--tmlim", limit},
	} {
		if _, err := exec.LookPath(peer[0]); err != nil {
			fmt.Printf("| %s | %s | not installed | | | | | |\n", in.Name, peer[0])
			continue
		}
		peerRow(in.Name, peer[0], peer[1:])
	}
	return nil
}
