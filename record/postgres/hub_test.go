package postgres_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tallinn/record"
	"tallinn/record/postgres"
	"tallinn/record/recordtest"
)

// hubDSN and hubSchema, when set, make the test binary a hub in a process of
// its own, which answers the lines it is sent.
const (
	hubDSN    = "TALLINN_TEST_HUB_DSN"
	hubSchema = "TALLINN_TEST_HUB_SCHEMA"
)

// serveLines answers each line "number command op arguments" with "number
// answer": yes, no (refused by a rule), dunno, or what was read. Many lines
// are answered at the same time.
func serveLines(in io.Reader, out io.Writer) error {
	ctx := context.Background()
	store, err := postgres.Open(ctx, postgres.Config{DSN: os.Getenv(hubDSN), Schema: os.Getenv(hubSchema), Random: rand.Reader})
	if err != nil {
		return err
	}
	bank := recordtest.NewBank()
	r, err := record.Open(ctx, record.Config{Store: store, Registry: recordtest.Registry(), State: bank, Keys: recordtest.TheKeys, Follow: true,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, format+"\n", args...)
	}
	say("ready")
	for lines := bufio.NewScanner(in); lines.Scan(); {
		f := strings.Fields(lines.Text())
		go func() { say("%s %s", f[0], answer(ctx, r, bank, f[1], f[2], f[3:])) }()
	}
	return nil
}

func answer(ctx context.Context, r *record.Record, bank *recordtest.Bank, id, op string, args []string) string {
	if op == "read" {
		if err := r.Refresh(ctx); err != nil {
			return "dunno"
		}
		var balance int64
		r.View(func() { balance = bank.Balance(args[0]) })
		return strconv.FormatInt(balance, 10)
	}
	amount, err := strconv.ParseInt(args[2], 10, 64)
	if err != nil {
		return err.Error()
	}
	rule := bank.Move(args[0], args[1], amount)
	if op == "gift" {
		rule = bank.Gift(args[1], amount)
	}
	_, err = r.Decide(ctx, recordtest.Command(id, op, args), rule)
	switch {
	case err == nil:
		return "yes"
	case errors.Is(err, recordtest.ErrPoor):
		return "no"
	}
	return "dunno"
}

// A process is a hub that may be killed, paused and started again.
type process struct {
	t      *testing.T
	cfg    postgres.Config
	prefix []string // of the command, to run it elsewhere
	seq    atomic.Int64

	mu    sync.Mutex
	cmd   *exec.Cmd
	in    io.Writer
	waits map[string]chan string
}

// launch starts a hub on cfg, and ends it with t.
func launch(t *testing.T, cfg postgres.Config, prefix ...string) *process {
	t.Helper()
	p := &process{t: t, cfg: cfg, prefix: prefix}
	p.start()
	t.Cleanup(p.kill)
	return p
}

func (p *process) start() {
	words := append(append([]string{}, p.prefix...), os.Args[0])
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), hubDSN+"="+p.cfg.DSN, hubSchema+"="+p.cfg.Schema)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err == nil {
		var out io.Reader
		if out, err = cmd.StdoutPipe(); err == nil {
			err = cmd.Start()
		}
		if err == nil {
			ready := make(chan bool)
			waits := map[string]chan string{}
			p.mu.Lock()
			p.cmd, p.in, p.waits = cmd, in, waits
			p.mu.Unlock()
			go p.listen(out, waits, ready)
			<-ready
			return
		}
	}
	p.t.Errorf("start a hub: %v", err)
}

// listen passes answers on until the hub ends; then all that wait are let go.
func (p *process) listen(out io.Reader, waits map[string]chan string, ready chan bool) {
	var once sync.Once
	for lines := bufio.NewScanner(out); lines.Scan(); {
		seq, said, _ := strings.Cut(lines.Text(), " ")
		once.Do(func() { close(ready) })
		p.mu.Lock()
		if c := waits[seq]; c != nil {
			c <- said
			delete(waits, seq)
		}
		p.mu.Unlock()
	}
	once.Do(func() { close(ready) })
	p.mu.Lock()
	defer p.mu.Unlock()
	for seq, c := range waits {
		c <- "dunno"
		delete(waits, seq)
	}
}

// ask sends one line, and waits at most patience.
func (p *process) ask(patience time.Duration, words ...any) string {
	seq := strconv.FormatInt(p.seq.Add(1), 10)
	c := make(chan string, 1)
	p.mu.Lock()
	p.waits[seq] = c
	_, err := fmt.Fprintln(p.in, append([]any{seq}, words...)...)
	p.mu.Unlock()
	if err != nil {
		return "dunno"
	}
	select {
	case said := <-c:
		return said
	case <-time.After(patience):
		return "dunno"
	}
}

func (p *process) signal(s syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.cmd.Process.Signal(s)
}

// kill ends the hub at once, as a failure of its machine would.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	_ = p.cmd.Wait()
}
