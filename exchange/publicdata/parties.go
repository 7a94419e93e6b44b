package publicdata

import (
	"slices"

	"tallinn/aid/flow"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/mechanism/party"
)

// partyTypes are the words of parties.csv's column type.
var partyTypes = []string{string(party.State), string(party.Organisation), string(party.Body),
	string(party.Account), string(party.Company), string(party.Class)}

// readExtra sets aside the rows of parties.csv without a name: they add to a
// row of another table.
func (s *sheet) readExtra() {
	s.rows[PartiesFile] = slices.DeleteFunc(s.rows[PartiesFile], func(r table.Row) bool {
		adds := r.Get("name") == ""
		if adds {
			s.extra[party.ID(r.Get("id"))] = r
		}
		return adds
	})
}

func (s *sheet) readParties() {
	for _, r := range s.rows[PartiesFile] {
		c := s.cells(PartiesFile, r)
		id := party.ID(r.Get("id"))
		reg := party.Registered{Party: id, Name: c.needed("name"), NameUk: c.text("name_uk"),
			Type: party.Type(c.word("type", partyTypes...)), Country: c.text("country"), Source: c.source(string(id))}
		s.register(c, reg, nil)
	}
}

func (s *sheet) readMembers() {
	for _, r := range s.rows[MembersFile] {
		c := s.cells(MembersFile, r)
		id := party.ID(r.Get("code"))
		reg := party.Registered{Party: id, Type: party.State, Country: string(id),
			Name: c.needed("name"), NameUk: c.text("name_uk"), Source: c.source(string(id))}
		if x, ok := s.extra[id]; ok {
			reg.Type, reg.Country = party.Type(x.Get("type")), x.Get("country")
		}
		joined := party.Joined{Party: id, On: c.date("since"), Note: c.text("note"), Source: reg.Source,
			Role:      party.Role(c.word("role", string(party.Partner), string(party.Recipient), string(party.Observer))),
			Precision: party.Precision(c.word("since_precision", string(party.JoinedOn), string(party.SeenBy)))}
		if r.Get("since") == "" {
			c.note("since", table.ErrRequired)
		}
		s.register(c, reg, &joined)
	}
}

// readBodies: a fund is a programme's account. An empty composition stays
// empty, which is shown as "composition not published".
func (s *sheet) readBodies() {
	for _, r := range s.rows[BodiesFile] {
		c := s.cells(BodiesFile, r)
		id := party.ID(r.Get("id"))
		reg := party.Registered{Party: id, Type: party.Body, Name: c.needed("name"), Sort: c.needed("kind"),
			Place: c.text("place"), Function: c.text("function"), Composition: c.text("composition"),
			On: c.date("since"), Source: c.source(string(id))}
		if reg.Sort == "fund" {
			reg.Type = party.Account
		}
		if x, ok := s.extra[id]; ok {
			reg.Type, reg.Country, reg.NameUk = party.Type(x.Get("type")), x.Get("country"), x.Get("name_uk")
		}
		s.register(c, reg, nil)
	}
}

// readRecipients: classes of Ukrainian recipients. Single institutions are
// not in the table on purpose.
func (s *sheet) readRecipients() {
	for _, r := range s.rows[RecipientsFile] {
		c := s.cells(RecipientsFile, r)
		id := party.ID(r.Get("id"))
		s.register(c, party.Registered{Party: id, Type: party.Class, Country: party.Ukraine,
			Name: c.needed("name"), NameUk: c.text("name_uk"), Source: c.source(string(id))}, nil)
	}
}

func (s *sheet) register(c *cells, reg party.Registered, joined *party.Joined) {
	column := Columns(c.file)[0]
	if file, twice := s.made[reg.Party]; twice {
		c.note(column, ErrPartyTwice.With("party", reg.Party).With("file", file))
	}
	if f := s.names.add(reg.Name, reg.Party); f != nil {
		c.note("name", f)
	}
	o := Outcome{Fact: reg.Kind() + " " + string(reg.Type)}
	made := []fact.Body{reg}
	if joined != nil {
		o.Fact += "; " + joined.Kind() + " " + string(joined.Role)
		made = append(made, *joined)
	}
	if s.take(c, string(reg.Party), partyThing{reg, joined}, o, made...); !c.bad {
		s.names.parties[reg.Party] = party.Party{Registered: reg}
		s.made[reg.Party] = c.file
	}
}

func (s *sheet) readAliases() {
	for _, r := range s.rows[AliasesFile] {
		c := s.cells(AliasesFile, r)
		name, id := c.needed("name"), party.ID(c.needed("party"))
		if f := s.names.add(name, id); f != nil {
			c.note("name", f)
		}
		if c.bad {
			s.bad[AliasesFile]++
		}
	}
}

// lineWords are the words of lines.csv's column line.
var lineWords = []string{string(flow.Training), string(flow.Detection), string(flow.Response),
	string(flow.Infrastructure), string(flow.Connectivity), string(flow.Continuity), string(flow.Coordination)}

func (s *sheet) readLines() {
	for _, r := range s.rows[LinesFile] {
		c := s.cells(LinesFile, r)
		if line := c.word("line", lineWords...); !c.bad {
			s.lines[r.Get("row")] = flow.Line(line)
			continue
		}
		s.bad[LinesFile]++
	}
}
