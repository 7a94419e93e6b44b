package command

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"tallinn/defence/detection/scan"
	"tallinn/defence/event"
)

// LogsLogons is "tallinn logs logons": who logged on where, from where, how
// often, and how often it failed.
type LogsLogons struct {
	JSON   bool     `kong:"-"`
	Since  string   `name:"since" help:"Only events at or after this time, or so long ago (24h, 7d)." placeholder:"TIME"`
	Until  string   `name:"until" help:"Only events before this time, or so long ago." placeholder:"TIME"`
	Inputs []string `arg:"" name:"input" help:"Logs, as for detect."`
}

// A logon is what the table counts by.
type logon struct {
	Host    string `json:"host"`
	Account string `json:"account"`
	Type    string `json:"type"`
	From    string `json:"from"`
	Outcome string `json:"outcome"` // "success" or "failure"
}

// logonTypes are the meanings of LogonType in events 4624 and 4625.
var logonTypes = map[string]string{"2": "interactive", "3": "network", "4": "batch", "5": "service", "7": "unlock",
	"8": "network cleartext", "9": "new credentials", "10": "remote interactive", "11": "cached interactive",
	"12": "cached remote interactive", "13": "cached unlock"}

// logonRow is a line of the table.
type logonRow struct {
	logon
	Count int    `json:"count"`
	First string `json:"first"`
	Last  string `json:"last"`
}

// Run prints the table and returns the exit code.
func (c *LogsLogons) Run(ctx context.Context, s Streams) (int, error) {
	rows := map[logon]*logonRow{}
	options := scan.Options{Workers: 1, Each: func(_ int, e *event.Event) { addLogon(rows, e) }}
	var err error
	if options.Since, err = s.parseTime(c.Since); err != nil {
		return Failed, err
	}
	if options.Until, err = s.parseTime(c.Until); err != nil {
		return Failed, err
	}
	sources, err := find(s, c.Inputs)
	if err != nil {
		return Failed, err
	}
	var p scan.Progress
	err = scan.Run(ctx, options, sources, &p, func(r scan.Result) error { tellReport(s, r.Report); return nil })
	if err != nil {
		return Failed, err
	}
	sorted := slices.SortedFunc(maps.Values(rows), func(a, b *logonRow) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Host, b.Host), cmp.Compare(a.Account, b.Account),
			cmp.Compare(a.From, b.From), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Outcome, b.Outcome))
	})
	if c.JSON {
		for _, r := range sorted {
			if err := writeLine(s.Stdout, r); err != nil {
				return Failed, err
			}
		}
		return NoMatch, nil
	}
	fmt.Fprintf(s.Stdout, "%7s  %-8s  %-28s  %-26s  %-20s  %-24s  %-19s  %s\n", "COUNT", "OUTCOME", "ACCOUNT", "TYPE", "FROM", "HOST", "FIRST", "LAST")
	for _, r := range sorted {
		fmt.Fprintf(s.Stdout, "%7d  %-8s  %-28s  %-26s  %-20s  %-24s  %-19s  %s\n", r.Count, r.Outcome, plain(r.Account), plain(r.Type),
			plain(cmp.Or(r.From, "-")), plain(cmp.Or(r.Host, "-")), r.First, r.Last)
	}
	s.say("%d logons and failures in %d records", len(sorted), p.Events())
	return NoMatch, nil
}

func addLogon(rows map[logon]*logonRow, e *event.Event) {
	l, ok := logonOf(e)
	if !ok {
		return
	}
	when := ""
	if t, ok := e.Time(); ok {
		when = t.Format(time.DateTime)
	}
	r := rows[l]
	if r == nil {
		for _, p := range []*string{&l.Host, &l.Account, &l.Type, &l.From, &l.Outcome} {
			*p = strings.Clone(*p)
		}
		r = &logonRow{logon: l, First: when, Last: when}
		rows[l] = r
	}
	r.Count++
	if when != "" {
		r.First, r.Last = cmp.Or(min(r.First, when), when), max(r.Last, when)
	}
}

func logonOf(e *event.Event) (logon, bool) {
	if e.Raw != "" {
		return unixLogon(e)
	}
	get := func(names ...string) string {
		for _, n := range names {
			if v, ok := e.Get(n); ok && v != "" && v != "-" {
				return v
			}
		}
		return ""
	}
	l := logon{Host: e.Host(), Outcome: "success", From: get("IpAddress", "WorkstationName", "Workstation")}
	l.Account = account(get("TargetDomainName"), get("TargetUserName"))
	security := strings.EqualFold(e.Channel(), "Security")
	switch id := e.ID(); {
	case security && (id == "4624" || id == "4625"):
		l.Type = cmp.Or(logonTypes[get("LogonType")], "type "+get("LogonType"))
		if id == "4625" {
			l.Outcome = "failure"
		}
	case security && id == "4648":
		l.Type, l.From = "explicit credentials", cmp.Or(get("TargetServerName"), l.From)
	case security && (id == "4768" || id == "4769" || id == "4771" || id == "4776"):
		l.Type = map[string]string{"4768": "kerberos ticket", "4769": "kerberos service", "4771": "kerberos pre-authentication", "4776": "ntlm"}[id]
		if status := get("Status"); id == "4771" || status != "" && strings.Trim(status, "0x") != "" {
			l.Outcome = "failure"
		}
	case strings.HasPrefix(e.Channel(), "Microsoft-Windows-TerminalServices-LocalSessionManager") && (id == "21" || id == "25"):
		l.Type, l.Account, l.From = "remote desktop session", get("User"), get("Address")
	default:
		return l, false
	}
	return l, true
}

func account(domain, user string) string {
	if domain == "" {
		return user
	}
	return domain + `\` + user
}

// sshLine is what OpenSSH writes of a logon.
var sshLine = regexp.MustCompile(`(Accepted|Failed) (\S+) for (?:invalid user )?(\S*) from (\S+) port`)

// sessionLine is what PAM writes when a session begins.
var sessionLine = regexp.MustCompile(`\((su|sudo|login|su-l)(?:[:-][a-z]*)*\): session opened for user ([^ (]+)`)

func unixLogon(e *event.Event) (logon, bool) {
	l := logon{Host: e.Host(), Outcome: "success"}
	if m := sshLine.FindStringSubmatch(e.Raw); m != nil {
		l.Account, l.Type, l.From = m[3], "ssh "+m[2], m[4]
		if m[1] == "Failed" {
			l.Outcome = "failure"
		}
		return l, true
	}
	if m := sessionLine.FindStringSubmatch(e.Raw); m != nil {
		l.Account, l.Type = m[2], m[1]
		return l, true
	}
	return l, false
}
