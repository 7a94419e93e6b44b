package told

import (
	"context"
	"strconv"
	"unicode"
	"unicode/utf8"

	"tallinn/fact"
	"tallinn/web"
)

// A Reader returns the fact at pos.
type Reader func(ctx context.Context, pos fact.Pos) (fact.Fact, error)

// Href is where a fact is shown with its exact bytes.
func Href(pos fact.Pos) string { return "/record/" + strconv.FormatInt(int64(pos), 10) }

// Read returns the facts at positions, in their order.
//
// Errors: those of read.
func Read(ctx context.Context, read Reader, positions []fact.Pos) ([]fact.Fact, error) {
	facts := make([]fact.Fact, 0, len(positions))
	for _, pos := range positions {
		f, err := read(ctx, pos)
		if err != nil {
			return nil, err
		}
		facts = append(facts, f)
	}
	return facts, nil
}

// History is one line a fact, newest first, each opening its fact. What
// describe does not know is named by its kind.
func History(l web.Lang, facts []fact.Fact, describe func(fact.Fact) (string, bool)) []web.Event {
	events := make([]web.Event, 0, len(facts))
	for i := len(facts) - 1; i >= 0; i-- {
		f := facts[i]
		said, ok := describe(f)
		if !ok {
			said = web.T(l, "told.unknown", "kind", f.Kind)
		}
		events = append(events, web.Event{When: web.Time(l, f.At), Text: Capital(said), Href: Href(f.Pos)})
	}
	return events
}

// Capital is s with a capital first, where a word that is written small begins a
// line.
func Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// HistoryFor is History of which only the facts that opens lets through open.
func HistoryFor(l web.Lang, facts []fact.Fact, opens func(fact.Fact) bool, describe func(fact.Fact) (string, bool)) []web.Event {
	events := History(l, facts, describe)
	for i := range events {
		if !opens(facts[len(facts)-1-i]) {
			events[i].Href = ""
		}
	}
	return events
}

// Opens are the facts that the reader of a request may open, by what of says;
// none when it is nil.
func Opens(ctx context.Context, of func(context.Context) func(fact.Fact) bool) func(fact.Fact) bool {
	if of == nil {
		return func(fact.Fact) bool { return false }
	}
	return of(ctx)
}
