package party

import (
	"cmp"
	"slices"
	"strings"

	"tallinn/fact"
	"tallinn/tlp"
)

// A Party is a party as it stands after its facts.
type Party struct {
	Registered
	Marking     tlp.Marking  // who may know of it
	Pos         fact.Pos     // of the fact that registered it
	Memberships []Membership // in order of record
	History     []fact.Pos   // every fact of the party
}

// A Membership is a party's joining, and the fact that says so.
type Membership struct {
	Joined
	Pos fact.Pos
}

// A Member is a party with the membership that it held on some day.
type Member struct {
	Party Party
	Membership
}

// Exists reports whether p was ever registered.
func (p Party) Exists() bool { return p.Registered.Party != "" }

// Ukraine is the ISO 3166 code of the state that the mechanism aids.
const Ukraine = "UA"

// Inside reports whether p is inside boundary "mechanism" (rule 3): Ukrainian
// parties are, and programme accounts, whoever keeps them; states that give
// are outside, and so are their agencies and suppliers.
func (p Party) Inside() bool {
	return p.Country == Ukraine || p.Type == Account || p.Type == State && p.Registered.Party == Ukraine
}

// NameIn is p's name in lang ("en", "uk"), in English where the other is not
// known, and its id where neither is.
func (p Party) NameIn(lang string) string {
	if lang == "uk" {
		return cmp.Or(p.NameUk, p.Name, string(p.Registered.Party))
	}
	return cmp.Or(p.Name, string(p.Registered.Party))
}

// MemberOn is the membership that p held on day (YYYY-MM-DD): of those that
// had begun, the last to begin.
func (p Party) MemberOn(day string) (Membership, bool) {
	var last Membership
	found := false
	for _, m := range p.Memberships {
		if m.On.HeldBy(day) && (!found || m.On.First() >= last.On.First()) {
			last, found = m, true
		}
	}
	return last, found
}

// A Book holds the parties of one realm. It is no more than the fold of their
// facts; whoever folds into it while others read keeps them apart.
type Book struct {
	list []Party // by id
	rows map[string]ID
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{rows: map[string]ID{}} }

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Registered:
		b.register(f, body)
	case Joined:
		b.change(body.Party, f.Pos, func(p *Party) {
			p.Memberships = append(slices.Clip(p.Memberships), Membership{body, f.Pos})
			b.rows[body.Source.Stream()] = body.Party
		})
	case Corrected:
		b.change(body.Party, f.Pos, func(p *Party) { p.correct(body.Correction) })
	}
}

func (b *Book) register(f fact.Fact, body Registered) {
	i, known := b.find(body.Party)
	if known {
		return // no rule registers twice; the first stands
	}
	b.list = slices.Insert(b.list, i, Party{Registered: body, Marking: f.Marking, Pos: f.Pos, History: []fact.Pos{f.Pos}})
	b.rows[body.Source.Stream()] = body.Party
}

func (b *Book) change(id ID, pos fact.Pos, apply func(*Party)) {
	if i, known := b.find(id); known {
		apply(&b.list[i])
		b.list[i].History = append(slices.Clip(b.list[i].History), pos)
	}
}

// correct patches the fact that c names; a patch that does not fit changes
// nothing, for what is recorded has happened.
func (p *Party) correct(c fact.Correction) {
	if c.Fact == p.Pos {
		if mended, err := fact.Apply(p.Registered, c); err == nil {
			p.Registered = mended
		}
		return
	}
	p.Memberships = slices.Clone(p.Memberships)
	for i := range p.Memberships {
		if m := &p.Memberships[i]; m.Pos == c.Fact {
			if mended, err := fact.Apply(m.Joined, c); err == nil {
				m.Joined = mended
			}
		}
	}
}

func (b *Book) find(id ID) (int, bool) {
	return slices.BinarySearchFunc(b.list, id, func(p Party, id ID) int {
		return strings.Compare(string(p.Registered.Party), string(id))
	})
}

// Get returns the party called id.
func (b *Book) Get(id ID) (Party, bool) {
	if i, ok := b.find(id); ok {
		return b.list[i], true
	}
	return Party{}, false
}

// All returns every party by id. The slice is the book's own: read it, do not
// change it, and do not keep it past the read lock.
func (b *Book) All() []Party { return b.list }

// ByRow returns the party that an imported row made or speaks of; stream is
// fact.Source.Stream.
func (b *Book) ByRow(stream string) (Party, bool) { return b.Get(b.rows[stream]) }

// Members returns who was a member on day (YYYY-MM-DD), by id and of any
// role. That is an order, and no ranking.
func (b *Book) Members(day string) []Member {
	var out []Member
	for _, p := range b.list {
		if m, ok := p.MemberOn(day); ok {
			out = append(out, Member{p, m})
		}
	}
	return out
}
