package match

import "tallinn/aid/match/certificate"

func (p *planner) byGoals() (*certificate.Plan, error) { return p.publish(p.plainGoals()), nil }
