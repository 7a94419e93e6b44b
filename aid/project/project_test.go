package project_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/aid/project"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/wording"
)

func shield() project.Recorded {
	return project.Recorded{Project: "W-0417", Name: "Cyber Shield", Providers: []party.ID{"EE"}, ProviderSaid: "Estonia",
		Quantity: 500, Unit: "specialists", Start: "2025", End: "2026-03",
		Source: fact.Source{Cite: "https://example.org", File: "projects.csv", Row: "shield"}}
}

func tell(bodies ...fact.Body) *project.Book {
	b := project.NewBook()
	for i, body := range bodies {
		b.Fold(fact.Fact{Pos: fact.Pos(i), Kind: body.Kind(), Body: body})
	}
	return b
}

func TestRecord(t *testing.T) {
	for _, tt := range []struct {
		name  string
		known []fact.Body
		spoil func(*project.Recorded)
		err   error
	}{
		{"a project", nil, func(*project.Recorded) {}, nil},
		{"no quantity stated", nil, func(p *project.Recorded) { p.Quantity = 0 }, nil},
		{"ends in the year of its start", nil, func(p *project.Recorded) { p.Start, p.End = "2025-06-01", "2025" }, nil},
		{"twice", []fact.Body{shield()}, func(*project.Recorded) {}, project.ErrTaken},
		{"fewer than none", nil, func(p *project.Recorded) { p.Quantity = -1 }, project.ErrQuantity},
		{"ends before it starts", nil, func(p *project.Recorded) { p.End = "2024-12" }, project.ErrDates},
		{"no name", nil, func(p *project.Recorded) { p.Name = "" }, wording.ErrNeeded},
		{"a long result", nil, func(p *project.Recorded) { p.Result = strings.Repeat("x", wording.Most+1) }, wording.ErrLong},
		{"no source", nil, func(p *project.Recorded) { p.Source.File = "" }, wording.ErrNeeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			known, _ := tell(tt.known...).Get("W-0417")
			wanted := shield()
			tt.spoil(&wanted)
			got, err := project.Record(known, wanted)
			if !errors.Is(err, tt.err) || (err == nil) != (len(got) == 1) {
				t.Errorf("Record = %v, %v; want %v", got, err, tt.err)
			}
		})
	}
}

func TestBook(t *testing.T) {
	undated := shield()
	undated.Project, undated.Start, undated.Source.Row = "W-9999", "", "other"
	b := tell(shield(), undated)
	known, ok := b.ByRow("row/projects.csv/shield")
	if !ok || !reflect.DeepEqual(known.Recorded, shield()) || b.All()[0].Recorded.Project != "W-9999" {
		t.Fatalf("the row made %+v, %v", known, ok)
	}
	wanted := shield()
	wanted.Providers = []party.ID{"EE", "SE"}
	bodies, err := project.Correct(known, wanted, wording.SourceChanged)
	if err != nil || len(bodies) != 1 {
		t.Fatalf("Correct = %v, %v", bodies, err)
	}
	b.Fold(fact.Fact{Pos: 2, Body: bodies[0]})
	known, _ = b.Get("W-0417")
	if !reflect.DeepEqual(known.Recorded, wanted) || len(known.History) != 2 {
		t.Errorf("it reads %+v", known)
	}
	if _, err := project.Correct(project.Project{}, wanted, wording.Mistyped); !errors.Is(err, project.ErrMissing) {
		t.Errorf("corrected what is not there: %v", err)
	}
}

func FuzzFold(f *testing.F) {
	seed, _ := json.Marshal(shield())
	f.Add(seed, []byte(`{"project":"W-0417","fact":0,"pointer":"/name","was":"Cyber Shield","now":"x"}`))
	f.Fuzz(func(t *testing.T, recorded, corrected []byte) {
		var r project.Recorded
		var c project.Corrected
		if json.Unmarshal(recorded, &r) == nil && json.Unmarshal(corrected, &c) == nil {
			tell(r, c) // whatever decodes folds
		}
	})
}
