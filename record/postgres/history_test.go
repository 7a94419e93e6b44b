package postgres_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"tallinn/record"
	"tallinn/record/postgres"
	"tallinn/record/postgres/cluster"
	"tallinn/record/postgres/cluster/clustertest"
	"tallinn/record/recordtest"
)

// crashSeconds, when set, is how long each of these goes on; make crash sets
// it. Otherwise they are over in a few seconds.
const crashSeconds = "TALLINN_CRASH_SECONDS"

func length(otherwise time.Duration) time.Duration {
	if n, err := strconv.Atoi(os.Getenv(crashSeconds)); err == nil {
		return time.Duration(n) * time.Second
	}
	return otherwise
}

// TestHistories has clients move money through two hubs that are killed,
// paused and cut off from the database, at random. What they were told, and
// when, must be what one hub could have told that does one thing at a time.
func TestHistories(t *testing.T) {
	t.Run("killed", func(t *testing.T) {
		t.Parallel()
		cfg := fresh(t)
		w := newWorld(t, cfg, launch(t, cfg), launch(t, cfg))
		w.run(length(4*time.Second), func(p *process) {
			p.kill()
			p.start()
		})
	})
	t.Run("paused", func(t *testing.T) {
		t.Parallel()
		cfg := fresh(t)
		w := newWorld(t, cfg, launch(t, cfg), launch(t, cfg))
		w.run(length(4*time.Second), func(p *process) {
			p.signal(syscall.SIGSTOP)
			time.Sleep(time.Duration(rand.IntN(int(length(8*time.Second) / 4))))
			p.signal(syscall.SIGCONT)
		})
	})
	t.Run("cut off", func(t *testing.T) {
		t.Parallel()
		lines := networks(t, 2)
		server := clustertest.Start(t, func(c *cluster.Config) { c.Listen, c.Allow = "0.0.0.0", "10.0.0.0/8" })
		cfg := postgres.Config{DSN: server.DSN("postgres"), Schema: "s_" + clustertest.Name(t)}
		var hubs []*process
		for _, l := range lines {
			far := cfg
			far.DSN = through(t, cfg.DSN, l.near)
			hubs = append(hubs, launch(t, far, "ip", "netns", "exec", l.name))
		}
		w := newWorld(t, cfg, hubs...)
		w.run(length(6*time.Second), func(p *process) {
			for i := range hubs {
				if hubs[i] == p {
					lines[i].cut(true)
					time.Sleep(time.Duration(500+rand.IntN(1500)) * time.Millisecond)
					lines[i].cut(false)
				}
			}
		})
	})
}

// A world is hubs, the clients that use them, and what these were told.
type world struct {
	t     *testing.T
	cfg   postgres.Config
	hubs  []*process
	began time.Time

	mu       sync.Mutex
	attempts []attempt
}

// An attempt is one sending of a command, or of a question.
type attempt struct {
	client     int
	id, op     string
	from, to   int
	amount     int64
	said       string
	call, back int64
}

var names = []string{"a", "b", "c"}

const (
	clients  = 6
	atFirst  = 20
	patience = 1500 * time.Millisecond
)

func newWorld(t *testing.T, cfg postgres.Config, hubs ...*process) *world {
	w := &world{t: t, cfg: cfg, hubs: hubs, began: time.Now()}
	for _, name := range names {
		if said := hubs[0].ask(10*time.Second, "first/"+name, "gift", "-", name, atFirst); said != "yes" {
			t.Fatalf("the first gift: %s", said)
		}
	}
	return w
}

// run has all clients at work for so long, while one hub after the other is
// harmed, and then judges what they were told.
func (w *world) run(long time.Duration, harm func(*process)) {
	var clientsDone, harmDone sync.WaitGroup
	end := time.Now().Add(long)
	for c := range clients {
		clientsDone.Go(func() { w.client(c, end) })
	}
	harmed := 0
	harmDone.Go(func() {
		for time.Now().Before(end) {
			time.Sleep(time.Duration(100+rand.IntN(400)) * time.Millisecond)
			harm(w.hubs[rand.IntN(len(w.hubs))])
			harmed++
		}
	})
	harmDone.Wait()
	clientsDone.Wait()
	w.judge(harmed)
}

