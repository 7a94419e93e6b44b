package record

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"tallinn/fact"
	"tallinn/ids"
	"tallinn/text"
)

// A Rule looks at the state and returns what is decided, or a fault that says
// what to do instead. It may run more than once, and must do nothing else. No
// facts and no error means that there is nothing to record. It runs inside the
// record's read lock and must not call Record.View or Record.Decide.
type Rule func(tx *Tx) ([]fact.Body, error)

// A Tx is what a rule reads through. It belongs to one run of the rule.
//
// What Read and Version name joins the read set: the facts are recorded only
// if none of it has changed meanwhile, else the rule runs again. Once a method
// has failed the decision is refused, even if the rule goes on.
type Tx struct {
	cmd    Command
	now    time.Time
	index  *index
	random io.Reader
	reads  []read
	ids    []string
	drawn  map[string]int // drawn ids; and under "F" how many of prefix F
	texts  []pending
	err    error
	mixed  error // a stream of the other realm was read
}

// A pending text is sealed under the key called under when it is recorded.
type pending struct {
	text.Plain
	under string // empty: that of the fact which refers to it
}

type read struct {
	stream  string
	version uint32
}

// Now is the time of the decision: the facts' at. It never runs backwards
// from one fact to the next.
func (tx *Tx) Now() time.Time { return tx.now }

// Command is what is being decided.
func (tx *Tx) Command() Command { return tx.cmd }

// Read says that the rule leans on these streams as they stand. A stream
// without facts may be read: it is then guarded to stay so. One of the other
// realm looks like that, so that a rule which finds nothing there says the same
// of it as of what never was; a rule that agrees all the same is refused with
// ErrRealmMixed.
//
// Errors: ErrNewerKind.
func (tx *Tx) Read(streams ...string) error {
	for _, name := range streams {
		if _, err := tx.join(name); err != nil {
			return err
		}
	}
	return nil
}

// Version is how many facts the stream has, and joins the read set as Read
// does. After an error it is 0, and the decision is refused.
func (tx *Tx) Version(name string) int64 {
	s, _ := tx.join(name)
	return int64(s.version)
}

func (tx *Tx) join(name string) (stream, error) {
	s := tx.index.find(name)
	switch err := s.open(name, tx.cmd.Realm); {
	case errors.Is(err, ErrRealmMixed):
		if tx.mixed == nil {
			tx.mixed = err
		}
		return stream{}, nil
	case err != nil:
		return stream{}, tx.fail(err)
	}
	tx.reads = append(tx.reads, read{name, s.version})
	return s, nil
}

// open reports why a command of realm may not decide over the stream s.
func (s stream) open(name string, realm fact.Realm) error {
	switch {
	case s.realm != noRealm && s.realm != codeOf(realm):
		return ErrRealmMixed.With("stream", name).With("realm", realm)
	case s.newer:
		return ErrNewerKind.With("stream", name)
	}
	return nil
}

// NewID draws an unused id such as "F-0032" for prefix "F". The id's stream
// joins the read set, so that nobody else takes it, and the id is remembered
// in the command's Result.
//
// Errors: those of the source of randomness.
func (tx *Tx) NewID(prefix string) (string, error) {
	draw := ids.Draw{Random: tx.random}
	id, err := draw.Next(prefix, tx.index.prefixes[prefix]+tx.drawn[prefix], tx.used)
	if err != nil {
		return "", tx.fail(err)
	}
	if tx.drawn == nil {
		tx.drawn = map[string]int{}
	}
	tx.drawn[prefix]++
	tx.drawn[id]++
	tx.ids = append(tx.ids, id)
	tx.reads = append(tx.reads, read{id, 0})
	return id, nil
}

func (tx *Tx) used(id string) bool {
	return tx.drawn[id] > 0 || tx.index.find(id).version > 0
}

// Text keeps s beside the record, in the same transaction as the facts, and
// returns the reference that a body holds in its place. It is sealed under the
// key of the thing that the fact is about, its home stream.
//
// Errors: ErrText, ErrTextTooLong; those of the source of randomness.
func (tx *Tx) Text(s string) (text.Ref, error) { return tx.TextOf("", s) }

// TextOf is Text for what a person owns: s is sealed under that person's key,
// and is erased with the person.
func (tx *Tx) TextOf(person, s string) (text.Ref, error) {
	if !utf8.ValidString(s) {
		return text.Ref{}, tx.fail(ErrText)
	}
	if len(s) > text.MaxBytes {
		return text.Ref{}, tx.fail(ErrTextTooLong.With("got", len(s)).With("most", text.MaxBytes))
	}
	var id [16]byte
	if _, err := io.ReadFull(tx.random, id[:]); err != nil {
		return text.Ref{}, tx.fail(fmt.Errorf("record: read randomness: %w", err))
	}
	plain, err := text.Commit(tx.random, hex.EncodeToString(id[:]), s)
	if err != nil {
		return text.Ref{}, tx.fail(err)
	}
	tx.texts = append(tx.texts, pending{plain, person})
	return plain.Ref, nil
}

func (tx *Tx) fail(err error) error {
	if tx.err == nil {
		tx.err = err
	}
	return err
}
