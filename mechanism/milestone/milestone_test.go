package milestone_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/fact"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/wording"
)

func launch() milestone.Recorded {
	return milestone.Recorded{Milestone: "M-0417", On: "2023-12-20", Event: "public launch",
		Source: fact.Source{Cite: "https://example.org", File: "timeline.csv", Row: "1"}}
}

func tell(bodies ...fact.Body) *milestone.Book {
	b := milestone.NewBook()
	for i, body := range bodies {
		b.Fold(fact.Fact{Pos: fact.Pos(i), Kind: body.Kind(), Body: body})
	}
	return b
}

func TestRecord(t *testing.T) {
	for _, tt := range []struct {
		name  string
		known []fact.Body
		spoil func(*milestone.Recorded)
		err   error
	}{
		{"an event", nil, func(*milestone.Recorded) {}, nil},
		{"twice", []fact.Body{launch()}, func(*milestone.Recorded) {}, milestone.ErrTaken},
		{"no day", nil, func(m *milestone.Recorded) { m.On = "" }, milestone.ErrDate},
		{"no event", nil, func(m *milestone.Recorded) { m.Event = "" }, wording.ErrNeeded},
		{"no id", nil, func(m *milestone.Recorded) { m.Milestone = "" }, wording.ErrNeeded},
		{"a long event", nil, func(m *milestone.Recorded) { m.Event = strings.Repeat("x", wording.Most+1) }, wording.ErrLong},
		{"no source", nil, func(m *milestone.Recorded) { m.Source.Row = "" }, wording.ErrNeeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			known, _ := tell(tt.known...).Get("M-0417")
			wanted := launch()
			tt.spoil(&wanted)
			got, err := milestone.Record(known, wanted)
			if !errors.Is(err, tt.err) || (err == nil) != (len(got) == 1) {
				t.Errorf("Record = %v, %v; want %v", got, err, tt.err)
			}
		})
	}
}

func TestBook(t *testing.T) {
	second := launch()
	second.Milestone, second.On, second.Source.Row = "M-0002", "2022", "2"
	b := tell(launch(), second)
	known, ok := b.ByRow("row/timeline.csv/1")
	if !ok || !reflect.DeepEqual(known.Recorded, launch()) {
		t.Fatalf("the row made %+v, %v", known, ok)
	}
	if all := b.All(); len(all) != 2 || all[0].Recorded.Milestone != "M-0002" {
		t.Errorf("not in order of day: %v", all)
	}
	wanted := launch()
	wanted.On = "2021-05"
	bodies, err := milestone.Correct(known, wanted, wording.Mistyped)
	if err != nil || len(bodies) != 1 {
		t.Fatalf("Correct = %v, %v", bodies, err)
	}
	b.Fold(fact.Fact{Pos: 2, Body: bodies[0]})
	if all := b.All(); len(all) != 2 || all[0].On != "2021-05" || len(all[0].History) != 2 {
		t.Errorf("a corrected day does not move the event: %v", all)
	}
	known, _ = b.Get("M-0417")
	if again, err := milestone.Correct(known, wanted, wording.Mistyped); again != nil || err != nil {
		t.Errorf("what reads so already is corrected by %v, %v", again, err)
	}
	if _, err := milestone.Correct(known, launch(), "no"); !errors.Is(err, wording.ErrReason) {
		t.Errorf("a free reason: %v", err)
	}
	if _, err := milestone.Correct(milestone.Milestone{}, wanted, wording.Mistyped); !errors.Is(err, milestone.ErrMissing) {
		t.Errorf("corrected what is not there: %v", err)
	}
}

func FuzzFold(f *testing.F) {
	seed, _ := json.Marshal(launch())
	f.Add(seed, []byte(`{"milestone":"M-0417","fact":0,"pointer":"/on","was":"2023-12-20","now":"2024"}`))
	f.Fuzz(func(t *testing.T, recorded, corrected []byte) {
		var r milestone.Recorded
		var c milestone.Corrected
		if json.Unmarshal(recorded, &r) == nil && json.Unmarshal(corrected, &c) == nil {
			tell(r, c) // whatever decodes folds
		}
	})
}
