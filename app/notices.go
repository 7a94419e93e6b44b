package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/mechanism/seat"
	"tallinn/notice"
	"tallinn/notice/desk"
	"tallinn/notice/mail"
	"tallinn/notice/outbox"
	"tallinn/notice/push"
	"tallinn/notice/webhook"
	"tallinn/record"
	"tallinn/web"
)

// Notices tell people what waits on their desks. What is to be told is not a
// list of events but what the rules say now: after every fact, every sweepTime
// and at every start the desks of those who want to be told are looked through,
// and the outbox keeps what it has not had. So a crash or an outage loses
// nothing, and nothing is told twice.

const (
	// sweepTime is how soon a clock that has run out is noticed.
	sweepTime = 20 * time.Second
	// sweepPause is between two looks while much is recorded.
	sweepPause = 250 * time.Millisecond
	// lookTime is how often a sender looks for what may go out by now.
	lookTime = time.Second
)

// A sender hands a message over on one channel.
type sender interface {
	Send(ctx context.Context, to notice.Address, m notice.Message) error
}

// notices are the notices of a hub.
type notices struct {
	hub     *Hub
	outbox  *outbox.Outbox
	senders map[notice.Channel]sender
	push    *push.Service
	dirty   chan struct{}
	fresh   map[notice.Channel]chan struct{} // something was put
}

func (h *Hub) openNotices(ctx context.Context) (err error) {
	n := &notices{hub: h, senders: map[notice.Channel]sender{}, dirty: make(chan struct{}, 1), fresh: map[notice.Channel]chan struct{}{}}
	for _, c := range notice.Channels {
		n.fresh[c] = make(chan struct{}, 1)
	}
	cfg := h.cfg.Notices
	client := webhook.Client(cfg.Private, cfg.Roots)
	n.senders[notice.Webhook] = webhook.Sender{Client: client}
	if n.push, err = push.Open(h.cfg.Data, h.site(), client, h.cfg.Random, h.cfg.Now); err != nil {
		return err
	}
	n.senders[notice.Push] = n.push
	if cfg.Mail != "" {
		server, err := mail.New(cfg.Mail, cfg.MailPassword, cfg.MailFrom)
		if err != nil {
			return err
		}
		n.senders[notice.Mail] = server
	}
	if n.outbox, err = outbox.Open(ctx, h.cfg.Data); err != nil {
		return err
	}
	h.notices = n
	return nil
}

// site is the address that links in notices begin with.
func (h *Hub) site() string {
	if h.cfg.Origin != "" {
		return h.cfg.Origin
	}
	return "http://" + h.cfg.Addr
}

// tell is called for each recorded fact.
func (n *notices) tell(context.Context, fact.Fact) error {
	wake(n.dirty)
	return nil
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run tells until ctx ends.
func (n *notices) run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { n.sweepAll(ctx) })
	for channel := range n.senders {
		all.Go(func() { n.sendAll(ctx, channel) })
	}
	all.Wait()
}

func (n *notices) sweepAll(ctx context.Context) {
	for {
		if err := n.sweep(ctx); err != nil && ctx.Err() == nil {
			n.hub.cfg.Log.Warn("notices: desks could not be looked through", "error", err)
		}
		if !rest(ctx, sweepPause, nil) || !rest(ctx, sweepTime, n.dirty) {
			return
		}
	}
}

// rest waits for d or until woken, and reports false when ctx ends.
func rest(ctx context.Context, d time.Duration, woken <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-woken:
	case <-timer.C:
	}
	return true
}

// sweep puts what waits now, for everyone who is to be told, into the outbox.
// Of several hubs one does it at a time.
func (n *notices) sweep(ctx context.Context) error {
	if shared, ok := n.hub.store.(record.Shared); ok {
		if mine, err := shared.Turn(ctx, "notices", true); err != nil || !mine {
			return err
		}
	}
	told, err := n.hub.people.Told(ctx)
	if err != nil {
		return err
	}
	now := n.hub.cfg.Now()
	for person := range told {
		entries, err := n.entriesOf(ctx, person, now)
		if err != nil {
			return err
		}
		added, err := n.outbox.Put(ctx, entries)
		if err != nil {
			return err
		}
		if added > 0 {
			for _, c := range notice.Channels {
				wake(n.fresh[c])
			}
		}
	}
	return nil
}

