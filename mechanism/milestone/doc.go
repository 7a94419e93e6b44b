// Package milestone holds the dated public events of the mechanism's life, as
// their sources word them. It is pure.
package milestone
