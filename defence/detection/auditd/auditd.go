// Package auditd reads the log of the Linux audit daemon. Every line is an
// event of service auditd, its values unquoted and, where the daemon wrote
// them in hexadecimal, decoded: rules compare type, a0, a1, name, exe, key.
//
// The lines of one serial number together tell what happened. When they are
// complete, a process started, a file created or a connection made is also
// given out as an event with Sigma's names for Linux (Image, CommandLine,
// CurrentDirectory, TargetFilename, DestinationIp …) and its category. Such
// an event bears the index of the first of its lines.
package auditd

import (
	"bytes"
	"encoding/hex"
	"io"
	"strconv"
	"strings"

	"tallinn/defence/detection/lines"
	"tallinn/defence/event"
)

// A Reader gives the lines of one log, and what they tell together.
type Reader struct {
	lines *lines.Reader
	n     int
	bad   int
	group group
	ready []*event.Event // told by groups and not yet given out
	held  *event.Event   // a line read while groups had to be told first
}

// NewReader reads src.
func NewReader(src io.Reader) *Reader { return &Reader{lines: lines.NewReader(src)} }

// Err is the error that ended the reading early.
func (r *Reader) Err() error { return r.lines.Err() }

// Bad is how many lines were no audit records.
func (r *Reader) Bad() int { return r.bad }

// Next puts the next event into e and reports whether there was one.
func (r *Reader) Next(e *event.Event) bool {
	for {
		if len(r.ready) > 0 {
			*e = *r.ready[0]
			r.ready = r.ready[1:]
			return true
		}
		if r.held != nil {
			*e = *r.held
			r.held = nil
			r.group.add(e)
			return true
		}
		line, ok := r.lines.Next()
		if !ok {
			if r.ready = r.group.tell(); len(r.ready) == 0 {
				return false
			}
			continue
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		next, ok := parse(string(line))
		if !ok {
			r.bad++
			continue
		}
		next.Index = r.n
		r.n++
		if serial, _ := next.Get("serial"); serial != r.group.serial {
			r.ready = r.group.tell()
			r.group.serial = serial
		}
		r.held = next
	}
}

// parse reads "type=EXECVE msg=audit(1700000000.123:456): argc=2 a0=…",
// perhaps behind a syslog head or node=name.
func parse(line string) (*event.Event, bool) {
	at := strings.Index(line, "type=")
	if at < 0 {
		return nil, false
	}
	e := &event.Event{Product: "linux", Service: "auditd", Raw: line}
	if node, ok := strings.CutPrefix(line[:at], "node="); ok {
		e.Add("node", strings.TrimSpace(node), event.Text)
	}
	kind, rest, ok := strings.Cut(line[at+len("type="):], " ")
	if !ok {
		return nil, false
	}
	e.Add("type", kind, event.Text)
	rest, ok = head(rest, e)
	if !ok {
		return nil, false
	}
	pairs(rest, kind, e)
	return e, true
}

// head reads msg=audit(seconds:serial):
func head(rest string, e *event.Event) (string, bool) {
	from := strings.Index(rest, "audit(")
	if from < 0 {
		return "", false
	}
	stamp, rest, ok := strings.Cut(rest[from+len("audit("):], "):")
	if !ok {
		return "", false
	}
	secs, serial, ok := strings.Cut(stamp, ":")
	if !ok {
		return "", false
	}
	if t, ok := event.ParseTime(secs); ok {
		e.SetTime(t.UnixNano())
	}
	e.Add("serial", serial, event.Text)
	return rest, true
}

// pairs reads key=value, values plain, quoted, or quoted with more pairs in
// them. A group separator begins the part that auditd itself resolved.
func pairs(s, kind string, e *event.Event) {
	for s != "" {
		s = strings.TrimLeft(s, " \t\x1d")
		key, rest, ok := strings.Cut(s, "=")
		if !ok {
			return
		}
		if i := strings.LastIndexAny(key, " \x1d"); i >= 0 {
			key = key[i+1:]
		}
		var value string
		switch {
		case strings.HasPrefix(rest, "'"):
			value, s, _ = strings.Cut(rest[1:], "'")
			pairs(value, kind, e)
			continue
		case strings.HasPrefix(rest, `"`):
			value, s, _ = strings.Cut(rest[1:], `"`)
		default:
			end := strings.IndexAny(rest, " \x1d")
			if end < 0 {
				end = len(rest)
			}
			value, s = decode(rest[:end], key, kind), rest[end:]
		}
		e.Add(key, value, event.Text)
	}
}

// decode undoes the hexadecimal form that untrusted text is written in when
// it holds blanks, quotes or other letters than ASCII.
func decode(v, key, kind string) string {
	if !untrusted(key, kind) || len(v)%2 != 0 || len(v) < 2 {
		return v
	}
	b, err := hex.DecodeString(v)
	if err != nil {
		return v
	}
	return strings.ReplaceAll(strings.TrimRight(string(b), "\x00"), "\x00", " ")
}

func untrusted(key, kind string) bool {
	switch key {
	case "name", "cwd", "comm", "exe", "proctitle", "cmd", "data", "key", "acct", "file", "dir", "path", "watch", "old-name", "new-name":
		return true
	}
	if kind != "EXECVE" || len(key) < 2 || key[0] != 'a' {
		return false
	}
	_, err := strconv.Atoi(key[1:])
	return err == nil
}
