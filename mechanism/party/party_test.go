package party_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/wording"
)

var source = fact.Source{Cite: "https://example.org", File: "members.csv", Row: "EE"}

func estonia() party.Registered {
	return party.Registered{Party: "EE", Type: party.State, Name: "Estonia", NameUk: "Естонія", Country: "EE", Source: source}
}

func joined(role party.Role, on fact.Date) party.Joined {
	return party.Joined{Party: "EE", Role: role, On: on, Precision: party.JoinedOn, Source: source}
}

func tell(bodies ...fact.Body) *party.Book {
	b := party.NewBook()
	for i, body := range bodies {
		b.Fold(fact.Fact{Pos: fact.Pos(i), Kind: body.Kind(), Body: body})
	}
	return b
}

func TestRegister(t *testing.T) {
	for _, tt := range []struct {
		name  string
		known []fact.Body
		spoil func(*party.Registered)
		err   error
	}{
		{"a state", nil, func(*party.Registered) {}, nil},
		{"of no country", nil, func(p *party.Registered) { p.Country = "" }, nil},
		{"twice", []fact.Body{estonia()}, func(*party.Registered) {}, party.ErrTaken},
		{"no id", nil, func(p *party.Registered) { p.Party = "" }, party.ErrID},
		{"an id of markup", nil, func(p *party.Registered) { p.Party = "<b>" }, party.ErrID},
		{"an id with a slash", nil, func(p *party.Registered) { p.Party = "a/b" }, party.ErrID},
		{"a long id", nil, func(p *party.Registered) { p.Party = party.ID(strings.Repeat("x", 41)) }, party.ErrID},
		{"an unknown sort", nil, func(p *party.Registered) { p.Type = "planet" }, party.ErrType},
		{"a country by name", nil, func(p *party.Registered) { p.Country = "Estonia" }, party.ErrCountry},
		{"a country in small letters", nil, func(p *party.Registered) { p.Country = "ee" }, party.ErrCountry},
		{"no name", nil, func(p *party.Registered) { p.Name = "" }, wording.ErrNeeded},
		{"a long name", nil, func(p *party.Registered) { p.NameUk = strings.Repeat("ї", wording.Most+1) }, wording.ErrLong},
		{"no source", nil, func(p *party.Registered) { p.Source.Cite = "" }, wording.ErrNeeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			known, _ := tell(tt.known...).Get("EE")
			wanted := estonia()
			tt.spoil(&wanted)
			got, err := party.Register(known, wanted)
			if !errors.Is(err, tt.err) || (err == nil) != (len(got) == 1) {
				t.Fatalf("Register = %v, %v; want %v", got, err, tt.err)
			}
			if err != nil && strings.Contains(err.Error(), "{{") {
				t.Errorf("%q has an empty place", err)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	for _, tt := range []struct {
		name   string
		known  []fact.Body
		wanted party.Joined
		facts  int
		err    error
	}{
		{"a partner", []fact.Body{estonia()}, joined(party.Partner, "2023-12-20"), 1, nil},
		{"so already", []fact.Body{estonia(), joined(party.Partner, "2023-12-20")}, joined(party.Partner, "2023-12-20"), 0, nil},
		{"another role later", []fact.Body{estonia(), joined(party.Observer, "2023-12-20")}, joined(party.Partner, "2025"), 1, nil},
		{"not registered", nil, joined(party.Partner, "2023-12-20"), 0, party.ErrMissing},
		{"no role", []fact.Body{estonia()}, joined("", "2023-12-20"), 0, party.ErrRole},
		{"no day", []fact.Body{estonia()}, joined(party.Partner, ""), 0, party.ErrSince},
		{"no precision", []fact.Body{estonia()}, party.Joined{Party: "EE", Role: party.Partner, On: "2025", Source: source}, 0, party.ErrSince},
		{"no source", []fact.Body{estonia()}, party.Joined{Party: "EE", Role: party.Partner, On: "2025", Precision: party.SeenBy}, 0, wording.ErrNeeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			known, _ := tell(tt.known...).Get("EE")
			got, err := party.Join(known, tt.wanted)
			if !errors.Is(err, tt.err) || len(got) != tt.facts {
				t.Errorf("Join = %v, %v; want %d facts, %v", got, err, tt.facts, tt.err)
			}
		})
	}
}

func TestMembers(t *testing.T) {
	finland := party.Registered{Party: "FI", Type: party.State, Name: "Finland", Country: "FI", Source: source}
	b := tell(finland, party.Joined{Party: "FI", Role: party.Partner, On: "2025-10-14", Precision: party.JoinedOn},
		estonia(), joined(party.Partner, "2025"), joined(party.Observer, "2023-12-20"),
		party.Joined{Party: "nobody", Role: party.Partner, On: "2023-12-20"})
	for _, tt := range []struct{ day, want string }{
		{"2023-12-19", ""},
		{"2023-12-20", "EE observer"},
		{"2024-12-31", "EE observer"},
		{"2025-01-01", "EE partner"},
		{"2025-10-14", "EE partner, FI partner"},
	} {
		var got []string
		for _, m := range b.Members(tt.day) {
			got = append(got, string(m.Party.Registered.Party)+" "+string(m.Role))
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("on %s: %v; want %s", tt.day, got, tt.want)
		}
	}
	if _, ok := b.Get("nobody"); ok {
		t.Error("a party came of its membership alone")
	}
	if p, ok := b.ByRow("row/members.csv/EE"); !ok || p.Registered.Party != "EE" {
		t.Errorf("the row speaks of %v, %v", p.Registered.Party, ok)
	}
	if all := b.All(); len(all) != 2 || all[0].Registered.Party != "EE" {
		t.Errorf("all are %v", all)
	}
}

// Rule 3.
func TestInside(t *testing.T) {
	for _, tt := range []struct {
		party party.Registered
		want  bool
	}{
		{party.Registered{Party: "UA", Type: party.State, Country: "UA"}, true},
		{party.Registered{Party: "UA", Type: party.State}, true},
		{party.Registered{Party: "tmpo", Type: party.Body, Country: "UA"}, true},
		{party.Registered{Party: "estdev-account", Type: party.Account, Country: "EE"}, true},
		{party.Registered{Party: "ucp", Type: party.Account, Country: "GB"}, true},
		{party.Registered{Party: "EE", Type: party.State, Country: "EE"}, false},
		{party.Registered{Party: "estdev", Type: party.Organisation, Country: "EE"}, false},
		{party.Registered{Party: "cybexer", Type: party.Company, Country: "EE"}, false},
		{party.Registered{Party: "EU", Type: party.Organisation}, false},
	} {
		if got := (party.Party{Registered: tt.party}).Inside(); got != tt.want {
			t.Errorf("%s, %s of %q is inside: %v", tt.party.Party, tt.party.Type, tt.party.Country, got)
		}
	}
}

func TestNameIn(t *testing.T) {
	p := party.Party{Registered: estonia()}
	if p.NameIn("en") != "Estonia" || p.NameIn("uk") != "Естонія" {
		t.Errorf("names are %s, %s", p.NameIn("en"), p.NameIn("uk"))
	}
	p.NameUk = ""
	if p.NameIn("uk") != "Estonia" || (party.Party{Registered: party.Registered{Party: "x1"}}).NameIn("uk") != "x1" {
		t.Error("a name that is not known is not replaced by the next best")
	}
}

func TestCorrect(t *testing.T) {
	b := tell(estonia(), joined(party.Partner, "2023-12-20"))
	known, _ := b.Get("EE")
	if same, err := party.Correct(known, estonia(), wording.Mistyped); same != nil || err != nil {
		t.Errorf("what reads so already is corrected by %v, %v", same, err)
	}
	wanted := estonia()
	wanted.Name, wanted.Place = "Republic of Estonia", "Tallinn"
	bodies, err := party.Correct(known, wanted, wording.SourceChanged)
	if err != nil {
		t.Fatal(err)
	}
	later := joined(party.Partner, "2023-12-21")
	more, err := party.CorrectJoined(known, 1, later, wording.Mistyped)
	if err != nil {
		t.Fatal(err)
	}
	for i, body := range slices.Concat(bodies, more) {
		b.Fold(fact.Fact{Pos: fact.Pos(2 + i), Body: body})
	}
	after, _ := b.Get("EE")
	if !reflect.DeepEqual(after.Registered, wanted) || after.Memberships[0].Joined != later || len(after.History) != 5 {
		t.Errorf("it reads %+v", after)
	}
	if known.Memberships[0].On != "2023-12-20" {
		t.Error("a copy that a reader holds was changed")
	}
	if _, err := party.Correct(known, wanted, "why not"); !errors.Is(err, wording.ErrReason) {
		t.Errorf("a free reason: %v", err)
	}
	if _, err := party.Correct(party.Party{}, wanted, wording.Mistyped); !errors.Is(err, party.ErrMissing) {
		t.Errorf("corrected what is not there: %v", err)
	}
	if _, err := party.CorrectJoined(known, 99, later, wording.Mistyped); !errors.Is(err, party.ErrMissing) {
		t.Errorf("corrected a membership that is not there: %v", err)
	}
}

func FuzzFold(f *testing.F) {
	seed, _ := json.Marshal(estonia())
	f.Add(seed, []byte(`{"party":"EE","role":"partner","on":"2025","precision":"by"}`), []byte(`{"party":"EE","fact":0,"pointer":"/name","was":"Estonia","now":null}`))
	f.Fuzz(func(t *testing.T, registered, joined, corrected []byte) {
		var r party.Registered
		var j party.Joined
		var c party.Corrected
		if json.Unmarshal(registered, &r) != nil || json.Unmarshal(joined, &j) != nil || json.Unmarshal(corrected, &c) != nil {
			return
		}
		b := tell(r, j, c) // whatever decodes folds
		b.Members("2025-01-01")
		p, _ := b.Get(r.Party)
		party.Register(party.Party{}, p.Registered)
	})
}
