// Package logsource says which Sigma log sources an event feeds. The tables
// windows.tsv and linux.tsv hold what is known of channels and event ids; a
// reader or sensor that knows better says so in the event's Service and
// Category.
//
// The package is pure; its tables are embedded.
package logsource

import (
	_ "embed"
	"slices"
	"strings"

	"tallinn/defence/event"
)

//go:embed windows.tsv
var windowsTable string

//go:embed linux.tsv
var linuxTable string

// An entry is a line of a table: events of one channel, some ids, one type.
type entry struct {
	service, category string
	ids               []string // nil: any
	eventType         string   // "": any
}

// tables are by product, then by channel (Windows) or service (Linux).
var tables = map[string]map[string][]entry{
	"windows": parse(windowsTable),
	"linux":   parse(linuxTable),
}

func parse(table string) map[string][]entry {
	out := make(map[string][]entry)
	for line := range strings.Lines(table) {
		cols := strings.Split(strings.TrimSpace(line), "\t")
		if len(cols) != 5 || strings.HasPrefix(line, "#") {
			continue
		}
		var e entry
		if cols[0] == "service" {
			e.service = cols[1]
		} else {
			e.category = cols[1]
		}
		if cols[3] != "-" {
			e.ids = strings.Split(cols[3], ",")
		}
		if cols[4] != "-" {
			e.eventType = cols[4]
		}
		out[cols[2]] = append(out[cols[2]], e)
	}
	return out
}

// A Key is what of an event decides its log sources.
type Key struct {
	Product, Service, Category string // as the reader stated them
	Channel, ID                string
	EventType                  string // only where the id alone does not decide: see TypeField
}

// TypeField is the field that tells events with this id apart, or "".
func TypeField(id string) string {
	switch id {
	case "12":
		return "EventType"
	case "4657":
		return "OperationType"
	}
	return ""
}

// Sources are the log sources an event feeds.
type Sources struct {
	Product              string
	Services, Categories []string
}

// Of returns the log sources that k feeds.
func Of(k Key) Sources {
	s := Sources{Product: k.Product}
	if k.Service != "" {
		s.Services = append(s.Services, k.Service)
	}
	if k.Category != "" {
		s.Categories = append(s.Categories, k.Category)
	}
	s.add(k, strings.ToLower(k.Channel))
	if k.Product == "linux" {
		s.add(k, k.Service)
	}
	return s
}

func (s *Sources) add(k Key, place string) {
	if place == "" {
		return
	}
	if s.Product == "" && k.Channel != "" {
		s.Product = "windows"
		if strings.HasPrefix(place, "linux-") {
			s.Product = "linux"
		}
	}
	for _, e := range tables[s.Product][place] {
		if e.ids != nil && !slices.Contains(e.ids, k.ID) {
			continue
		}
		if e.eventType != "" && !strings.EqualFold(e.eventType, k.EventType) {
			continue
		}
		if e.service != "" && !slices.Contains(s.Services, e.service) {
			s.Services = append(s.Services, e.service)
		}
		if e.category != "" && !slices.Contains(s.Categories, e.category) {
			s.Categories = append(s.Categories, e.category)
		}
	}
}

// Feeds reports whether events of s are for rules that ask for category,
// product and service; an empty part asks for nothing.
func (s Sources) Feeds(category, product, service string) bool {
	return (product == "" || product == s.Product) &&
		(service == "" || slices.Contains(s.Services, service)) &&
		(category == "" || slices.Contains(s.Categories, category))
}

// Known reports whether some event of the tables can feed a rule that asks
// for category, product and service. Of a product without a table nothing is
// known, and every rule without product may be fed by a reader's own word.
func Known(category, product, service string) bool {
	table, ok := tables[product]
	if !ok {
		return false
	}
	if category == "" && service == "" {
		return true
	}
	has := func(match func(entry) bool) bool {
		for _, list := range table {
			if slices.ContainsFunc(list, match) {
				return true
			}
		}
		return false
	}
	return (category == "" || has(func(e entry) bool { return e.category == category }) || sensor(product, category)) &&
		(service == "" || has(func(e entry) bool { return e.service == service }))
}

// sensor reports whether the readers of this project state the category of
// such events themselves.
func sensor(product, category string) bool {
	return product == "linux" && slices.Contains(
		[]string{"process_creation", "file_event", "network_connection", "file_delete"}, category)
}

// KeyOf reads the key out of an event.
func KeyOf(e *event.Event) Key {
	k := Key{Product: e.Product, Service: e.Service, Category: e.Category, Channel: e.Channel(), ID: e.ID()}
	if f := TypeField(k.ID); f != "" {
		k.EventType, _ = e.Get(f)
	}
	return k
}
