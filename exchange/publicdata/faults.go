package publicdata

import "tallinn/fault"

// What can be wrong with a row, besides what package table and the nouns
// refuse. Every text has its reason before the last "; ", its remedy after.
var (
	// ErrName is a name that nobody has explained.
	ErrName = fault.New(fault.Invalid, "import.name",
		"nobody is known by the name {{.name}}; correct its spelling, or say in aliases.csv which party it means")
	// ErrNameParty is a name whose party is in no table.
	ErrNameParty = fault.New(fault.Invalid, "import.name_party",
		"the name {{.name}} means the party {{.party}}, which is in no table or on a row with a problem; add the party to parties.csv, or mend its row")
	// ErrNameTwice is a name with two meanings.
	ErrNameTwice = fault.New(fault.Invalid, "import.name_twice",
		"the name {{.name}} means {{.one}} and {{.other}}; let it stand once, in aliases.csv or as the name of one party")
	// ErrPartyTwice is a party that two tables register.
	ErrPartyTwice = fault.New(fault.Invalid, "import.party_twice",
		"the party {{.party}} stands in {{.file}} already; remove one of the two rows, or in parties.csv leave the name empty to add to the other row")
	// ErrSeveral is a flow of nobody in particular.
	ErrSeveral = fault.New(fault.Invalid, "import.several",
		"{{.name}} is not one party, and a flow has one provider and one receiver; name the party, or set the kind to total if the row sums up others")
	// ErrAmountAlone is an amount without a currency.
	ErrAmountAlone = fault.New(fault.Invalid, "import.amount_alone",
		"there is an amount without a currency; write the currency in which the provider spoke")
	// ErrCurrencyAlone is a currency without an amount.
	ErrCurrencyAlone = fault.New(fault.Invalid, "import.currency_alone",
		"there is a currency without an amount; write the amount, or leave both empty when it was not found")
	// ErrNothing is an amount of zero.
	ErrNothing = fault.New(fault.Invalid, "import.nothing",
		"the amount is zero, and what was not found is not zero; leave amount and currency empty")
	// ErrUndated is a flow without a date.
	ErrUndated = fault.New(fault.Invalid, "import.undated",
		"a contribution with an amount needs the day, month or year in which it was announced; find the date, or set the scope to unclear")
	// ErrTotalStatus is a word for totals on a single contribution.
	ErrTotalStatus = fault.New(fault.Invalid, "import.total_status",
		"{{.status}} says what has come together, not what one provider did; set the kind to total, or find out what was decided or paid")
	// ErrNoteRow is a note that names a row which is not there.
	ErrNoteRow = fault.New(fault.Invalid, "import.note_row",
		"the note says that the row is part of {{.row}}, or overlaps it, and no row has this id; correct the id, or reword the note")
	// ErrPrecision is a precision that does not fit the date.
	ErrPrecision = fault.New(fault.Invalid, "import.precision",
		"the date is written to the {{.date}} and its precision says {{.precision}}; make the two agree")
	// ErrNumber is a quantity that is no whole number.
	ErrNumber = fault.New(fault.Invalid, "import.number",
		"{{.number}} is not a whole number from 1 to 999999999999; write digits alone, or leave the cell empty when it is not stated")
)
