package fact

import (
	"fmt"

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

// Apply returns b with c's member patched; b must be of type B. Only top
// members of the body can be patched: a part is mended by giving its whole
// member anew, so that a correction reads alone.
//
// Errors: ErrCorrection.
func Apply[B Body](b B, c Correction) (B, error) {
	var zero B
	members, err := Members(b)
	if err != nil {
		return zero, err
	}
	name := jsontext.Pointer(c.Pointer)
	token := name.LastToken()
	refused := ErrCorrection.With("pointer", c.Pointer)
	if !name.IsValid() || name.Parent() != "" || token == "" {
		return zero, refused
	}
	if string(orNull(members[token])) != string(orNull(canonical(c.Was))) {
		return zero, refused
	}
	if members[token] = c.Now; isNull(c.Now) {
		delete(members, token)
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
