//go:build unix

package detect

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tallinn/defence/detection"
	"tallinn/defence/detection/command"
	"tallinn/defence/detection/corpustest"
	"tallinn/defence/detection/evtx"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/pack"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

// cpu is the processor time this process took: others may share the machine.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func names(files map[string][]byte, prefix, suffix string) []string {
	var out []string
	for name := range files {
		if strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix) {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

// windowsRules are the 2,407 rules of rules/windows.
func windowsRules(t testing.TB) []*sigma.Rule {
	files := corpustest.Archive(t, "sigma-rules.tar.zst")
	var rules []*sigma.Rule
	for _, name := range names(files, "sigma/rules/windows/", ".yml") {
		rules = append(rules, sigma.Parse(name, files[name]).Rules...)
	}
	return rules
}

// attackLogs are the records of the EVTX corpus as flat NDJSON.
func attackLogs(t testing.TB) []byte {
	files := corpustest.Archive(t, "evtx-dev.tar.zst")
	var out bytes.Buffer
	for _, name := range names(files, "", ".evtx") {
		r, err := evtx.NewReader(bytes.NewReader(files[name]))
		if err != nil {
			t.Fatal(err)
		}
		var e event.Event
		for r.Next(&e) {
			line(&out, &e)
		}
	}
	return out.Bytes()
}

func line(out *bytes.Buffer, e *event.Event) {
	sep := byte('{')
	for _, f := range e.Fields {
		out.WriteByte(sep)
		sep = ','
		k, _ := json.Marshal(f.Name)
		v, _ := json.Marshal(f.Value)
		if f.Kind == event.Number {
			v = []byte(f.Value)
		}
		out.Write(k)
		out.WriteByte(':')
		out.Write(v)
	}
	out.WriteString("}\n")
}

// hostEvents are the OTRF events, which are mostly ordinary.
func hostEvents(t testing.TB) []byte {
	files := corpustest.Archive(t, "otrf-dev.tar.zst")
	var out bytes.Buffer
	for _, n := range names(files, "", ".ndjson") {
		out.Write(files[n])
	}
	return out.Bytes()
}

func match(b *testing.B, logs []byte) {
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	e, _ := detection.New(windowsRules(b))
	m := e.NewMatcher()
	events, matches := 0, 0
	r := packedReader()
	before := cpu()
	for b.Loop() {
		r.Reset(logs, nil)
		var ev event.Event
		events, matches = 0, 0
		for r.Next(&ev) {
			events++
			matches += len(m.Match(&ev))
		}
	}
	b.ReportMetric(float64(events)*float64(b.N)/(cpu()-before).Seconds(), "events/cpu-s")
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(matches), "matches")
	b.SetBytes(int64(len(logs)))
}

// packedReader reads as "tallinn detect" does: from memory, texts packed.
func packedReader() *ndjson.Reader {
	r := ndjson.NewReader(nil)
	r.Pack()
	return r
}

func BenchmarkAttackLogs(b *testing.B) { match(b, attackLogs(b)) }
func BenchmarkHostEvents(b *testing.B) { match(b, hostEvents(b)) }

func BenchmarkEVTXRead(b *testing.B) {
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	files := corpustest.Archive(b, "evtx-dev.tar.zst")
	logs := names(files, "", ".evtx")
	records, size := 0, 0
	r, err := evtx.NewReader(bytes.NewReader(files[logs[0]]))
	if err != nil {
		b.Fatal(err)
	}
	before := cpu()
	for b.Loop() {
		records, size = 0, 0
		for _, name := range logs {
			if err := r.Reset(bytes.NewReader(files[name])); err != nil {
				b.Fatal(err)
			}
			var e event.Event
			for r.Next(&e) {
				records++
			}
			size += len(files[name])
		}
	}
	b.ReportMetric(float64(records)*float64(b.N)/(cpu()-before).Seconds(), "records/cpu-s")
	b.ReportMetric(float64(records)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.SetBytes(int64(size))
}

// copies of the corpus make a folder of 312 MB, so that loading the rules,
// which one core does alone, weighs as little as in a real case.
const copies = 4

// directory unpacks the EVTX corpus into a folder.
func directory(b *testing.B) string {
	files := corpustest.Archive(b, "evtx-dev.tar.zst")
	dir := b.TempDir()
	for _, name := range names(files, "", ".evtx") {
		for n := range copies {
			path := filepath.Join(dir, strconv.Itoa(n), name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				b.Fatal(err)
			}
			if err := os.WriteFile(path, files[name], 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	return dir
}

// A folder of logs to a report, with the embedded rules.
func BenchmarkDirectory(b *testing.B) { report(b, directory(b)) }

// One log of 130 MB to a report, of each kind that is read in parts.
func BenchmarkOneLog(b *testing.B) {
	b.Run("NDJSON", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "a.json")
		if err := os.WriteFile(path, bytes.Repeat(hostEvents(b), 3), 0o644); err != nil {
			b.Fatal(err)
		}
		report(b, path)
	})
	b.Run("EVTX", func(b *testing.B) {
		files := corpustest.Archive(b, "evtx-dev.tar.zst")
		var log bytes.Buffer
		for _, name := range names(files, "", ".evtx") {
			from := evtx.HeaderSize
			if log.Len() == 0 {
				from = 0
			}
			whole := (len(files[name]) - evtx.HeaderSize) / evtx.ChunkSize * evtx.ChunkSize
			log.Write(files[name][from : evtx.HeaderSize+whole])
		}
		path := filepath.Join(b.TempDir(), "a.evtx")
		if err := os.WriteFile(path, append(log.Bytes(), log.Bytes()[evtx.HeaderSize:]...), 0o644); err != nil {
			b.Fatal(err)
		}
		report(b, path)
	})
}

// report runs the command over input on one core and on two.
func report(b *testing.B, input string) {
	for _, cores := range []int{1, 2} {
		b.Run(map[int]string{1: "one core", 2: "two cores"}[cores], func(b *testing.B) {
			old := runtime.GOMAXPROCS(cores)
			defer runtime.GOMAXPROCS(old)
			for b.Loop() {
				d := &command.Detect{JSON: true, Quiet: true, Workers: cores, Inputs: []string{input}}
				var out bytes.Buffer
				code, err := d.Run(context.Background(), command.Streams{Stdout: &out, Stderr: new(bytes.Buffer), Now: time.Now})
				if code != command.Matched {
					b.Fatal(code, err)
				}
			}
		})
	}
}

// Loading the embedded pack into an engine, and what it then holds.
func BenchmarkLoadPack(b *testing.B) {
	p, err := pack.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	var packed bytes.Buffer
	if err := pack.Save(&packed, p); err != nil {
		b.Fatal(err)
	}
	var held uint64
	for b.Loop() {
		before := heap()
		loaded, err := pack.Parse(packed.Bytes())
		if err != nil {
			b.Fatal(err)
		}
		e, _ := detection.New(loaded.Rules)
		m := e.NewMatcher()
		if after := heap(); after > before {
			held = after - before
		}
		runtime.KeepAlive(m)
	}
	b.ReportMetric(float64(held)/1e6, "MB")
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// The whole command on one small file, but for the start of the process.
func BenchmarkSmallFile(b *testing.B) {
	for b.Loop() {
		d := &command.Detect{JSON: true, Quiet: true, Inputs: []string{"../../defence/detection/testdata/sample/logs/certutil.evtx.gz"}}
		if code, err := d.Run(context.Background(), command.Streams{Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer), Now: time.Now}); code != command.Matched {
			b.Fatal(code, err)
		}
	}
}
