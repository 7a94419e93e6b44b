package recordtest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tallinn/fact"
	"tallinn/record"
)

// testProperty throws the same commands at two hubs on one store, from many
// goroutines at once, and then holds what came of it against a bank that does
// one thing at a time.
func testProperty(t *testing.T, open func(t *testing.T) record.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		calls := rapid.SliceOfN(drawCall, 1, 24).Draw(rt, "calls")
		writers := rapid.IntRange(1, 6).Draw(rt, "writers")
		t.Run("", func(t *testing.T) {
			tr := newTrial(t, open(t))
			tr.run(calls, writers)
			tr.judge()
		})
		if t.Failed() {
			rt.Fatal("see above")
		}
	})
}

// A call is one command as somebody sends it. Ids come from a small pool, so
// that commands repeat, and some ids are used for two things.
type call struct {
	hub, id  int
	op       string
	from, to int // accounts; the last is of the exercise
	amount   int64
	realm    fact.Realm
}

const accounts = 4

var drawCall = rapid.Custom(func(t *rapid.T) call {
	c := call{
		hub:    rapid.IntRange(0, 1).Draw(t, "hub"),
		id:     rapid.IntRange(0, 15).Draw(t, "id"),
		op:     rapid.SampledFrom([]string{"move", "move", "move", "pay", "gift", "gift", "open"}).Draw(t, "op"),
		from:   rapid.IntRange(0, accounts-1).Draw(t, "from"),
		to:     rapid.IntRange(0, accounts-1).Draw(t, "to"),
		amount: rapid.Int64Range(1, 8).Draw(t, "amount"),
		realm:  fact.Real,
	}
	if c.from == accounts-1 && c.to == c.from && rapid.Bool().Draw(t, "exercise") {
		c.realm = fact.Exercise
	}
	return c
})

type answer struct {
	call call
	cmd  record.Command
	res  record.Result
	err  error
}

type trial struct {
	t       *testing.T
	store   record.Store
	hubs    []*teller
	ids     []string // of the accounts
	answers []answer
	ear     ear
}

func newTrial(t *testing.T, s record.Store) *trial {
	tr := &trial{t: t, store: s, hubs: []*teller{hire(t, s)}}
	w := tr.hubs[0]
	for i := range accounts - 1 {
		tr.ids = append(tr.ids, w.open(fmt.Sprint("first", i), 10))
	}
	cmd := Command("exercise", "open")
	cmd.Realm = fact.Exercise
	res, err := w.Decide(t.Context(), cmd, w.Open("eve"))
	must(t, err)
	tr.ids = append(tr.ids, res.IDs[0])
	tr.hubs = append(tr.hubs, hire(t, s))
	tr.hubs[1].Subscribe("ear", tr.ear.hear)
	return tr
}

func (tr *trial) run(calls []call, writers int) {
	tr.answers = make([]answer, len(calls))
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := w; i < len(calls); i += writers {
				tr.answers[i] = tr.send(calls[i])
			}
		})
	}
	wg.Wait()
}

func (tr *trial) send(c call) answer {
	w := tr.hubs[c.hub]
	cmd := Command(fmt.Sprint("cmd", c.id), c.op, c.from, c.to, c.amount, c.realm)
	cmd.Realm = c.realm
	rule := map[string]record.Rule{
		"move": w.Move(tr.ids[c.from], tr.ids[c.to], c.amount),
		"pay":  w.Pay(tr.ids[c.to], c.amount),
		"gift": w.Gift(tr.ids[c.to], c.amount),
		"open": w.Open(fmt.Sprint("owner", c.from)),
	}[c.op]
	res, err := w.Decide(tr.t.Context(), cmd, rule)
	return answer{c, cmd, res, err}
}

