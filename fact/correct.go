package fact

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fault"
)

// A Correction is the body of every noun's "noun.corrected": it patches one
// member of an earlier fact's body. What was said stays said; what was
// mistyped is mended; every view shows the correction. It is embedded in the
// noun's own Corrected type, which adds the kind and the streams.
type Correction struct {
	Fact    Pos            `json:"fact"`    // the fact that is mended
	Pointer string         `json:"pointer"` // RFC 6901, into that fact's body
	Was     jsontext.Value `json:"was"`     // null when the member was absent
	Now     jsontext.Value `json:"now"`     // null removes the member
	Reason  string         `json:"reason"`  // a word of a closed list, not free text
}

// ErrCorrection refuses a patch that does not fit the fact it names.
var ErrCorrection = fault.New(fault.Conflict, "fact.correction",
	"the correction of {{.pointer}} does not fit what stands there; read the fact again and correct what it says now")

// Apply returns b with c's member patched; b must be of type B. The pointer
// goes through objects and into lists; a member of an object may be added or
// removed, one of a list only changed.
//
// Errors: ErrCorrection.
func Apply[B Body](b B, c Correction) (B, error) {
	var zero B
	members, err := Members(b)
	if err != nil {
		return zero, err
	}
	refused := ErrCorrection.With("pointer", c.Pointer)
	name := jsontext.Pointer(c.Pointer)
	if !name.IsValid() || name == "" {
		return zero, refused
	}
	path := slices.Collect(name.Tokens())
	if err := patch(members, path, c); err != nil {
		return zero, refused.Because(err)
	}
	raw, err := json.Marshal(members)
	if err != nil {
		return zero, refused.Because(err)
	}
	var out B
	if err := json.Unmarshal(raw, &out); err != nil {
		return zero, refused.Because(err)
	}
	return out, nil
}

var errMisfit = errors.New("the pointer does not fit")

// patch changes what path names among members.
func patch(members map[string]jsontext.Value, path []string, c Correction) error {
	at, rest := path[0], path[1:]
	if at == "" {
		return errMisfit
	}
	if len(rest) == 0 {
		if string(orNull(members[at])) != string(orNull(canonical(c.Was))) {
			return errMisfit
		}
		if members[at] = c.Now; isNull(c.Now) {
			delete(members, at)
		}
		return nil
	}
	inner, err := patchIn(members[at], rest, c)
	members[at] = inner
	return err
}

// patchIn changes what path names inside v, which is an object or a list.
func patchIn(v jsontext.Value, path []string, c Correction) (jsontext.Value, error) {
	switch v.Kind() {
	case '{':
		var members map[string]jsontext.Value
		if err := json.Unmarshal(v, &members); err != nil {
			return nil, err
		}
		for name, one := range members {
			members[name] = canonical(one)
		}
		if err := patch(members, path, c); err != nil {
			return nil, err
		}
		return json.Marshal(members)
	case '[':
		var list []jsontext.Value
		if err := json.Unmarshal(v, &list); err != nil {
			return nil, err
		}
		i, err := strconv.Atoi(path[0])
		switch {
		case err != nil || i < 0 || i >= len(list) || strconv.Itoa(i) != path[0]:
			return nil, errMisfit
		case len(path) > 1:
			list[i], err = patchIn(list[i], path[1:], c)
		case isNull(c.Now) || string(canonical(list[i])) != string(canonical(c.Was)):
			err = errMisfit
		default:
			list[i] = c.Now
		}
		if err != nil {
			return nil, err
		}
		return json.Marshal(list)
	}
	return nil, errMisfit
}

// Differences returns the corrections, in order of member, that turn was,
// recorded at pos, into now.
func Differences[B Body](pos Pos, was, now B, reason string) ([]Correction, error) {
	before, err := Members(was)
	if err != nil {
		return nil, err
	}
	after, err := Members(now)
	if err != nil {
		return nil, err
	}
	var out []Correction
	for _, name := range union(before, after) {
		if string(orNull(before[name])) == string(orNull(after[name])) {
			continue
		}
		pointer := string(jsontext.Pointer("").AppendToken(name))
		out = append(out, Correction{pos, pointer, orNull(before[name]), orNull(after[name]), reason})
	}
	return out, nil
}

// Read is now as b would hold it under pointer, in canonical form: an amount
// typed with fewer digits, say, reads like any other. What does not fit comes
// back as it is, for Apply to refuse.
func Read(b Body, pointer string, now jsontext.Value) jsontext.Value {
	members, err := Members(b)
	name := jsontext.Pointer(pointer)
	if err != nil || isNull(now) || !name.IsValid() || name == "" {
		return orNull(now)
	}
	if patch(members, slices.Collect(name.Tokens()), Correction{Was: At(b, pointer), Now: now}) != nil {
		return now
	}
	raw, err := json.Marshal(members)
	if err != nil {
		return now
	}
	out := reflect.New(reflect.TypeOf(b))
	if json.Unmarshal(raw, out.Interface()) != nil {
		return now
	}
	return At(out.Elem().Interface().(Body), pointer)
}

// At is the member of b that pointer names, in canonical form; null when it is
// absent.
func At(b Body, pointer string) jsontext.Value {
	raw, err := json.Marshal(b)
	if err != nil || pointer == "" || !jsontext.Pointer(pointer).IsValid() {
		return jsontext.Value("null")
	}
	v := jsontext.Value(raw)
	for token := range jsontext.Pointer(pointer).Tokens() {
		v = inside(v, token)
	}
	return orNull(canonical(v))
}

// inside is the member of an object, or the place of a list, called token.
func inside(v jsontext.Value, token string) jsontext.Value {
	switch v.Kind() {
	case '{':
		var members map[string]jsontext.Value
		if json.Unmarshal(v, &members) == nil {
			return orNull(members[token])
		}
	case '[':
		var list []jsontext.Value
		if i, err := strconv.Atoi(token); err == nil && json.Unmarshal(v, &list) == nil && i >= 0 && i < len(list) {
			return list[i]
		}
	}
	return jsontext.Value("null")
}

// Members splits a body into its top members, each in canonical form.
func Members(b Body) (map[string]jsontext.Value, error) {
	raw, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("fact: encode %s: %w", b.Kind(), err)
	}
	var m map[string]jsontext.Value
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("fact: split %s: %w", b.Kind(), err)
	}
	for name, v := range m {
		m[name] = canonical(v)
	}
	return m, nil
}
