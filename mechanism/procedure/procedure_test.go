package procedure_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/go-json-experiment/json"

	"tallinn/fact"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/wording"
)

func wanted(version int, from fact.Date) procedure.Adopted {
	p := procedure.Default()
	p.Version, p.From = version, from
	return p
}

func tell(bodies ...procedure.Adopted) *procedure.Book {
	b := procedure.NewBook()
	for i, body := range bodies {
		b.Fold(fact.Fact{Pos: fact.Pos(i), Body: body})
	}
	return b
}

func TestAdopt(t *testing.T) {
	first := wanted(1, "2026-01-01")
	for _, tt := range []struct {
		name  string
		known []procedure.Adopted
		spoil func(*procedure.Adopted)
		err   error
	}{
		{"the first", nil, func(*procedure.Adopted) {}, nil},
		{"the second", []procedure.Adopted{first}, func(p *procedure.Adopted) { p.Version = 2 }, nil},
		{"one stage, one seat", nil, func(p *procedure.Adopted) { p.Stages = p.Stages[:1]; p.Stages[0].Seats, p.Stages[0].Quorum = 1, 1 }, nil},
		{"the first again", []procedure.Adopted{first}, func(*procedure.Adopted) {}, procedure.ErrVersion},
		{"version 0", nil, func(p *procedure.Adopted) { p.Version = 0 }, procedure.ErrVersion},
		{"leaving one out", nil, func(p *procedure.Adopted) { p.Version = 2 }, procedure.ErrVersion},
		{"without a day", nil, func(p *procedure.Adopted) { p.From = "" }, procedure.ErrFrom},
		{"from a month on", nil, func(p *procedure.Adopted) { p.From = "2026-02" }, procedure.ErrFrom},
		{"no such day", nil, func(p *procedure.Adopted) { p.From = "2026-02-30" }, procedure.ErrFrom},
		{"from before the last", []procedure.Adopted{first}, func(p *procedure.Adopted) { p.Version, p.From = 2, "2025-12-31" }, procedure.ErrFrom},
		{"no stages", nil, func(p *procedure.Adopted) { p.Stages = nil }, procedure.ErrStages},
		{"too many stages", nil, func(p *procedure.Adopted) { p.Stages = make([]procedure.Stage, procedure.MostStages+1) }, procedure.ErrStages},
		{"one stage twice", nil, func(p *procedure.Adopted) { p.Stages[1].ID = "technical" }, procedure.ErrStage},
		{"a stage without id", nil, func(p *procedure.Adopted) { p.Stages[0].ID = "" }, procedure.ErrStage},
		{"a stage with a long id", nil, func(p *procedure.Adopted) { p.Stages[0].ID = strings.Repeat("x", 41) }, procedure.ErrStage},
		{"a stage in capitals", nil, func(p *procedure.Adopted) { p.Stages[0].ID = "Technical" }, procedure.ErrStage},
		{"a stage without body", nil, func(p *procedure.Adopted) { p.Stages[0].Body = "" }, procedure.ErrStage},
		{"officers vote", nil, func(p *procedure.Adopted) { p.Stages[0].Role = seat.Officer }, procedure.ErrRole},
		{"nobody votes", nil, func(p *procedure.Adopted) { p.Stages[0].Seats, p.Stages[0].Quorum = 0, 0 }, procedure.ErrQuorum},
		{"a crowd votes", nil, func(p *procedure.Adopted) { p.Stages[0].Seats = procedure.MostSeats + 1 }, procedure.ErrQuorum},
		{"no quorum", nil, func(p *procedure.Adopted) { p.Stages[0].Quorum = 0 }, procedure.ErrQuorum},
		{"a quorum of all", nil, func(p *procedure.Adopted) { p.Stages[0].Quorum = 3 }, nil},
		{"a quorum of more than all", nil, func(p *procedure.Adopted) { p.Stages[0].Quorum = 4 }, procedure.ErrQuorum},
		{"no time", nil, func(p *procedure.Adopted) { p.Stages[0].Hours = 0 }, procedure.ErrHours},
		{"all the time", nil, func(p *procedure.Adopted) { p.Stages[0].Hours = procedure.MostHours + 1 }, procedure.ErrHours},
		{"no criteria", nil, func(p *procedure.Adopted) { p.Stages[0].Criteria = nil }, procedure.ErrCriteria},
		{"too many criteria", nil, func(p *procedure.Adopted) {
			p.Stages[0].Criteria = make([]procedure.Criterion, procedure.MostCriteria+1)
		}, procedure.ErrCriteria},
		{"a criterion twice", nil, func(p *procedure.Adopted) { p.Stages[0].Criteria[1].ID = p.Stages[0].Criteria[0].ID }, procedure.ErrCriteria},
		{"a criterion without id", nil, func(p *procedure.Adopted) { p.Stages[0].Criteria[1].ID = "" }, procedure.ErrCriteria},
		{"a criterion without name", nil, func(p *procedure.Adopted) { p.Stages[0].Criteria[0].Name.Uk = "" }, wording.ErrNeeded},
		{"nothing to score", nil, func(p *procedure.Adopted) {
			c := &p.Stages[0].Criteria[0]
			c.Max, c.Anchors = 0, c.Anchors[:1]
		}, procedure.ErrAnchors},
		{"scored too finely", nil, func(p *procedure.Adopted) {
			c := &p.Stages[0].Criteria[0]
			c.Max, c.Anchors = procedure.MostScore+1, make([]procedure.Anchor, procedure.MostScore+2)
		}, procedure.ErrAnchors},
		{"a score unexplained", nil, func(p *procedure.Adopted) { p.Stages[0].Criteria[0].Max++ }, procedure.ErrAnchors},
		{"an anchor too many", nil, func(p *procedure.Adopted) { p.Stages[0].Criteria[0].Max-- }, procedure.ErrAnchors},
		{"an anchor twice", nil, func(p *procedure.Adopted) { p.Stages[0].Criteria[0].Anchors[2].Score = 1 }, procedure.ErrAnchors},
		{"an anchor without words", nil, func(p *procedure.Adopted) { p.Stages[0].Criteria[0].Anchors[2].Means.En = "" }, wording.ErrNeeded},
		{"an anchor of one language", nil, func(p *procedure.Adopted) { p.Stages[1].Criteria[0].Anchors[5].Means.Uk = "" }, wording.ErrNeeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := first
			p.Stages = procedure.Default().Stages
			tt.spoil(&p)
			got, err := procedure.Adopt(tell(tt.known...), p)
			if !errors.Is(err, tt.err) || (err == nil) != reflect.DeepEqual(got, []fact.Body{p}) {
				t.Fatalf("Adopt = %v, %v; want %v", got, err, tt.err)
			}
			if err != nil && strings.Contains(err.Error(), "{{") {
				t.Errorf("%q has an empty place", err)
			}
		})
	}
}

