package flow

import (
	"iter"
	"slices"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
	"tallinn/tlp"
)

// A Book holds the flows and mentions of one realm. It is no more than the
// fold of their facts; whoever folds into it while others read keeps them
// apart. What it returns stays valid; its slices are its own.
type Book struct {
	flows    shelf[Flow] // in order of record
	tallies  []Tally
	byID     map[ID]int32
	byRow    map[string]int32
	mentions shelf[Mention] // in order of record
	saidID   map[MentionID]int32
	saidRow  map[string]int32

	flowDays, mentionDays order

	open    map[int32]bool       // sides do not say the same
	byParty map[party.ID][]int32 // flows that name it, in order of record

	alike      map[likeKey][]int32
	references map[referenceKey][]int32

	portions   []PortionTally
	parents    []ParentTally
	names      []party.ID
	nameIndex  map[party.ID]int32
	currencies []money.Currency
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{
		byID: map[ID]int32{}, byRow: map[string]int32{},
		saidID: map[MentionID]int32{}, saidRow: map[string]int32{},
		nameIndex: map[party.ID]int32{}, open: map[int32]bool{}, byParty: map[party.ID][]int32{},
		alike: map[likeKey][]int32{}, references: map[referenceKey][]int32{},
	}
}

// Fold takes a recorded fact. A kind that it does not know is skipped.
func (b *Book) Fold(f fact.Fact) {
	switch body := f.Body.(type) {
	case Recorded:
		b.record(f, body)
	case Advanced:
		b.change(body.Flow, f.Pos, func(w *Flow) {
			w.Advances = append(slices.Clip(w.Advances), Advance{body, f.Pos})
		})
	case Withdrawn:
		b.change(body.Flow, f.Pos, func(w *Flow) { w.Gone = true })
	case Corrected:
		b.change(body.Flow, f.Pos, func(w *Flow) { w.correct(body.Correction) })
	case Linked, Unlinked, Asserted, Settled, Joined, Valued:
		b.relate(f.Pos, body)
	case Mentioned:
		b.mention(f.Pos, body)
	case MentionWithdrawn:
		b.changeMention(body.Mention, f.Pos, func(m *Mention) { m.Gone = true })
	case MentionCorrected:
		b.changeMention(body.Mention, f.Pos, func(m *Mention) {
			if mended, err := fact.Apply(m.Mentioned, body.Correction); err == nil && body.Fact == m.Pos {
				m.Mentioned = mended
			}
		})
	}
}

func (b *Book) record(f fact.Fact, body Recorded) {
	if _, known := b.byID[body.Flow]; known {
		return // no rule records an id twice; the first stands
	}
	w := Flow{Recorded: body, Pos: f.Pos, Held: f.Marking == tlp.Amber, History: []fact.Pos{f.Pos}}
	i := b.flows.add(w)
	b.tallies = append(b.tallies, b.tally(w))
	b.note(i, w)
	b.byID[body.Flow] = i
	if body.Said != nil {
		b.byRow[body.Said.Source.Stream()] = i
	}
	b.flowDays.insert(i, b.flowBefore)
}

func (b *Book) change(id ID, pos fact.Pos, apply func(*Flow)) {
	i, known := b.byID[id]
	if !known {
		return
	}
	b.flowDays.remove(i, b.flowBefore)
	w := b.flows.at(i)
	apply(w)
	w.History = append(slices.Clip(w.History), pos)
	b.tallies[i] = b.tally(*w)
	b.note(i, *w)
	b.flowDays.insert(i, b.flowBefore)
}

// correct patches the fact that c names; a patch that does not fit changes
// nothing, for what is recorded has happened.
func (f *Flow) correct(c fact.Correction) {
	if c.Fact == f.Pos {
		if mended, err := fact.Apply(f.Recorded, c); err == nil {
			f.Recorded = mended
		}
		return
	}
	f.Advances, f.Asserted, f.Signed = slices.Clone(f.Advances), slices.Clone(f.Asserted), slices.Clone(f.Signed)
	for i := range f.Advances {
		f.Advances[i].Advanced = mended(f.Advances[i].Advanced, f.Advances[i].Pos, c)
	}
	for i := range f.Asserted {
		f.Asserted[i].Asserted = mended(f.Asserted[i].Asserted, f.Asserted[i].Pos, c)
	}
	for i := range f.Signed {
		f.Signed[i].Settled = mended(f.Signed[i].Settled, f.Signed[i].Pos, c)
	}
}

