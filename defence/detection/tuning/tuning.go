// Package tuning reads the file in which an institution fits rules to its own
// machines: levels changed, rules excluded on some or all hosts, each with a
// reason and, if wanted, a day on which it ends. It is YAML:
//
//	levels:
//	  - rule: 61065c72-5d7d-44ef-bf41-6a36684b545f
//	    level: low
//	    reason: our deployment tool does this each night
//	exclude:
//	  - rule: proc_creation_win_certutil_download
//	    hosts: [build-*]
//	    reason: build servers fetch certificates
//	    until: 2027-03-01
//
// An exclusion whose day has come is no longer applied, and is reported, so
// that it is renewed or removed. The package is pure: the day is given.
package tuning

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tallinn/defence/detection/sigma"
	"tallinn/fault"
)

// ErrTuning says that a tuning file cannot be used, and why.
var ErrTuning = fault.New(fault.Invalid, "tuning.invalid", "the tuning file {{.file}} cannot be used: {{.reason}}; correct it and try again")

// A File is tuning as written.
type File struct {
	Levels  []Level   `yaml:"levels"`
	Exclude []Exclude `yaml:"exclude"`
}

// A Level gives a rule another level.
type Level struct {
	Rule   string `yaml:"rule"`
	Level  string `yaml:"level"`
	Reason string `yaml:"reason"`
}

// An Exclude silences a rule.
type Exclude struct {
	Rule   string   `yaml:"rule"`
	Hosts  []string `yaml:"hosts"` // names, * for any characters; none: everywhere
	Reason string   `yaml:"reason"`
	Until  string   `yaml:"until"` // the first day it no longer holds, YYYY-MM-DD; "": for good
}

// Parse reads a tuning file; name is for messages.
//
// Errors: ErrTuning.
func Parse(name string, data []byte) (*File, error) {
	var f File
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	err := dec.Decode(&f)
	if errors.Is(err, io.EOF) {
		return &f, nil
	}
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return nil, ErrTuning.With("file", name).With("reason", err.Error())
	}
	return &f, nil
}

func (f *File) check() error {
	for _, l := range f.Levels {
		if l.Rule == "" || l.Reason == "" {
			return errors.New("every level needs a rule and a reason")
		}
		if !slices.Contains(sigma.Levels, l.Level) {
			return fmt.Errorf("level %q does not exist: write one of %s", l.Level, strings.Join(sigma.Levels, ", "))
		}
	}
	for _, x := range f.Exclude {
		if x.Rule == "" || x.Reason == "" {
			return errors.New("every exclusion needs a rule and a reason")
		}
		if x.Until != "" && !isDay(x.Until) {
			return fmt.Errorf("until %q is no day: write YYYY-MM-DD", x.Until)
		}
		for _, h := range x.Hosts {
			if _, err := path.Match(h, ""); err != nil {
				return fmt.Errorf("host %q is no pattern", h)
			}
		}
	}
	return nil
}

func isDay(s string) bool {
	return len(s) == 10 && s[4] == '-' && s[7] == '-' && strings.Trim(s, "0123456789-") == ""
}

// Names are what a rule may be called: its id, its name, its file without
// folder and ending.
func Names(r *sigma.Rule) []string {
	base := path.Base(strings.ReplaceAll(r.File, `\`, "/"))
	return []string{r.ID, r.Name, strings.TrimSuffix(strings.TrimSuffix(base, ".yml"), ".yaml")}
}

func is(r *sigma.Rule, name string) bool { return slices.Contains(Names(r), name) }

// LevelOf is the level r is reported at.
func (f *File) LevelOf(r *sigma.Rule) string {
	for _, l := range f.Levels {
		if is(r, l.Rule) {
			return l.Level
		}
	}
	return r.Level
}

// Excluded reports whether matches of r on host are silenced on day
// (YYYY-MM-DD).
func (f *File) Excluded(r *sigma.Rule, host, day string) bool {
	for _, x := range f.Exclude {
		if is(r, x.Rule) && !x.Over(day) && x.on(host) {
			return true
		}
	}
	return false
}

// Over reports whether x has ended by day.
func (x Exclude) Over(day string) bool { return x.Until != "" && day >= x.Until }

func (x Exclude) on(host string) bool {
	return len(x.Hosts) == 0 || slices.ContainsFunc(x.Hosts, func(p string) bool {
		ok, err := path.Match(strings.ToLower(p), strings.ToLower(host))
		return err == nil && ok
	})
}

// Stale returns the exclusions that have ended by day, and the names that no
// rule bears.
func (f *File) Stale(rules []*sigma.Rule, day string) (over []Exclude, unknown []string) {
	known := func(name string) bool {
		return slices.ContainsFunc(rules, func(r *sigma.Rule) bool { return is(r, name) })
	}
	for _, x := range f.Exclude {
		if x.Over(day) {
			over = append(over, x)
		}
		if !known(x.Rule) {
			unknown = append(unknown, x.Rule)
		}
	}
	for _, l := range f.Levels {
		if !known(l.Rule) {
			unknown = append(unknown, l.Rule)
		}
	}
	return over, unknown
}
