package wording_test

import (
	"errors"
	"strings"
	"testing"

	"tallinn/fact"
	"tallinn/mechanism/wording"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name   string
		text   string
		needed bool
		err    error
	}{
		{"words", "Естонія, 500 seats", true, nil},
		{"markup is text", "<b>&amp;</b>", true, nil},
		{"nothing", "", false, nil},
		{"nothing where something is needed", "", true, wording.ErrNeeded},
		{"the most", strings.Repeat("ї", wording.Most), true, nil},
		{"one more", strings.Repeat("ї", wording.Most+1), true, wording.ErrLong},
		{"a line break", "a\nb", true, wording.ErrCharacters},
		{"a null", "a\x00b", true, wording.ErrCharacters},
		{"a delete", "a\x7fb", true, wording.ErrCharacters},
		{"not UTF-8", "a\xffb", true, wording.ErrCharacters},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := wording.Check(wording.Field{Name: "first", Text: "ok"}, wording.Field{Name: "note", Text: tt.text, Needed: tt.needed})
			if !errors.Is(err, tt.err) {
				t.Fatalf("Check = %v; want %v", err, tt.err)
			}
			if err != nil && (!strings.Contains(err.Error(), "note") || strings.Contains(err.Error(), "{{")) {
				t.Errorf("%q does not name the field", err)
			}
		})
	}
}

func TestReasonAndSource(t *testing.T) {
	for _, r := range []string{wording.SourceChanged, wording.Mistyped, wording.Duplicate, wording.Reclassified} {
		if err := wording.Reason(r); err != nil {
			t.Errorf("Reason(%s) = %v", r, err)
		}
	}
	for _, r := range []string{"", "Mistyped", strings.Repeat("x", 10_000)} {
		if err := wording.Reason(r); !errors.Is(err, wording.ErrReason) || len(err.Error()) > 300 {
			t.Errorf("Reason(%.20s) = %v", r, err)
		}
	}
	full := fact.Source{Cite: "c", File: "f", Row: "r"}
	if err := wording.Source(full); err != nil {
		t.Error(err)
	}
	for _, s := range []fact.Source{{File: "f", Row: "r"}, {Cite: "c", Row: "r"}, {Cite: "c", File: "f"}} {
		if err := wording.Source(s); !errors.Is(err, wording.ErrNeeded) {
			t.Errorf("Source(%+v) = %v", s, err)
		}
	}
}

// Ten of the longest texts fit one fact, in the script that needs most bytes.
func TestTenTextsFitAFact(t *testing.T) {
	if ten := 10 * wording.Most * len("𐍈"); ten > fact.MaxBytes-5_000 {
		t.Errorf("ten texts are %d bytes, a fact is at most %d", ten, fact.MaxBytes)
	}
}
