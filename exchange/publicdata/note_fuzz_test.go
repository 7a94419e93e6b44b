package publicdata

import (
	"slices"
	"testing"
)

// FuzzOverlapped: whatever a note says, it names rows that are there, each
// once, and never its own.
func FuzzOverlapped(f *testing.F) {
	f.Add("part of it-2025; do not add", "it-2026-tmpo")
	f.Add("inside us-usaid-200; may overlap us-2020 and us-usaid-60", "us-cci-128")
	f.Add("it-2026-tmpo is part of it-2025", "it-2025")
	f.Add("not part of it-2025", "x")
	f.Add("part of it-2025; overlaps it-2025", "x")
	f.Add("частина it-2025, part of it-2025,, and", "x")
	f.Fuzz(func(t *testing.T, note, self string) {
		rows := overlapped(note, self, known)
		for i, id := range rows {
			if !known[id] || id == self || slices.Contains(rows[:i], id) {
				t.Fatalf("overlapped(%q, %q) = %q", note, self, rows)
			}
		}
		if id := unknownRow(note, known); known[id] {
			t.Fatalf("unknownRow(%q) = %q, which is a row", note, id)
		}
	})
}
