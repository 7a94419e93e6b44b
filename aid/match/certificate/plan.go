package certificate

import (
	"crypto/sha256"
	"encoding/hex"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/match/instance"
	"tallinn/fault"
)

// Engine names this version of the planner. Two plans of one engine, instance
// and number of moves are the same bytes.
const Engine = "tallinn-match/1"

// The goals, in their order.
const (
	Coverage   = "coverage"   // points of lots given; more is better
	Completion = "completion" // weight of requirements given all lots; more is better
	Fragments  = "fragments"  // pairs used; fewer is better
	Spread     = "spread"     // how far one partner's used share lies from the mean, in millionths; less is better
	Kept       = "kept"       // pairs used that are in the plan in force; more is better
)

// Composite names the objective that puts coverage, completion, fragments
// and kept pairs in one number.
const Composite = "composite"

// Order lists the goals in lexicographic order.
var Order = []string{Coverage, Completion, Fragments, Spread, Kept}

// A Plan is the published form. Its members stand in the order of the file.
type Plan struct {
	Instance     string            `json:"instance"`
	InstanceHash string            `json:"instance_sha256"` // of the instance's bytes
	Engine       string            `json:"engine"`
	By           string            `json:"by"` // Composite, or "goals"
	Composite    int64             `json:"composite"`
	Bound        int64             `json:"bound"` // no plan scores more
	Completed    int64             `json:"requirements_completed"`
	Served       int64             `json:"requirements_served"`
	Goals        map[string]Goal   `json:"goals"`
	Allocations  []Allocation      `json:"allocations"`
	Locked       []Allocation      `json:"locked,omitzero"`   // accepted before; kept as they are
	Declined     []Pair            `json:"declined,omitzero"` // refused by one side; not looked at again
	Prices       map[string]string `json:"prices"`            // of one unit of each offer, in points, as rationals
	Exact        string            `json:"bound_exact"`       // what Prices prove, before rounding down
	Moves        int64             `json:"moves"`
	Cut          bool              `json:"cut"` // by time or by a person: another run may differ
	Finisher     *Finisher         `json:"finisher,omitzero"`
	Hash         string            `json:"sha256"` // of this file with an empty hash
}

// An Allocation gives lots of a requirement from an offer.
type Allocation struct {
	Requirement string `json:"requirement"`
	Offer       string `json:"offer"`
	Lots        int64  `json:"lots"`
}

// A Pair is a requirement and an offer.
type Pair struct {
	Requirement string `json:"requirement"`
	Offer       string `json:"offer"`
}

// A Goal is one goal's value in the plan and a bound on it: no plan that keeps
// the floors of the goals before it is better than Bound. Proof may be nil
// where the bound is plain: no fewer than 0 fragments, no less than 0 spread.
type Goal struct {
	Value     int64  `json:"value"`
	Bound     int64  `json:"bound"`
	Tolerance int64  `json:"tolerance_ppm"` // what later goals could give up of it
	Floor     *int64 `json:"floor,omitzero"`
	Proof     *Proof `json:"proof,omitzero"`
}

// A Proof bounds a weighted sum of the goals: at these prices no plan is
// worth more than Exact. All numbers are rationals over one power of two.
type Proof struct {
	Weights map[string]string `json:"weights"` // of each goal's gain; fragments weigh against
	Prices  map[string]string `json:"prices"`
	Exact   string            `json:"exact"`
}

// A Finisher is an outside solver's word on the composite. It is a claim, and
// stands beside the proof: to check it, run the solver again.
type Finisher struct {
	Solver  string `json:"solver"`
	Hash    string `json:"solver_sha256"`
	Bound   int64  `json:"bound"`
	Optimal bool   `json:"optimal"`
}

// ErrHash refuses a plan whose bytes are not those it was published with.
var ErrHash = fault.New(fault.Invalid, "plan.hash",
	"the plan says its hash is {{.value}}, but its content gives {{.got}}; take the file as it was published")

// Encode fills in p's hash and writes it: one allocation a line, so that two
// plans compare line by line.
func Encode(p *Plan) ([]byte, error) {
	p.Hash = ""
	data, err := form(p)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	p.Hash = hex.EncodeToString(sum[:])
	return form(p)
}

func form(p *Plan) ([]byte, error) {
	data, err := json.Marshal(p, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	value := jsontext.Value(data)
	if err := value.Indent(jsontext.WithIndent(" ")); err != nil {
		return nil, err
	}
	return append(value, '\n'), nil
}

// MaxBytes bounds a plan's file.
const MaxBytes = 1 << 30

// Read reads a plan from r, called file in refusals.
//
// Errors: those of instance.Decode, ErrHash, or what r answers.
func Read(file string, r io.Reader) (*Plan, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes))
	if err != nil {
		return nil, err
	}
	return Parse(file, data)
}

// Parse is Read of bytes.
func Parse(file string, data []byte) (*Plan, error) {
	var p Plan
	if err := instance.Decode(file, data, &p); err != nil {
		return nil, err
	}
	said := p.Hash
	if _, err := Encode(&p); err != nil {
		return nil, err
	}
	if p.Hash != said {
		return nil, ErrHash.With("value", clip(said)).With("got", p.Hash)
	}
	return &p, nil
}

func clip(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}
