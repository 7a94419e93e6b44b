// Package syslog reads system logs of Linux: RFC 5424, the older RFC 3164
// form that /var/log holds, and the same with an ISO time. Each line is an
// event with the fields hostname, program, pid and message, and the line
// itself for keywords. The program decides which Sigma service it feeds.
package syslog

import (
	"bytes"
	"io"
	"strings"
	"time"

	"tallinn/defence/detection/lines"
	"tallinn/defence/event"
)

// A Reader gives the lines of one log.
type Reader struct {
	lines *lines.Reader
	year  int
	n     int
}

// NewReader reads src. The old form tells no year: year is taken, or with 0
// such lines have no time.
func NewReader(src io.Reader, year int) *Reader {
	return &Reader{lines: lines.NewReader(src), year: year}
}

// Err is the error that ended the reading early.
func (r *Reader) Err() error { return r.lines.Err() }

// Next puts the next line into e and reports whether there was one.
func (r *Reader) Next(e *event.Event) bool {
	for {
		line, ok := r.lines.Next()
		if !ok {
			return false
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		e.Reset()
		e.Index = r.n
		r.n++
		r.Parse(event.View(line), e)
		return true
	}
}

// Parse puts one line into e. A line in no known form is a message.
func (r *Reader) Parse(line string, e *event.Event) {
	e.Product, e.Service, e.Raw = "linux", "syslog", line
	rest := line
	if strings.HasPrefix(rest, "<") {
		if i := strings.IndexByte(rest, '>'); i > 0 && i <= 4 {
			e.Add("priority", rest[1:i], event.Number)
			rest = rest[i+1:]
		}
	}
	if strings.HasPrefix(rest, "1 ") && rest != line {
		r.modern(rest[2:], e)
		return
	}
	if stamp, after, ok := r.stamp(rest, e); ok {
		e.Add("timestamp", stamp, event.Text)
		host, after, _ := strings.Cut(after, " ")
		e.Add("hostname", host, event.Text)
		program, message := tag(after)
		r.program(program, e)
		e.Add("message", message, event.Text)
		return
	}
	e.Add("message", rest, event.Text)
}

// modern reads what follows the version in RFC 5424, section 6.
func (r *Reader) modern(rest string, e *event.Event) {
	names := [...]string{"timestamp", "hostname", "program", "pid", "msgid"}
	for _, name := range names {
		var v string
		v, rest, _ = strings.Cut(rest, " ")
		if v == "-" {
			continue
		}
		switch name {
		case "timestamp":
			if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
				e.SetTime(t.UnixNano())
			}
		case "program":
			e.Service = service(v)
		}
		e.Add(name, v, event.Text)
	}
	rest = structured(rest)
	e.Add("message", strings.TrimPrefix(rest, "\ufeff"), event.Text)
}

// structured skips the structured data: - or [id key="value"]…
func structured(rest string) string {
	if strings.HasPrefix(rest, "-") {
		return strings.TrimPrefix(rest[1:], " ")
	}
	for strings.HasPrefix(rest, "[") {
		quoted := false
		i := 1
		for ; i < len(rest); i++ {
			if rest[i] == '\\' && quoted {
				i++
			} else if rest[i] == '"' {
				quoted = !quoted
			} else if rest[i] == ']' && !quoted {
				break
			}
		}
		if i >= len(rest) {
			return rest
		}
		rest = rest[i+1:]
	}
	return strings.TrimPrefix(rest, " ")
}

// stamp reads the time a line begins with.
func (r *Reader) stamp(s string, e *event.Event) (stamp, rest string, ok bool) {
	if len(s) > 16 && s[3] == ' ' && s[6] == ' ' && s[15] == ' ' {
		t, err := time.Parse("Jan _2 15:04:05", s[:15])
		if err != nil {
			return "", s, false
		}
		if r.year > 0 {
			e.SetTime(t.AddDate(r.year, 0, 0).UnixNano())
		}
		return s[:15], s[16:], true
	}
	word, rest, found := strings.Cut(s, " ")
	if !found || len(word) < 19 {
		return "", s, false
	}
	t, err := time.Parse(time.RFC3339Nano, word)
	if err != nil {
		return "", s, false
	}
	e.SetTime(t.UnixNano())
	return word, rest, true
}

// tag splits "sshd[123]: text".
func tag(s string) (tag, message string) {
	head, message, ok := strings.Cut(s, ": ")
	if !ok || strings.ContainsAny(head, " \t") {
		return "", s
	}
	return head, message
}

func (r *Reader) program(tag string, e *event.Event) {
	name, pid, ok := strings.Cut(tag, "[")
	if name == "" {
		return
	}
	e.Add("program", name, event.Text)
	if ok {
		e.Add("pid", strings.TrimSuffix(pid, "]"), event.Text)
	}
	e.Service = service(name)
}

// service is the Sigma service of a program's lines.
func service(program string) string {
	switch p := strings.ToLower(program[strings.LastIndexByte(program, '/')+1:]); p {
	case "sshd", "sshd-session":
		return "sshd"
	case "sudo", "vsftpd", "guacamole", "auditd":
		return p
	case "guacd":
		return "guacamole"
	case "cron", "crond", "anacron":
		return "cron"
	case "clamd", "clamav", "freshclam", "clamscan":
		return "clamav"
	case "su", "login", "systemd-logind", "useradd", "usermod", "groupadd", "passwd", "polkitd", "pkexec":
		return "auth"
	}
	return "syslog"
}

// Service is the Sigma service that lines of program feed.
func Service(program string) string { return service(program) }
