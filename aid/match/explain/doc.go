// Package explain puts a plan's reasons into sentences, in English and in
// Ukrainian. What it says stands in the reasons; it works nothing out.
package explain
