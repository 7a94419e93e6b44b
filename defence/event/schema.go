package event

import (
	"embed"
	"fmt"
	"strings"
)

//go:generate go run ./gen

// A Mapping says what one of our fields is called elsewhere. Empty parts say
// that there is no such name.
type Mapping struct {
	Category  string // process, file, network …; any
	Field     string // ours
	Sigma     string
	ECS       string // Elastic Common Schema 9
	Class     string // OCSF 1.8 event class; win/ is its Windows extension
	Attribute string // OCSF attribute
	Windows   string // which events have it
	Linux     string
}

//go:embed schema.tsv
var table embed.FS

// Read returns the lines of schema.tsv.
func Read() ([]Mapping, error) {
	data, err := table.ReadFile("schema.tsv")
	if err != nil {
		return nil, err
	}
	var out []Mapping
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(c) != 8 {
			return nil, fmt.Errorf("schema.tsv: %d columns in %q", len(c), line)
		}
		for i := range c {
			if c[i] == "-" {
				c[i] = ""
			}
		}
		out = append(out, Mapping{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]})
	}
	return out, nil
}

// categories of Sigma, as the categories of the schema.
var categories = map[string]string{
	"process_creation": "process", "process_access": "process", "process_termination": "process",
	"create_remote_thread": "process", "process_tampering": "process",
	"file_event": "file", "file_change": "file", "file_delete": "file", "file_access": "file", "file_rename": "file",
	"create_stream_hash": "file", "network_connection": "network", "dns_query": "dns",
	"registry_event": "registry", "registry_add": "registry", "registry_set": "registry", "registry_delete": "registry",
	"image_load": "module", "driver_load": "module", "ps_script": "script", "ps_module": "script",
	"ps_classic_start": "script", "wmi_event": "wmi", "pipe_created": "pipe",
}

// services of Sigma whose events are of one category of the schema.
var services = map[string]string{
	"security": "authentication", "sshd": "authentication", "auth": "authentication", "sudo": "authentication",
	"taskscheduler": "task", "wmi": "wmi", "system": "service", "windefend": "service", "powershell": "script",
}

// CategoryOf is the category of the schema for a rule's log source.
func CategoryOf(category, service string) string {
	if c, ok := categories[category]; ok {
		return c
	}
	return services[service]
}

// Find returns the mapping of a field in a category, or in any.
func Find(category, field string) (Mapping, bool) {
	m, ok := byName[key{category, field}]
	if !ok {
		m, ok = byName[key{"any", field}]
	}
	return m, ok
}

type key struct{ category, field string }

var byName = func() map[key]Mapping {
	m := make(map[key]Mapping, len(Schema))
	for _, x := range Schema {
		m[key{x.Category, x.Field}] = x
	}
	return m
}()
