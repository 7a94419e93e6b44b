package fact

import (
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"

	"tallinn/tlp"
)

// A Type describes one kind to the record.
type Type struct {
	Kind    string
	Marking tlp.Marking // of facts of this kind, unless Marked
	Figure  bool        // whether such a fact may change a public figure
	decode  func(b []byte) (Body, error)
	fast    func(s *scan) Body // for canonical bytes; nil when there is no plan
}

// Of describes the kind of body B. A body that changes figures says so here.
func Of[B Body](marking tlp.Marking, figure bool) Type {
	var zero B
	return Type{Kind: zero.Kind(), Marking: marking, Figure: figure, fast: planFor[B](),
		decode: func(raw []byte) (Body, error) {
			var b B
			// Unknown members are fields that a newer program added.
			err := json.Unmarshal(raw, &b)
			return b, err
		}}
}

// A Registry knows the kinds of one program. The list is explicit: the
// application names every noun's kinds once.
type Registry struct{ types map[string]Type }

// NewRegistry joins the nouns' lists. It panics when two types claim one kind,
// which no input can cause.
func NewRegistry(lists ...[]Type) *Registry {
	r := &Registry{types: map[string]Type{}}
	for _, list := range lists {
		for _, t := range list {
			if _, twice := r.types[t.Kind]; twice {
				panic(fmt.Sprintf("fact: kind %s is registered twice", t.Kind))
			}
			r.types[t.Kind] = t
		}
	}
	return r
}

// Type returns what is registered of kind.
func (r *Registry) Type(kind string) (Type, bool) {
	t, ok := r.types[kind]
	return t, ok
}

// Classify returns the bare body of b, with the marking and the figure flag
// that its fact will carry.
//
// Errors: a body of a kind that is not registered, which is a defect.
func (r *Registry) Classify(b Body) (Body, tlp.Marking, bool, error) {
	m, isMarked := b.(marked)
	if isMarked {
		b = m.Body
	}
	t, ok := r.types[b.Kind()]
	if !ok {
		return nil, tlp.Red, false, fmt.Errorf("fact: kind %s of %v is not registered", b.Kind(), reflect.TypeOf(b))
	}
	if isMarked {
		return b, m.marking, t.Figure, nil
	}
	return b, t.Marking, t.Figure, nil
}
