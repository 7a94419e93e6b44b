package record

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"tallinn/fact"
)

// A Folder is the application's state. Fold takes a recorded fact; it is
// called in order of position, by one goroutine at a time, and cannot fail:
// what is recorded has happened. Unknown kinds are skipped.
type Folder interface{ Fold(fact.Fact) }

// Config is what a Record is opened with. Store, Registry and State are
// needed; of the rest the zero value works.
type Config struct {
	// Store keeps the facts. Open does not take it over: close it after the
	// Record.
	Store Store
	// Keys seal texts; without them rules may keep none, and none can be read.
	Keys Keys
	// Registry knows the kinds of this program.
	Registry *fact.Registry
	// State is folded into. From Open on it is read only inside rules and
	// View.
	State Folder
	// Now is the clock; time.Now when nil. More than MaxSkew away from the
	// store's clock nothing is recorded.
	Now func() time.Time
	// Random feeds salts, ids and the keys of texts; crypto/rand when nil.
	Random io.Reader
	// Log is told what an operator should know; slog.Default when nil.
	Log *slog.Logger
	// Queue is how many decisions may wait for the committer, 4096 when 0.
	// More are refused with ErrBusy.
	Queue int
	// Group is how many decisions share a transaction at most, 1000 when 0.
	Group int
	// MaxFacts and MaxBytes bound one decision: 10,000 facts and 16 MiB,
	// texts included, when 0.
	MaxFacts int
	MaxBytes int
	// Follow says that other programs append to Store as well: it must be a
	// Shared one. What they append is folded as they do, and nothing is
	// refused on a state that is older than the command.
	Follow bool
	// Appended, when not nil, is told what became of each batch and how long the
	// store took. It is called by the committer, which waits for it.
	Appended func(b Batch, took time.Duration, err error)
	// Drain is how long Close waits for subscribers to catch up, 5 s when 0.
	Drain time.Duration
}

// MaxSkew is how far the clock of a hub may be from that of its database.
const MaxSkew = 2 * time.Second

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	c.Random = &lockedReader{r: c.Random}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	for _, d := range []struct {
		field *int
		value int
	}{{&c.Queue, 4096}, {&c.Group, 1000}, {&c.MaxFacts, 10_000}, {&c.MaxBytes, 16 << 20}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if c.Drain <= 0 {
		c.Drain = 5 * time.Second
	}
	return c
}

// A Record is the one door to the facts. Its methods may be called from any
// number of goroutines.
type Record struct {
	Config

	mu     sync.RWMutex // guards State, lastAt and writing to index
	lastAt time.Time    // of the last fact
	index  *index
	head   atomic.Int64 // last folded position
	born   time.Time
	level  atomic.Int64 // when all that was in the store was folded, since born

	requests chan *request
	sending  sync.RWMutex // held by senders; Close takes it to shut the door
	closed   bool
	done     chan struct{} // the committer has ended
	fault    atomic.Pointer[error]

	flightsMu sync.Mutex
	flights   map[string]chan struct{} // commands being decided, by id

	recent recent // texts, sealed

	subscribers subscribers
	follower    *follower // nil unless Config.Follow
	closeOnce   sync.Once
	closeErr    error
}

// Open replays the store into cfg.State and starts the committer. Texts that an
// earlier version kept in clear are sealed; nothing else is written.
//
// Errors: those of the store and of the keys; a fact that does not decode.
func Open(ctx context.Context, cfg Config) (*Record, error) {
	r := &Record{Config: cfg.withDefaults(), index: newIndex(), born: time.Now(), done: make(chan struct{}),
		flights: map[string]chan struct{}{}}
	r.head.Store(int64(fact.None))
	r.requests = make(chan *request, r.Queue)
	r.subscribers.init()
	if _, shared := r.Store.(Shared); r.Follow && !shared {
		return nil, errors.New("record: Config.Follow needs a Shared store")
	}
	start := r.clock()
	if err := r.replay(ctx); err != nil {
		return nil, err
	}
	if err := r.sealClear(ctx); err != nil {
		return nil, fmt.Errorf("record: seal texts of an earlier version: %w", err)
	}
	r.isLevel(start)
	go newCommitter(r).run()
	if r.Follow {
		r.follower = follow(r)
	}
	return r, nil
}

