package recordhttp

import "tallinn/fault"

// ErrPosition refuses a place in the record that is no number.
var ErrPosition = fault.New(fault.Invalid, "record.position",
	"{{.to}} is no position; give a whole number from 0, such as to=120")
