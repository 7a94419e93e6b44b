// Package recordtest is the suite that every store of the record passes, and
// a toy bank that the record's own tests decide on.
package recordtest
