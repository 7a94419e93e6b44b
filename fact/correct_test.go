package fact_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
)

func TestApply(t *testing.T) {
	given := Noted{Thing: "T", Count: 3, Names: []string{"a"}}
	for _, tt := range []struct {
		name string
		when fact.Correction
		then Noted
		err  error
	}{
		{name: "a number", when: patch("/count", `3`, `4`), then: Noted{Thing: "T", Count: 4, Names: []string{"a"}}},
		{name: "written otherwise", when: patch("/count", ` 3.0e0 `, `4`), then: Noted{Thing: "T", Count: 4, Names: []string{"a"}}},
		{name: "removed", when: patch("/names", `["a"]`, `null`), then: Noted{Thing: "T", Count: 3}},
		{name: "added", when: patch("/on", `null`, `"2024"`), then: Noted{Thing: "T", Count: 3, Names: []string{"a"}, On: "2024"}},
		{name: "added, was empty", when: patch("/on", ``, `"2024"`), then: Noted{Thing: "T", Count: 3, Names: []string{"a"}, On: "2024"}},
		{name: "was something else", when: patch("/count", `2`, `4`), err: fact.ErrCorrection},
		{name: "of a list", when: patch("/names/0", `"a"`, `"b"`), then: Noted{Thing: "T", Count: 3, Names: []string{"b"}}},
		{name: "of a list, was something else", when: patch("/names/0", `"x"`, `"b"`), err: fact.ErrCorrection},
		{name: "past a list", when: patch("/names/1", `null`, `"b"`), err: fact.ErrCorrection},
		{name: "taken out of a list", when: patch("/names/0", `"a"`, `null`), err: fact.ErrCorrection},
		{name: "a place of a list, written otherwise", when: patch("/names/00", `"a"`, `"b"`), err: fact.ErrCorrection},
		{name: "inside a number", when: patch("/count/0", `3`, `4`), err: fact.ErrCorrection},
		{name: "inside what is not there", when: patch("/on/0", `null`, `"b"`), err: fact.ErrCorrection},
		{name: "the whole", when: patch("", `{}`, `{}`), err: fact.ErrCorrection},
		{name: "no pointer", when: patch("count", `3`, `4`), err: fact.ErrCorrection},
		{name: "of another type", when: patch("/count", `3`, `"4"`), err: fact.ErrCorrection},
		{name: "a date out of range", when: patch("/on", `null`, `"3000"`), err: fact.ErrCorrection},
		{name: "no JSON", when: patch("/count", `3`, `{`), err: fact.ErrCorrection},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := fact.Apply(given, tt.when)
			if !errors.Is(err, tt.err) || !reflect.DeepEqual(got, tt.then) {
				t.Errorf("Apply(%+v) = %+v, %v; want %+v, %v", tt.when, got, err, tt.then, tt.err)
			}
		})
	}
}

func patch(pointer, was, now string) fact.Correction {
	return fact.Correction{Pointer: pointer, Was: jsontext.Value(was), Now: jsontext.Value(now), Reason: "typo"}
}

func TestDifferencesOrder(t *testing.T) {
	found, err := fact.Differences(1, Noted{Thing: "T", Count: 1}, Noted{Thing: "U", On: "2024"}, "typo")
	if err != nil {
		t.Fatal(err)
	}
	var pointers []string
	for _, c := range found {
		pointers = append(pointers, c.Pointer+" "+string(c.Was)+" "+string(c.Now))
	}
	want := []string{`/count 1 0`, `/on null "2024"`, `/thing "T" "U"`}
	if !reflect.DeepEqual(pointers, want) {
		t.Errorf("differences %q; want %q", pointers, want)
	}
}

func TestAt(t *testing.T) {
	b := Noted{Thing: "T", Count: 3, Names: []string{"a"}}
	for pointer, want := range map[string]string{"/count": `3`, "/names/0": `"a"`, "/names": `["a"]`, "/on": `null`, "/names/1": `null`,
		"/nothing/0": `null`, "": `null`, "count": `null`} {
		if got := fact.At(b, pointer); string(got) != want {
			t.Errorf("At(%q) = %s; want %s", pointer, got, want)
		}
	}
	for now, want := range map[string]string{`4`: `4`, `4.5`: `4.5`, `null`: `null`, `"x"`: `"x"`} {
		if got := fact.Read(b, "/count", jsontext.Value(now)); string(got) != want {
			t.Errorf("Read(%s) = %s; want %s", now, got, want)
		}
	}
}
