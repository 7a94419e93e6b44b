package match

import "tallinn/aid/match/certificate"

// A Finisher solves a whole model, exactly or as far as it is let.
type Finisher interface {
	// Finish looks for a plan better than the one given by its slots.
	Finish(m *Program) (*Answer, error)
}

func (p *planner) finishUp() error { return nil }

func (p *planner) byGoals() (*certificate.Plan, error) { return p.publish(p.plainGoals()), nil }

type Program struct{}
type Answer struct{}
