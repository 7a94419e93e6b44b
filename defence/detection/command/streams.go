package command

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"tallinn/fault"
)

// Exit codes.
const (
	NoMatch = 0
	Matched = 1
	Failed  = 2
)

// Streams is what a command has of its surroundings.
type Streams struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Now    func() time.Time // for progress and for tuning that ends on a day
	// Terminal says that a person watches Stderr, so that progress is shown.
	Terminal bool

	status *status // see watched
}

var (
	// ErrNoInput says that nothing could be read.
	ErrNoInput = fault.New(fault.Invalid, "detect.no_input", "no log could be read; name a file, a folder, or - for standard input")
	// ErrNoRules says that no rule could be used.
	ErrNoRules = fault.New(fault.Invalid, "detect.no_rules", "no rule could be used; the reasons are above, or give others with --rules")
	// ErrNoneWanted says that the flags leave no rule.
	ErrNoneWanted = fault.New(fault.Invalid, "detect.none_wanted", "none of the rules is wanted: --tags, --min-level and --exclude leave nothing; ask for less")
	// ErrRules says that a path given for rules cannot be read.
	ErrRules = fault.New(fault.Invalid, "detect.rules", "the rules at {{.path}} cannot be read; check the path")
	// ErrLevel says that a level does not exist.
	ErrLevel = fault.New(fault.Invalid, "detect.level", "there is no level {{.level}}; write informational, low, medium, high or critical")
	// ErrTime says that a time cannot be understood.
	ErrTime = fault.New(fault.Invalid, "detect.time", "{{.time}} is no time; write 2026-03-01, 2026-03-01T12:00:00Z, or 7d for a week ago")
	// ErrFormats says that two forms of output were asked for.
	ErrFormats = fault.New(fault.Invalid, "detect.formats", "only one of --json, --csv, --ecs, --table and --sarif can be printed; choose one (--html FILE may go beside it)")
	// ErrFile says that a file named by a flag cannot be read.
	ErrFile = fault.New(fault.Invalid, "detect.file", "{{.path}} cannot be read; check the path")
	// ErrWrite says that a file named by a flag cannot be written.
	ErrWrite = fault.New(fault.Invalid, "detect.write", "{{.path}} cannot be written; check the folder and your rights")
	// ErrRule says that no rule has a name.
	ErrRule = fault.New(fault.Missing, "detect.rule", "no rule is called {{.rule}}; give its id, or its file's name without .yml")
	// ErrRecord says that a log has no such record.
	ErrRecord = fault.New(fault.Missing, "detect.record", "{{.file}} has no record {{.index}}; records count from 0")
)

func (s Streams) now() time.Time {
	if s.Now == nil {
		return time.Time{}
	}
	return s.Now()
}

// say prints a line for people, beside the results.
func (s Streams) say(format string, args ...any) { fmt.Fprintf(s.Stderr, format+"\n", args...) }

// parseTime reads the time of a flag, as it is or as how long ago it is (90m,
// 24h, 7d); "" is no bound.
func (s Streams) parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	units := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	end := len(text) - 1
	if n, err := strconv.ParseUint(text[:end], 10, 16); err == nil && units[text[end]] > 0 {
		return s.now().Add(-time.Duration(n) * units[text[end]]), nil
	}
	return time.Time{}, ErrTime.With("time", text)
}

// counted is n of a thing.
func counted(n int, thing, things string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + things
}
