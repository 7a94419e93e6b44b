package evtx_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/Velocidex/ordereddict"
	velocidex "www.velocidex.com/golang/evtx"

	"tallinn/defence/detection/corpustest"
	"tallinn/defence/detection/evtx"
	"tallinn/defence/event"
)

func logNames(files map[string][]byte) []string {
	var names []string
	for name := range files {
		if strings.HasSuffix(name, ".evtx") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// A reference is a record as the reference reader gives it.
type reference struct {
	id     string
	values map[string]bool
}

func readReference(t *testing.T, data []byte) []reference {
	t.Helper()
	chunks, err := velocidex.GetChunks(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out []reference
	for _, c := range chunks {
		records, err := c.Parse(0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			d, ok := r.Event.(*ordereddict.Dict)
			if !ok {
				continue
			}
			ref := reference{id: fmt.Sprint(r.Header.RecordID), values: map[string]bool{}}
			leaves(d, ref.values)
			out = append(out, ref)
		}
	}
	return out
}

func leaves(v any, into map[string]bool) {
	switch v := v.(type) {
	case *ordereddict.Dict:
		for _, k := range v.Keys() {
			kid, _ := v.Get(k)
			leaves(kid, into)
		}
	case []any:
		for _, kid := range v {
			leaves(kid, into)
		}
	case []string:
		for _, kid := range v {
			into[normal(kid)] = true
		}
	case []byte:
		// ours is hexadecimal
	default:
		into[normal(fmt.Sprint(v))] = true
	}
}

// normal undoes what the reference writes otherwise: decimal hexadecimals are
// left, braces of GUIDs and blanks at the end are taken off.
func normal(s string) string {
	return strings.TrimRight(strings.ToUpper(strings.Trim(s, "{}")), " \r\n\t\x00")
}

// Every record the reference reader finds is found, in the same order, and
// every text it gives is among ours; numbers it gives in decimal where
// Windows writes hexadecimal are counted, for that is its known fault.
func TestAgainstReference(t *testing.T) {
	files := corpustest.Archive(t, "evtx-dev.tar.zst")
	records, texts, differ := 0, 0, map[string]int{}
	for n, name := range logNames(files) {
		if n%4 != 0 && testing.Short() {
			continue
		}
		want := readReference(t, files[name])
		r, err := evtx.NewReader(bytes.NewReader(files[name]))
		if err != nil {
			t.Fatal(err)
		}
		var e event.Event
		i := 0
		for ; r.Next(&e); i++ {
			if i >= len(want) {
				continue
			}
			records++
			ours := map[string]bool{}
			for _, f := range e.Fields {
				ours[normal(f.Value)], ours[normal(f.Name)] = true, true // names are texts where there is no template
				for line := range strings.SplitSeq(f.Value, "\n") {
					ours[normal(line)] = true
				}
			}
			for v := range want[i].values {
				if !isText(v) {
					continue
				}
				if texts++; !ours[v] && !within(ours, v) {
					differ[name]++
					if len(differ) < 12 && differ[name] < 3 {
						t.Logf("%s record %d: the reference has %.80q", name, i, v)
					}
				}
			}
		}
		if i != len(want) {
			t.Errorf("%s: %d records, the reference has %d", name, i, len(want))
		}
	}
	total := 0
	for _, n := range differ {
		total += n
	}
	t.Logf("%d records, %d texts, %d differ in %d files", records, texts, total, len(differ))
	if total*1000 > texts {
		t.Errorf("%d of %d texts differ", total, texts)
	}
}

// within finds the item of a list, which our reader joins by line feeds.
func within(ours map[string]bool, v string) bool {
	for o := range ours {
		if strings.Contains(o, v) {
			return true
		}
	}
	return false
}

// isText leaves out numbers and times, which the two readers write otherwise.
func isText(v string) bool {
	return strings.ContainsAny(v, `\/: _`) && !strings.Contains(v, "/EVENTS") && !strings.HasPrefix(v, "HTTP://MANIFESTS") && !strings.HasPrefix(v, "MAP[") && len(v) > 6 && !strings.HasPrefix(v, "%!") &&
		!(len(v) > 10 && v[4] == '-' && v[7] == '-')
}

// SigmaHQ's regression logs have a JSON rendering beside them, made by yet
// another reader; its values of EventData are ours but for braces and blanks.
func TestAgainstRenderings(t *testing.T) {
	files := corpustest.Archive(t, "evtx-dev.tar.zst")
	values, differ := 0, 0
	for name, data := range files {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		log := files[strings.TrimSuffix(name, ".json")+".evtx"]
		if log == nil {
			continue
		}
		r, err := evtx.NewReader(bytes.NewReader(log))
		if err != nil {
			t.Fatal(err)
		}
		var e event.Event
		for _, want := range renderings(data) {
			if !r.Next(&e) {
				break
			}
			for field, value := range want {
				got, ok := e.Get(field)
				if values++; !ok || normal(got) != normal(value) {
					if differ++; differ < 8 {
						t.Logf("%s: %s: %q, the rendering has %q", name, field, got, value)
					}
				}
			}
		}
	}
	t.Logf("%d values, %d differ", values, differ)
	if differ*200 > values {
		t.Errorf("%d of %d values differ", differ, values)
	}
}

// renderings reads the EventData of each record.
func renderings(data []byte) []map[string]string {
	var out []map[string]string
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	for {
		var raw any
		if dec.Decode(&raw) != nil {
			return out
		}
		list, ok := raw.([]any)
		if !ok {
			list = []any{raw}
		}
		for _, one := range list {
			m, _ := one.(map[string]any)
			ev, _ := m["Event"].(map[string]any)
			fields := map[string]string{}
			d, _ := ev["EventData"].(map[string]any)
			for k, v := range d {
				switch v.(type) {
				case string, json.Number, bool:
					fields[strings.ReplaceAll(k, " ", "")] = fmt.Sprint(v)
				}
			}
			delete(fields, "Data")
			delete(fields, "Binary")
			out = append(out, fields)
		}
	}
}

func TestNoLog(t *testing.T) {
	for _, data := range []string{"", "ElfFile", "PK\x03\x04 something else"} {
		if _, err := evtx.NewReader(strings.NewReader(data)); err != evtx.ErrFormat {
			t.Errorf("%q: %v", data, err)
		}
	}
}
