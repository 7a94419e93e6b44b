package fact

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Prepared fact has everything but its place: position, time and salt come
// when it is committed. Its Body is what a reader of the bytes will see, so
// that a live fold and a replay cannot differ.
type Prepared struct {
	Fact Fact
	body jsontext.Value // canonical
}

// Prepare encodes b and reads it back.
//
// Errors: a kind that is not registered, a body that JSON cannot hold or that
// does not read back, a body without streams.
func (r *Registry) Prepare(b Body) (Prepared, error) {
	bare, marking, figure, err := r.Classify(b)
	if err != nil {
		return Prepared{}, err
	}
	kind := bare.Kind()
	raw, err := encodeBody(bare)
	if err != nil {
		return Prepared{}, err
	}
	read, err := r.types[kind].decode(raw)
	if err != nil {
		return Prepared{}, fmt.Errorf("fact: %s does not read back: %w", kind, err)
	}
	streams := unique(read.Streams())
	if len(streams) == 0 {
		return Prepared{}, fmt.Errorf("fact: %s has no stream", kind)
	}
	f := Fact{Kind: kind, Streams: streams, Marking: marking, Figure: figure, Body: read}
	return Prepared{Fact: f, body: raw}, nil
}

// Len is about how many bytes the fact will have.
func (p Prepared) Len() int { return len(p.body) + 512 }

// Names reports whether s, which JSON writes as it is, stands in the body.
func (p Prepared) Names(s string) bool { return bytes.Contains(p.body, []byte(s)) }

// Encode returns the canonical bytes of p.Fact as it now stands.
//
// Errors: a string that is not UTF-8, or a fact over MaxBytes.
func (p Prepared) Encode() ([]byte, error) { return encodeWith(p.Fact, p.body) }

// encodeWith writes the envelope in RFC 8785 order around a canonical body.
func encodeWith(f Fact, body jsontext.Value) ([]byte, error) {
	e := envelope{b: make([]byte, 0, len(body)+512)}
	e.lit(`{"at":"`)
	e.b = f.At.UTC().AppendFormat(e.b, timeLayout)
	e.lit(`","body":`)
	e.b = append(e.b, body...)
	e.text(`,"by":`, f.By)
	e.text(`,"cmd":`, f.Cmd)
	e.lit(`,"figure":`)
	if f.Figure {
		e.lit("1")
	} else {
		e.lit("0")
	}
	e.number(`,"format":`, Format)
	e.text(`,"kind":`, f.Kind)
	e.text(`,"marking":`, f.Marking.String())
	e.number(`,"pos":`, int64(f.Pos))
	e.text(`,"realm":`, string(f.Realm))
	e.lit(`,"salt":"`)
	e.b = hex.AppendEncode(e.b, f.Salt[:])
	e.text(`","seat":`, f.Seat)
	e.list(`,"streams":`, f.Streams)
	e.lit("}")
	if e.err != nil {
		return nil, fmt.Errorf("fact: encode %s: %w", f.Kind, e.err)
	}
	if len(e.b) > MaxBytes {
		return nil, fmt.Errorf("fact: %s is %d bytes long, over %d", f.Kind, len(e.b), MaxBytes)
	}
	return e.b, nil
}

// envelope appends members and keeps the first error.
type envelope struct {
	b   []byte
	err error
}

func (e *envelope) lit(s string) { e.b = append(e.b, s...) }

func (e *envelope) text(name, value string) {
	e.lit(name)
	if e.err != nil {
		return
	}
	e.b, e.err = jsontext.AppendQuote(e.b, value)
}

func (e *envelope) number(name string, n int64) {
	e.lit(name)
	e.b = strconv.AppendInt(e.b, n, 10)
}

func (e *envelope) list(name string, values []string) {
	e.lit(name)
	separator := "["
	for _, v := range values {
		e.text(separator, v)
		separator = ","
	}
	if len(values) == 0 {
		e.lit("[")
	}
	e.lit("]")
}

// encodeBody returns b in canonical form. A body with an integer that a
// double cannot hold is refused: RFC 8785 would change it.
func encodeBody(b Body) (jsontext.Value, error) {
	raw, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("fact: encode %s: %w", b.Kind(), err)
	}
	v := jsontext.Value(raw)
	exact := bytes.Clone(raw)
	if err := v.Canonicalize(); err != nil {
		return nil, fmt.Errorf("fact: canonicalize %s: %w", b.Kind(), err)
	}
	if !hasLongNumber(exact) {
		return v, nil
	}
	kept := jsontext.Value(exact)
	if err := kept.Canonicalize(jsontext.CanonicalizeRawInts(false)); err != nil {
		return nil, fmt.Errorf("fact: canonicalize %s: %w", b.Kind(), err)
	}
	if !bytes.Equal(v, kept) {
		return nil, fmt.Errorf("fact: %s holds an integer beyond 2^53; write it as a string", b.Kind())
	}
	return v, nil
}

// hasLongNumber reports whether raw has sixteen digits in a row: less fits a
// double.
func hasLongNumber(raw []byte) bool {
	run := 0
	for _, c := range raw {
		if run++; c < '0' || c > '9' {
			run = 0
		}
		if run == 16 {
			return true
		}
	}
	return false
}

func unique(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
