package flow

import (
	"iter"
	"maps"
	"slices"

	"tallinn/fact"
	"tallinn/mechanism/party"
)

// relate folds what ties flows to one another, and to what their sides say.
func (b *Book) relate(pos fact.Pos, body fact.Body) {
	switch body := body.(type) {
	case Linked:
		l := Linking{body, pos}
		if b.has(body.Parent) && b.has(body.Child) && body.Parent != body.Child {
			b.change(body.Parent, pos, func(w *Flow) { w.Children = append(slices.Clip(w.Children), l) })
			b.change(body.Child, pos, func(w *Flow) { w.Parents = append(slices.Clip(w.Parents), l) })
		}
	case Unlinked:
		other := func(l Linking) bool { return l.Parent == body.Parent && l.Child == body.Child }
		b.change(body.Parent, pos, func(w *Flow) { w.Children = slices.DeleteFunc(slices.Clone(w.Children), other) })
		b.change(body.Child, pos, func(w *Flow) { w.Parents = slices.DeleteFunc(slices.Clone(w.Parents), other) })
	case Asserted:
		b.change(body.Flow, pos, func(w *Flow) { w.Asserted = append(slices.Clip(w.Asserted), Assertion{body, pos}) })
	case Settled:
		b.change(body.Flow, pos, func(w *Flow) { w.Signed = append(slices.Clip(w.Signed), Settlement{body, pos}) })
	case Valued:
		b.change(body.Flow, pos, func(w *Flow) { w.Valuations = append(slices.Clip(w.Valuations), Valuation{body, pos}) })
	case Joined:
		b.join(pos, body)
	}
}

// join makes one side's flow its word about another.
func (b *Book) join(pos fact.Pos, body Joined) {
	own, ok := b.Get(body.Flow)
	if !ok || !b.has(body.Into) || body.Flow == body.Into {
		return
	}
	word := own.first()
	said := Assertion{Asserted{Flow: body.Into, Side: body.Side, Party: body.Party, Amount: word.Amount,
		Status: word.Status(), On: own.On, Reference: own.Reference}, pos}
	for _, a := range own.Asserted {
		if a.Side == body.Side {
			said = Assertion{a.Asserted, pos}
		}
	}
	b.change(body.Flow, pos, func(w *Flow) { w.Gone, w.Into = true, body.Into })
	b.change(body.Into, pos, func(w *Flow) { w.Asserted = append(slices.Clip(w.Asserted), said) })
}

func (b *Book) has(id ID) bool {
	_, ok := b.byID[id]
	return ok
}

// note keeps the indexes of what is open, and of who is named.
func (b *Book) note(i int32, w Flow) {
	b.noteLike(i, w)
	if s := w.Standing(); s.Open && !w.Gone {
		b.open[i] = true
	} else {
		delete(b.open, i)
	}
	for _, id := range []party.ID{w.Provider, w.Receiver, w.Implementer} {
		if id == "" {
			continue
		}
		list := b.byParty[id]
		if n := len(list); n > 0 && list[n-1] == i {
			continue
		}
		if at, found := slices.BinarySearch(list, i); !found {
			b.byParty[id] = slices.Insert(list, at, i)
		}
	}
}

// Open yields the flows whose sides do not say the same, in order of record.
func (b *Book) Open() iter.Seq[Flow] {
	return func(yield func(Flow) bool) {
		for _, i := range slices.Sorted(maps.Keys(b.open)) {
			if !yield(b.At(int(i))) {
				return
			}
		}
	}
}

// Of yields the flows that stand and name id, in order of record.
func (b *Book) Of(id party.ID) iter.Seq[Flow] {
	return func(yield func(Flow) bool) {
		for _, i := range b.byParty[id] {
			w := b.flows.at(i)
			if !w.Gone && w.SideOf(id) != "" && !yield(*w) {
				return
			}
		}
	}
}

// With is b as it would be after facts about flows that it holds, for showing
// what they change before they are recorded; b itself stays as it is. Facts
// that add a flow or a mention are left out.
func (b *Book) With(facts ...fact.Body) *Book {
	c := *b
	c.flows.parts = slices.Clone(b.flows.parts)
	for i := range c.flows.parts {
		c.flows.parts[i] = slices.Clone(c.flows.parts[i])
	}
	c.tallies, c.portions, c.parents = slices.Clone(b.tallies), slices.Clone(b.portions), slices.Clone(b.parents)
	c.flowDays = b.flowDays.clone()
	c.names, c.nameIndex = slices.Clone(b.names), maps.Clone(b.nameIndex)
	c.currencies = slices.Clone(b.currencies)
	c.open, c.byParty = maps.Clone(b.open), map[party.ID][]int32{}
	c.alike, c.references = map[likeKey][]int32{}, map[referenceKey][]int32{}
	for _, body := range facts {
		switch body.(type) {
		case Recorded, Mentioned, MentionCorrected, MentionWithdrawn:
		default:
			c.Fold(fact.Fact{Pos: after(b), Kind: body.Kind(), Body: body})
		}
	}
	return &c
}

// after is a position past every fact of b.
func after(*Book) fact.Pos { return 1 << 62 }
