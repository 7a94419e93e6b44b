package evtx

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tallinn/defence/event"
)

func TestTry(t *testing.T) {
	n, size := 0, 0
	var el time.Duration
	shown := map[string]bool{}
	filepath.WalkDir("/tmp/det/evtx", func(p string, d fs.DirEntry, err error) error {
		if filepath.Ext(p) != ".evtx" {
			return nil
		}
		b, _ := os.ReadFile(p)
		start := time.Now()
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			t.Log(p, err)
			return nil
		}
		var e event.Event
		for r.Next(&e) {
			if ch := e.Channel(); !shown[ch] && len(shown) < 0 {
				shown[string([]byte(ch))] = true
				fmt.Printf("%+v\n", e.Fields)
			}
		}
		el += time.Since(start)
		n += r.Stats().Records
		size += len(b)
		if s := r.Stats(); s.Damaged+s.Dirty > 0 || s.Truncated {
			t.Log(p, s)
		}
		return nil
	})
	t.Log(n, size, el, float64(n)/el.Seconds())
}
