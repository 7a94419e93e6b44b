package record

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/text"
)

// A Report is what Check found.
type Report struct {
	Facts    int `json:"facts"`
	Commands int `json:"commands"`
	Texts    int `json:"texts"`
	Erased   int `json:"erased"`   // texts whose key was destroyed; no violation
	Unopened int `json:"unopened"` // texts that were not opened, as Check was given no keys; no violation
	Unknown  int `json:"unknown"`  // facts of kinds that this program does not know; no violation
	// Violations are spelled out for a person, at most MaxViolations.
	Violations []string `json:"violations"`
	// More counts the violations beyond those.
	More int `json:"more"`
}

// MaxViolations bounds what one Report spells out.
const MaxViolations = 100

// Clean reports whether the record holds what it promises.
func (r Report) Clean() bool { return len(r.Violations) == 0 }

// Check walks the whole store and spells out every violation of what the
// record promises:
//
//   - what the store itself knows to be changed (Verifier);
//   - positions have no gap, and each fact says its own;
//   - each fact's bytes are canonical and decode;
//   - time never runs backwards;
//   - all facts of a stream are of one realm, and all of a command of one
//     realm, person, seat and time;
//   - each command's facts stand in one row, from the first to the last that
//     is remembered, and every fact's command is remembered;
//   - each text that a fact refers to is kept, and opens unless its key was
//     destroyed, and no other is.
//
// It may run beside a hub that goes on recording: texts are read before the
// facts that refer to them, commands after. The error is that of reading; a
// violation is none. Without keys texts are not opened.
func Check(ctx context.Context, store Store, registry *fact.Registry, keys Keys) (Report, error) {
	c := &check{registry: registry, store: store, keys: keys, index: newIndex(),
		kept: map[text.Ref]bool{}, refs: map[text.Ref]fact.Pos{}}
	for _, part := range []struct {
		name string
		walk func(context.Context) error
	}{{"sums", c.sums}, {"texts", c.texts}, {"facts", c.facts}, {"commands", c.commands}, {"references", c.references}} {
		if err := part.walk(ctx); err != nil {
			return c.report, fmt.Errorf("record: check %s: %w", part.name, err)
		}
	}
	return c.report, nil
}

type check struct {
	registry *fact.Registry
	store    Store
	keys     Keys // nil: texts are not opened
	report   Report
	index    *index
	next     fact.Pos
	before   fact.Fact
	runs     []run                 // the commands as the facts tell them
	kept     map[text.Ref]bool     // texts; true when a fact refers to it
	refs     map[text.Ref]fact.Pos // references to texts that are not in kept
}

// A run is facts in a row that one command decided.
type run struct {
	hash        uint64 // of the command id
	first, last fact.Pos
}

func (c *check) violated(format string, args ...any) {
	if len(c.report.Violations) >= MaxViolations {
		c.report.More++
		return
	}
	c.report.Violations = append(c.report.Violations, fmt.Sprintf(format, args...))
}

func (c *check) sums(ctx context.Context) error {
	v, ok := c.store.(Verifier)
	if !ok {
		return nil
	}
	return v.Verify(ctx, func(what string) { c.violated("%s: is not as it was written", what) })
}

func (c *check) facts(ctx context.Context) error {
	return c.store.Facts(ctx, math.MinInt64, math.MaxInt, func(pos fact.Pos, raw []byte) error {
		c.report.Facts++
		if pos != c.next {
			c.violated("fact %d: the position before it is %d; positions must have no gap", pos, c.next-1)
		}
		c.next = pos + 1
		c.fact(pos, raw)
		return ctx.Err()
	})
}

func (c *check) fact(pos fact.Pos, raw []byte) {
	f, err := c.registry.Decode(raw)
	if err != nil {
		c.violated("fact %d: does not decode: %v", pos, err)
		return
	}
	if canonical := jsontext.Value(bytes.Clone(raw)); canonical.Canonicalize() != nil || !bytes.Equal(canonical, raw) {
		c.violated("fact %d: its bytes are not canonical JSON (RFC 8785)", pos)
	}
	if f.Known() {
		c.reencode(pos, raw, f)
	} else {
		c.report.Unknown++
	}
	if f.Pos != pos {
		c.violated("fact %d: says that it is fact %d", pos, f.Pos)
	}
	if f.At.Before(c.before.At) {
		c.violated("fact %d: its time %v is before that of the fact before it, %v", pos, f.At, c.before.At)
	}
	c.streams(pos, f)
	c.command(pos, f)
	c.before = f
	findRefs(raw, func(ref text.Ref) { c.refer(pos, ref) })
}

// reencode compares the envelope. A body may hold members that a newer
// program added, which this one would lose.
func (c *check) reencode(pos fact.Pos, raw []byte, f fact.Fact) {
	again, err := fact.Encode(f)
	if err != nil {
		c.violated("fact %d: does not encode again: %v", pos, err)
		return
	}
	head, tail := []byte(`,"body":`), []byte(`,"by":`)
	if !bytes.Equal(raw[:bytes.Index(raw, head)+1], again[:bytes.Index(again, head)+1]) ||
		!bytes.Equal(raw[bytes.LastIndex(raw, tail)+1:], again[bytes.LastIndex(again, tail)+1:]) {
		c.violated("fact %d: its envelope encodes again to other bytes", pos)
	}
}

