package need_test

import (
	"errors"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/correction"
)

func mending(pointer, was, now string) []fact.Correction {
	return []fact.Correction{{Pointer: pointer, Was: jsontext.Value(was), Now: jsontext.Value(now), Reason: "mistyped"}}
}

// What a need asks is mended by its owner alone until a group has voted; then
// the group agrees too.
func TestMend(t *testing.T) {
	w := newWorld(t).submit()
	n := w.need()
	was := string(fact.At(n.Asks(), "/asked/lots/0/quantity"))
	c := mending("/asked/lots/0/quantity", was, "7")
	out, consent, err := n.Mend(c, w.now)
	if err != nil || len(consent) != 0 {
		t.Fatalf("Mend = %v, %v, %v; want nobody asked", out, consent, err)
	}
	w.vote(tech[0], need.Pass)
	if _, consent, err = w.need().Mend(c, w.now); err != nil || len(consent) != 1 {
		t.Fatalf("after a vote %v agree, %v", consent, err)
	}
	w.tell(out...)
	if got := w.need().Asked.Lots[0].Quantity; got != 7 {
		t.Errorf("the quantity is %d; want 7", got)
	}
	w.tell(out...) // does not fit any more
	for _, tt := range []struct {
		pointer, was, now string
		err               error
	}{
		{"/asked/lots/0/quantity", "7", "0", need.ErrQuantity},
		{"/asked/lots/0/quantity", "8", "9", fact.ErrCorrection},
		{"/asked/lots/9/quantity", "7", "9", correction.ErrMember},
		{"/asked/title", "null", "1", correction.ErrMember},
		{"/owner", "null", `"x"`, correction.ErrMember},
	} {
		if _, _, err := w.need().Mend(mending(tt.pointer, tt.was, tt.now), w.now); !errors.Is(err, tt.err) {
			t.Errorf("%s to %s: %v; want %v", tt.pointer, tt.now, err, tt.err)
		}
	}
	w.tell(need.Withdrawn{Need: n.ID, Reason: "asked_twice"})
	if _, _, err := w.need().Mend(c, w.now); !errors.Is(err, need.ErrOver) || len(w.need().Mendable()) > 0 {
		t.Errorf("a need that is withdrawn: %v", err)
	}
}
