package record

import (
	"fmt"
	"testing"

	"tallinn/text"
)

// TestRecent: what is asked for stays at hand, what nobody asks for goes, and
// all of it stays within its bound.
func TestRecent(t *testing.T) {
	var c recent
	asked := text.Sealed{Ref: text.Ref{ID: "asked"}, Box: []byte("b")}
	c.put(asked)
	box := make([]byte, 64<<10)
	for i := range 2 * recentBytes / len(box) {
		c.put(text.Sealed{Ref: text.Ref{ID: fmt.Sprint(i)}, Box: box})
		if got, ok := c.get("asked"); !ok || string(got.Box) != "b" {
			t.Fatalf("after %d others what is asked for is gone", i)
		}
	}
	if _, ok := c.get("0"); ok {
		t.Error("what nobody asked for is still there")
	}
	held := 0
	for _, generation := range []map[string]text.Sealed{c.young, c.old} {
		for _, s := range generation {
			held += len(s.Box)
		}
	}
	if held > recentBytes+2*len(box) {
		t.Errorf("%d bytes are held; at most %d are meant to be", held, recentBytes)
	}
}
