package table

import "tallinn/fault"

// What can be wrong with a table. Every text has its reason before the last
// "; " and its remedy after it (see Split).
var (
	// ErrMissing is a table that was not sent.
	ErrMissing = fault.New(fault.Invalid, "table.missing",
		"the table {{.file}} was not sent; add the file, with its header alone if it has no rows")
	// ErrUnknown is a file that is none of the tables.
	ErrUnknown = fault.New(fault.Invalid, "table.unknown",
		"{{.file}} is none of the tables that are read here; send only the tables that the documentation lists")
	// ErrFileSize is a file over MaxFile.
	ErrFileSize = fault.New(fault.TooLarge, "table.file_size",
		"the file has {{.bytes}} bytes and at most {{.most}} are read; send the rows in smaller files")
	// ErrRows is a file of more than MaxRows rows.
	ErrRows = fault.New(fault.TooLarge, "table.rows",
		"the file has more than {{.most}} rows; send the rows in smaller files")
	// ErrRowSize is a row over MaxRow.
	ErrRowSize = fault.New(fault.TooLarge, "table.row_size",
		"the row has {{.bytes}} bytes and at most {{.most}} are read; shorten its texts")
	// ErrCellSize is a cell over MaxCell.
	ErrCellSize = fault.New(fault.TooLarge, "table.cell_size",
		"the cell has {{.bytes}} bytes and at most {{.most}} are read; shorten its text")
	// ErrEmpty is a file without a header.
	ErrEmpty = fault.New(fault.Invalid, "table.empty",
		"the file is empty; its first line must name the columns")
	// ErrHeader is a header that lacks a column.
	ErrHeader = fault.New(fault.Invalid, "table.column_missing",
		"the column {{.column}} is missing; the first line must be exactly the columns that the documentation lists, in their order")
	// ErrExtra is a header with a column too many.
	ErrExtra = fault.New(fault.Invalid, "table.column_extra",
		"the column {{.column}} is not known or stands twice; remove it from the first line and from every row")
	// ErrOrder is a header whose columns are in another order.
	ErrOrder = fault.New(fault.Invalid, "table.column_order",
		"the column {{.column}} stands where {{.expected}} belongs; put the columns in the order that the documentation lists")
	// ErrCells is a row with too few or too many cells.
	ErrCells = fault.New(fault.Invalid, "table.cells",
		"the row has {{.cells}} cells and the header has {{.columns}}; put a text that contains a comma in double quotes, and leave no cell out")
	// ErrQuotes is a quotation mark in the wrong place; the rest of the file
	// cannot be trusted and is not read.
	ErrQuotes = fault.New(fault.Invalid, "table.quotes",
		"a double quote is opened and not closed, or stands inside a text, and nothing after it was read; put the whole cell in double quotes and write each quote inside it twice")
	// ErrUTF8 is a cell in another encoding.
	ErrUTF8 = fault.New(fault.Invalid, "table.utf8",
		"the text is not UTF-8; save the file as CSV UTF-8 and send it again")
	// ErrControl is a character that a reader cannot see.
	ErrControl = fault.New(fault.Invalid, "table.control",
		"the text holds the invisible character {{.character}}; remove it (a line break inside a cell is one, too)")
	// ErrKey is a row without a usable key.
	ErrKey = fault.New(fault.Invalid, "table.key",
		"{{.key}} cannot name a row; give the row 1 to 64 Latin letters, digits, dots, dashes or underscores, beginning with a letter or a digit")
	// ErrTwice is a key that stands on two rows.
	ErrTwice = fault.New(fault.Invalid, "table.twice",
		"{{.key}} names the row on line {{.line}} already; give each row its own key, or remove one of the two")
	// ErrWord is a cell that takes one of a few words.
	ErrWord = fault.New(fault.Invalid, "table.word",
		"{{.word}} is not known in this column; write one of: {{.words}}")
	// ErrRequired is a cell that may not be empty.
	ErrRequired = fault.New(fault.Invalid, "table.required",
		"the cell is empty; fill it in, for the row says nothing without it")
)
