package need

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/text"
)

// A Ballot is what a seat says of a need, and of which stage and round it was
// looking at.
type Ballot struct {
	Stage   string
	Round   int
	Verdict Verdict
	Scores  []Score  // one a criterion; of Return and Reject none or all, of Abstain none
	Reason  text.Ref // of Return and Reject
	Deputy  seat.ID  // the seat from which a deputy casts it for the voter; empty: the voter's own vote
}

// Vote casts voter's vote on n, by its deputy's hand where b says so. A seat's latest vote counts, and its same vote
// again is nothing. The vote that brings a verdict a quorum of voices and more
// than half of them also closes the stage; closing the last one by Pass
// validates n, Return sends it back to its owner, Reject ends it.
//
// Errors: ErrMissing, ErrStale, ErrNotOpen, ErrNotYourStage, ErrOwnVote,
// ErrVerdict, ErrScores, ErrScore, ErrNoScores, ErrWhy, those of seat.Acting.
// Source: doc/procedure.md, "Validation".
func (n Need) Vote(voter seat.Seat, now time.Time, b Ballot) ([]fact.Body, error) {
	if moved := b.Stage != n.Stage || b.Round != n.Round; moved && n.Status == Open {
		return nil, ErrStale.With("need", n.ID).With("stage", n.Stage).With("round", n.Round)
	}
	stage, err := n.mayVote(voter, now)
	if err != nil {
		return nil, err
	}
	if err := b.check(stage); err != nil {
		return nil, err
	}
	v := Vote{Voted: Voted{Need: n.ID, Stage: stage.ID, Round: n.Round, Seat: voter.ID,
		Scores: inOrder(b.Scores, stage), Verdict: b.Verdict, Reason: b.Reason}}
	if b.Deputy != "" {
		v.Seat, v.For = b.Deputy, voter.ID
	}
	votes := n.Standing(stage.ID)
	if slices.ContainsFunc(votes, func(o Vote) bool { return reflect.DeepEqual(o.Voted, v.Voted) }) {
		return nil, nil
	}
	return append([]fact.Body{v.Voted}, n.close(stage, Count(stand(votes, v)))...), nil
}

// mayVote is the stage that voter may vote in, or why not.
func (n Need) mayVote(voter seat.Seat, now time.Time) (procedure.Stage, error) {
	if !n.Exists() {
		return procedure.Stage{}, ErrMissing
	}
	stage, ok := n.stage()
	if !ok {
		return stage, ErrNotOpen.With("need", n.ID).With("status", n.Status)
	}
	if err := voter.Acting(dayOf(now)); err != nil {
		return stage, err
	}
	switch {
	case voter.Role != stage.Role || voter.Body != stage.Body:
		return stage, ErrNotYourStage.With("stage", stage.ID).With("role", stage.Role).With("body", stage.Body)
	case voter.Holder == n.Owner:
		return stage, ErrOwnVote
	}
	return stage, nil
}

func (b Ballot) check(s procedure.Stage) error {
	none := b.Reason == text.Ref{}
	switch b.Verdict {
	case Pass:
		return checkScores(b.Scores, s)
	case Return, Reject:
		if none {
			return ErrWhy
		}
		if len(b.Scores) == 0 {
			return nil
		}
		return checkScores(b.Scores, s)
	case Abstain:
		if len(b.Scores) > 0 {
			return ErrNoScores
		}
		return nil
	}
	return ErrVerdict.With("verdict", quote(b.Verdict))
}

func checkScores(scores []Score, s procedure.Stage) error {
	seen := map[string]bool{}
	for _, x := range scores {
		c, known := s.Criterion(x.Criterion)
		if !known || seen[x.Criterion] {
			return ErrScores.With("criteria", criteria(s))
		}
		if x.Score < 0 || x.Score > c.Max {
			return ErrScore.With("criterion", c.ID).With("max", c.Max).With("score", x.Score)
		}
		seen[x.Criterion] = true
	}
	if len(seen) != len(s.Criteria) {
		return ErrScores.With("criteria", criteria(s))
	}
	return nil
}

func criteria(s procedure.Stage) string {
	var ids []string
	for _, c := range s.Criteria {
		ids = append(ids, c.ID)
	}
	return strings.Join(ids, ", ")
}

// inOrder are checked scores in the order of the stage's criteria, so that one
// vote has one form.
func inOrder(scores []Score, s procedure.Stage) (out []Score) {
	for _, c := range s.Criteria {
		if i := slices.IndexFunc(scores, func(x Score) bool { return x.Criterion == c.ID }); i >= 0 {
			out = append(out, scores[i])
		}
	}
	return out
}

// close are the facts that a tally makes of the open stage: none while it
// decides nothing.
func (n Need) close(stage procedure.Stage, t Tally) []fact.Body {
	verdict := t.Verdict(stage)
	if verdict == "" {
		return nil
	}
	out := []fact.Body{StageClosed{n.ID, stage.ID, n.Round, verdict, t.Voices()}}
	switch {
	case verdict == Return:
		return append(out, Returned{n.ID, stage.ID, n.Round})
	case verdict == Reject:
		return append(out, Rejected{n.ID, stage.ID, n.Round})
	case stage.ID == n.Stages[len(n.Stages)-1].ID:
		return append(out, Validated{n.ID, n.Round})
	}
	return out
}
