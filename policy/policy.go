package policy

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"

	"tallinn/class"
	"tallinn/fact"
)

// File is the policy, as an auditor reads it.
//
//go:embed policy.cedar
var File []byte

// A Principal is the seat that asks. The zero Principal is a visitor.
type Principal struct {
	Seat  string
	Role  string
	Party string
	Body  string
	Realm fact.Realm
}

// Visitor is whoever has not signed in.
var Visitor = Principal{}

// An Action is what is asked for.
type Action string

const (
	Read     Action = "read"
	Submit   Action = "submit"
	Withdraw Action = "withdraw"
	Vote     Action = "vote"
	Record   Action = "record" // an emergency of another institution
	Take     Action = "take"   // an emergency
	Detail   Action = "detail" // say exactly what an emergency asks for
	Roster   Action = "roster" // give duty in a group
	Reopen   Action = "reopen" // a stage of a need that has closed
	Relate   Action = "relate" // say how two needs are to each other
	Offer    Action = "offer"
	Reserve  Action = "reserve"
	CallOff  Action = "call_off" // from a standing offer
	Answer   Action = "answer"
	Commit   Action = "commit"
	Mark     Action = "mark"
	Erase    Action = "erase"
	Assert   Action = "assert"  // say what a flow is
	Mention  Action = "mention" // keep what was said in public
	Import   Action = "import"  // a list
	Tie      Action = "tie"     // say which flow pays for which
	Give     Action = "give"    // seats
	Adopt    Action = "adopt"   // the procedure
	Delegate Action = "delegate"
	Recover  Action = "recover" // let somebody in who has lost every way in
	Close    Action = "close"   // a report of an error
	Correct  Action = "correct" // what the seat itself has said
	Consent  Action = "consent" // to a correction of what one has countersigned
	Draft    Action = "draft"   // an edition
	Clear    Action = "clear"   // one's own figures in an edition
	Release  Action = "release" // an edition
)

// An Engine decides. Its answers are kept: the same seat and class have the
// same answer until the policy changes, which takes a new Engine.
type Engine struct {
	policies *cedar.PolicySet
	mu       sync.RWMutex
	kept     map[question]bool
}

type question struct {
	Principal
	Action
	class.Class
}

// maxKept bounds the answers that are kept; past it they are asked anew.
const maxKept = 100_000

// New reads a policy.
//
// Errors: a document that is no Cedar policy, with its place.
func New(document []byte) (*Engine, error) {
	set, err := cedar.NewPolicySetFromBytes("policy.cedar", document)
	if err != nil {
		return nil, fmt.Errorf("policy: read the policy: %w", err)
	}
	return &Engine{policies: set, kept: map[question]bool{}}, nil
}

// May reports whether p may do action to what is of class c. An error in the
// policy is a refusal.
func (e *Engine) May(p Principal, action Action, c class.Class) bool {
	q := question{p, action, c}
	e.mu.RLock()
	answer, known := e.kept[q]
	e.mu.RUnlock()
	if known {
		return answer
	}
	answer = e.Ask(p, action, c)
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.kept) >= maxKept {
		clear(e.kept)
	}
	e.kept[q] = answer
	return answer
}

// Ask is May without the answers that are kept, for the tests that compare.
func (e *Engine) Ask(p Principal, action Action, c class.Class) bool {
	who, what := p.entity(), classEntity(c)
	entities := cedar.EntityMap{who.UID: who, what.UID: what}
	decision, _ := cedar.Authorize(e.policies, entities, cedar.Request{Principal: who.UID,
		Action: cedar.NewEntityUID("Action", cedar.String(action)), Resource: what.UID})
	return decision == cedar.Allow
}

func (p Principal) entity() cedar.Entity {
	if p == Visitor {
		return cedar.Entity{UID: cedar.NewEntityUID("Visitor", "visitor")}
	}
	return cedar.Entity{UID: cedar.NewEntityUID("Seat", cedar.String(p.Seat)),
		Attributes: cedar.NewRecord(cedar.RecordMap{
			"seat": cedar.String(p.Seat), "role": cedar.String(p.Role), "party": cedar.String(p.Party),
			"body": cedar.String(p.Body), "realm": cedar.String(p.Realm)})}
}

func classEntity(c class.Class) cedar.Entity {
	var audience []cedar.Value
	for _, one := range strings.Fields(c.Audience) {
		audience = append(audience, cedar.String(one))
	}
	return cedar.Entity{UID: cedar.NewEntityUID("Class", "asked"),
		Attributes: cedar.NewRecord(cedar.RecordMap{
			"realm": cedar.String(c.Realm), "noun": cedar.String(c.Noun), "part": cedar.String(c.Part),
			"marking": cedar.String(c.Marking.String()), "owner": cedar.String(c.Owner),
			"stage": cedar.String(c.Stage), "audience": cedar.NewSet(audience...)})}
}
