// Package pipeline changes rules before they are compiled: field names, log
// sources, placeholders, values. It reads the YAML format of pySigma, so that
// a pipeline written for another tool works here.
//
// What makes sense only for queries (postprocessing, finalizers, query
// expressions) is refused or, where it cannot change what matches, skipped
// and listed. One variable is our own: vars.null_or_empty says whether null
// in a rule also matches an empty text ("empty") or not ("absent", the
// default). The specification leaves it to the target.
//
// The package is pure.
package pipeline
