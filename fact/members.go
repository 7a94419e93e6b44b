package fact

import (
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

func canonical(v jsontext.Value) jsontext.Value {
	c := slices.Clone(v)
	if c.Canonicalize() != nil {
		return v
	}
	return c
}

func isNull(v jsontext.Value) bool { return len(v) == 0 || v.Kind() == 'n' }

func orNull(v jsontext.Value) jsontext.Value {
	if isNull(v) {
		return jsontext.Value("null")
	}
	return v
}

func union(a, b map[string]jsontext.Value) []string {
	names := slices.Collect(maps.Keys(a))
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
