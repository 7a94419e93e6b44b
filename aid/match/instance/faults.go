package instance

import "tallinn/fault"

var (
	// ErrJSON refuses bytes that are no JSON.
	ErrJSON = fault.New(fault.Invalid, "plan.json",
		"{{.file}} is not JSON at byte {{.at}}, in {{.field}}: {{.why}}; mend the file there")
	// ErrForm refuses a member of the wrong type, or one that has no place.
	ErrForm = fault.New(fault.Invalid, "plan.form",
		"{{.field}} is {{.value}}; {{.want}}")
	// ErrValue refuses a value outside its bounds.
	ErrValue = fault.New(fault.Invalid, "plan.value",
		"{{.field}} is {{.value}}; give {{.want}}")
	// ErrTwice refuses a second thing of the same name.
	ErrTwice = fault.New(fault.Invalid, "plan.twice",
		"{{.field}} is {{.value}}, which {{.first}} has already; each needs a name of its own")
	// ErrUnknown refuses a name that leads to nothing.
	ErrUnknown = fault.New(fault.Invalid, "plan.unknown",
		"{{.field}} is {{.value}}, which is not among {{.among}}; correct the name or add what it names")
	// ErrContradiction refuses two values that cannot both hold.
	ErrContradiction = fault.New(fault.Invalid, "plan.contradiction",
		"{{.field}} is {{.value}}, but {{.other}} is {{.than}}; {{.want}}")
	// ErrOverflow refuses sums that integers of 62 bits cannot hold.
	ErrOverflow = fault.New(fault.TooLarge, "plan.overflow",
		"with {{.field}} = {{.value}} {{.sum}} passes {{.limit}}, beyond which the plan cannot be counted exactly; give smaller numbers or split the round")
	// ErrTooMany refuses more than a round can hold.
	ErrTooMany = fault.New(fault.TooLarge, "plan.too_many",
		"{{.field}} holds {{.value}}; a round takes at most {{.limit}}: split it")
)