// mended is what the fact at pos says after c, which may be of another one.
func mended[B fact.Body](b B, pos fact.Pos, c fact.Correction) B {
	if pos != c.Fact {
		return b
	}
	if out, err := fact.Apply(b, c); err == nil {
		return out
	}
	return b
}

func (b *Book) mention(pos fact.Pos, body Mentioned) {
	if _, known := b.saidID[body.Mention]; known {
		return
	}
	i := b.mentions.add(Mention{Mentioned: body, Pos: pos, History: []fact.Pos{pos}})
	b.saidID[body.Mention] = i
	b.saidRow[body.Said.Source.Stream()] = i
	b.mentionDays.insert(i, b.mentionBefore)
}

func (b *Book) changeMention(id MentionID, pos fact.Pos, apply func(*Mention)) {
	i, known := b.saidID[id]
	if !known {
		return
	}
	b.mentionDays.remove(i, b.mentionBefore)
	m := b.mentions.at(i)
	apply(m)
	m.History = append(slices.Clip(m.History), pos)
	b.mentionDays.insert(i, b.mentionBefore)
}

// Get returns the flow called id.
func (b *Book) Get(id ID) (Flow, bool) {
	if i, ok := b.byID[id]; ok {
		return *b.flows.at(i), true
	}
	return Flow{}, false
}

// Mention returns the mention called id.
func (b *Book) Mention(id MentionID) (Mention, bool) {
	if i, ok := b.saidID[id]; ok {
		return *b.mentions.at(i), true
	}
	return Mention{}, false
}

// ByRow returns the flow that an imported row made last, withdrawn or not;
// stream is fact.Source.Stream.
func (b *Book) ByRow(stream string) (Flow, bool) {
	if i, ok := b.byRow[stream]; ok {
		return *b.flows.at(i), true
	}
	return Flow{}, false
}

// MentionByRow returns the mention that an imported row made last, withdrawn
// or not; stream is fact.Source.Stream.
func (b *Book) MentionByRow(stream string) (Mention, bool) {
	if i, ok := b.saidRow[stream]; ok {
		return *b.mentions.at(i), true
	}
	return Mention{}, false
}

// All yields every flow, withdrawn ones too, in order of record, with its
// index in Tallies.
func (b *Book) All() iter.Seq2[int, Flow] { return b.flows.all() }

// Place is the index in Tallies of a flow that the book holds.
func (b *Book) Place(id ID) int { return int(b.byID[id]) }

// At returns the flow at an index in Tallies.
func (b *Book) At(i int) Flow { return *b.flows.at(int32(i)) }

// Len is how many flows there are, withdrawn ones too.
func (b *Book) Len() int { return b.flows.n }

// Mentions yields every mention, withdrawn ones too, in order of record.
func (b *Book) Mentions() iter.Seq2[int, Mention] { return b.mentions.all() }

// ByDay yields every flow in order of the first day of its on, then of id.
func (b *Book) ByDay() iter.Seq[Flow] {
	return func(yield func(Flow) bool) {
		b.flowDays.all(func(i int32) bool { return yield(*b.flows.at(i)) })
	}
}

// MentionsByDay yields every mention in order of the first day of its on,
// those not dated first, then of id.
func (b *Book) MentionsByDay() iter.Seq[Mention] {
	return func(yield func(Mention) bool) {
		b.mentionDays.all(func(i int32) bool { return yield(*b.mentions.at(i)) })
	}
}

func (b *Book) flowBefore(i, j int32) bool {
	if d, e := b.tallies[i].On, b.tallies[j].On; d != e {
		return d < e
	}
	return b.flows.at(i).Recorded.Flow < b.flows.at(j).Recorded.Flow
}

func (b *Book) mentionBefore(i, j int32) bool {
	if d, e := b.mentions.at(i).On.First(), b.mentions.at(j).On.First(); d != e {
		return d < e
	}
	return b.mentions.at(i).Mentioned.Mention < b.mentions.at(j).Mentioned.Mention
}
