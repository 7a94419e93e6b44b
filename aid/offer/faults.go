package offer

import "tallinn/fault"

// Who may, and when.
var (
	// ErrMissing refuses to decide on an offer that is not there.
	ErrMissing = fault.New(fault.Missing, "offer.missing",
		"there is no such offer; look for it in the list of offers")
	// ErrNoReservation refuses to decide on a reservation that is not there.
	ErrNoReservation = fault.New(fault.Missing, "offer.no_reservation",
		"there is no such reservation; look for it on the page of the need or of the offer")
	// ErrNotGiver refuses to offer from a seat that speaks for no giver.
	ErrNotGiver = fault.New(fault.Denied, "offer.not_giver",
		"an offer is made by the programme officer of a partner, or by an implementer; act from such a seat, or ask the front office for one")
	// ErrNotProvider refuses to act on another's offer.
	ErrNotProvider = fault.New(fault.Denied, "offer.not_provider",
		"only {{.provider}} may do this with {{.offer}}; ask that party, or make an offer of your own")
	// ErrClosed refuses to act on a closed offer.
	ErrClosed = fault.New(fault.Conflict, "offer.closed",
		"{{.offer}} is closed; choose another offer, or open a new one")
	// ErrNotValid refuses an offer outside its days.
	ErrNotValid = fault.New(fault.Conflict, "offer.not_valid",
		"{{.offer}} is valid from {{.from}} to {{.until}}, and today is {{.today}}; choose an offer that is valid today")
	// ErrNotValidated refuses a need that the groups have not validated.
	ErrNotValidated = fault.New(fault.Conflict, "offer.not_validated",
		"{{.need}} is {{.status}}; only a validated need can be reserved for, accepted and committed to: choose another")
	// ErrOwnNeed refuses to give to oneself.
	ErrOwnNeed = fault.New(fault.Denied, "offer.own_need",
		"{{.provider}} asked for {{.need}} itself; leave it to another partner")
	// ErrOver refuses to change a reservation that has ended.
	ErrOver = fault.New(fault.Conflict, "offer.over",
		"{{.reservation}} is {{.state}}; what it held is free or committed: open the need to see what is left")
	// ErrTaken refuses to correct an offer to less than what is held of it.
	ErrTaken = fault.New(fault.Conflict, "offer.mended_below",
		"{{.taken}} of {{.offer}} is reserved or committed; correct it to no less, or let reservations go first")
	// ErrAccepted refuses to accept twice.
	ErrAccepted = fault.New(fault.Conflict, "offer.accepted",
		"{{.reservation}} is accepted already; wait for {{.provider}} to commit it")
	// ErrNotAccepted refuses to commit what the recipient has not accepted.
	ErrNotAccepted = fault.New(fault.Conflict, "offer.not_accepted",
		"{{.reservation}} waits for {{.owner}} to accept it; commit it after that")
	// ErrNotStanding refuses to call off from an offer that is not for it.
	ErrNotStanding = fault.New(fault.Conflict, "offer.not_standing",
		"{{.offer}} is no standing offer; ask its partner to reserve of it, or choose a standing offer")
	// ErrNotCaller refuses to call off for another institution.
	ErrNotCaller = fault.New(fault.Denied, "offer.not_caller",
		"from {{.offer}} the recipient of the need calls off, or the front office; ask one of them")
	// ErrEmergencies refuses what did not come by the emergency lane.
	ErrEmergencies = fault.New(fault.Conflict, "offer.emergencies",
		"{{.offer}} is for emergencies alone, and {{.need}} is none; choose another standing offer")
	// ErrOverCeiling refuses more than was promised for one call-off.
	ErrOverCeiling = fault.New(fault.Invalid, "offer.over_ceiling",
		"one call-off from {{.offer}} takes {{.most}} at the most; take that or less")
	// ErrCalledOff refuses to take back what was promised beforehand.
	ErrCalledOff = fault.New(fault.Denied, "offer.called_off",
		"{{.caller}} called {{.reservation}} off a standing offer, which was promised beforehand; commit it, or ask the recipient to decline it")
	// ErrReason refuses a reason that is not of the list.
	ErrReason = fault.New(fault.Invalid, "offer.reason",
		"{{.reason}} is not a reason of the list; choose one of: {{.reasons}}")
)

