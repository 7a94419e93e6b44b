package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/fact"
	"tallinn/mechanism/party"
)

// A draw is an id of a noun, by the letter of its ids: of the exercise, or of
// the real realm.
type draw func(noun string) string

// commandsOfExercise are commands of the API: who sends them, where to, and
// with what. With ids of the exercise alone most of them are done.
var commandsOfExercise = []struct {
	role string
	make func(id draw) (path string, body map[string]any)
}{
	{"technical group", func(id draw) (string, map[string]any) {
		return "/needs/" + id("N") + "/votes", map[string]any{"stage": "technical", "round": 1, "verdict": "abstain"}
	}},
	{"cyber officer", func(id draw) (string, map[string]any) {
		return "/needs/" + id("N") + "/withdrawal", map[string]any{"reason": "met_elsewhere"}
	}},
	{"front office", func(id draw) (string, map[string]any) {
		return "/needs/" + id("N") + "/related", map[string]any{"other": id("N"), "relation": "related"}
	}},
	{"front office", func(id draw) (string, map[string]any) {
		return "/needs/" + id("N") + "/marking", map[string]any{"marking": "TLP:RED", "to": []string{id("R")}}
	}},
	{"cyber officer", func(id draw) (string, map[string]any) {
		return "/needs/" + id("N") + "/weakness", map[string]any{"party": id("party"), "basis": "consent", "document": "No. 1"}
	}},
	{"programme officer", func(id draw) (string, map[string]any) {
		return "/offers", map[string]any{"form": "money", "amount": map[string]any{"currency": "EUR", "value": "1000"}, "until": "2027-06-30",
			"earmark": map[string]any{"recipients": []string{id("party")}}}
	}},
	{"programme officer", func(id draw) (string, map[string]any) {
		return "/offers/" + id("P") + "/reservations", map[string]any{"need": id("N"), "lot": "a", "quantity": 1,
			"amount": map[string]any{"currency": "EUR", "value": "10"}, "until": today.Add(48 * time.Hour)}
	}},
	{"programme officer", func(id draw) (string, map[string]any) {
		return "/offers/" + id("P") + "/closing", map[string]any{"reason": "used_up"}
	}},
	{"cyber officer", func(id draw) (string, map[string]any) {
		return "/reservations/" + id("B") + "/answers", map[string]any{"act": "accept"}
	}},
	{"programme officer", func(id draw) (string, map[string]any) {
		return "/flows", map[string]any{"provider": id("own"), "receiver": id("party"), "amount": map[string]any{"currency": "EUR", "value": "777"},
			"status": "commitment", "on": "2026-01", "line": "training", "another": true}
	}},
	{"programme officer", func(id draw) (string, map[string]any) {
		return "/flows/" + id("F") + "/words", map[string]any{"amount": map[string]any{"currency": "EUR", "value": "5"}, "status": "paid", "on": "2026-01"}
	}},
	{"programme officer", func(id draw) (string, map[string]any) {
		return "/flows/" + id("F") + "/joinings", map[string]any{"into": id("F")}
	}},
	{"front office", func(id draw) (string, map[string]any) {
		return "/flows/" + id("F") + "/links", map[string]any{"child": id("F"), "amount": map[string]any{"currency": "EUR", "value": "1"}, "how": "passed_on", "on": "2026-01"}
	}},
	{"front office", func(id draw) (string, map[string]any) {
		return "/seats", map[string]any{"role": "officer", "holder": id("party"), "name": "Somebody Invented"}
	}},
	{"front office", func(id draw) (string, map[string]any) {
		return "/seats/" + id("R") + "/end", map[string]any{"reason": "replaced"}
	}},
	{"front office", func(id draw) (string, map[string]any) {
		return "/seats/" + id("R") + "/sitting", map[string]any{"of": id("R")}
	}},
	{"front office", func(id draw) (string, map[string]any) {
		return "/seats/" + id("R") + "/deputy", map[string]any{"to": id("R"), "powers": []string{"vote"}, "until": "2026-12-31"}
	}},
}

