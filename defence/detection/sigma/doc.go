// Package sigma reads Sigma rules, filters and conditions (specification
// 2.1.0) into a form that says only what is to be compared: modifiers are
// applied, wildcards and escapes resolved, conditions parsed. It decides
// nothing about logs: which events a rule sees is the engine's matter.
//
//	rules, refused := sigma.Parse("rules/x.yml", bytes)
//
// What cannot be used is never dropped in silence: it comes back as a
// [Refusal] with file, line and reason. What can be used but reads like a
// mistake is a [Warning] from [Lint].
//
// The package is pure: no clock, file, network or setting.
package sigma
