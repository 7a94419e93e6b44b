package detection_test

import (
	"strings"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/corpustest"
	"tallinn/defence/detection/sigma"
)

// Every rule, filter and piece of a detection that the specification gives as
// an example is read, but for the one it calls invalid.
func TestSpecificationExamples(t *testing.T) {
	files := corpustest.Archive(t, "sigma-rules.tar.zst")
	rules, pieces, filters := 0, 0, 0
	for name, data := range files {
		if !strings.HasPrefix(name, "sigma-specification/specification/") || strings.Contains(name, "correlation") {
			continue
		}
		for _, block := range codeBlocks(string(data)) {
			switch {
			case strings.Contains(block, "...") || strings.Contains(block, "{optional") || strings.Contains(block, "[optional"):
				continue // a form to fill in
			case strings.HasPrefix(block, "title:") && strings.Contains(block, "\nfilter:"):
				f := sigma.Parse(name, []byte(block))
				if filters++; len(f.Filters) != 1 {
					t.Errorf("%s: %v\n%s", name, f.Refused, block)
				}
			case strings.HasPrefix(block, "title:") && strings.Contains(block, "\ndetection:"):
				rules += accepted(t, name, block)
			case strings.HasPrefix(block, "detection:"):
				pieces += accepted(t, name, "title: t\nlogsource: {product: windows}\n"+withCondition(block))
			}
		}
	}
	t.Logf("%d rules, %d pieces, %d filters", rules, pieces, filters)
	if pieces < 8 || filters == 0 {
		t.Error("too few examples were found: has the specification's form changed?")
	}
}

func accepted(t *testing.T, name, text string) int {
	t.Helper()
	f := sigma.Parse(name, []byte(text))
	if len(f.Refused) > 0 || len(f.Rules) == 0 {
		t.Errorf("%s: %v\n%s", name, f.Refused, text)
		return 0
	}
	if _, refused := detection.New(f.Rules); len(refused) > 0 {
		t.Errorf("%s: %v\n%s", name, refused, text)
	}
	return len(f.Rules)
}

func withCondition(block string) string {
	if strings.Contains(block, "condition:") {
		return block
	}
	return strings.TrimRight(block, "\n") + "\n    condition: 1 of them\n"
}

// codeBlocks are the YAML pieces between fences.
func codeBlocks(text string) []string {
	var out []string
	parts := strings.Split(text, "```")
	for i := 1; i < len(parts); i += 2 {
		if kind, body, ok := strings.Cut(parts[i], "\n"); ok && (kind == "yml" || kind == "yaml") {
			out = append(out, strings.TrimSpace(body)+"\n")
		}
	}
	return out
}
