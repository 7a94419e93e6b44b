package publicdata

import (
	"tallinn/aid/project"
	"tallinn/exchange/table"
	"tallinn/mechanism/milestone"
)

func (s *sheet) readProjects() {
	for _, r := range s.rows[ProjectsFile] {
		c := s.cells(ProjectsFile, r)
		key := r.Get("id")
		w := project.Recorded{
			Name: c.needed("name"), ProviderSaid: c.text("provider"), ImplementerSaid: c.text("implementer"),
			Providers: c.party("provider", s.names).ids, Implementers: c.party("implementer", s.names).ids,
			Recipients: c.text("recipients"), Capability: c.text("capability"),
			Quantity: c.number("quantity"), Unit: c.text("unit"), Start: c.date("start"), End: c.date("end"),
			Result: c.text("result"), Source: c.source(key),
		}
		s.take(c, key, projectThing{w}, Outcome{Fact: w.Kind()}, w)
	}
}

// precisions are the words of timeline.csv's column precision.
var precisions = []string{"day", "month", "year"}

func (s *sheet) readTimeline() {
	for _, r := range s.rows[TimelineFile] {
		c := s.cells(TimelineFile, r)
		key := timelineKey(r)
		m := milestone.Recorded{On: c.date("date"), Event: c.needed("event"), Source: c.source(key)}
		if r.Get("date") == "" {
			c.note("date", table.ErrRequired)
		}
		if p := c.word("precision", precisions...); !c.bad && p != m.On.Precision() {
			c.note("precision", ErrPrecision.With("date", m.On.Precision()).With("precision", p))
		}
		s.take(c, key, eventThing{m}, Outcome{Fact: m.Kind()}, m)
	}
}
