package simtest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/recordtest"
)

// accounts that money is moved between; atFirst stands on each.
var accounts = []string{"a", "b", "c"}

const atFirst = 12

// An answer is what one attempt of a client came to.
type answer struct {
	id, op   string
	from, to string
	amount   int64
	said     said
	result   record.Result
	balance  int64    // that was read
	seen     fact.Pos // the head of the hub that it was read on
	cookie   fact.Pos // the client's last write
	call     fact.Pos // the database's head when it was asked
	back     fact.Pos // and when it answered
	err      error
}

type said int

const (
	dunno said = iota // it may or may not be recorded
	yes
	no
)

// A client asks one thing after another, each until it is answered.
type client struct {
	w      *world
	name   string
	cookie fact.Pos // of its last write
}

func (c *client) run(asks int) {
	for n := range asks {
		id := fmt.Sprintf("%s-%d", c.name, n)
		c.pace(id, 600*time.Millisecond)
		d := c.w.draw(id + " what")
		a := answer{id: id, op: []string{"move", "move", "move", "gift", "open", "read"}[d.of(6)],
			from: accounts[c.w.draw(id+" from").of(3)], to: accounts[c.w.draw(id+" to").of(3)],
			amount: int64(1 + c.w.draw(id+" amount").of(9))}
		c.ask(a)
	}
}

// ask sends a until there is an answer, to whichever hub.
func (c *client) ask(a answer) {
	for n := 0; ; n++ {
		name := fmt.Sprintf("%s try %d", a.id, n)
		if n == c.w.draw(a.id+" twin").of(8) { // a second press of the button, or a proxy that tries again
			c.w.tasks.Go(func() {
				c.pace(name+" twin", 20*time.Millisecond)
				(&client{w: c.w, name: c.name, cookie: fact.None}).try(name+" twin", a)
			})
		}
		if got := c.try(name, a); got.said != dunno {
			return
		}
		if n == 200 { // a minute and more after the last trouble
			c.w.flaw("%s is still not answered", a.id)
			return
		}
		c.pace(name, time.Second)
	}
}

func (c *client) pace(name string, most time.Duration) {
	time.Sleep(c.w.draw(name+" pace").between(time.Millisecond, most))
}

// A step is a context that lets one client go on at a time.
type step struct {
	context.Context
	next func()
}

// Err waits for a moment of its own.
func (s step) Err() error {
	s.next()
	return s.Context.Err()
}

func (c *client) try(name string, a answer) answer {
	h := c.w.hubs[c.w.draw(name+" hub").of(len(c.w.hubs))]
	ctx, end := context.WithTimeout(context.Background(), c.w.draw(name+" patience").between(20*time.Millisecond, 5*time.Second))
	defer end()
	steps := 0
	a.call, a.cookie = c.w.db.head(), c.cookie
	c.on(h, a.op == "read", step{ctx, func() {
		steps++
		h.goOn(fmt.Sprintf("%s step %d", name, steps), c.w.draw(fmt.Sprintf("%s step %d", name, steps)).between(time.Microsecond, 2*time.Millisecond))
	}}, &a)
	a.back = c.w.db.head()
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	c.w.answers = append(c.w.answers, a)
	return a
}

// on asks the hub.
func (c *client) on(h *hub, read bool, ctx step, a *answer) {
	r, bank := h.now()
	switch {
	case r == nil:
		return
	case read:
		if err := r.Reach(ctx, c.cookie); err != nil {
			a.err = err
			return
		}
		r.View(func() { a.balance, a.seen = bank.Balance(a.from), r.Head() })
		a.said = yes
		return
	}
	a.result, a.err = r.Decide(ctx, recordtest.Command(a.id, a.op, a.from, a.to, a.amount), rule(bank, a))
	switch {
	case a.err == nil:
		a.said = yes
		c.cookie = max(c.cookie, a.result.Last)
	case errors.Is(a.err, recordtest.ErrPoor), errors.Is(a.err, recordtest.ErrOwner):
		a.said = no
	case !passing(a.err):
		c.w.flaw("%s: %v", a.id, a.err)
	}
}

func rule(bank *recordtest.Bank, a *answer) record.Rule {
	switch a.op {
	case "gift":
		return bank.Gift(a.to, a.amount)
	case "open":
		return bank.Open(fmt.Sprint("owner", a.amount)) // some want the same
	}
	return bank.Move(a.from, a.to, a.amount)
}

// passing reports whether err says to send the same again.
func passing(err error) bool {
	for _, known := range []error{record.ErrAway, record.ErrDoubt, record.ErrStopped, record.ErrBusy, record.ErrClock, record.ErrClosed,
		record.ErrBehind, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
