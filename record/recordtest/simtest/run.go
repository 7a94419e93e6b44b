package simtest

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/recordtest"
)

// A Run is what came of one seed.
type Run struct {
	Trace string   // the hash of all that the database was asked, and when
	Flaws []string // what should not be; none is good
	Facts int
	Asked int // attempts of clients
	Vain  int // of them without an answer
}

// Play plays the run of a seed; it must be called inside a bubble of
// testing/synctest. What the database is asked is written to lines, unless
// that is nil.
func Play(seed uint64, lines io.Writer) Run {
	w := newWorld(seed, lines)
	for n := range 3 {
		h := &hub{w: w, name: fmt.Sprint("hub", n)}
		w.hubs = append(w.hubs, h)
		time.Sleep(w.draw(h.name).between(time.Millisecond, time.Second))
		h.start()
	}
	first := &client{w: w, name: "first", cookie: fact.None}
	for _, account := range accounts {
		first.ask(answer{id: "first-" + account, op: "gift", to: account, amount: atFirst})
	}
	w.storms(12 * time.Second)
	for _, h := range w.hubs {
		w.tasks.Go(h.trials)
	}
	for n := range 5 {
		w.tasks.Go(func() { (&client{w: w, name: fmt.Sprint("client", n), cookie: fact.None}).run(12) })
	}
	w.tasks.Wait()
	w.recovers()
	for _, h := range w.hubs {
		h.compare()
		h.stop(false)
	}
	w.tasks.Wait()
	w.judge()
	run := Run{Trace: hex.EncodeToString(w.trace.Sum(nil)), Flaws: w.flaws, Facts: int(w.db.head()) + 1, Asked: len(w.answers)}
	for _, a := range w.answers {
		if a.said == dunno {
			run.Vain++
		}
	}
	return run
}

// recovers sees that every hub records again and is level, soon after the last
// trouble.
func (w *world) recovers() {
	for _, h := range w.hubs {
		time.Sleep(w.draw(h.name+" last").between(time.Second, 2*time.Second))
		r, bank := h.now()
		if r.Stopped() != nil { // by an append that was under way when the world became calm
			h.again(h.name+" last", false)
			r, bank = h.now()
		}
		if _, err := r.Decide(context.Background(), recordtest.Command("last-"+h.name, "gift"), bank.Gift("a", 1)); err != nil {
			w.flaw("%s does not recover: %v", h.name, err)
		}
	}
	time.Sleep(10 * time.Second) // turns change hands, cursors are stored
	for _, h := range w.hubs {
		if r, _ := h.now(); r.Behind() > 5*time.Second || r.Head() != w.db.head() {
			w.flaw("%s is at %d, behind by %v; the database is at %d", h.name, r.Head(), r.Behind(), w.db.head())
		}
	}
}

// compare holds the hub's state against the record.
func (h *hub) compare() {
	_, bank := h.now()
	if folded := bank.Folded(); !reflect.DeepEqual(folded, h.w.facts()) {
		h.w.flaw("%s has folded %d facts that are not those of the record", h.name, len(folded))
	}
}

// facts of the record.
func (w *world) facts() (all []fact.Fact) {
	err := w.db.Facts(context.Background(), 0, 1<<20, func(_ fact.Pos, raw []byte) error {
		f, err := recordtest.Registry().Decode(raw)
		all = append(all, f)
		return err
	})
	if err != nil {
		w.flaw("the record: %v", err)
	}
	return all
}

// judge holds the record, and what clients were told, against what may be.
func (w *world) judge() {
	report, err := record.Check(context.Background(), w.db.Memory, recordtest.Registry(), recordtest.TheKeys)
	if err != nil {
		w.flaw("check: %v", err)
	}
	for _, v := range report.Violations {
		w.flaw("check: %s", v)
	}
	facts := w.facts()
	for i, f := range facts {
		if i > 0 && f.At.Before(facts[i-1].At) {
			w.flaw("fact %d is of before fact %d", i, i-1)
		}
		if ahead := f.At.Sub(w.db.applied[i]); ahead > record.MaxSkew {
			w.flaw("fact %d is of %v after it was recorded", i, ahead)
		}
	}
	w.judgeAnswers(facts)
	w.judgeTold(len(facts))
}

// judgeAnswers sees that each answer is what one hub could have said that does
// one thing at a time, at some moment between question and answer.
func (w *world) judgeAnswers(facts []fact.Fact) {
	states := []map[string]int64{{}} // states[n]: with n facts
	owners := map[string]int{}       // how many facts there were when an account was opened
	byCommand := map[string][]fact.Pos{}
	for i, f := range facts {
		bank := recordtest.NewBank()
		next := map[string]int64{}
		for account, b := range states[i] {
			next[account] = b
		}
		bank.Fold(f)
		for account, change := range bank.Balances() {
			next[account] += change
			if next[account] < 0 {
				w.flaw("fact %d leaves %d on %s", i, next[account], account)
			}
		}
		if o, ok := f.Body.(recordtest.Opened); ok {
			if _, twice := owners[o.Owner]; twice {
				w.flaw("%s has two accounts", o.Owner)
			}
			owners[o.Owner] = i + 1
		}
		states = append(states, next)
		byCommand[f.Cmd] = append(byCommand[f.Cmd], f.Pos)
	}
	sent := map[string]fact.Pos{} // the database's head when a command was first sent
	for _, a := range w.answers {
		if first, ok := sent[a.id]; !ok || a.call < first {
			sent[a.id] = a.call
		}
	}
	for _, a := range w.answers {
		at := byCommand[a.id]
		between := states[a.call+1 : a.back+2] // what stood meanwhile
		switch {
		case a.said == yes && a.op == "read":
			if a.seen < a.cookie || a.seen > a.back {
				w.flaw("%s was read at %d; its client had written %d, and the record reached %d", a.id, a.seen, a.cookie, a.back)
			} else if a.balance != states[a.seen+1][a.from] {
				w.flaw("%s read %d on %s; at %d it is %d", a.id, a.balance, a.from, a.seen, states[a.seen+1][a.from])
			}
		case a.said == yes:
			if len(at) != 1 || a.result.First != at[0] || a.result.Last != at[0] {
				w.flaw("%s was acknowledged at %d to %d, and is recorded at %v", a.id, a.result.First, a.result.Last, at)
			} else if at[0] <= sent[a.id] || at[0] > a.back {
				w.flaw("%s is recorded at %d; it was sent at %d and acknowledged at %d", a.id, at[0], sent[a.id], a.back)
			}
		case a.said == no && a.op == "open":
			if opened, ok := owners[fmt.Sprint("owner", a.amount)]; !ok || opened > int(a.back)+1 {
				w.flaw("%s was refused, and nobody had an account at %d", a.id, a.back)
			}
		case a.said == no:
			if !slices.ContainsFunc(between, func(s map[string]int64) bool { return s[a.from] < a.amount }) {
				w.flaw("%s was refused; there was always %d on %s from %d to %d", a.id, a.amount, a.from, a.call, a.back)
			}
		}
	}
}

// judgeTold sees that the subscriber was told every fact, and each life told
// in order from the cursor that it had read last.
func (w *world) judgeTold(facts int) {
	once := make([]bool, facts)
	for life, all := range w.told {
		last := fact.None - 1
		for _, h := range all {
			if !h.cursor {
				once[h.pos] = true
				if h.pos != last+1 {
					w.flaw("%s told %d after %d", life, h.pos, last)
				}
			}
			last = h.pos
		}
	}
	for pos, ok := range once {
		if !ok {
			w.flaw("nobody was told of fact %d", pos)
		}
	}
}
