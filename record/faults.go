package record

import "tallinn/fault"

// What the record refuses. Each text says what to do next.
var (
	ErrReused = fault.New(fault.Conflict, "record.command_reused",
		"command id {{.id}} was used for something else; send this one under a new id")
	ErrCommand = fault.New(fault.Invalid, "record.command",
		"the command's {{.field}} must be 1 to {{.most}} bytes of UTF-8 without control characters; send another")
	ErrNewerKind = fault.New(fault.Conflict, "record.newer_kind",
		"a newer version of the program has changed {{.stream}}; upgrade to decide on it")
	ErrRealmMixed = fault.New(fault.Denied, "record.realm_mixed",
		"{{.stream}} is not of realm {{.realm}}; exercise and real never mix: choose a thing of the same realm")
	ErrClock = fault.New(fault.Unavailable, "record.clock",
		"the clock of this hub is {{.apart}} away from the database's; set it right, until then nothing is recorded")
	ErrStopped = fault.New(fault.Unavailable, "record.stopped",
		"the store failed and nothing is recorded until the hub is restarted; then send the same command again to learn whether it was recorded")
	ErrAway = fault.New(fault.Unavailable, "record.away",
		"the database does not take records at the moment, and nothing was recorded; try the same command again in a moment")
	ErrDoubt = fault.New(fault.Unavailable, "record.doubt",
		"the database was lost while this was being recorded; send the same command again to learn whether it was, it will not be recorded twice")
	ErrBehind = fault.New(fault.Unavailable, "record.behind",
		"this hub has not yet read what you have just recorded; it is safe, try again in a moment")
	ErrBusy = fault.New(fault.Unavailable, "record.busy",
		"{{.waiting}} decisions wait to be recorded already; try the same command again in a moment")
	ErrClosed = fault.New(fault.Unavailable, "record.closed",
		"the hub is shutting down; try the same command again in a moment")
	ErrTooMany = fault.New(fault.TooLarge, "record.too_many",
		"one decision may record {{.most}} facts, this one has {{.got}}; divide it into smaller ones")
	ErrTooLarge = fault.New(fault.TooLarge, "record.too_large",
		"one decision may record {{.most}} bytes, this one has more; divide it into smaller ones")
	ErrTextTooLong = fault.New(fault.TooLarge, "record.text_too_long",
		"the text is {{.got}} bytes long; shorten it to {{.most}}")
	ErrText = fault.New(fault.Invalid, "record.text",
		"the text is not valid UTF-8; type it again, or save the file as UTF-8")
	ErrNoFact = fault.New(fault.Missing, "record.no_fact",
		"there is no fact at position {{.pos}}; the last one is {{.head}}")
	ErrNoText = fault.New(fault.Missing, "record.no_text",
		"the text {{.id}} is not kept here; it may have been erased")
	ErrKeys = fault.New(fault.Unavailable, "record.keys",
		"the keys that texts are sealed under cannot be reached, and nothing was recorded; try the same command again in a moment")
	ErrNoKey = fault.New(fault.Unavailable, "record.no_key",
		"the key {{.name}} is missing from the keys of this hub; see that keys.db belongs to this record, or restore it from the backup of the same day")
	ErrLocked = fault.New(fault.Conflict, "record.locked",
		"another hub is running on the folder {{.dir}}; stop it, or choose another with --data")
	ErrDamaged = fault.New(fault.Invalid, "record.damaged",
		"{{.what}} in {{.dir}} is not as it was written; keep the folder as it is, see what else is damaged with \"tallinn record check\", and restore a backup into another one")
	ErrNewerStore = fault.New(fault.Conflict, "record.newer_store",
		"the record in {{.dir}} was written by a newer version of the program; upgrade to open it")
)
