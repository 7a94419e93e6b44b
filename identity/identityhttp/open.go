package identityhttp

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// lookEvery is how soon what a session has open ends after the session has,
// wherever it was ended: at this hub or at another.
const lookEvery = time.Second

// open are the requests that go on for long, such as streams of events, by
// session: they end with it.
type open struct {
	mu      sync.Mutex
	cancels map[string]map[*context.CancelFunc]struct{}
	looking bool
}

// until returns a context that ends with the session, and what to call when
// the request is over.
func (o *open) until(ctx context.Context, session string, people People, log *slog.Logger) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cancels == nil {
		o.cancels = map[string]map[*context.CancelFunc]struct{}{}
	}
	if o.cancels[session] == nil {
		o.cancels[session] = map[*context.CancelFunc]struct{}{}
	}
	o.cancels[session][&cancel] = struct{}{}
	if !o.looking {
		o.looking = true
		go o.watch(people, log)
	}
	return ctx, func() {
		cancel()
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.cancels[session], &cancel)
		if len(o.cancels[session]) == 0 {
			delete(o.cancels, session)
		}
	}
}

// watch looks again and again while anything is open.
func (o *open) watch(people People, log *slog.Logger) {
	for {
		time.Sleep(lookEvery)
		o.mu.Lock()
		if len(o.cancels) == 0 {
			o.looking = false
			o.mu.Unlock()
			return
		}
		o.mu.Unlock()
		o.look(context.Background(), people, log)
	}
}

// look ends what is open of sessions that have ended. When that cannot be
// known nothing ends: the next look tries again.
func (o *open) look(ctx context.Context, people People, log *slog.Logger) {
	o.mu.Lock()
	var sessions []string
	for id := range o.cancels {
		sessions = append(sessions, id)
	}
	o.mu.Unlock()
	if len(sessions) == 0 {
		return
	}
	ended, err := people.Ended(ctx, sessions)
	if err != nil {
		log.WarnContext(ctx, "open requests were not compared with the sessions", "error", err)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, id := range ended {
		for cancel := range o.cancels[id] {
			(*cancel)()
		}
	}
}
