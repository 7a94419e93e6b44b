package detection_test

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"

	"tallinn/defence/detection"
	"tallinn/defence/detection/corpus"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/event"
)

// attackLogs renders the EVTX records as NDJSON, flat.
func attackLogs(t testing.TB) []byte {
	var out bytes.Buffer
	eachRecord(t, func(_ string, e *event.Event) {
		out.WriteByte('{')
		for i, f := range e.Fields {
			if i > 0 {
				out.WriteByte(',')
			}
			k, _ := json.Marshal(f.Name)
			out.Write(k)
			out.WriteByte(':')
			if f.Kind == event.Number {
				out.WriteString(f.Value)
				continue
			}
			v, _ := json.Marshal(f.Value)
			out.Write(v)
		}
		out.WriteString("}\n")
	})
	return out.Bytes()
}

// hostLogs are the OTRF events, one after the other.
func hostLogs(t testing.TB) []byte {
	files := corpus.Archive(t, "otrf-dev.tar.zst")
	var names []string
	for name := range files {
		if strings.HasSuffix(name, ".ndjson") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var out bytes.Buffer
	for _, n := range names {
		out.Write(files[n])
	}
	return out.Bytes()
}

func benchmarkLogs(b *testing.B, logs []byte) {
	e, _ := detection.New(corpusRules(b, "sigma/rules/windows/"))
	m := e.NewMatcher()
	events, matches, bad := 0, 0, 0
	before := cpu()
	for b.Loop() {
		r := ndjson.NewReader(bytes.NewReader(logs))
		var ev event.Event
		events, matches = 0, 0
		for r.Next(&ev) {
			events++
			matches += len(m.Match(&ev))
		}
		bad = r.Stats().Bad
	}
	b.ReportMetric(float64(events)*float64(b.N)/(cpu()-before).Seconds(), "events/cpu-s")
	b.ReportMetric(float64(matches), "matches")
	b.ReportMetric(float64(bad), "bad")
	b.SetBytes(int64(len(logs)))
}

func BenchmarkAttack(b *testing.B) { benchmarkLogs(b, attackLogs(b)) }
func BenchmarkHost(b *testing.B)   { benchmarkLogs(b, hostLogs(b)) }

// cpu is the processor time this process took: others share the machine.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