func (c *check) streams(pos fact.Pos, f fact.Fact) {
	for i, name := range f.Streams {
		if !named(name) || slices.Contains(f.Streams[:i], name) {
			c.violated("fact %d: its stream %.60q is no name, or is there twice", pos, name)
		}
		if s := c.index.find(name); s.realm != noRealm && s.realm != codeOf(f.Realm) {
			c.violated("fact %d: is of realm %s, its stream %s is not", pos, f.Realm, name)
		}
	}
	f.Pos = pos
	f.Streams = slices.DeleteFunc(slices.Clone(f.Streams), func(name string) bool { return !named(name) })
	c.index.add(f)
}

func (c *check) command(pos fact.Pos, f fact.Fact) {
	hash := c.index.hash(f.Cmd)
	if n := len(c.runs); n > 0 && c.runs[n-1].hash == hash {
		c.runs[n-1].last = pos
		b := c.before
		if b.By != f.By || b.Seat != f.Seat || b.Realm != f.Realm || !b.At.Equal(f.At) {
			c.violated("fact %d: command %q has facts of different persons, seats, realms or times", pos, f.Cmd)
		}
		return
	}
	c.runs = append(c.runs, run{hash, pos, pos})
}

// pageSize is how many commands or texts are read at a time.
const pageSize = 1000

// commands compares what is remembered with what the facts tell.
func (c *check) commands(ctx context.Context) error {
	i := 0
	for from := fact.Pos(math.MinInt64); ; {
		page, err := c.store.Commands(ctx, from, pageSize)
		if err != nil {
			return err
		}
		for _, m := range page {
			from = m.First + 1
			if m.First >= c.next {
				continue // recorded while this walked
			}
			c.report.Commands++
			i = c.remembered(i, m)
		}
		if len(page) < pageSize {
			break
		}
	}
	for ; i < len(c.runs); i++ {
		c.violated("facts %d to %d: their command is not remembered", c.runs[i].first, c.runs[i].last)
	}
	return nil
}

// remembered checks m against the runs from i on and returns the next i.
func (c *check) remembered(i int, m Remembered) int {
	for ; i < len(c.runs) && c.runs[i].last < m.First; i++ {
		c.violated("facts %d to %d: their command is not remembered", c.runs[i].first, c.runs[i].last)
	}
	if i < len(c.runs) && c.runs[i] == (run{c.index.hash(m.ID), m.First, m.Last}) {
		return i + 1
	}
	c.violated("command %q: is remembered for facts %d to %d, which are not its facts", m.ID, m.First, m.Last)
	if i < len(c.runs) && c.runs[i].first == m.First {
		i++
	}
	return i
}

func (c *check) texts(ctx context.Context) error {
	for after := ""; ; {
		page, err := c.store.Texts(ctx, after, pageSize)
		if err != nil {
			return err
		}
		for _, t := range page {
			c.report.Texts++
			if err := c.open(ctx, t); err != nil {
				return err
			}
			c.kept[t.Ref], after = false, t.Ref.ID
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

// open opens t if it can. The error is that of reading the keys.
func (c *check) open(ctx context.Context, t text.Sealed) error {
	if c.keys == nil && !t.Clear() {
		c.report.Unopened++
		return nil
	}
	_, err := openText(ctx, c.keys, t)
	switch {
	case err == nil:
	case errors.Is(err, text.ErrErased):
		c.report.Erased++
	case errors.Is(err, text.ErrBox):
		c.violated("text %s: is not what was committed to", t.Ref.ID)
	case errors.Is(err, ErrNoKey):
		c.violated("text %s: its key %s is neither kept nor destroyed", t.Ref.ID, t.Under())
	default:
		return err
	}
	return nil
}

func (c *check) refer(pos fact.Pos, ref text.Ref) {
	if _, kept := c.kept[ref]; kept {
		c.kept[ref] = true
		return
	}
	c.refs[ref] = pos
}

// references looks again for texts that were kept while this walked.
func (c *check) references(ctx context.Context) error {
	for ref, pos := range c.refs {
		t, ok, err := c.store.Text(ctx, ref.ID)
		switch {
		case err != nil:
			return err
		case !ok:
			c.violated("fact %d: its text %s is not kept", pos, ref.ID)
		case t.Ref != ref:
			c.violated("fact %d: its text %s is not what it committed to", pos, ref.ID)
		default:
			if err := c.open(ctx, t); err != nil {
				return err
			}
		}
	}
	for ref, referred := range c.kept {
		if !referred {
			c.violated("text %s: no fact refers to it", ref.ID)
		}
	}
	return nil
}

// findRefs calls found for every object in raw that is a reference to a text:
// exactly the members id and commit, the latter a SHA-256. Facts of unknown
// kinds refer too.
func findRefs(raw []byte, found func(text.Ref)) {
	const open = `{"commit":"`
	for {
		at := bytes.Index(raw, []byte(open))
		if at < 0 {
			return
		}
		raw = raw[at:]
		if ref, ok := refAt(raw); ok {
			found(ref)
		}
		raw = raw[len(open):]
	}
}

func refAt(raw []byte) (text.Ref, bool) {
	const open, middle, hashLen = `{"commit":"`, `","id":"`, 64
	rest := raw[len(open):]
	if len(rest) < hashLen+len(middle) || string(rest[hashLen:hashLen+len(middle)]) != middle {
		return text.Ref{}, false
	}
	commit, id := rest[:hashLen], rest[hashLen+len(middle):]
	end := bytes.IndexByte(id, '"')
	if end < 1 || end+1 >= len(id) || id[end+1] != '}' {
		return text.Ref{}, false
	}
	if _, err := hex.DecodeString(string(commit)); err != nil {
		return text.Ref{}, false
	}
	return text.Ref{ID: string(id[:end]), Commit: string(commit)}, true
}
