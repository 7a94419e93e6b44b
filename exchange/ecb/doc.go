// Package ecb reads the euro foreign exchange reference rates of the European
// Central Bank, in the form of its history file: a column date, then one
// column a currency, units of that currency for one euro, the latest day
// first or last. An empty cell or "N/A" is no rate. Each day becomes one fact.
//
// Statistics of the ECB may be reused free of charge when the source is
// quoted: every fact quotes it.
package ecb
