// Package record measures the record of facts.
package record