func (tr *trial) judge() {
	t := tr.t
	for _, w := range tr.hubs {
		must(t, w.Refresh(t.Context()))
		must(t, w.Close())
	}
	if a, b := tr.hubs[0].Folded(), tr.hubs[1].Folded(); !reflect.DeepEqual(a, b) {
		t.Errorf("the hubs folded different facts:\n%v\n%v", a, b)
	}
	replayed := hire(t, tr.store)
	facts := replayed.Folded()
	if !reflect.DeepEqual(facts, tr.hubs[0].Folded()) {
		t.Error("the replay differs from the live state")
	}
	clean(t, tr.store) // no gap, one realm a stream, every command remembered
	if err := whole(tr.ear.all(), 0, replayed.Head()); err != nil {
		t.Error(err)
	}
	tr.judgeRules(facts)
	tr.judgeAnswers(facts)
}

// judgeRules goes through the facts one at a time: each must be what its rule
// allows on the state before it.
func (tr *trial) judgeRules(facts []fact.Fact) {
	balances, owners := map[string]int64{}, map[string]bool{}
	for _, f := range facts {
		switch b := f.Body.(type) {
		case Opened:
			if _, twice := balances[b.Account]; twice || owners[b.Owner] {
				tr.t.Errorf("fact %d opens %s of %s again", f.Pos, b.Account, b.Owner)
			}
			balances[b.Account], owners[b.Owner] = 0, true
		case Moved:
			balances[b.To] += b.Amount
			if b.From == "" {
				continue
			}
			if balances[b.From] -= b.Amount; balances[b.From] < 0 && b.From != b.To {
				tr.t.Errorf("fact %d leaves %d on %s", f.Pos, balances[b.From], b.From)
			}
		}
	}
}

// judgeAnswers holds each answer against the facts.
func (tr *trial) judgeAnswers(facts []fact.Fact) {
	fresh := map[string]int{}
	for _, a := range tr.answers {
		switch {
		case a.err == nil:
			tr.judgeResult(a, facts)
			if !a.res.Repeated {
				fresh[a.cmd.ID]++
			}
		case errors.Is(a.err, record.ErrReused):
			m, ok, err := tr.store.Command(tr.t.Context(), a.cmd.ID)
			if err != nil || !ok || m.Same(a.cmd) {
				tr.t.Errorf("%+v: refused as reused; remembered %+v, %v, %v", a.call, m, ok, err)
			}
		case errors.Is(a.err, record.ErrRealmMixed), errors.Is(a.err, ErrNone):
			if a.call.realm == fact.Real && a.call.from != accounts-1 && a.call.to != accounts-1 {
				tr.t.Errorf("%+v: %v", a.call, a.err)
			}
		case !errors.Is(a.err, ErrPoor) && !errors.Is(a.err, ErrOwner):
			tr.t.Errorf("%+v: %v", a.call, a.err)
		}
	}
	recorded := map[string]bool{}
	for _, f := range facts {
		recorded[f.Cmd] = recorded[f.Cmd] || f.Cmd[:3] == "cmd"
	}
	for id, sent := range recorded {
		if sent && fresh[id] != 1 {
			tr.t.Errorf("command %s was recorded and answered %d times as new", id, fresh[id])
		}
	}
}

// judgeResult finds the facts of an answer, and they are of this command.
func (tr *trial) judgeResult(a answer, facts []fact.Fact) {
	m, ok, err := tr.store.Command(tr.t.Context(), a.cmd.ID)
	if err != nil || !ok || !m.Same(a.cmd) || m.First != a.res.First || m.Last != a.res.Last || !slices.Equal(m.IDs, a.res.IDs) {
		tr.t.Errorf("%+v: answer %+v; remembered %+v, %v, %v", a.call, a.res, m, ok, err)
		return
	}
	n := 0
	for i, f := range facts {
		if f.Cmd != a.cmd.ID {
			continue
		}
		n++
		if pos := fact.Pos(i); f.Pos != pos || pos < a.res.First || pos > a.res.Last || f.Realm != a.call.realm {
			tr.t.Errorf("%+v: fact %d is %+v; answer %+v", a.call, i, f, a.res)
		}
	}
	if n != int(a.res.Last-a.res.First)+1 {
		tr.t.Errorf("%+v: %d facts; answer %+v", a.call, n, a.res)
	}
}
