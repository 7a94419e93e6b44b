package sheet

import "tallinn/fault"

// Bounds of what is read.
const (
	MaxBytes   = 31 << 20  // of a file
	MaxRows    = 200_000   // of a table
	MaxColumns = 100       // of a table
	MaxCell    = 16 << 10  // of a cell, in bytes
	MaxPart    = 512 << 20 // of a workbook, unpacked: all of its parts that are read, together
	MaxStrings = 64 << 20  // of a workbook's shared texts, in bytes
)

var (
	// ErrEmpty refuses a file with no row in it.
	ErrEmpty = fault.New(fault.Invalid, "sheet.empty",
		"there is no row in the file; save the list again, and send that")
	// ErrSize refuses a file that is too large.
	ErrSize = fault.New(fault.TooLarge, "sheet.size",
		"a file may have {{.most}} MB; split the list, and send the parts one after the other")
	// ErrRows refuses a table that is too long.
	ErrRows = fault.New(fault.TooLarge, "sheet.rows",
		"the list has more than {{.most}} rows; split it, and send the parts one after the other")
	// ErrColumns refuses a table that is too wide.
	ErrColumns = fault.New(fault.TooLarge, "sheet.columns",
		"row {{.line}} has more than {{.most}} columns; take out those that are not needed")
	// ErrCell refuses a cell that is too long.
	ErrCell = fault.New(fault.TooLarge, "sheet.cell",
		"a cell of row {{.line}} has more than {{.most}} bytes; shorten its text")
	// ErrQuotes refuses a CSV file whose quotes do not close.
	ErrQuotes = fault.New(fault.Invalid, "sheet.quotes",
		"the quotation marks of row {{.line}} do not close; save the list again as CSV or as an Excel workbook")
	// ErrWorkbook refuses what is no workbook.
	ErrWorkbook = fault.New(fault.Invalid, "sheet.workbook",
		"the workbook cannot be read ({{.why}}); save it again as .xlsx, or as CSV")
	// ErrBomb refuses a workbook that unpacks to far more than it is.
	ErrBomb = fault.New(fault.TooLarge, "sheet.bomb",
		"the workbook unpacks to more than {{.most}} MB; save only the sheet with the list")
	// ErrJSON refuses what is no list of objects.
	ErrJSON = fault.New(fault.Invalid, "sheet.json",
		"this is no JSON list of objects (near byte {{.at}}); send an array of objects, or one object a line")
	// ErrOld refuses a workbook of the format before 2007.
	ErrOld = fault.New(fault.Invalid, "sheet.old",
		"this is a workbook of the old format, or a locked one; save it as .xlsx without a password, or as CSV")
	// ErrText refuses what is no table at all.
	ErrText = fault.New(fault.Invalid, "sheet.text",
		"this file is no table; send CSV, an Excel workbook (.xlsx) or JSON")
)
