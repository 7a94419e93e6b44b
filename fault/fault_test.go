package fault_test

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"testing"

	"tallinn/fault"
)

var errVotes = fault.New(fault.Conflict, "need.votes", "{{.got}} of {{.want}} votes; ask {{.got}} more")

func TestError(t *testing.T) {
	err := errVotes.With("got", 1).With("want", "three").Because(io.ErrUnexpectedEOF)
	if got, want := err.Error(), "1 of three votes; ask 1 more"; got != want {
		t.Errorf("Error() = %q; want %q", got, want)
	}
	if err.Kind() != fault.Conflict || err.Code() != "need.votes" {
		t.Errorf("kind %v, code %s", err.Kind(), err.Code())
	}
	if want := []fault.Arg{{"got", "1"}, {"want", "three"}}; !reflect.DeepEqual(err.Args(), want) {
		t.Errorf("Args() = %v; want %v", err.Args(), want)
	}
	wrapped := fmt.Errorf("row 3: %w", err)
	for _, target := range []error{errVotes, io.ErrUnexpectedEOF, err} {
		if !errors.Is(wrapped, target) {
			t.Errorf("%v is not %v", wrapped, target)
		}
	}
	if errors.Is(wrapped, fault.New(fault.Conflict, "need.other", "")) {
		t.Error("faults of other codes are one")
	}
}

// TestWithCopies: a sentinel never changes, and two copies share nothing.
func TestWithCopies(t *testing.T) {
	one := errVotes.With("got", 1)
	a, b := one.With("want", "a"), one.With("want", "b")
	if a.Error() != "1 of a votes; ask 1 more" || b.Error() != "1 of b votes; ask 1 more" {
		t.Errorf("%v; %v", a, b)
	}
	if len(errVotes.Args()) != 0 || errors.Unwrap(errVotes.Because(io.EOF)) != io.EOF || errors.Unwrap(errVotes) != nil {
		t.Error("the sentinel has changed")
	}
}

func TestFill(t *testing.T) {
	for _, tt := range []struct {
		text string
		args []fault.Arg
		want string
	}{
		{"no place", nil, "no place"},
		{"{{.a}} {{.b}}", []fault.Arg{{"a", "1"}}, "1 {{.b}}"},
		{"{{.a}} {{.b}}", []fault.Arg{{"a", "{{.b}}"}, {"b", "secret"}}, "{{.b}} secret"},
		{"{{.a}}", []fault.Arg{{"a", "first"}, {"a", "second"}}, "first"},
	} {
		if got := fault.Fill(tt.text, tt.args); got != tt.want {
			t.Errorf("Fill(%q, %v) = %q; want %q", tt.text, tt.args, got, tt.want)
		}
	}
}

func TestKindOf(t *testing.T) {
	names := map[string]bool{}
	for kind := fault.Internal; kind <= fault.Unavailable; kind++ {
		err := fmt.Errorf("outer: %w", fault.New(kind, "a.b", "c"))
		if got := fault.KindOf(err); got != kind {
			t.Errorf("KindOf(%v) = %v; want %v", err, got, kind)
		}
		if names[kind.String()] {
			t.Errorf("two kinds are called %s", kind)
		}
		names[kind.String()] = true
	}
	for _, err := range []error{nil, io.EOF} {
		if _, ok := fault.Of(err); ok || fault.KindOf(err) != fault.Internal {
			t.Errorf("%v is taken for a fault", err)
		}
	}
}