// entriesOf are what waits for a person, once for each confirmed address.
func (n *notices) entriesOf(ctx context.Context, person string, now time.Time) (out []outbox.Entry, err error) {
	items := n.itemsOf(person, now)
	if len(items) == 0 {
		return nil, nil
	}
	contacts, err := n.hub.people.Contacts(ctx, person)
	if err != nil {
		return nil, err
	}
	choice, _, err := n.choiceOf(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, c := range contacts {
		if !c.Confirmed {
			continue
		}
		for _, e := range items {
			e.Contact, e.Channel, e.After = c.ID, notice.Channel(c.Channel), choice.When(now, web.Kyiv, e.Urgent)
			out = append(out, e)
		}
	}
	return out, nil
}

// itemsOf are what waits for a person on every seat, in both realms.
func (n *notices) itemsOf(person string, now time.Time) (out []outbox.Entry) {
	for _, realm := range []fact.Realm{fact.Real, fact.Exercise} {
		n.hub.View(realm, func(b *Books) {
			add := func(s seat.Seat, items []waiting) {
				for _, w := range items {
					out = append(out, outbox.Entry{Person: person, Realm: realm, Seat: string(s.ID), Kind: string(w.Kind),
						Thing: w.ID, Turn: cmp.Or(w.turn, b.turnOf(w.Item)), Due: w.Due, Urgent: w.urgent})
				}
			}
			for _, s := range b.Seats.ByPerson(person, n.hub.today()) {
				items, _ := b.waitsFor(s, now, n.hub.reads(principalOf(s, realm)))
				add(s, items)
			}
			for _, s := range b.Seats.Deputised(person, n.hub.today()) {
				add(s, b.forDeputyOf(s, now, n.hub.reads(principalOf(s, realm))))
			}
		})
	}
	return out
}

// turnOf tells an item from an earlier one of the same thing.
func (b *Books) turnOf(i desk.Item) string {
	if n, known := b.Needs.Head(need.ID(i.ID)); known {
		return fmt.Sprint(n.Round, " ", n.Stage)
	}
	return ""
}

func (n *notices) choiceOf(ctx context.Context, person string) (c notice.Choice, l web.Lang, err error) {
	t, _, err := n.hub.people.Telling(ctx, person)
	l = web.Ukrainian
	if t.Lang == string(web.English) {
		l = web.English
	}
	return notice.Choice{Digest: t.Digest, Quiet: t.Quiet, From: t.From, Until: t.Until}, l, err
}

// sendAll hands over what a channel has, until ctx ends.
func (n *notices) sendAll(ctx context.Context, channel notice.Channel) {
	for {
		sent, err := n.sendOne(ctx, channel)
		if err != nil && ctx.Err() == nil {
			n.hub.cfg.Log.Warn("notices: the outbox failed", "channel", channel, "error", err)
			sent = false
		}
		if ctx.Err() != nil || !sent && !rest(ctx, lookTime, n.fresh[channel]) {
			return
		}
	}
}

// endTime is how long a hand-over that has begun may go on when the hub stops:
// one that was cut off would be made again, to somebody who may have had it.
const endTime = 5 * time.Second

// sendOne hands one batch over, if any may go out by now.
func (n *notices) sendOne(until context.Context, channel notice.Channel) (some bool, err error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(until))
	defer cancel()
	defer context.AfterFunc(until, func() { time.AfterFunc(endTime, cancel) })()
	now := n.hub.cfg.Now()
	b, some, err := n.outbox.Next(ctx, channel, now)
	if err != nil || !some {
		return false, err
	}
	err = n.handOver(ctx, channel, b, now)
	switch {
	case err != nil && ctx.Err() != nil:
		return false, nil // it stays as it is
	case errors.Is(err, notice.ErrGone):
		n.hub.cfg.Log.Warn("notices: an address is gone", "channel", channel, "error", err)
		return true, n.gone(ctx, b, now)
	case err != nil:
		n.hub.cfg.Log.Warn("notices: not handed over, tried again", "channel", channel, "tries", b.Tries+1, "error", err)
		return true, n.outbox.Again(ctx, b.ID, now.Add(notice.Pause(b.Tries+1, n.share())))
	}
	return true, n.outbox.Done(ctx, b.ID, now)
}

// share is a random part of one.
func (n *notices) share() float64 {
	var b [1]byte
	if _, err := n.hub.cfg.Random.Read(b[:]); err != nil {
		return 0
	}
	return float64(b[0]) / 255
}

// gone forgets an address that takes nothing any more.
func (n *notices) gone(ctx context.Context, b outbox.Batch, now time.Time) error {
	e := b.Entries[0]
	if err := n.hub.people.RemoveContact(ctx, e.Person, e.Contact); err != nil && !errors.Is(err, identity.ErrContact) {
		return err
	}
	return n.outbox.Forget(ctx, now, e.Contact)
}

// handOver says what still waits of a batch; when nothing does, or the address
// was removed, nobody is told.
func (n *notices) handOver(ctx context.Context, channel notice.Channel, b outbox.Batch, now time.Time) error {
	first := b.Entries[0]
	contact, err := n.hub.people.Contact(ctx, first.Contact)
	if errors.Is(err, identity.ErrContact) {
		return nil
	}
	if err != nil {
		return err
	}
	_, l, err := n.choiceOf(ctx, first.Person)
	if err != nil {
		return err
	}
	m := notice.Message{ID: b.ID, At: now, Link: n.hub.site() + "/desk"}
	exercise := true
	for _, e := range n.still(b, now) {
		m.Count++
		m.Urgent = m.Urgent || e.Urgent
		exercise = exercise && e.Realm == fact.Exercise
		if !e.Due.IsZero() && (m.Due.IsZero() || e.Due.Before(m.Due)) {
			m.Due = e.Due
		}
	}
	if m.Count == 0 {
		return nil
	}
	m.Subject = web.N(l, "notice.out.waits", m.Count)
	m.Text = m.Subject + "."
	if exercise {
		m.Text = web.T(l, "notice.out.exercise") + " " + m.Text
	}
	if !m.Due.IsZero() {
		m.Text += " " + web.T(l, "notice.out.due", "at", web.Time(l, m.Due))
	}
	return n.senders[channel].Send(ctx, notice.Address{To: contact.Address, Secret: contact.Secret}, m)
}

// still are the entries of a batch that wait for their person yet.
func (n *notices) still(b outbox.Batch, now time.Time) (out []outbox.Entry) {
	waits := n.itemsOf(b.Entries[0].Person, now)
	for _, e := range b.Entries {
		if slices.ContainsFunc(waits, func(w outbox.Entry) bool {
			return w.Realm == e.Realm && w.Seat == e.Seat && w.Kind == e.Kind && w.Thing == e.Thing && w.Turn == e.Turn
		}) {
			out = append(out, e)
		}
	}
	return out
}
