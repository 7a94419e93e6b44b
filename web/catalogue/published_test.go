package catalogue

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// public are the tables of the public account, and their columns that are
// words of a source.
var public = map[string][]string{
	"contributions.csv": {"reporter", "provider", "receiver", "kind", "status", "purpose", "reported_equivalents", "note", "source"},
	"timeline.csv":      {"event"},
	"projects.csv":      {"name", "recipients", "unit", "result"},
	"bodies.csv":        {"name", "place", "function", "composition"},
	"members.csv":       {"note", "source"},
}

// TestPublished: whatever the public tables say has a Ukrainian text, and no
// text is left over from a wording that has changed.
func TestPublished(t *testing.T) {
	said := map[string]bool{}
	for name, columns := range public {
		f, err := os.Open(filepath.Join("../../demo/mechanism", name))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		for _, column := range columns {
			for _, wording := range below(t, rows, column) {
				said[wording] = true
				if _, ok := Published("uk", wording); !ok && strings.Contains(wording, " ") && !strings.HasPrefix(wording, "http") {
					t.Errorf("%s: %s has no Ukrainian in published.uk.csv: %q", name, column, wording)
				}
			}
		}
		for _, column := range []string{"period", "implementer", "provider"} {
			for _, wording := range below(t, rows, column) {
				said[wording] = true
			}
		}
	}
	for wording := range published {
		if !said[wording] {
			t.Errorf("published.uk.csv: no public table says %q any more", wording)
		}
	}
	if _, ok := Published("en", "Ukraine"); ok {
		t.Error("English wording is translated into English")
	}
}

// below lists the cells of a column that are not empty; none without it.
func below(t *testing.T, rows [][]string, column string) []string {
	t.Helper()
	var cells []string
	for i, head := range rows[0] {
		for _, row := range rows[1:] {
			if head == column && row[i] != "" {
				cells = append(cells, row[i])
			}
		}
	}
	return cells
}
