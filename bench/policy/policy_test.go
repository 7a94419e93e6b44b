package policy_test

import (
	"fmt"
	"testing"

	"github.com/cedar-policy/cedar-go"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/policy"
	"tallinn/tlp"
)

type question struct {
	who  policy.Principal
	what class.Class
}

// questions are what seats of every role ask of needs of 200 owners, in each
// state that matters.
func questions() (out []question) {
	for _, role := range []string{"officer", "programme", "technical", "interagency", "front_office", "co_chair", "observer", "auditor"} {
		who := policy.Principal{Seat: "R-" + role, Role: role, Party: "x-owner-007", Body: "x-body", Realm: fact.Exercise}
		for owner := range 200 {
			for _, stage := range []string{"open", "validated"} {
				out = append(out, question{who, class.Class{Realm: fact.Exercise, Noun: "need", Part: "summary",
					Marking: tlp.Amber, Owner: fmt.Sprintf("x-owner-%03d", owner), Stage: stage}})
			}
		}
	}
	return out
}

func engine(b *testing.B) *policy.Engine {
	e, err := policy.New(policy.File)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// BenchmarkKept asks what was asked before.
func BenchmarkKept(b *testing.B) {
	e, all, i := engine(b), questions(), 0
	for _, q := range all {
		e.May(q.who, policy.Read, q.what)
	}
	for b.Loop() {
		q := &all[i%len(all)]
		e.May(q.who, policy.Read, q.what)
		i++
	}
}

// BenchmarkAsked decides every question anew.
func BenchmarkAsked(b *testing.B) {
	e, all, i := engine(b), questions(), 0
	for b.Loop() {
		q := &all[i%len(all)]
		e.Ask(q.who, policy.Read, q.what)
		i++
	}
}

// BenchmarkCedar is the library alone, with the same file and questions.
func BenchmarkCedar(b *testing.B) {
	set, err := cedar.NewPolicySetFromBytes("policy.cedar", policy.File)
	if err != nil {
		b.Fatal(err)
	}
	type ready struct {
		entities cedar.EntityMap
		request  cedar.Request
		want     bool
	}
	e, i := engine(b), 0
	var all []ready
	for _, q := range questions() {
		who := cedar.Entity{UID: cedar.NewEntityUID("Seat", cedar.String(q.who.Seat)), Attributes: cedar.NewRecord(cedar.RecordMap{
			"seat": cedar.String(q.who.Seat), "role": cedar.String(q.who.Role), "party": cedar.String(q.who.Party),
			"body": cedar.String(q.who.Body), "realm": cedar.String(q.who.Realm)})}
		what := cedar.Entity{UID: cedar.NewEntityUID("Class", "asked"), Attributes: cedar.NewRecord(cedar.RecordMap{
			"realm": cedar.String(q.what.Realm), "noun": cedar.String(q.what.Noun), "part": cedar.String(q.what.Part),
			"marking": cedar.String(q.what.Marking.String()), "owner": cedar.String(q.what.Owner),
			"stage": cedar.String(q.what.Stage), "audience": cedar.NewSet()})}
		all = append(all, ready{cedar.EntityMap{who.UID: who, what.UID: what}, cedar.Request{Principal: who.UID,
			Action: cedar.NewEntityUID("Action", cedar.String(policy.Read)), Resource: what.UID}, e.Ask(q.who, policy.Read, q.what)})
	}
	for b.Loop() {
		r := &all[i%len(all)]
		if d, _ := cedar.Authorize(set, r.entities, r.request); (d == cedar.Allow) != r.want {
			b.Fatal("the library decides otherwise")
		}
		i++
	}
}
