package record

import (
	"bytes"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// WatchLocks makes every record of the process panic when a goroutine that
// looks at the state begins another look: a writer that came in between would
// stop both for ever, and with them the hub. Tests call it; it costs some
// microseconds a look.
func WatchLocks() { watching.Store(true) }

var (
	watching atomic.Bool
	lookers  sync.Map // of looking
)

// looking is one goroutine in one record.
type looking struct {
	record    *Record
	goroutine string
}

// look takes the read lock, and returns what gives it back.
func (r *Record) look() (leave func()) {
	if !watching.Load() {
		r.mu.RLock()
		return r.mu.RUnlock
	}
	l := looking{r, goroutine()}
	if _, nested := lookers.LoadOrStore(l, nil); nested {
		panic(fmt.Sprintf("record: goroutine %s looks at the state while it looks already; take what a rule or View needs before it", l.goroutine))
	}
	r.mu.RLock()
	return func() {
		r.mu.RUnlock()
		lookers.Delete(l)
	}
}

// goroutine is the number of the calling one, as its stack tells it.
func goroutine() string {
	var b [64]byte
	stack := b[:runtime.Stack(b[:], false)] // "goroutine 18 [running]:…"
	stack = bytes.TrimPrefix(stack, []byte("goroutine "))
	number, _, _ := bytes.Cut(stack, []byte(" "))
	return string(number)
}
