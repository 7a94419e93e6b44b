// Package match plans which offer serves which requirement, keeps every
// earmark, says why, and proves how far from the best possible plan it is.
//
// A plan is made in this order, all in whole numbers and without a clock:
//
//	model     the instance in numbers; eligible pairs by sets of offers,
//	          one set for each rule (model.go, eligible.go)
//	prices    what a unit of each offer is worth to those who want it most;
//	          at any prices the relaxation bounds every plan (dual.go,
//	          single.go, prices.go)
//	plan      laid out by the prices, and improved by ruin and recreate on
//	          islands that run side by side (search.go, island.go)
//	goals     the composite, or goal by goal with a floor and a bound for
//	          each (goals.go)
//	publish   the certificate (publish.go); package verify checks it
//
// The same instance and the same number of moves give the same bytes on any
// machine: nothing depends on time, on the number of processors, or on
// floating point. A solver from outside may finish small rounds; its word
// stands beside the proof, never in its place (program.go).
//
// The package and those below it read nothing by themselves; only highs, which
// runs the pinned solver, has a machine of its own.
package match
