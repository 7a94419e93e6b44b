package fact_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"tallinn/fact"
)

// FuzzApply: a correction from outside changes its own member and no other,
// or is refused with the body as it was.
func FuzzApply(f *testing.F) {
	f.Add("/count", `3`, `4`)
	f.Add("/names", `["a"]`, `null`)
	f.Add("/on", ``, `"2024"`)
	f.Add("/names/0", `"a"`, `"b"`)
	f.Add("", `{}`, `{}`)
	f.Add("/~1", `null`, `{"a":1,"a":2}`)
	f.Add("/count", `3`, "\xff")
	given := func() Noted { return Noted{Thing: "T", Count: 3, Names: []string{"a"}} }
	f.Fuzz(func(t *testing.T, pointer, was, now string) {
		body := given()
		got, err := fact.Apply(body, patch(pointer, was, now))
		if !reflect.DeepEqual(body, given()) {
			t.Fatalf("Apply changed the body it was given: %+v", body)
		}
		if err != nil {
			if !errors.Is(err, fact.ErrCorrection) {
				t.Fatalf("Apply(%q, %q, %q): %v; want ErrCorrection", pointer, was, now, err)
			}
			return
		}
		found, err := fact.Differences(1, given(), got, "typo")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range found {
			if c.Pointer != pointer && !strings.HasPrefix(pointer, c.Pointer+"/") {
				t.Fatalf("Apply(%q, %q, %q) changed %s too", pointer, was, now, c.Pointer)
			}
		}
	})
}