// client sends one thing after the other, a command again and again, to
// whichever hub, until it is told what became of it.
func (w *world) client(c int, end time.Time) {
	for n := 0; time.Now().Before(end); n++ {
		a := attempt{client: c, id: fmt.Sprint(c, "/", n), op: "move", from: rand.IntN(len(names)), to: rand.IntN(len(names)),
			amount: 1 + rand.Int64N(15)}
		if rand.IntN(3) == 0 {
			a.op = "read"
		}
		for range 20 {
			hub := w.hubs[rand.IntN(len(w.hubs))]
			a.call = int64(time.Since(w.began))
			if a.op == "read" {
				a.said = hub.ask(patience, a.id, a.op, names[a.from])
			} else {
				a.said = hub.ask(patience, a.id, a.op, names[a.from], names[a.to], a.amount)
			}
			a.back = int64(time.Since(w.began))
			w.mu.Lock()
			w.attempts = append(w.attempts, a)
			w.mu.Unlock()
			if a.said != "dunno" {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// A told is an attempt as the model takes it.
type told struct {
	op       string // move, refused, read
	id       string
	from, to int
	amount   int64
	both     bool // the command was refused once, and recorded another time
}

// judge makes one history of all attempts. A command that is on record took
// effect between its first sending and its first "yes", or at any later time
// when there was none; one that is not never did.
func (w *world) judge(harmed int) {
	t := w.t
	store := open(t, w.cfg)
	report, err := record.Check(t.Context(), store, recordtest.Registry(), recordtest.TheKeys)
	if err != nil || !report.Clean() {
		t.Errorf("the record: %+v, %v", report, err)
	}
	var history []porcupine.Operation
	effects := map[string]int{} // place in history, by id
	refused := map[string]bool{}
	answered, dunno := 0, 0
	for _, a := range w.attempts {
		op := porcupine.Operation{ClientId: a.client, Call: a.call, Return: a.back}
		switch {
		case a.said == "dunno":
			dunno++
		default:
			answered++
		}
		switch {
		case a.op == "read" && a.said != "dunno":
			op.Input, op.Output = told{op: "read", from: a.from}, a.said
			history = append(history, op)
		case a.op == "move" && a.said == "no":
			refused[a.id] = true
			op.Input = told{op: "refused", id: a.id, from: a.from, to: a.to, amount: a.amount}
			history = append(history, op)
		case a.op == "move":
			_, recorded, err := store.Command(t.Context(), a.id)
			if err != nil {
				t.Fatal(err)
			}
			if a.said == "yes" && !recorded {
				t.Errorf("command %s was acknowledged and is not on record", a.id)
			}
			i, known := effects[a.id]
			if recorded && !known {
				i, effects[a.id] = len(history), len(history)
				op.Return = math.MaxInt64
				op.Input = told{op: "move", id: a.id, from: a.from, to: a.to, amount: a.amount}
				history = append(history, op)
			}
			if a.said == "yes" && recorded && history[i].Return == math.MaxInt64 {
				history[i].Return = a.back
			}
		}
	}
	for i, op := range history {
		if in := op.Input.(told); in.id != "" && refused[in.id] {
			_, in.both = effects[in.id]
			history[i].Input = in
		}
	}
	verdict := porcupine.CheckOperationsTimeout(model, history, time.Minute)
	t.Logf("%d harms; %d answers, %d without one; a history of %d: %s", harmed, answered, dunno, len(history), verdict)
	if verdict != porcupine.Ok {
		t.Errorf("the history is %s", verdict)
	}
	if answered == 0 || harmed == 0 {
		t.Error("nothing was answered, or nothing harmed")
	}
}

// balances of the model, and which of the commands that were refused as well
// have taken effect.
type balances struct {
	of      [3]int64
	applied string
}

// model is the bank as one hub tells of it.
var model = porcupine.Model{
	Init: func() any { return balances{of: [3]int64{atFirst, atFirst, atFirst}} },
	Step: func(state, input, output any) (bool, any) {
		s, in := state.(balances), input.(told)
		poor := s.of[in.from] < in.amount
		switch in.op {
		case "read":
			return strconv.FormatInt(s.of[in.from], 10) == output, s
		case "refused":
			return poor && !(in.both && has(s.applied, in.id)), s
		}
		s.of[in.from] -= in.amount
		s.of[in.to] += in.amount
		if in.both {
			s.applied += "," + in.id + ","
		}
		return !poor, s
	},
}

func has(list, id string) bool {
	for i := 0; i+len(id)+2 <= len(list); i++ {
		if list[i:i+len(id)+2] == ","+id+"," {
			return true
		}
	}
	return false
}

// A wire is a network of one hub's own.
type wire struct {
	t          *testing.T
	name, near string
	device     string
}

// networks makes n of them, each with a line to this machine, or skips t.
func networks(t *testing.T, n int) (wires []wire) {
	if os.Getuid() != 0 {
		t.Skip("not root: hubs cannot be given networks of their own, so none is cut off from its database here")
	}
	for i := range n {
		id := clustertest.Name(t)[:6]
		third := rand.IntN(250)
		w := wire{t: t, name: "tln" + id, device: "tln" + id, near: fmt.Sprintf("10.213.%d.%d", third, 4*i+1)}
		far, peer := fmt.Sprintf("10.213.%d.%d", third, 4*i+2), "tlp"+id
		for step, words := range [][]string{
			{"netns", "add", w.name},
			{"link", "add", w.device, "type", "veth", "peer", "name", peer},
			{"link", "set", peer, "netns", w.name},
			{"addr", "add", w.near + "/30", "dev", w.device},
			{"link", "set", w.device, "up"},
			{"netns", "exec", w.name, "ip", "addr", "add", far + "/30", "dev", peer},
			{"netns", "exec", w.name, "ip", "link", "set", peer, "up"},
		} {
			out, err := exec.Command("ip", words...).CombinedOutput()
			if err != nil && step < 2 {
				t.Skipf("hubs cannot be given networks of their own here, so none is cut off from its database: ip %v: %v %s", words, err, out)
			}
			if err != nil {
				t.Fatalf("ip %v: %v %s", words, err, out)
			}
			if step == 0 {
				t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", w.name).Run() })
			}
		}
		wires = append(wires, w)
	}
	return wires
}

// cut takes the line down, or up again.
func (w wire) cut(cut bool) {
	how := map[bool]string{true: "down", false: "up"}[cut]
	if out, err := exec.Command("ip", "link", "set", w.device, how).CombinedOutput(); err != nil {
		w.t.Errorf("set the line %s: %v %s", how, err, out)
	}
}
