package tlp_test

import (
	"errors"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/tlp"
)

// labels are FIRST's, from the strictest.
var labels = []string{"TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"}

func TestLabels(t *testing.T) {
	for i, label := range labels {
		m, err := tlp.Parse(label)
		if err != nil || int(m) != i || m.String() != label {
			t.Errorf("Parse(%s) = %v, %v", label, m, err)
		}
		raw, err := json.Marshal(m)
		var back tlp.Marking
		if err != nil || json.Unmarshal(raw, &back) != nil || back != m || string(raw) != `"`+label+`"` {
			t.Errorf("%s is stored as %s and read as %v, %v", label, raw, back, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, label := range []string{"", "RED", "tlp:red", "TLP:WHITE", "TLP:AMBER STRICT", "TLP:RED "} {
		if m, err := tlp.Parse(label); !errors.Is(err, tlp.ErrUnknown) || m != tlp.Red {
			t.Errorf("Parse(%q) = %v, %v; want ErrUnknown", label, m, err)
		}
	}
}

// TestForgotten: what has no marking, or an impossible one, shows nothing.
func TestForgotten(t *testing.T) {
	var zero tlp.Marking
	for _, m := range []tlp.Marking{zero, -1, 5, 1 << 40} {
		if m.String() != "TLP:RED" {
			t.Errorf("Marking(%d) is %s", int(m), m)
		}
	}
}

func TestStricter(t *testing.T) {
	for i := range labels {
		for j := range labels {
			if got := tlp.Stricter(tlp.Marking(i), tlp.Marking(j)); int(got) != min(i, j) {
				t.Errorf("Stricter(%s, %s) = %v", labels[i], labels[j], got)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, label := range labels {
		f.Add(label)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := tlp.Parse(s); err == nil && m.String() != s {
			t.Errorf("Parse(%q) = %v", s, m)
		}
	})
}
