package simtest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"sync"
	"time"

	"tallinn/fact"
)

// A world is one run.
type world struct {
	seed  uint64
	began time.Time
	rate  float64 // of troubles of messages; 1 is as written
	db    *database
	hubs  []*hub
	tasks sync.WaitGroup

	mu      sync.Mutex
	trace   hash.Hash // of all that the database was asked, and when
	lines   io.Writer // the same in clear; nil: not wanted
	calm    time.Time // when trouble ends; zero: it has not begun
	flaws   []string
	answers []answer
	told    map[string][]heard // by life of a hub
}

func newWorld(seed uint64, lines io.Writer) *world {
	w := &world{seed: seed, began: time.Now(), trace: sha256.New(), lines: lines, told: map[string][]heard{}}
	w.rate = []float64{0, 0.5, 1, 2}[w.draw("rate").of(4)]
	w.db = newDatabase(w)
	return w
}

// storms lets trouble begin, for so long.
func (w *world) storms(long time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calm = time.Now().Add(long)
}

// stormy reports whether there is trouble.
func (w *world) stormy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Before(w.calm)
}

// note writes down what the database was asked. It is asked one thing at a
// time: two at one moment would make a run that the seed does not repeat.
func (w *world) note(what string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	line := fmt.Sprintf("%12.6f ms %s: %v\n", time.Since(w.began).Seconds()*1e3, what, err)
	_, _ = io.WriteString(w.trace, line)
	if w.lines != nil {
		_, _ = io.WriteString(w.lines, line)
	}
}

// flaw writes down what should not be.
func (w *world) flaw(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flaws = append(w.flaws, fmt.Sprintf(format, args...))
}

// A heard fact was told to the subscriber of a life; or, with cursor, that
// life has read that the facts up to this one were told before.
type heard struct {
	pos    fact.Pos
	cursor bool
}

func (w *world) hears(life string, what heard) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told[life] = append(w.told[life], what)
}

// A drawn number is the hash of the seed and a name.
type drawn uint64

func (w *world) draw(name string) drawn {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", w.seed, name))
	return drawn(binary.LittleEndian.Uint64(sum[:]))
}

// of is from 0 to n-1.
func (d drawn) of(n int) int { return int(uint64(d) % uint64(n)) }

// between is from least to most, to the nanosecond.
func (d drawn) between(least, most time.Duration) time.Duration {
	return least + time.Duration(uint64(d)%uint64(most-least))
}

// trouble is from 0 to 1, and 1 when the world is calm: below a bound that
// kind of trouble comes.
func (w *world) trouble(name string) float64 {
	if w.rate == 0 || !w.stormy() {
		return 1
	}
	return float64(w.draw(name+" trouble").of(1e6)) / 1e6 / w.rate
}

// A source is the randomness of one life of a hub: a stream from the seed.
type source struct {
	w    *world
	name string
	n    int
}

// Read fills b. The record takes care that one reads at a time.
func (s *source) Read(b []byte) (int, error) {
	for i := range b {
		s.n++
		b[i] = byte(s.w.draw(fmt.Sprint(s.name, s.n)) >> 8)
	}
	return len(b), nil
}
