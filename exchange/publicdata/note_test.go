package publicdata

import (
	"slices"
	"testing"
)

var known = map[string]bool{"it-2025": true, "it-2026-regional": true, "it-2026-tmpo": true, "ee-yearly": true,
	"ee-2024": true, "us-2020": true, "us-usaid-60": true, "us-usaid-200": true, "us-cci-128": true, "new-2025-10-31": true}

func TestOverlapped(t *testing.T) {
	for _, tt := range []struct {
		self, note string
		want       []string
	}{
		{"it-2026-tmpo", "part of it-2025; do not add", []string{"it-2025"}},
		{"it-2026-regional", "nearly this amount; part of it-2025; do not add; address left out because it names the region", []string{"it-2025"}},
		{"ee-cybershield-2", "nearly this amount; part of the contribution of Estonia, so overlaps ee-yearly", []string{"ee-yearly"}},
		{"us-cci-128", "value of the contract awarded in 2020, not the amount paid; inside us-usaid-200; may overlap us-2020 and us-usaid-60; dk-2023-usaid went into the same activity", []string{"us-usaid-200", "us-2020", "us-usaid-60"}},
		{"x", "Part of it-2025", []string{"it-2025"}},
		{"x", "it is part of it-2025.", []string{"it-2025"}},
		{"x", "overlapping with the row ee-yearly", []string{"ee-yearly"}},
		{"x", "part of us-2020, us-usaid-60, and us-usaid-200", []string{"us-2020", "us-usaid-60", "us-usaid-200"}},
		{"x", "it-2025 is separate, part of ee-yearly", []string{"ee-yearly"}},
		{"x", "see it-2025. Part of ee-yearly", []string{"ee-yearly"}},

		// The whole speaks of its parts.
		{"it-2025", "foreign ministers signed a declaration of intent in Rome on the same day; it-2026-regional and it-2026-tmpo are its parts; source is an aggregator", nil},
		{"it-2025", "it-2026-tmpo is part of it-2025", nil},
		{"us-usaid-200", "more than this amount; us-cci-128 is reported as its largest project", nil},
		{"tot", "contains new-2025-10-31; do not add", nil},
		{"it-2025", "inside it-2025", nil},
		// Another row is the subject.
		{"x", "it-2026-tmpo is part of it-2025", nil},
		{"x", "us-cci-128 overlaps us-2020", nil},
		// No row follows.
		{"uk-2023-own", "own part of a package of up to GBP 25000000", nil},
		{"nl-2024-01", "cybersecurity, inside a package of EUR 122000000", nil},
		{"x", "inside the total of EUR 241.7 million of the joint statement (it-2025)", nil},
		{"x", "part of it-2025-more", nil},
		{"x", "passes through another partner: paid into the USAID activity of us-cci-128; both can report it", nil},
		// Denied.
		{"x", "not part of it-2025", nil},
		{"x", "is not a part of it-2025", nil},
		{"x", "does not overlap ee-yearly", nil},
		{"x", "", nil},
	} {
		if got := overlapped(tt.note, tt.self, known); !slices.Equal(got, tt.want) {
			t.Errorf("overlapped(%q) of %s = %v, want %v", tt.note, tt.self, got, tt.want)
		}
	}
}

func TestUnknownRow(t *testing.T) {
	for note, want := range map[string]string{
		"part of it-2052; do not add":        "it-2052",
		"overlaps uk-2019-own":               "uk-2019-own",
		"part of it-2025":                    "",
		"part of a package of long-term aid": "",
		"inside us-usaid-200":                "",
		"part of covid-19 aid":               "",
	} {
		if got := unknownRow(note, known); got != want {
			t.Errorf("unknownRow(%q) = %q, want %q", note, got, want)
		}
	}
}
