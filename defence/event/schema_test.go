package event_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tallinn/defence/event"
)

// The code and the page are what the table says.
func TestGenerated(t *testing.T) {
	if out, err := exec.Command("go", "run", "./gen", "-check").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func TestSchemaCoversEveryCategory(t *testing.T) {
	have := map[string]int{}
	for _, m := range event.Schema {
		have[m.Category]++
		if m.Field == "" || m.Windows == "" && m.Linux == "" {
			t.Errorf("%+v: no field, or no source", m)
		}
	}
	for _, c := range []string{"process", "file", "network", "dns", "registry", "authentication", "script", "module", "service", "task", "wmi", "pipe"} {
		if have[c] == 0 {
			t.Errorf("no field of category %s", c)
		}
	}
}

// Every ECS name is a field of ECS 9, and every OCSF attribute is in the
// dictionary of OCSF 1.8.
func TestSchemaNamesExist(t *testing.T) {
	const dir = "../../../shared/data/standards/"
	f, err := os.Open(dir + "ecs/fields.csv")
	if err != nil {
		t.Skip("SKIPPED: the standards are not beside the repository; names were not checked")
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	ecs := map[string]bool{}
	for _, r := range rows {
		ecs[r[0]] = true
	}
	var dictionary struct{ Attributes map[string]any }
	data, err := os.ReadFile(dir + "ocsf/dictionary.json")
	if err == nil {
		err = json.Unmarshal(data, &dictionary)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range event.Schema {
		if m.ECS != "" && !ecs[m.ECS] && !strings.HasPrefix(m.ECS, "winlog.") {
			t.Errorf("%s %s: ECS has no %s", m.Category, m.Field, m.ECS)
		}
		if strings.HasPrefix(m.Class, "win/") {
			continue // the Windows extension is not in the copy
		}
		for part := range strings.SplitSeq(m.Attribute, ".") {
			if _, ok := dictionary.Attributes[part]; !ok && part != "" {
				t.Errorf("%s %s: OCSF has no attribute %s", m.Category, m.Field, part)
			}
		}
	}
}
