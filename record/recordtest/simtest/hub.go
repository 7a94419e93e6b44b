package simtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/recordtest"
)

// A hub is a record that is killed, stopped and started.
type hub struct {
	w    *world
	name string
	life int // counted from 1; whoever starts and ends it owns it

	mu     sync.Mutex
	rec    *record.Record // nil while it is down
	bank   *recordtest.Bank
	line   *line
	paused time.Time     // until then it stands still
	wrong  time.Duration // how far its clock is ahead
}

// goOn waits for d, and as long as the hub stands still.
func (h *hub) goOn(name string, d time.Duration) {
	time.Sleep(d)
	for n := 0; ; n++ {
		h.mu.Lock()
		until := h.paused
		h.mu.Unlock()
		left := time.Until(until)
		if left < 0 {
			return
		}
		time.Sleep(left + h.w.draw(fmt.Sprint(name, " wakes ", n)).between(time.Microsecond, time.Millisecond))
	}
}

// clock is what the hub takes for the time.
func (h *hub) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Add(h.wrong)
}

// set puts the clock ahead by d, or back.
func (h *hub) set(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wrong = d
}

func (h *hub) pause(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.paused = time.Now().Add(d)
}

// start opens the record, once the database lets it.
func (h *hub) start() {
	for {
		h.life++
		l := &line{database: h.w.db, hub: h, life: fmt.Sprintf("%s.%d", h.name, h.life), counts: map[string]int{}}
		bank := recordtest.NewBank()
		r, err := record.Open(context.Background(), record.Config{
			Store: l, Registry: recordtest.Registry(), State: bank, Keys: recordtest.TheKeys, Follow: true,
			Now: h.clock, Random: &source{w: h.w, name: l.life + " random "},
			Log:   slog.New(slog.DiscardHandler),
			Group: []int{1, 3, 1000}[h.w.draw("group").of(3)], Queue: []int{2, 4096}[h.w.draw("queue").of(2)],
		})
		if err == nil {
			h.subscribe(r, l.life)
			h.mu.Lock()
			h.rec, h.bank, h.line = r, bank, l
			h.mu.Unlock()
			return
		}
		if !errors.Is(err, record.ErrAway) {
			h.w.flaw("%s does not start: %v", h.name, err)
		}
		time.Sleep(h.w.draw(fmt.Sprint(h.name, h.life, " again")).between(100*time.Millisecond, time.Second))
	}
}

func (h *hub) subscribe(r *record.Record, life string) {
	fails := 0
	r.Subscribe("ear", func(_ context.Context, f fact.Fact) error {
		if what := fmt.Sprintf("%s hears %d %d", life, f.Pos, fails); h.w.trouble(what) < 0.05 {
			fails++
			return errLost
		}
		h.w.hears(life, heard{f.Pos, false})
		return nil
	})
}

// stop ends a life: by a kill, after which nothing it sends arrives and nothing
// is told to it, or in order.
func (h *hub) stop(kill bool) {
	h.mu.Lock()
	r, l := h.rec, h.line
	h.rec = nil
	h.mu.Unlock()
	if r == nil {
		return
	}
	if kill {
		l.mu.Lock()
		l.cut = true
		l.mu.Unlock()
	}
	_ = r.Close() // a cursor that could not be stored is told again
}

// now is the life that runs, if one does.
func (h *hub) now() (*record.Record, *recordtest.Bank) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rec, h.bank
}

// trials brings trouble over the hub until the world is calm.
func (h *hub) trials() {
	for n := 0; ; n++ {
		name := fmt.Sprintf("%s trial %d", h.name, n)
		h.rest(name, 4*time.Second)
		if !h.w.stormy() {
			break
		}
		d := h.w.draw(name + " kind")
		long := h.w.draw(name+" long").between(100*time.Millisecond, 4*time.Second)
		switch d.of(5) {
		case 0, 1:
			h.w.note(fmt.Sprint(name, " stands still ", long), nil)
			h.pause(long)
		case 2:
			ahead := []time.Duration{time.Hour, -time.Hour, 1500 * time.Millisecond, -1500 * time.Millisecond, 1000 * time.Hour}[h.w.draw(name+" ahead").of(5)]
			h.w.note(fmt.Sprint(name, " clock ", ahead), nil)
			h.set(ahead)
			h.rest(name+" wrong", 4*time.Second)
			h.set(0)
		case 3:
			h.w.note(name+" killed", nil)
			h.again(name, true)
		case 4:
			h.w.note(name+" restarted", nil)
			h.again(name, false)
		}
	}
	h.set(0)
	h.pause(0)
	if r, _ := h.now(); r != nil && r.Stopped() != nil {
		h.again(h.name+" calm", false)
	}
}

// again ends a life and begins the next.
func (h *hub) again(name string, kill bool) {
	h.stop(kill)
	h.rest(name+" down", 2*time.Second)
	h.start()
}

func (h *hub) rest(name string, most time.Duration) {
	time.Sleep(h.w.draw(name+" rest").between(time.Millisecond, most))
}
