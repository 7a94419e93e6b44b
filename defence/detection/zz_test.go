package detection

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"tallinn/defence/detection/corpustest"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

func TestZZ(t *testing.T) {
	files := corpustest.Archive(t, "sigma-rules.tar.zst")
	var rules []*sigma.Rule
	for n, b := range files {
		if strings.HasPrefix(n, "sigma/rules/windows/") && strings.HasSuffix(n, ".yml") {
			rules = append(rules, sigma.Parse(n, b).Rules...)
		}
	}
	e, _ := New(rules)
	m := e.NewMatcher()
	n, fields, bytes_, wscan, wbytes, fscan, fbytes, cands := 0, 0, 0, 0, 0, 0, 0, 0
	cr := map[int32]int{}
	fb := map[string]int{}
	for name, b := range corpustest.Archive(t, "otrf-dev.tar.zst") {
		if !strings.HasSuffix(name, ".ndjson") {
			continue
		}
		r := ndjson.NewReader(bytes.NewReader(b))
		var ev event.Event
		for r.Next(&ev) {
			m.Match(&ev)
			n++
			fields += len(ev.Fields)
			cands += len(m.list)
			for _, c := range m.list {
				cr[c]++
			}
			for i := range ev.Fields {
				bytes_ += len(ev.Fields[i].Value)
				wscan += len(m.route.words)
				wbytes += len(m.route.words) * len(ev.Fields[i].Value)
			}
			for _, f := range m.route.scan {
				if m.slots[f].epoch == m.epoch {
					fscan++
					fbytes += len(m.text(f))
					fb[fmt.Sprint(e.fields[f], " stride ", e.indexes[f].stride, " large ", e.indexes[f].grams[4].large != nil, " ", len(e.indexes[f].entries), e.indexes[f].suffix.lengths, e.indexes[f].prefix.lengths, e.indexes[f].grams[1].empty, e.indexes[f].grams[2].empty, e.indexes[f].grams[3].empty)] += len(m.text(f))
				}
			}
		}
	}
	fmt.Println("events", n, "fields", fields/n, "bytes", bytes_/n, "wscan", float64(wscan)/float64(n), "wbytes", wbytes/n, "fscan", float64(fscan)/float64(n), "fbytes", fbytes/n, "cands", float64(cands)/float64(n))
	for f, k := range fb {
		if k > n {
			fmt.Println("  F", k/n, f)
		}
	}
	for c, k := range cr {
		if k > n/50 {
			fmt.Println("  C", float64(k)/float64(n), e.rules[c].always, e.rules[c].rule.Title)
		}
	}
	for _, x := range m.route.words {
		fmt.Println("W stride", x.stride, len(x.entries))
		for _, en := range x.entries {
			fmt.Print(en.text, " ")
		}
	}
	for i, x := range e.words {
		if x != nil {
			fmt.Println(e.classes[i], x.stride, len(x.entries), x.grams[1].empty, x.grams[2].empty, x.grams[3].empty, x.exact.slots != nil, x.suffix.lengths)
		}
	}
}
