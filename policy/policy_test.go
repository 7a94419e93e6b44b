package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/policy"
	"tallinn/tlp"
)

func engine(t testing.TB) *policy.Engine {
	t.Helper()
	e, err := policy.New(policy.File)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func seat(role, party string) policy.Principal {
	return policy.Principal{Seat: "R-0001", Role: role, Party: party, Realm: fact.Exercise}
}

// need is a class of an exercise need of party "ministry".
func need(part, stage string, m tlp.Marking, audience string) class.Class {
	return class.Class{Realm: fact.Exercise, Noun: "need", Part: part, Marking: m,
		Owner: "ministry", Stage: stage, Audience: audience}
}

// The expectations are written from the design, not from the policy.
func TestWhoReadsWhat(t *testing.T) {
	e := engine(t)
	open := need("summary", "open", tlp.Amber, "")
	valid := need("summary", "validated", tlp.Amber, "")
	weak := need("weakness", "validated", tlp.AmberStrict, "partner-a")
	votes := need("vote", "open", tlp.AmberStrict, "")
	elsewhere := open
	elsewhere.Realm = fact.Real
	clear := class.Class{Realm: fact.Real, Noun: "flow", Marking: tlp.Clear, Owner: "EE"}
	green := class.Class{Realm: fact.Exercise, Noun: "seat", Marking: tlp.Green, Owner: "x"}
	classes := map[string]class.Class{"open": open, "valid": valid, "weak": weak, "votes": votes,
		"elsewhere": elsewhere, "clear": clear, "green": green}
	for _, tt := range []struct {
		who  policy.Principal
		sees []string
	}{
		{policy.Visitor, []string{"clear"}},
		{seat("officer", "ministry"), []string{"clear", "green", "open", "valid", "weak"}},
		{seat("officer", "other"), []string{"clear", "green"}},
		{seat("technical", "group"), []string{"clear", "green", "open", "valid", "votes", "weak"}},
		{seat("interagency", "group"), []string{"clear", "green", "open", "valid", "votes", "weak"}},
		{seat("front_office", "desk"), []string{"clear", "green", "open", "valid", "votes"}},
		{seat("co_chair", "state"), []string{"clear", "green", "open", "valid", "votes"}},
		{seat("programme", "partner-a"), []string{"clear", "green", "valid", "weak"}},
		{seat("programme", "partner-b"), []string{"clear", "green", "valid"}},
		{seat("implementer", "company"), []string{"clear", "green", "valid"}},
		{seat("observer", "union"), []string{"clear", "green"}},
		{seat("auditor", "audit"), []string{"clear", "green"}},
	} {
		for name, class := range classes {
			want := slices.Contains(tt.sees, name)
			if got := e.May(tt.who, policy.Read, class); got != want {
				t.Errorf("%s of %s reads %s: %v, want %v", tt.who.Role, tt.who.Party, name, got, want)
			}
		}
	}
}

func TestWhoDoesWhat(t *testing.T) {
	e := engine(t)
	own := need("summary", "open", tlp.Amber, "")
	ours := class.Class{Realm: fact.Exercise, Noun: "reservation", Marking: tlp.Amber, Audience: class.Audience("ministry", "partner-a")}
	realNeed := own
	realNeed.Realm = fact.Real
	for _, tt := range []struct {
		who  policy.Principal
		what policy.Action
		to   class.Class
		want bool
	}{
		{policy.Visitor, policy.Submit, own, false},
		{seat("officer", "ministry"), policy.Submit, own, true},
		{seat("officer", "other"), policy.Withdraw, own, false},
		{seat("programme", "ministry"), policy.Submit, own, false},
		{seat("technical", "group"), policy.Vote, own, true},
		{seat("technical", "group"), policy.Vote, realNeed, false},
		{seat("programme", "partner-a"), policy.Vote, own, false},
		{seat("programme", "partner-a"), policy.Reserve, need("summary", "validated", tlp.Amber, ""), true},
		{seat("officer", "ministry"), policy.Reserve, own, false},
		{seat("officer", "ministry"), policy.Answer, ours, true},
		{seat("officer", "other"), policy.Answer, ours, false},
		{seat("auditor", "audit"), policy.Commit, ours, false},
	} {
		if got := e.May(tt.who, tt.what, tt.to); got != tt.want {
			t.Errorf("%s of %s does %s: %v, want %v", tt.who.Role, tt.who.Party, tt.what, got, tt.want)
		}
	}
}

var (
	roles    = []string{"officer", "technical", "interagency", "programme", "implementer", "front_office", "co_chair", "observer", "auditor", "administrator", ""}
	parties  = []string{"ministry", "partner-a", "partner-b", "group"}
	realms   = []fact.Realm{fact.Real, fact.Exercise}
	markings = []tlp.Marking{tlp.Red, tlp.AmberStrict, tlp.Amber, tlp.Green, tlp.Clear}
)

func principals(t *rapid.T) policy.Principal {
	if rapid.IntRange(0, 9).Draw(t, "visitor") == 0 {
		return policy.Visitor
	}
	return policy.Principal{Seat: "R-1", Role: rapid.SampledFrom(roles).Draw(t, "role"),
		Party: rapid.SampledFrom(parties).Draw(t, "party"), Realm: rapid.SampledFrom(realms).Draw(t, "realm")}
}

func anyClass(t *rapid.T) class.Class {
	return class.Class{Realm: rapid.SampledFrom(realms).Draw(t, "realm"),
		Noun:    rapid.SampledFrom([]string{"need", "offer", "reservation", "flow"}).Draw(t, "noun"),
		Part:    rapid.SampledFrom([]string{"", "summary", "weakness", "vote"}).Draw(t, "part"),
		Marking: rapid.SampledFrom(markings).Draw(t, "marking"), Owner: rapid.SampledFrom(parties).Draw(t, "owner"),
		Stage:    rapid.SampledFrom([]string{"open", "validated", "returned"}).Draw(t, "stage"),
		Audience: rapid.SampledFrom([]string{"", "partner-a", "ministry partner-b"}).Draw(t, "audience")}
}

// Lists and counts are unions of buckets; they must say what Cedar says of
// each object by itself, however often objects change their class.
//
// ASVS 8.3.2
func TestIndexEqualsCedar(t *testing.T) {
	e := engine(t)
	rapid.Check(t, func(t *rapid.T) {
		x := &class.Index{}
		filed := map[int32]class.Class{}
		for range rapid.IntRange(0, 60).Draw(t, "puts") {
			item, c := rapid.Int32Range(0, 19).Draw(t, "item"), anyClass(t)
			if rapid.IntRange(0, 9).Draw(t, "drop") == 0 {
				x.Drop(item)
				delete(filed, item)
				continue
			}
			x.Put(item, c)
			filed[item] = c
		}
		p := principals(t)
		var want []int32
		for item, c := range filed {
			if e.Ask(p, policy.Read, c) {
				want = append(want, item)
			}
		}
		slices.Sort(want)
		slices.Reverse(want)
		seen := x.Classes(func(c class.Class) bool { return e.May(p, policy.Read, c) })
		if got := slices.Collect(x.In(seen)); !slices.Equal(got, want) || x.Count(append(seen, seen...)) != len(want) || x.Len() != len(filed) {
			t.Fatalf("seen are %v (%d), want %v", got, x.Count(seen), want)
		}
		for item, c := range filed {
			if got, ok := x.Of(item); !ok || got != c {
				t.Fatalf("%d is filed under %v, want %v", item, got, c)
			}
		}
	})
}

// Nobody sees across realms more than a visitor does.
//
// ASVS 8.4.1
func TestRealmsNeverMix(t *testing.T) {
	e := engine(t)
	rapid.Check(t, func(t *rapid.T) {
		p, c := principals(t), anyClass(t)
		if p == policy.Visitor || p.Realm == c.Realm {
			t.Skip("the same realm")
		}
		for _, a := range []policy.Action{policy.Read, policy.Submit, policy.Vote, policy.Offer, policy.Reserve, policy.Answer, policy.Commit} {
			if e.Ask(p, a, c) && !(a == policy.Read && c.Marking == tlp.Clear) {
				t.Fatalf("%v may %s %v", p, a, c)
			}
		}
	})
}

func TestPolicyThatIsNone(t *testing.T) {
	if _, err := policy.New([]byte("permit (")); err == nil {
		t.Error("New took half a policy")
	}
}

func BenchmarkMay(b *testing.B) {
	e, p := engine(b), seat("programme", "partner-a")
	for i := range b.N {
		e.May(p, policy.Read, need("summary", fmt.Sprint("stage", i%50), tlp.Amber, ""))
	}
}

// TestTLP is TLP 2.0 over what a role would see else: who reads a validated
// need's summary and an offer under each marking.
func TestTLP(t *testing.T) {
	e := engine(t)
	const table = `
                         RED STRICT AMBER GREEN CLEAR
visitor                  -   -      -     -     yes
officer/ministry         -   yes    yes   yes   yes
officer/other            -   -      -     yes   yes
technical/group          -   yes    yes   yes   yes
programme/partner-a      -   -      yes   yes   yes
implementer/company      -   -      yes   yes   yes
front_office/desk        -   yes    yes   yes   yes
observer/union           -   -      -     yes   yes
observer/ministry        -   -      -     yes   yes
auditor/audit            -   -      -     yes   yes
administrator/ministry   -   -      -     yes   yes
named/other              yes -      -     yes   yes
`
	lines := strings.Split(strings.Trim(table, "\n"), "\n")
	for _, line := range lines[1:] {
		f := strings.Fields(line)
		role, party, _ := strings.Cut(f[0], "/")
		p := seat(role, party)
		p.Seat = "R-" + role
		if role == "visitor" {
			p = policy.Visitor
		}
		for i, want := range f[1:] {
			c := need("summary", "validated", markings[i], "")
			if markings[i] == tlp.Red {
				c.Audience = "R-named R-x"
			}
			if got := e.Ask(p, policy.Read, c); got != (want == "yes") {
				t.Errorf("%s reads %s: %v", f[0], markings[i], got)
			}
			weak := c
			if weak.Part = "weakness"; role == "named" && c.Marking < tlp.Green && e.Ask(p, policy.Read, weak) {
				t.Errorf("a named seat of another party reads a weakness marked %s", c.Marking)
			}
			if c.Marking == tlp.Red && want != "yes" && e.Ask(p, policy.Withdraw, c) {
				t.Errorf("%s acts on what it may not see", f[0])
			}
		}
	}
}
