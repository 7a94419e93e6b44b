package publicdata

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/go-json-experiment/json"

	"tallinn/aid/flow"
	"tallinn/exchange/table"
	"tallinn/fact"
	"tallinn/mechanism/party"
)

// A sheet is everything that was read: the rows that can be imported and the
// problems of those that cannot.
type sheet struct {
	problems table.Problems
	broken   map[string]bool           // files that could not be read
	keys     map[string]map[string]int // the line of every row, good and bad, by file
	bad      map[string]int            // rows with a problem, by file
	items    []item
	outcomes []Outcome

	rows  map[string][]table.Row // good so far, by file
	lines map[string]flow.Line   // of contributions
	names names
	extra map[party.ID]table.Row // rows of parties.csv that add to another table
	made  map[party.ID]string    // the file whose row makes a party
}

// An item is one row, ready to be decided on.
type item struct {
	file, key string
	line      int
	args      [32]byte // of the row, and of everything that was made of it
	thing     thing
}

// A thing is what a row is about. It stands in the books under the row's
// source, or, a party, under its id.
type thing interface {
	// known is the home stream and the last fact of what the row made before;
	// empty when it made nothing.
	known(b Books) (home string, last fact.Pos)
	// decide returns the facts that make the books say what the row says.
	decide(b Books, newID func(prefix string) (string, error)) ([]fact.Body, error)
}

// An Outcome tells what one row of a table becomes.
type Outcome struct {
	File    string `json:"file"`
	Row     string `json:"row"`
	Fact    string `json:"fact"` // the kinds of its facts, each with its sort
	Counted bool   `json:"counted"`
	Year    int    `json:"year,omitzero"` // the year all of a flow is given for
	Reason  string `json:"reason,omitempty"`
}

// argsOf is the SHA-256 of the row's cells and of what was made of them: when
// an alias or a rule of treatment changes, the same row is another command.
func argsOf(file, key string, row table.Row, made ...fact.Body) ([32]byte, error) {
	h := sha256.New()
	write := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	write(file)
	write(key)
	for _, c := range row.Cells() {
		write(c)
	}
	for _, b := range made {
		raw, err := json.Marshal(b, json.Deterministic(true))
		if err != nil {
			return [32]byte{}, err
		}
		write(b.Kind())
		write(string(raw))
	}
	return [32]byte(h.Sum(nil)), nil
}

// read reads every table. Known are the parties on record, which names may
// mean too.
func read(src, tables Files, known map[party.ID]party.Party) *sheet {
	s := &sheet{
		broken: map[string]bool{}, keys: map[string]map[string]int{}, bad: map[string]int{},
		rows: map[string][]table.Row{}, lines: map[string]flow.Line{}, extra: map[party.ID]table.Row{},
		names: names{map[string]party.ID{}, known}, made: map[party.ID]string{},
	}
	s.open(src, tables)
	s.readLines()
	s.readExtra()
	for _, read := range []func(){s.readParties, s.readMembers, s.readBodies, s.readRecipients, s.readAliases} {
		read()
	}
	s.readContributions()
	s.readProjects()
	s.readTimeline()
	return s
}

// open reads the files into rows with a key each.
func (s *sheet) open(src, tables Files) {
	for file := range src {
		if headers[file] == "" {
			s.note(file, 0, "", table.ErrUnknown.With("file", table.Quote(file)))
		}
	}
	for _, file := range append(Public[:len(Public):len(Public)], Explaining...) {
		data, sent := src[file]
		if !sent {
			data, sent = tables[file]
		}
		if !sent {
			s.broken[file] = true
			s.note(file, 0, "", table.ErrMissing.With("file", file))
			continue
		}
		t := table.Read(file, data, Columns(file), &s.problems)
		s.broken[file] = t.Broken
		s.bad[file] = len(t.Bad)
		s.key(t)
	}
}

// key finds the key of every row of t. Aliases have a name and no key.
func (s *sheet) key(t table.Table) {
	before := s.problems.Len()
	column := Columns(t.File)[0]
	key := func(r table.Row) string { return r.Get(column) }
	switch t.File {
	case AliasesFile:
		s.rows[t.File] = t.Rows
		return
	case TimelineFile:
		key = timelineKey
	}
	s.keys[t.File], s.rows[t.File] = table.Keys(t, column, key, &s.problems)
	s.bad[t.File] += s.problems.Len() - before
}

// timelineKey names an event by its date and its source, so that a row put in
// between moves nothing: "2023-12-20-1f0c7a52".
func timelineKey(r table.Row) string {
	sum := sha256.Sum256([]byte(r.Get("date") + "\n" + r.Get("source")))
	return r.Get("date") + "-" + hex.EncodeToString(sum[:4])
}

func (s *sheet) note(file string, line int, column string, err error) {
	c := cells{file: file, problems: &s.problems}
	c.row.Line = line
	c.note(column, err)
}

func (s *sheet) cells(file string, r table.Row) *cells {
	return &cells{row: r, file: file, problems: &s.problems}
}

// take adds a row's thing to what will be imported, unless it has a problem.
func (s *sheet) take(c *cells, key string, th thing, o Outcome, made ...fact.Body) {
	args, err := argsOf(c.file, key, c.row, made...)
	if err != nil {
		c.note("", err)
	}
	if !c.bad { // what the noun itself refuses, whatever stands on record
		if _, err := th.decide(emptyBooks(), noID); err != nil {
			c.note("", err)
		}
	}
	if c.bad {
		s.bad[c.file]++
		return
	}
	o.File, o.Row = c.file, key
	s.items = append(s.items, item{c.file, key, c.row.Line, args, th})
	s.outcomes = append(s.outcomes, o)
}
