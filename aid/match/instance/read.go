package instance

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fault"
)

// wire is the stored form. Pairs are read as lists first, so that a list of
// the wrong length can be named.
type wire struct {
	Name         string           `json:"name"`
	Seed         int64            `json:"seed,omitzero"`
	Rates        map[string]int64 `json:"rates_ppm_eur"`
	Requirements []Requirement    `json:"requirements"`
	Offers       []Offer          `json:"offers"`
	Previous     [][]string       `json:"previous"`
}

// Read reads an instance from r, called file in refusals, and checks it
// whole.
//
// Errors: ErrJSON, ErrForm, ErrValue, ErrTwice, ErrUnknown, ErrContradiction,
// ErrOverflow, ErrTooMany, or what r answers.
func Read(file string, r io.Reader) (*Instance, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	return Parse(file, data)
}

// Parse is Read of bytes.
func Parse(file string, data []byte) (*Instance, error) {
	if len(data) > MaxBytes {
		return nil, ErrTooMany.With("field", file).With("value", "more bytes").With("limit", MaxBytes)
	}
	var w wire
	if err := Decode(file, data, &w); err != nil {
		return nil, err
	}
	in := &Instance{Name: w.Name, Seed: w.Seed, Rates: w.Rates,
		Requirements: w.Requirements, Offers: w.Offers, Hash: sha256.Sum256(data)}
	for i, p := range w.Previous {
		if len(p) != 2 {
			return nil, ErrForm.With("field", at("previous", i, "")).With("value", fmt.Sprintf("a list of %d", len(p))).
				With("want", "a pair is two names: the requirement's and the offer's")
		}
		in.Previous = append(in.Previous, Pair{p[0], p[1]})
	}
	return in, in.check()
}

// Encode writes in as a file, and sets its hash to that file's.
func Encode(in *Instance) ([]byte, error) {
	w := wire{Name: in.Name, Seed: in.Seed, Rates: in.Rates, Requirements: in.Requirements, Offers: in.Offers, Previous: [][]string{}}
	for _, p := range in.Previous {
		w.Previous = append(w.Previous, []string{p.Requirement, p.Offer})
	}
	for i := range w.Requirements {
		if w.Requirements[i].ExcludedOrigins == nil {
			w.Requirements[i].ExcludedOrigins = []string{}
		}
	}
	data, err := json.Marshal(&w, json.Deterministic(true), json.FormatNilSliceAsNull(true))
	if err != nil {
		return nil, err
	}
	in.Hash = sha256.Sum256(data)
	return data, nil
}

// Decode reads JSON into v, and turns what is wrong into a refusal that names
// the field and the value. Unknown members are refused: a misspelt rule would
// otherwise silently not hold.
//
// Errors: ErrJSON, ErrForm.
func Decode(file string, data []byte, v any) error {
	err := json.Unmarshal(data, v, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		return formError(semantic, data)
	}
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		return ErrJSON.With("file", clip(file)).With("at", syntactic.ByteOffset).
			With("field", field(syntactic.JSONPointer)).With("why", clip(fmt.Sprint(syntactic.Err)))
	}
	return ErrJSON.With("file", clip(file)).With("at", len(data)).With("field", "the file").With("why", "it ends too early")
}

func formError(e *json.SemanticError, data []byte) *fault.Error {
	f := ErrForm.With("field", field(e.JSONPointer))
	if errors.Is(e.Err, json.ErrUnknownName) {
		return f.With("value", "not a member this version knows").With("want", "correct its name or take it out")
	}
	value := clip(string(e.JSONValue))
	if value == "" {
		value = clip(valueAt(data, e.ByteOffset))
	}
	if value == "" {
		value = kindName(e.JSONKind)
	}
	return f.With("value", value).With("want", "give "+wanted(fmt.Sprint(e.GoType)))
}

// valueAt is the text or number that begins at an offset, or nothing.
func valueAt(data []byte, offset int64) string {
	if offset < 0 || offset >= int64(len(data)) {
		return ""
	}
	value, err := jsontext.NewDecoder(bytes.NewReader(bytes.TrimLeft(data[offset:], " \t\r\n:,"))).ReadToken()
	if err != nil || value.Kind() != '"' {
		return ""
	}
	return strconv.Quote(value.String())
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "true or false"
	case '{':
		return "an object"
	case '[':
		return "a list"
	}
	return "of another type"
}

func wanted(goType string) string {
	switch {
	case strings.HasPrefix(goType, "int"):
		return "a whole number that fits 64 bits"
	case goType == "bool":
		return "true or false"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case goType == "string", goType == "*string":
		return "a text in quotes"
	}
	return "an object"
}

// field turns a JSON pointer into the form requirements[3].lots.
func field(p jsontext.Pointer) string {
	var b strings.Builder
	for token := range p.Tokens() {
		if _, err := strconv.Atoi(token); err == nil {
			b.WriteString("[" + token + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(clip(token))
	}
	if b.Len() == 0 {
		return "the file"
	}
	return b.String()
}

func at(list string, i int, name string) string {
	if name == "" {
		return list + "[" + strconv.Itoa(i) + "]"
	}
	return list + "[" + strconv.Itoa(i) + "]." + name
}

// clip keeps a refusal readable when what was sent is not.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strings.ToValidUTF8(s, "?")
}
