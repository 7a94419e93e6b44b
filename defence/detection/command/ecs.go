package command

import (
	"io"
	"slices"
	"strings"

	"tallinn/defence/detection/scan"
	"tallinn/defence/event"
)

// ecsPrinter writes alerts in the Elastic Common Schema, one a line, with
// the names of the schema in package event.
type ecsPrinter struct{ w io.Writer }

func (p *ecsPrinter) match(m *scan.Match) error { return writeLine(p.w, ecsOf(m)) }
func (p *ecsPrinter) end() error                { return nil }

// severities of ECS are numbers; these are those Elastic's own rules use.
var severities = map[string]int{"informational": 1, "low": 21, "medium": 47, "high": 73, "critical": 99}

func ecsOf(m *scan.Match) map[string]any {
	r := m.Rule
	out := map[string]any{
		"ecs.version": "9.0.0", "event.kind": "alert", "event.code": m.EventID, "event.severity": severities[m.Level],
		"rule.id": r.ID, "rule.name": r.Title, "rule.author": []string{r.Author}, "rule.license": licence(r),
		"rule.reference": link(r), "message": r.Title, "log.file.path": m.File, "host.name": m.Host,
		"labels.level": m.Level, "labels.record_index": m.Index, "tags": r.Tags,
	}
	if t := timeText(m); t != "" {
		out["@timestamp"] = t
	}
	if ids := techniques(r.Tags); len(ids) > 0 {
		out["threat.framework"] = "MITRE ATT&CK"
		out["threat.technique.id"] = ids
	}
	category := event.CategoryOf(r.Source.Category, r.Source.Service)
	for _, f := range m.Event.Fields {
		mapping, ok := event.Find(category, f.Name)
		if !ok || mapping.ECS == "" || f.Kind == event.Null || f.Value == "" {
			continue
		}
		if _, taken := out[mapping.ECS]; !taken {
			out[mapping.ECS] = ecsValue(mapping.ECS, f.Value)
		}
	}
	return nest(out)
}

// ecsValue takes the SHA-256 out of Sysmon's list of hashes.
func ecsValue(name, value string) any {
	if !strings.HasSuffix(name, ".hash.sha256") {
		return value
	}
	for part := range strings.SplitSeq(value, ",") {
		if hash, ok := strings.CutPrefix(part, "SHA256="); ok {
			return strings.ToLower(hash)
		}
	}
	return value
}

// nest turns dotted names into objects.
func nest(flat map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range flat {
		at := out
		parts := strings.Split(name, ".")
		for _, p := range parts[:len(parts)-1] {
			next, ok := at[p].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[p] = next
			}
			at = next
		}
		at[parts[len(parts)-1]] = v
	}
	return out
}

// techniques are the ATT&CK techniques among tags, in their own writing.
func techniques(tags []string) []string {
	var out []string
	for _, t := range tags {
		id, ok := strings.CutPrefix(strings.ToLower(t), "attack.t")
		if ok && len(id) >= 4 && id[0] >= '0' && id[0] <= '9' {
			out = append(out, "T"+id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// tacticNames are ATT&CK's tactics in the order of an attack.
var tacticNames = []string{"reconnaissance", "resource-development", "initial-access", "execution", "persistence",
	"privilege-escalation", "defense-evasion", "stealth", "defense-impairment", "credential-access", "discovery", "lateral-movement", "collection",
	"command-and-control", "exfiltration", "impact"}

// tactics are those among tags.
func tactics(tags []string) []string {
	var out []string
	for _, t := range tags {
		if name := tactic(t); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// tactic is the one that a tag names, or "".
func tactic(tag string) string {
	name := strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(tag), "attack."), "_", "-")
	if slices.Contains(tacticNames, name) {
		return name
	}
	return ""
}

// cells are the places in the matrix that tags name: {tactic, technique}, ""
// for a tactic without one. Rules name tactics and then the techniques that
// serve them; after a technique, a tactic begins anew.
func cells(tags []string) [][2]string {
	var out [][2]string
	var group []string // of tactics
	served := true     // by a technique
	for _, tag := range tags {
		if t := tactic(tag); t != "" {
			if served {
				group, served = nil, false
			}
			group = append(group, t)
			continue
		}
		for _, id := range techniques([]string{tag}) {
			served = true
			for _, t := range group {
				if c := [2]string{t, id}; !slices.Contains(out, c) {
					out = append(out, c)
				}
			}
		}
	}
	if !served {
		for _, t := range group {
			out = append(out, [2]string{t, ""})
		}
	}
	return out
}
