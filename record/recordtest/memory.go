package recordtest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/text"
)

// Memory is a store that forgets everything when the program ends. It is the
// plainest that passes the suite, and lets tests run under virtual time.
type Memory struct {
	mu       sync.RWMutex
	facts    [][]byte
	commands map[string]record.Remembered
	texts    map[string]text.Sealed
	cursors  map[string]fact.Pos
}

var _ record.Store = (*Memory)(nil)

// NewMemory is an empty store.
func NewMemory() *Memory {
	return &Memory{commands: map[string]record.Remembered{}, texts: map[string]text.Sealed{}, cursors: map[string]fact.Pos{}}
}

// Append keeps b.
func (m *Memory) Append(_ context.Context, b record.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	next := fact.Pos(len(m.facts))
	switch {
	case b.First < next:
		return record.ErrPosTaken
	case b.First > next:
		return record.ErrGap
	}
	for _, c := range b.Commands {
		if _, twice := m.commands[c.ID]; twice {
			return fmt.Errorf("recordtest: command %q is kept already", c.ID)
		}
	}
	for _, raw := range b.Facts {
		m.facts = append(m.facts, slices.Clone(raw))
	}
	for _, c := range b.Commands {
		m.commands[c.ID] = c
	}
	for _, t := range b.Texts {
		m.texts[t.Ref.ID] = t
	}
	return nil
}

// Head is the last position.
func (m *Memory) Head(context.Context) (fact.Pos, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return fact.Pos(len(m.facts)) - 1, nil
}

// Facts calls fn for at most n facts from position from on.
func (m *Memory) Facts(ctx context.Context, from fact.Pos, n int, fn func(fact.Pos, []byte) error) error {
	m.mu.RLock()
	all := m.facts
	m.mu.RUnlock()
	for pos := max(from, 0); pos < fact.Pos(len(all)) && n > 0; pos, n = pos+1, n-1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := fn(pos, slices.Clone(all[pos])); err != nil {
			return err
		}
	}
	return nil
}

// Command returns what is remembered of the command id.
func (m *Memory) Command(_ context.Context, id string) (record.Remembered, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	c, ok := m.commands[id]
	return c, ok, nil
}

// Commands returns at most n commands in order of First.
func (m *Memory) Commands(_ context.Context, from fact.Pos, n int) ([]record.Remembered, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	page := slices.SortedFunc(maps.Values(m.commands), func(a, b record.Remembered) int { return int(a.First - b.First) })
	page = slices.DeleteFunc(page, func(c record.Remembered) bool { return c.First < from })
	return page[:min(n, len(page))], nil
}

// Text returns the text called id.
func (m *Memory) Text(_ context.Context, id string) (text.Sealed, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	t, ok := m.texts[id]
	return t, ok, nil
}

// Texts returns at most n texts whose id follows after.
func (m *Memory) Texts(_ context.Context, after string, n int) ([]text.Sealed, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	page := slices.SortedFunc(maps.Values(m.texts), func(a, b text.Sealed) int { return strings.Compare(a.Ref.ID, b.Ref.ID) })
	page = slices.DeleteFunc(page, func(t text.Sealed) bool { return t.Ref.ID <= after })
	return page[:min(n, len(page))], nil
}

// InClear returns at most n texts that are kept in clear.
func (m *Memory) InClear(_ context.Context, n int) ([]text.Sealed, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []text.Sealed
	for _, t := range m.texts {
		if t.Clear() && len(out) < n {
			out = append(out, t)
		}
	}
	return out, nil
}

// Reseal puts each text in the place of the one with its ID.
func (m *Memory) Reseal(_ context.Context, texts []text.Sealed) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range texts {
		m.texts[t.Ref.ID] = t
	}
	return nil
}

// Cursor is the stored cursor of a subscriber.
func (m *Memory) Cursor(_ context.Context, name string) (fact.Pos, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if pos, ok := m.cursors[name]; ok {
		return pos, nil
	}
	return fact.None, nil
}

// SetCursor moves the cursor of a subscriber.
func (m *Memory) SetCursor(_ context.Context, name string, pos fact.Pos) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursors[name] = pos
	return nil
}

// Now is the clock of the machine.
func (m *Memory) Now(context.Context) (time.Time, error) { return time.Now(), nil }

// Close does nothing.
func (m *Memory) Close() error { return nil }