// TestExerciseNeverTouchesReal: whatever those of the exercise send, with ids
// of both realms in any mixture, nothing of it is a fact of the real realm,
// and no fact of the exercise names what is real. An id of the real realm is
// refused as one that never was.
func TestExerciseNeverTouchesReal(t *testing.T) {
	t.Parallel()
	s, hub := playHub(t)
	if _, _, err := hub.SitNew(t.Context(), "Олена Приклад", "officer"); err != nil {
		t.Fatal(err)
	}
	if err := hub.RecordReal(t.Context(), need.Submitted{Need: "N-9001", Owner: "UA"}, offer.Opened{Offer: "P-9001", Provider: "EE", From: "2026-01-01", Until: "2027-12-31"},
		offer.Reserved{Reservation: "B-9001", Offer: "P-9001", Need: "N-9001", Lot: "a", Quantity: 1, Until: today.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	ids, facts := idsOfRealms(t, hub.AllFacts(t.Context()))
	for realm, nouns := range ids {
		for _, noun := range []string{"N", "P", "B", "F", "R", "party", "own"} {
			if len(nouns[noun]) == 0 {
				t.Fatalf("realm %s has no %s", realm, noun)
			}
		}
	}
	actors := map[string]*visitor{}
	for _, c := range commandsOfExercise {
		if actors[c.role] == nil {
			actors[c.role] = s.acts(t, c.role, 0)
		}
	}
	var sent, done int
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(commandsOfExercise).Draw(t, "command")
		var real []string
		path, body := c.make(func(noun string) string {
			realm := rapid.SampledFrom([]fact.Realm{fact.Exercise, fact.Exercise, fact.Real}).Draw(t, "realm")
			id := rapid.SampledFrom(ids[realm][noun]).Draw(t, noun)
			if realm == fact.Real {
				real = append(real, id)
			}
			return id
		})
		sent++
		a := actors[c.role].call(path, fmt.Sprint("mixed-", sent), body)
		if a.status < 300 {
			done++
		}
		if len(real) == 0 {
			return
		}
		if a.status < 400 || a.status >= 500 {
			t.Fatalf("%s with %q of the real realm answers %d %s", path, real, a.status, a.body)
		}
		raw, _ := json.Marshal(body)
		never := strings.NewReplacer(neverWas(real)...)
		var other map[string]any
		if err := json.Unmarshal([]byte(never.Replace(string(raw))), &other); err != nil {
			t.Fatal(err)
		}
		if b := actors[c.role].call(never.Replace(path), fmt.Sprint("never-", sent), other); b.status != a.status || never.Replace(a.body) != b.body {
			t.Fatalf("%s with %q of the real realm answers %d %s; with what never was %d %s", path, real, a.status, a.body, b.status, b.body)
		}
	})
	if done == 0 {
		t.Errorf("none of %d commands was done", sent)
	}
	after, all := 0, slices.Concat(ids[fact.Real]["N"], ids[fact.Real]["P"], ids[fact.Real]["B"], ids[fact.Real]["F"], ids[fact.Real]["R"], ids[fact.Real]["party"])
	for f := range hub.AllFacts(t.Context()) {
		if after++; after <= facts {
			continue
		}
		if f.Realm != fact.Exercise {
			t.Errorf("fact %d, %s, is of realm %s", f.Pos, f.Kind, f.Realm)
		}
		raw, err := json.Marshal(f.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range all {
			if slices.Contains(f.Streams, id) || strings.Contains(string(raw), `"`+id+`"`) {
				t.Errorf("fact %d of the exercise, %s, names %s of the real realm: %s", f.Pos, f.Kind, id, raw)
			}
		}
	}
	t.Logf("%d commands, %d done, %d facts", sent, done, after-facts)
}

// neverWas are pairs of an id and one of its form that nothing has.
func neverWas(ids []string) (out []string) {
	for _, id := range ids {
		noun, _, numbered := strings.Cut(id, "-")
		if other := "nobody-at-all"; numbered && len(noun) == 1 {
			out = append(out, id, noun+"-00000")
		} else {
			out = append(out, `"`+id+`"`, `"`+other+`"`, `\"`+id+`\"`, `\"`+other+`\"`)
		}
	}
	return out
}

// idsOfRealms are the ids that facts name, by realm and noun, and how many
// facts there are. No id is of both realms.
func idsOfRealms(t *testing.T, all func(func(fact.Fact) bool)) (ids map[fact.Realm]map[string][]string, facts int) {
	ids = map[fact.Realm]map[string][]string{fact.Real: {}, fact.Exercise: {}}
	put := func(realm fact.Realm, noun, id string) {
		if !slices.Contains(ids[realm][noun], id) {
			ids[realm][noun] = append(ids[realm][noun], id)
		}
	}
	for f := range all {
		facts++
		for _, s := range f.Streams {
			if noun, _, numbered := strings.Cut(s, "-"); numbered && len(noun) == 1 {
				put(f.Realm, noun, s)
			}
		}
		switch body := f.Body.(type) {
		case party.Registered:
			put(f.Realm, "party", string(body.Party))
		case offer.Opened:
			put(f.Realm, "own", string(body.Provider))
		}
	}
	for noun, list := range ids[fact.Real] {
		for _, id := range list {
			if slices.Contains(ids[fact.Exercise][noun], id) {
				t.Errorf("%s is of both realms", id)
			}
		}
	}
	return ids, facts
}
