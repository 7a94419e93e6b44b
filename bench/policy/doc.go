// Package policy measures one decision of the policy: kept from before, and
// made anew, beside Cedar's own authorisation of the same question with its
// entities made ready beforehand, which is the least that a decision can cost.
// The questions are those of a list: seats of every role, needs of 200 owners.
package policy