func TestInForce(t *testing.T) {
	b := tell(wanted(1, "2026-01-01"), wanted(2, "2026-06-01"), wanted(3, "2026-06-01"), wanted(9, "2020-01-01"))
	for day, want := range map[string]int{"2025-12-31": 0, "2026-01-01": 1, "2026-05-31": 1, "2026-06-01": 3, "2099-01-01": 3} {
		if p, ok := b.InForce(day); p.Version != want || ok != (want > 0) || ok != p.Exists() {
			t.Errorf("on %s version %d is in force; want %d", day, p.Version, want)
		}
	}
	for n, want := range map[int]bool{-1: false, 0: false, 1: true, 2: true, 3: true, 4: false, 9: false} {
		if p, ok := b.Version(n); ok != want || ok && (p.Version != n || p.Pos != fact.Pos(n-1)) {
			t.Errorf("version %d: %v, %v", n, p.Version, ok)
		}
	}
	if len(b.All()) != 3 {
		t.Errorf("%d versions", len(b.All()))
	}
}

// The default reads in both languages and can be stored.
func TestDefault(t *testing.T) {
	p := wanted(1, "2026-01-01")
	raw, err := json.Marshal(p)
	if err != nil || len(raw) > fact.MaxBytes/2 {
		t.Fatalf("%d bytes, %v", len(raw), err)
	}
	whole := procedure.Procedure{Adopted: p}
	for _, id := range []string{"technical", "interagency"} {
		s, ok := whole.Stage(id)
		if !ok || s.Quorum != 2 || s.Seats != 3 || s.Hours != 72 {
			t.Errorf("stage %s: %+v", id, s)
		}
		for _, c := range s.Criteria {
			if same, ok := s.Criterion(c.ID); !ok || same.Name != c.Name {
				t.Errorf("criterion %s is not found", c.ID)
			}
			seen := map[string]bool{}
			for _, a := range c.Anchors {
				if seen[a.Means.En] || seen[a.Means.Uk] || !script(a.Means.En, unicode.Latin) || !script(a.Means.Uk, unicode.Cyrillic) {
					t.Errorf("%s %d: %q, %q", c.ID, a.Score, a.Means.In("en"), a.Means.In("uk"))
				}
				seen[a.Means.En], seen[a.Means.Uk] = true, true
			}
		}
	}
	if _, ok := whole.Stage("third"); ok {
		t.Error("a third stage was found")
	}
	a, b := procedure.Default(), procedure.Default()
	a.Stages[0].Body = "mine"
	if b.Stages[0].Body == "mine" {
		t.Error("two defaults share their stages")
	}
}

func script(s string, table *unicode.RangeTable) bool {
	for _, r := range s {
		if unicode.IsLetter(r) && !unicode.Is(table, r) {
			return false
		}
	}
	return s != ""
}

// No stream is of both realms: adopting in the exercise must not keep the real
// realm from adopting.
func TestRealmsHaveHistoriesOfTheirOwn(t *testing.T) {
	ours, theirs := procedure.Adopted{Version: 1}, procedure.Adopted{Version: 1, Exercise: true}
	for _, s := range ours.Streams() {
		if slices.Contains(theirs.Streams(), s) {
			t.Errorf("stream %s is of both realms", s)
		}
	}
}
