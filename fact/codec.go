package fact

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/tlp"
)

// MaxBytes bounds one encoded fact: a leaf of the log may not be longer.
const MaxBytes = 65_535

// wire is the stored form. Its members stand in RFC 8785 order.
type wire struct {
	At      string         `json:"at"`
	Body    jsontext.Value `json:"body"`
	By      string         `json:"by"`
	Cmd     string         `json:"cmd"`
	Figure  int            `json:"figure"`
	Format  int            `json:"format"`
	Kind    string         `json:"kind"`
	Marking string         `json:"marking"`
	Pos     Pos            `json:"pos"`
	Realm   Realm          `json:"realm"`
	Salt    string         `json:"salt"`
	Seat    string         `json:"seat"`
	Streams []string       `json:"streams"`
}

// timeLayout is RFC 3339 in UTC with exactly six decimals, so that one moment
// has one encoding.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Encode returns f's canonical bytes (RFC 8785). They are what is stored,
// hashed and proved; nothing may encode a fact a second time.
//
// Errors: a body that JSON cannot hold, or a fact over MaxBytes.
func Encode(f Fact) ([]byte, error) {
	body := jsontext.Value("null")
	if f.Body != nil {
		var err error
		if body, err = encodeBody(f.Body); err != nil {
			return nil, err
		}
	}
	return encodeWith(f, body)
}

// Decode reads a fact's bytes. Duplicate members and invalid UTF-8 are
// errors; an unknown kind is not: its Body is nil.
func (r *Registry) Decode(raw []byte) (Fact, error) {
	if f, ok := r.decodeFast(raw); ok {
		return f, nil
	}
	return r.decodeGeneral(raw)
}

func (r *Registry) decodeGeneral(raw []byte) (Fact, error) {
	var w wire
	if err := json.Unmarshal(raw, &w, json.RejectUnknownMembers(true)); err != nil {
		return Fact{}, fmt.Errorf("fact: decode: %w", err)
	}
	f, err := w.fact()
	if err != nil {
		return Fact{}, fmt.Errorf("fact: decode: %w", err)
	}
	t, ok := r.types[w.Kind]
	if !ok {
		return f, nil
	}
	if f.Body, err = t.decode(w.Body); err != nil {
		return Fact{}, fmt.Errorf("fact: decode body of %s at %d: %w", w.Kind, w.Pos, err)
	}
	return f, nil
}

func (w wire) fact() (Fact, error) {
	f := Fact{Pos: w.Pos, Cmd: w.Cmd, By: w.By, Seat: w.Seat, Kind: w.Kind,
		Streams: w.Streams, Realm: w.Realm, Figure: w.Figure == 1}
	switch {
	case w.Format != Format:
		return f, fmt.Errorf("format %d, this program reads %d; use the program that wrote it", w.Format, Format)
	case !w.Realm.Valid():
		return f, fmt.Errorf("unknown realm %q", w.Realm)
	case w.Figure != 0 && w.Figure != 1:
		return f, fmt.Errorf("figure is %d, not 0 or 1", w.Figure)
	case len(w.Streams) == 0:
		return f, fmt.Errorf("no stream")
	case w.Pos < 0:
		return f, fmt.Errorf("position %d", w.Pos)
	}
	var err error
	if f.At, err = time.Parse(timeLayout, w.At); err != nil {
		return f, err
	}
	if f.At.Format(timeLayout) != w.At {
		return f, fmt.Errorf("time %q is not written as %s", w.At, timeLayout)
	}
	if f.Marking, err = tlp.Parse(w.Marking); err != nil {
		return f, err
	}
	salt, err := hex.DecodeString(w.Salt)
	if err != nil || len(salt) != len(f.Salt) || hex.EncodeToString(salt) != w.Salt {
		return f, fmt.Errorf("salt is not %d bytes of hexadecimal", len(f.Salt))
	}
	copy(f.Salt[:], salt)
	return f, nil
}
