package fields

import "tallinn/fault"

var (
	// ErrPlan refuses columns that are no fields, or the same one twice.
	ErrPlan = fault.New(fault.Invalid, "import.plan",
		"{{.field}} is no field of such a list, or stands for two columns; choose one column for each field")
	// ErrNeeded refuses a row that lacks what each must have.
	ErrNeeded = fault.New(fault.Invalid, "import.needed",
		"the cell is empty, and every row needs it; fill it in, or say above what is the same for all rows")
	// ErrNumber refuses what is no whole number.
	ErrNumber = fault.New(fault.Invalid, "import.whole",
		"{{.cell}} is no whole number; write it in digits alone")
	// ErrAmount refuses what is no amount.
	ErrAmount = fault.New(fault.Invalid, "import.amount",
		"{{.cell}} is no amount; write it in digits, such as 135000.50, and the currency in a column of its own")
	// ErrEither refuses an amount that can be read in two ways.
	ErrEither = fault.New(fault.Invalid, "import.either",
		"{{.cell}} may be {{.one}} or {{.other}}; write it without a mark between the thousands")
	// ErrCurrency refuses an amount whose currency is not known.
	ErrCurrency = fault.New(fault.Invalid, "import.currency",
		"the amount has no currency that is known; add a column with EUR, USD, UAH and the like, or say it for all rows")
	// ErrDay refuses what is no day.
	ErrDay = fault.New(fault.Invalid, "import.day",
		"{{.cell}} is no date that is known here; write it as 2026-11-30 or 30.11.2026")
	// ErrWord refuses a word that is not of the list.
	ErrWord = fault.New(fault.Invalid, "import.word",
		"{{.cell}} is not known in this column; write one of: {{.words}}")
	// ErrYes refuses what is neither yes nor no.
	ErrYes = fault.New(fault.Invalid, "import.yes",
		"{{.cell}} is neither yes nor no; write yes or no, or leave it empty")
	// ErrParty refuses a name that nobody here has.
	ErrParty = fault.New(fault.Invalid, "import.party",
		"{{.cell}} is nobody who takes part, by that name; write the name or the id as in the list of parties")
	// ErrCode refuses what is no country.
	ErrCode = fault.New(fault.Invalid, "import.country",
		"{{.cell}} is no country code; write two capital letters, such as EE")
)

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// ErrRow says that a row could not be taken in by a defect, or because the
// machine failed.
var ErrRow = fault.New(fault.Unavailable, "import.row",
	"the row was not recorded because something failed here; go on with the import in a while")