// View calls fn under the read lock: inside it the state stands still. fn must
// be short, since decisions wait for it, and must not call View or Decide.
func (r *Record) View(fn func()) {
	defer r.look()()
	fn()
}

// Head is the position of the last folded fact, or fact.None.
func (r *Record) Head() fact.Pos { return fact.Pos(r.head.Load()) }

// Waiting is how many decisions wait for the committer.
func (r *Record) Waiting() int { return len(r.requests) }

// Stream returns the positions of the stream's facts, oldest first. It may be
// called inside View.
func (r *Record) Stream(name string) []fact.Pos {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	return r.index.positions(name)
}

// A Kept fact comes with the exact bytes that are stored and hashed.
type Kept struct {
	Raw  []byte
	Fact fact.Fact
}

// Fact reads the fact at pos from the store.
//
// Errors: ErrNoFact; those of the store.
func (r *Record) Fact(ctx context.Context, pos fact.Pos) ([]byte, fact.Fact, error) {
	head := r.Head()
	if pos < 0 || pos > head {
		return nil, fact.Fact{}, ErrNoFact.With("pos", pos).With("head", head)
	}
	kept, err := r.Facts(ctx, pos, 1)
	if err != nil {
		return nil, fact.Fact{}, err
	}
	if len(kept) == 0 {
		return nil, fact.Fact{}, fmt.Errorf("record: fact %d is not in the store", pos)
	}
	return kept[0].Raw, kept[0].Fact, nil
}

// Facts reads at most n facts from position from on, none beyond Head.
//
// Errors: those of the store; a fact that does not decode.
func (r *Record) Facts(ctx context.Context, from fact.Pos, n int) ([]Kept, error) {
	from = max(from, 0)
	n = min(n, int(r.Head()-from)+1)
	if n <= 0 {
		return nil, nil
	}
	out := make([]Kept, 0, n)
	err := r.Store.Facts(ctx, from, n, func(pos fact.Pos, raw []byte) error {
		raw = append([]byte(nil), raw...)
		f, err := r.decode(pos, raw)
		out = append(out, Kept{raw, f})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("record: read facts from %d: %w", from, err)
	}
	return out, nil
}

// decode reads the fact stored at pos and sees that it says so itself.
func (r *Record) decode(pos fact.Pos, raw []byte) (fact.Fact, error) {
	f, err := r.Registry.Decode(raw)
	if err == nil && f.Pos != pos {
		err = fmt.Errorf("record: the fact stored at %d says it is %d", pos, f.Pos)
	}
	return f, err
}

// Close refuses new decisions, finishes those that wait, lets the subscribers
// catch up for at most Config.Drain, and stores their cursors. The store stays
// open. Calling Close again returns the first call's error.
func (r *Record) Close() error {
	r.closeOnce.Do(func() {
		if r.follower != nil {
			r.follower.stop()
		}
		r.sending.Lock()
		r.closed = true
		close(r.requests)
		r.sending.Unlock()
		<-r.done
		r.closeErr = r.subscribers.close(r.Drain)
	})
	return r.closeErr
}

// now is the time of a decision: never before that of the last fact. Call it
// under mu.
func (r *Record) now() time.Time {
	t := r.Now().UTC().Truncate(time.Microsecond)
	if t.Before(r.lastAt) {
		return r.lastAt
	}
	return t
}

// fold takes committed facts into state and index.
func (r *Record) fold(facts []fact.Fact) {
	if len(facts) == 0 {
		return
	}
	r.mu.Lock()
	r.index.mu.Lock()
	for _, f := range facts {
		r.foldOne(f)
	}
	r.head.Store(int64(facts[len(facts)-1].Pos))
	r.index.mu.Unlock()
	r.mu.Unlock()
	r.subscribers.wake()
}

func (r *Record) foldOne(f fact.Fact) {
	r.index.add(f)
	r.State.Fold(f)
	if f.At.After(r.lastAt) {
		r.lastAt = f.At
	}
}

// lockedReader lets many rules draw from one source.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return io.ReadFull(l.r, b)
}
