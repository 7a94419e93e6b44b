package record_test

import (
	"testing"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/recordtest"
)

// FuzzCheck: a store may hold anything. Check says so in words, whatever
// stands there, and finds nothing clean that a hub did not write.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"at":"2024-12-20T00:00:00.000000Z","body":{},"by":"","cmd":"c","figure":0,"format":0,"kind":"odd.seen",` +
		`"marking":"TLP:CLEAR","pos":0,"realm":"real","salt":"00000000000000000000000000000000","seat":"","streams":["odd/1"]}`))
	f.Add([]byte(`{"body":{"commit":"` + "\x00" + `","id":""}}`))
	f.Add([]byte(`{"commit":"`))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		store := recordtest.NewMemory()
		if err := store.Append(t.Context(), record.Batch{Facts: [][]byte{raw}}); err != nil {
			t.Fatal(err)
		}
		report, err := record.Check(t.Context(), store, recordtest.Registry(), recordtest.TheKeys)
		if err != nil {
			t.Fatal(err)
		}
		if report.Facts != 1 || report.Clean() {
			t.Fatalf("%q is no fact that a command is remembered for, and the check says %+v", raw, report)
		}
		if f, err := recordtest.Registry().Decode(raw); err == nil && f.Pos == fact.None {
			t.Fatalf("%q decodes to a fact before the first", raw)
		}
	})
}