// What is offered.
var (
	// ErrForm refuses a form that is not of the list.
	ErrForm = fault.New(fault.Invalid, "offer.form",
		"{{.form}} is not a form of aid; choose one of: {{.forms}}")
	// ErrAmount refuses money without an amount, or a ceiling of nothing.
	ErrAmount = fault.New(fault.Invalid, "offer.amount",
		"give the amount that is offered, over zero; in kind it may be left out")
	// ErrInKind refuses money that has a quantity, a unit or an origin.
	ErrInKind = fault.New(fault.Invalid, "offer.in_kind",
		"money has no quantity, goods or origin; leave them out, or choose another form")
	// ErrCeiling refuses a standing offer without a ceiling of its call-offs.
	ErrCeiling = fault.New(fault.Invalid, "offer.ceiling",
		"a standing offer says how much one call-off may take: an amount in the offer's currency, in kind a quantity, over zero and no more than is offered")
	// ErrGoods refuses what is not of the catalogue.
	ErrGoods = fault.New(fault.Invalid, "offer.goods",
		"{{.what}} is not in the catalogue of goods; choose one that is, as needs do")
	// ErrUnit refuses a unit in which the goods are not counted.
	ErrUnit = fault.New(fault.Invalid, "offer.unit",
		"{{.what}} is counted in {{.unit}}; give the quantity in that unit")
	// ErrQuantity refuses no quantity, or one out of bounds.
	ErrQuantity = fault.New(fault.Invalid, "offer.quantity",
		"the quantity is {{.quantity}}; give a whole number from 1 to {{.most}}")
	// ErrCountry refuses an origin that is none, or goods without one.
	ErrCountry = fault.New(fault.Invalid, "offer.country",
		"say where goods and licences come from, by the two capital letters of ISO 3166, such as EE")
	// ErrEarmark refuses a word that no need has.
	ErrEarmark = fault.New(fault.Invalid, "offer.earmark",
		"{{.word}} cannot be an earmark by {{.field}}; choose from the list, each once, or leave it empty to allow all")
	// ErrDays refuses a validity that is none, or is past.
	ErrDays = fault.New(fault.Invalid, "offer.days",
		"an offer needs a first and a last day as YYYY-MM-DD; the last is today ({{.today}}) or later, and not before the first")
	// ErrTickets refuses ticket limits that nothing could meet.
	ErrTickets = fault.New(fault.Invalid, "offer.tickets",
		"the smallest and the largest ticket are over zero, in the currency of the amount, not over it, and in this order; mend them, or leave them out")
	// ErrTerms refuses conditions that are too long, or no text.
	ErrTerms = fault.New(fault.Invalid, "offer.terms",
		"the conditions are no text, or longer than {{.most}} characters; shorten them, without control characters")
	// ErrLead refuses a lead time that is none.
	ErrLead = fault.New(fault.Invalid, "offer.lead_days",
		"from a commitment to handover it takes {{.days}} days; give 0 to {{.most}}")
)

// What may be reserved, in the order in which it is asked.
var (
	// ErrLot refuses a lot that the need does not have.
	ErrLot = fault.New(fault.Invalid, "offer.lot",
		"{{.need}} has no lot {{.lot}}; choose one of its lots")
	// ErrOther refuses goods that the lot does not ask for.
	ErrOther = fault.New(fault.Invalid, "offer.other_goods",
		"lot {{.lot}} asks for {{.asked}} and {{.offer}} is of {{.what}}; choose a lot or an offer that fits")
	// ErrLine is the first earmark that may fail.
	ErrLine = fault.New(fault.Conflict, "offer.earmark_line",
		"{{.offer}} is earmarked for {{.allowed}}, and the need is along the line {{.line}}; choose another offer")
	// ErrSector is the second.
	ErrSector = fault.New(fault.Conflict, "offer.earmark_sector",
		"{{.offer}} is earmarked for {{.allowed}}, and the need is of the sector {{.sector}}; choose another offer")
	// ErrRegion is the third. It does not name the need's region, which may be
	// hidden.
	ErrRegion = fault.New(fault.Conflict, "offer.earmark_region",
		"{{.offer}} is earmarked for {{.allowed}}, and the need is not there alone; choose another offer")
	// ErrRegionHidden comes in its place while the need's region is hidden: to
	// refuse by the region itself would tell it.
	ErrRegionHidden = fault.New(fault.Conflict, "offer.region_hidden",
		"{{.offer}} is earmarked for {{.allowed}}, and where {{.need}} is needed is not shown; choose an offer for any region, or ask the recipient")
	// ErrRecipient is the fourth.
	ErrRecipient = fault.New(fault.Conflict, "offer.earmark_recipient",
		"{{.offer}} is earmarked for {{.allowed}}, and {{.owner}} is not among them; choose another offer")
	// ErrOrigin refuses what the recipient may not use.
	ErrOrigin = fault.New(fault.Conflict, "offer.origin",
		"{{.offer}} comes from {{.origin}}, and the recipient may use nothing from there; choose another offer")
	// ErrTooLate refuses what would come into use after it helps.
	ErrTooLate = fault.New(fault.Conflict, "offer.too_late",
		"committed today it would be in use on {{.use}}, and it helps until {{.until}}; choose an offer with a shorter lead time")
	// ErrTicketAmount refuses a reservation without the amount that its offer
	// counts.
	ErrTicketAmount = fault.New(fault.Invalid, "offer.ticket_amount",
		"{{.offer}} is counted in {{.currency}}; say which amount in {{.currency}}, over zero, is reserved")
	// ErrTicket refuses an amount outside the ticket limits.
	ErrTicket = fault.New(fault.Invalid, "offer.ticket",
		"{{.amount}} for this need is outside the tickets of {{.offer}}, {{.least}} to {{.most}}; change the amount")
	// ErrOfferLeft refuses more than the offer has left.
	ErrOfferLeft = fault.New(fault.Conflict, "offer.offer_left",
		"{{.offer}} has {{.left}} left; reserve that or less, or choose another offer")
	// ErrPartners refuses one partner too many.
	ErrPartners = fault.New(fault.Conflict, "offer.most_partners",
		"lot {{.lot}} is shared by {{.partners}} partners already, which is the most it allows; choose another lot")
	// ErrLotLeft refuses more than the lot has left.
	ErrLotLeft = fault.New(fault.Conflict, "offer.lot_left",
		"{{.left}} of lot {{.lot}} are left; reserve that or less, or choose another lot")
	// ErrShare refuses a part that is of no use.
	ErrShare = fault.New(fault.Invalid, "offer.useful_share",
		"less than {{.least}} of lot {{.lot}} is of no use; reserve {{.least}} or more")
	// ErrUntil refuses an expiry out of bounds.
	ErrUntil = fault.New(fault.Invalid, "offer.until",
		"a reservation ends after now, within {{.days}} days and on a day of the offer, the last of which is {{.last}}; choose a moment in between")
)
