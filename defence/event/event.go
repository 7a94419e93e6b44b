package event

import (
	"strconv"
	"time"
)

// Kind is the type a reader found a value in. Comparison is by text; the kind
// tells null from an empty text and keeps numbers numbers in output.
type Kind uint8

const (
	Text Kind = iota
	Number
	Bool
	Null

	packed // Text that is still written as in the log: see packed.go
)

// A Field is one named value. A name may occur several times: then each of
// its values counts.
type Field struct {
	Name  string
	Value string
	Kind  Kind
	Num   int32 // of Name in the event's Names, from 1; 0: not numbered
}

// An Event is one record of a log. Readers reuse it: name, values and Raw are
// views that stand until the reader's next record. Use Clone to keep one.
type Event struct {
	Product  string // "windows", "linux", or "" when the reader cannot tell
	Service  string // the Sigma service, when the reader knows it: "auditd", "sshd"
	Category string // the Sigma category, when the reader knows it: "process_creation"
	Fields   []Field
	Raw      string // the record's own text, for text logs; else ""
	Index    int    // of the record in its file, from 0, in the file's order
	Names    *Names // whose numbers the fields bear, or nil

	derived int // the last fields, which the log does not have
	record  string
	write   func(string) string
	nanos   int64 // time since 1970, when the reader knows it
	timed   bool
}

// Reset empties e for the next record, keeping its memory.
func (e *Event) Reset() {
	e.Fields = e.Fields[:0]
	e.Product, e.Service, e.Category, e.Raw = "", "", "", ""
	e.Index, e.nanos, e.timed = 0, 0, false
	e.Names, e.derived, e.record, e.write = nil, 0, "", nil
}

// Add appends a field.
func (e *Event) Add(name, value string, kind Kind) { e.AddNumbered(name, value, kind, 0) }

// AddNumbered appends a field whose name has a number in e's Names.
func (e *Event) AddNumbered(name, value string, kind Kind, num int32) {
	e.Fields = append(e.Fields, Field{name, value, kind, num})
}

// Derive appends a field that is not in the log: what rules also call one that
// is. Clone leaves it out.
func (e *Event) Derive(name, value string) {
	e.Add(name, value, Text)
	e.derived++
}

// Logged is how many of the fields are in the log: the derived ones come last.
func (e *Event) Logged() int { return len(e.Fields) - e.derived }

// Derived reports whether e has been given further fields.
func (e *Event) Derived() bool { return e.derived > 0 }

// Get returns the first value called name.
func (e *Event) Get(name string) (string, bool) {
	for i := range e.Fields {
		if e.Fields[i].Name == name && e.Fields[i].Kind != Null {
			return e.Text(i), true
		}
	}
	return "", false
}

// first returns the first non-empty value among names.
func (e *Event) first(names ...string) string {
	for _, n := range names {
		if v, ok := e.Get(n); ok && v != "" {
			return v
		}
	}
	return ""
}

// SetTime says when the event happened, in nanoseconds since 1970 UTC.
func (e *Event) SetTime(nanos int64) { e.nanos, e.timed = nanos, true }

// timeFields are where text logs keep the time, the best first.
var timeFields = []string{"SystemTime", "TimeCreated_SystemTime", "TimeCreated", "@timestamp", "UtcTime",
	"EventTime", "timestamp", "__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP", "time", "ts"}

// Time is when the event happened, in UTC. Times without a zone are taken as
// UTC. ok is false when the record does not say.
func (e *Event) Time() (t time.Time, ok bool) {
	if e.timed {
		return time.Unix(0, e.nanos).UTC(), true
	}
	for _, name := range timeFields {
		if v, found := e.Get(name); found {
			if t, ok := ParseTime(v); ok {
				return t.UTC(), true
			}
		}
	}
	return time.Time{}, false
}

// layouts are the forms of time seen in logs.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999Z0700", "2006-01-02",
	"Jan _2 15:04:05 2006", "1/2/2006 3:04:05 PM",
}

// ParseTime reads a time in one of the forms logs use, or a number of
// seconds, milliseconds, microseconds or nanoseconds since 1970. The zone is
// kept as written; without one it is UTC.
func ParseTime(s string) (time.Time, bool) {
	if len(s) < 8 || len(s) > 40 {
		return time.Time{}, false
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t, true
		}
	}
	return epoch(s)
}

func epoch(s string) (time.Time, bool) {
	if x, err := strconv.ParseFloat(s, 64); err == nil && len(s) < 19 && x > 0 && x < 1e11 {
		return time.UnixMicro(int64(x * 1e6)).UTC(), true
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n < 0:
		return time.Time{}, false
	case n < 1e14:
		return time.UnixMilli(n).UTC(), true
	case n < 1e17:
		return time.UnixMicro(n).UTC(), true
	}
	return time.Unix(0, n).UTC(), true
}

// Host is the computer the event happened on, or "".
func (e *Event) Host() string {
	return e.first("Computer", "Hostname", "computer_name", "_HOSTNAME", "hostname", "host", "node")
}

// Channel is the Windows event log, or "".
func (e *Event) Channel() string { return e.first("Channel", "channel", "log_name") }

// ID is the number of the kind of event (EventID), or "".
func (e *Event) ID() string { return e.first("EventID", "event_id", "EventId") }

// RecordID is the record's own number (EventRecordID), or "".
func (e *Event) RecordID() string {
	return e.first("EventRecordID", "RecordNumber", "record_id", "serial")
}

// Clone returns a copy that shares nothing with e's reader: what is in the log,
// without derived fields.
func (e *Event) Clone() *Event {
	e.Unpack()
	c := *e
	c.Names, c.derived, c.record, c.write = nil, 0, "", nil
	c.Raw = string([]byte(e.Raw))
	c.Product, c.Service = string([]byte(e.Product)), string([]byte(e.Service))
	c.Category = string([]byte(e.Category))
	fields := e.Fields[:e.Logged()]
	c.Fields = make([]Field, len(fields))
	for i, f := range fields {
		c.Fields[i] = Field{string([]byte(f.Name)), string([]byte(f.Value)), f.Kind, 0}
	}
	return &c
}
