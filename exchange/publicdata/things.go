package publicdata

import (
	"slices"

	"tallinn/aid/flow"
	"tallinn/aid/project"
	"tallinn/fact"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/party"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

// Books are the nouns that an import writes to, of one realm, as they stand.
// They are read under the record's lock.
type Books struct {
	Parties    *party.Book
	Milestones *milestone.Book
	Projects   *project.Book
	Flows      *flow.Book
}

func emptyBooks() Books {
	return Books{party.NewBook(), milestone.NewBook(), project.NewBook(), flow.NewBook()}
}

// A draw gives an unused id.
type draw = func(prefix string) (string, error)

// noID stands for an id where nothing is recorded.
func noID(prefix string) (string, error) { return prefix + "-0000", nil }

func last(history []fact.Pos) fact.Pos { return history[len(history)-1] }

// A partyThing is a party, and its membership where its row says one.
type partyThing struct {
	reg    party.Registered
	joined *party.Joined
}

func (t partyThing) known(b Books) (string, fact.Pos) {
	if p, ok := b.Parties.Get(t.reg.Party); ok {
		return t.reg.Party.Stream(), last(p.History)
	}
	return "", fact.None
}

func (t partyThing) decide(b Books, _ draw) ([]fact.Body, error) {
	known, there := b.Parties.Get(t.reg.Party)
	bodies, err := party.Correct(known, t.reg, wording.SourceChanged)
	if !there {
		bodies, err = party.Register(known, t.reg)
		known.Registered = t.reg
	}
	if err != nil || t.joined == nil {
		return bodies, err
	}
	more, err := t.join(known)
	return append(bodies, more...), err
}

// join records the membership, or mends the one that the same row made.
func (t partyThing) join(known party.Party) ([]fact.Body, error) {
	i := slices.IndexFunc(known.Memberships, func(m party.Membership) bool {
		return m.Source.Stream() == t.joined.Source.Stream()
	})
	if i < 0 {
		return party.Join(known, *t.joined)
	}
	return party.CorrectJoined(known, known.Memberships[i].Pos, *t.joined, wording.SourceChanged)
}

// A projectThing is a piece of work.
type projectThing struct{ rec project.Recorded }

func (t projectThing) known(b Books) (string, fact.Pos) {
	if p, ok := b.Projects.ByRow(t.rec.Source.Stream()); ok {
		return string(p.Recorded.Project), last(p.History)
	}
	return "", fact.None
}

func (t projectThing) decide(b Books, newID draw) ([]fact.Body, error) {
	known, there := b.Projects.ByRow(t.rec.Source.Stream())
	if there {
		return project.Correct(known, t.rec, wording.SourceChanged)
	}
	id, err := newID("W")
	if err != nil {
		return nil, err
	}
	rec := t.rec
	rec.Project = project.ID(id)
	return project.Record(known, rec)
}

// An eventThing is an event.
type eventThing struct{ rec milestone.Recorded }

func (t eventThing) known(b Books) (string, fact.Pos) {
	if m, ok := b.Milestones.ByRow(t.rec.Source.Stream()); ok {
		return string(m.Recorded.Milestone), last(m.History)
	}
	return "", fact.None
}

func (t eventThing) decide(b Books, newID draw) ([]fact.Body, error) {
	known, there := b.Milestones.ByRow(t.rec.Source.Stream())
	if there {
		return milestone.Correct(known, t.rec, wording.SourceChanged)
	}
	id, err := newID("M")
	if err != nil {
		return nil, err
	}
	rec := t.rec
	rec.Milestone = milestone.ID(id)
	return milestone.Record(known, rec)
}

// A contributionThing is a flow or a mention: one of the two is set.
type contributionThing struct {
	flow    *flow.Recorded
	mention *flow.Mentioned
}

func (t contributionThing) stream() string {
	if t.flow != nil {
		return t.flow.Said.Source.Stream()
	}
	return t.mention.Said.Source.Stream()
}

// known is what the row made last, withdrawn or not.
func (t contributionThing) known(b Books) (string, fact.Pos) {
	f, isFlow := b.Flows.ByRow(t.stream())
	m, isMention := b.Flows.MentionByRow(t.stream())
	switch {
	case isFlow && (!isMention || f.Pos > m.Pos):
		return string(f.Recorded.Flow), last(f.History)
	case isMention:
		return string(m.Mentioned.Mention), last(m.History)
	}
	return "", fact.None
}

// decide mends what the row made before, or, where it must now be treated
// differently, withdraws that and records anew. What somebody withdrew by hand
// is not brought back as long as the row reads as it did.
func (t contributionThing) decide(b Books, newID draw) ([]fact.Body, error) {
	f, _ := b.Flows.ByRow(t.stream())
	m, _ := b.Flows.MentionByRow(t.stream())
	if t.flow != nil {
		return t.decideFlow(f, m, newID)
	}
	return t.decideMention(f, m, newID)
}

func (t contributionThing) decideFlow(f flow.Flow, m flow.Mention, newID draw) ([]fact.Body, error) {
	if f.Exists() && !f.Gone {
		return flow.Correct(f, *t.flow, reason(flowReads(f.Recorded), flowReads(*t.flow)))
	}
	var bodies []fact.Body
	if m.Exists() && !m.Gone {
		gone, err := flow.WithdrawMention(m, reason(mentionReads(m.Mentioned), flowReads(*t.flow)))
		if err != nil {
			return nil, err
		}
		bodies = gone
	} else if f.Exists() && (!m.Exists() || f.Pos > m.Pos) {
		rec := *t.flow
		rec.Flow = f.Recorded.Flow
		if same(f.Recorded, rec) {
			return nil, nil
		}
	}
	id, err := newID("F")
	if err != nil {
		return nil, err
	}
	rec := *t.flow
	rec.Flow = flow.ID(id)
	more, err := flow.Record(f, rec)
	return append(bodies, more...), err
}

func (t contributionThing) decideMention(f flow.Flow, m flow.Mention, newID draw) ([]fact.Body, error) {
	if m.Exists() && !m.Gone {
		return flow.CorrectMention(m, *t.mention, reason(mentionReads(m.Mentioned), mentionReads(*t.mention)))
	}
	var bodies []fact.Body
	if f.Exists() && !f.Gone {
		gone, err := flow.Withdraw(f, reason(flowReads(f.Recorded), mentionReads(*t.mention)))
		if err != nil {
			return nil, err
		}
		bodies = gone
	} else if m.Exists() && (!f.Exists() || m.Pos > f.Pos) {
		rec := *t.mention
		rec.Mention = m.Mentioned.Mention
		if same(m.Mentioned, rec) {
			return nil, nil
		}
	}
	id, err := newID("S")
	if err != nil {
		return nil, err
	}
	rec := *t.mention
	rec.Mention = flow.MentionID(id)
	more, err := flow.RecordMention(m, rec)
	return append(bodies, more...), err
}

// same reports whether two bodies say the same.
func same[B fact.Body](was, now B) bool {
	d, err := fact.Differences(0, was, now, wording.SourceChanged)
	return err == nil && len(d) == 0
}

// A reading is what a row itself says, whatever was made of it.
type reading struct {
	said   flow.Said
	amount money.Amount // zero: none
	on     fact.Date
	scope  flow.Scope
}

func flowReads(f flow.Recorded) reading {
	r := reading{amount: f.Amount, on: f.On, scope: f.Scope}
	if f.Said != nil {
		r.said = *f.Said
	}
	return r
}

func mentionReads(m flow.Mentioned) reading {
	r := reading{said: m.Said, on: m.On, scope: m.Scope}
	if m.Amount != nil {
		r.amount = *m.Amount
	}
	return r
}

// reason tells a row that reads differently from one that reads as it did and
// is now understood differently: an alias, a line or a rule has changed.
func reason(was, now reading) string {
	if was == now {
		return wording.Reclassified
	}
	return wording.SourceChanged
}
