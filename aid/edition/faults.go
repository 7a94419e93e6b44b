package edition

import "tallinn/fault"

var (
	// ErrMissing says that there is no such edition.
	ErrMissing = fault.New(fault.Missing, "edition.missing",
		"there is no such edition; open the list of editions and choose one")
	// ErrDesk refuses to draft from other seats.
	ErrDesk = fault.New(fault.Denied, "edition.desk",
		"editions are drafted by the front office; ask it")
	// ErrOpen refuses a second draft.
	ErrOpen = fault.New(fault.Conflict, "edition.open",
		"{{.edition}} is still being worked on; release or withdraw it first")
	// ErrDay refuses a day that is none, or has not come.
	ErrDay = fault.New(fault.Invalid, "edition.day",
		"an edition is of a day that has come; write it as YYYY-MM-DD, up to {{.today}}")
	// ErrUntil refuses a deadline too near or too far.
	ErrUntil = fault.New(fault.Invalid, "edition.until",
		"the parties need from 1 hour to 60 days to clear their figures; choose a deadline in between")
	// ErrEmpty refuses an edition of nothing.
	ErrEmpty = fault.New(fault.Conflict, "edition.empty",
		"nothing had entered the boundary by {{.day}}; choose a later day")
	// ErrRows refuses more rows than a draft holds.
	ErrRows = fault.New(fault.Invalid, "edition.rows",
		"there are {{.got}} rows, and a draft holds {{.most}}; draft it as of an earlier day")
	// ErrOver says that a draft was released or withdrawn.
	ErrOver = fault.New(fault.Conflict, "edition.over",
		"{{.edition}} is no draft any more; what was released stands as it is")
	// ErrNotAsked refuses the word of a party that has no rows.
	ErrNotAsked = fault.New(fault.Denied, "edition.not_asked",
		"figures are cleared by programme officers of the parties that gave; this seat's party has no row in it")
	// ErrLate refuses a word after the deadline.
	ErrLate = fault.New(fault.Conflict, "edition.late",
		"the time to clear was over on {{.until}}, and what was not cleared is not published; ask the front office for the next edition")
	// ErrSigning refuses a word after a signature.
	ErrSigning = fault.New(fault.Conflict, "edition.signing",
		"a co-chair has signed already, under these words; ask the co-chairs to withdraw the draft")
	// ErrMode refuses a clearance that is none.
	ErrMode = fault.New(fault.Invalid, "edition.mode",
		"choose how your figures are stated: row, total, more or nothing")
	// ErrFloor refuses an amount that is not less than the truth.
	ErrFloor = fault.New(fault.Invalid, "edition.floor",
		"\"more than\" needs an amount in euros that is less than your total; enter a smaller one")
	// ErrSame says that a party has said this.
	ErrSame = fault.New(fault.Conflict, "edition.same",
		"your party has cleared its figures like this already; there is nothing to change")
	// ErrChair refuses to release from other seats.
	ErrChair = fault.New(fault.Denied, "edition.chair",
		"an edition is released by both co-chairs; ask them")
	// ErrEarly refuses to sign while parties may still answer.
	ErrEarly = fault.New(fault.Conflict, "edition.early",
		"{{.waiting}} parties may still clear their figures until {{.until}}; sign after that, or when all have answered")
	// ErrContent refuses a signature under other words.
	ErrContent = fault.New(fault.Conflict, "edition.content",
		"what you have read is not what stands there now; open the draft again, read it, and sign")
	// ErrTwice refuses a second signature of one side.
	ErrTwice = fault.New(fault.Conflict, "edition.twice",
		"your side has signed already; the other co-chair signs next")
	// ErrWhy refuses a reason that is none.
	ErrWhy = fault.New(fault.Invalid, "edition.why",
		"{{.why}} is no reason to withdraw a draft; choose mistaken, outdated or refused")
	// ErrWithdraw refuses to withdraw from other seats.
	ErrWithdraw = fault.New(fault.Denied, "edition.withdraw",
		"a draft is withdrawn by the front office or a co-chair; ask them")
)
