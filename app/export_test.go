package app

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/identity"
	"tallinn/mechanism/seat"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/search"
)

// AllFacts yields every fact of the record.
func (h *Hub) AllFacts(ctx context.Context) iter.Seq[fact.Fact] {
	return func(yield func(fact.Fact) bool) {
		for from := fact.Pos(0); from <= h.record.Head(); {
			kept, err := h.record.Facts(ctx, from, 500)
			if err != nil {
				panic(err)
			}
			for _, k := range kept {
				if !yield(k.Fact) {
					return
				}
				from = k.Fact.Pos + 1
			}
		}
	}
}

// Waits are what waits for s, each as its kind and id.
func (b *Books) Waits(s seat.Seat, now time.Time, may func(class.Class) bool) (out []string) {
	all, _ := b.waitsFor(s, now, may)
	for _, w := range all {
		out = append(out, string(w.Kind)+" "+w.ID)
	}
	return out
}

// SitNew adds a person to realm real, sits them on a new seat of role, and
// returns their opaque id and a session's token.
func (h *Hub) SitNew(ctx context.Context, name string, role seat.Role) (person, token string, err error) {
	if person, err = h.people.Add(ctx, name, fact.Real); err != nil {
		return "", "", err
	}
	cmd := first("test", person)
	res, err := h.record.Decide(ctx, cmd, func(tx *record.Tx) ([]fact.Body, error) {
		id, err := tx.NewID("R")
		return []fact.Body{seat.Opened{Seat: seat.ID(id), Role: role, Holder: "o", From: "2020-01-01"},
			seat.Assigned{Seat: seat.ID(id), Person: person}}, err
	})
	if err != nil {
		return "", "", err
	}
	token, err = h.people.SignIn(ctx, identity.Visit{Person: person, Seat: res.IDs[0]})
	return person, token, err
}

// RecordReal records facts of the real realm as they are.
func (h *Hub) RecordReal(ctx context.Context, bodies ...fact.Body) error {
	_, err := h.record.Decide(ctx, first("test", "real"), func(*record.Tx) ([]fact.Body, error) { return bodies, nil })
	return err
}

// Called is what a person is called, and whether they were erased.
func (h *Hub) Called(ctx context.Context, person string) (string, bool, error) {
	p, err := h.people.Person(ctx, person)
	return p.Name, p.Erased, err
}

// Routes are the patterns of every route, read off the mux itself.
func (h *Hub) Routes(realm fact.Realm) (out []string) {
	mux := room{h, realm}.mux(h.door())
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			if v.IsNil() {
				return
			}
			if v.Type() == patternType {
				out = append(out, v.Elem().FieldByName("str").String())
				return
			}
			if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.Struct {
				walk(v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if name := v.Type().Field(i).Name; name != "handler" {
					walk(v.Field(i))
				}
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for _, k := range v.MapKeys() {
				walk(v.MapIndex(k))
			}
		}
	}
	tree := reflect.ValueOf(mux).Elem().FieldByName("tree")
	field, _ := tree.Type().FieldByName("pattern")
	patternType = field.Type
	walk(tree)
	slices.Sort(out)
	return slices.Compact(out)
}

var patternType reflect.Type

// BreakReadings lets no reading of what is TLP:RED be logged any more.
func (h *Hub) BreakReadings() { h.readings.Close() }

// A FoundPart is a part of a thing that is found, with all of its words.
type FoundPart struct {
	Name       string // kind and address
	Class, And class.Class
	Words      []string
}

// EveryPart is every part of everything that is found in a realm.
func (h *Hub) EveryPart(ctx context.Context, realm fact.Realm) (out []FoundPart) {
	var streams []string
	h.View(realm, func(b *Books) { streams = slices.Collect(b.streams()) })
	for _, stream := range streams {
		drafts, _ := h.finder.drafts(place{realm, stream})
		for _, d := range drafts {
			fields, err := h.finder.open(ctx, realm, d)
			if err != nil {
				panic(err)
			}
			p := FoundPart{Name: d.Kind + " " + itemHref(d.Item), Class: d.Class, And: d.And}
			if page, ok := pageOf(strings.TrimPrefix(d.Item, "page/")); ok {
				p.Name += page.href
			} else if d.Kind == "procedure" {
				p.Name += "/procedure"
			}
			for _, f := range append(d.Fields, fields...) {
				p.Words = append(p.Words, search.Words(f.Text)...)
			}
			out = append(out, p)
		}
	}
	return out
}

// SeesParts asks Cedar itself, without what was kept of its answers.
func (h *Hub) SeesParts(realm fact.Realm, as string) func(FoundPart) bool {
	var who policy.Principal
	h.View(realm, func(b *Books) {
		s, _ := b.Seats.Get(seat.ID(as))
		who = principalOf(s, realm)
	})
	asked := map[class.Class]bool{}
	may := func(c class.Class) bool {
		answer, known := asked[c]
		if !known {
			answer = h.policy.Ask(who, policy.Read, c)
			asked[c] = answer
		}
		return answer
	}
	return func(p FoundPart) bool { return may(p.Class) && (p.And == class.Class{} || may(p.And)) }
}

// Holds reports whether the index of a realm has a word, whoever may see it.
func (h *Hub) Holds(realm fact.Realm, word string) bool { return h.finder.indexes[realm].Holds(word) }

// LeansOn are the histories that mending f rests on.
func (b *Books) LeansOn(f fact.Fact, item string, now time.Time) []string {
	return b.leansOn(f, item, now)
}
