package need

import "tallinn/fault"

// Who may decide on a need, and when.
var (
	// ErrMissing refuses to decide on a need that is not there.
	ErrMissing = fault.New(fault.Missing, "need.missing",
		"there is no such need; look for it in the list of needs")
	// ErrNotOfficer refuses to ask from a seat that speaks for no recipient.
	ErrNotOfficer = fault.New(fault.Denied, "need.not_officer",
		"a need is submitted by the cyber officer of the institution that needs it; act from such a seat, or ask the front office for one")
	// ErrNotOwner refuses to act on another's need.
	ErrNotOwner = fault.New(fault.Denied, "need.not_owner",
		"only the cyber officer of {{.owner}} may do this with {{.need}}; ask that institution")
	// ErrOver refuses to change what has ended.
	ErrOver = fault.New(fault.Conflict, "need.over",
		"{{.need}} is {{.status}} already; submit a new need instead")
	// ErrNotReturned refuses to resubmit what nobody returned.
	ErrNotReturned = fault.New(fault.Conflict, "need.not_returned",
		"{{.need}} is {{.status}} and was not returned; wait for the groups, or withdraw it and submit a new need")
	// ErrReturnedMend refuses to correct what is to be answered.
	ErrReturnedMend = fault.New(fault.Conflict, "need.returned_mend",
		"{{.need}} was returned; answer it, and say there what holds")
	// ErrWithdrawal refuses a reason that is not of the list.
	ErrWithdrawal = fault.New(fault.Invalid, "need.withdrawal",
		"{{.reason}} is not a reason to withdraw a need; choose one of: {{.reasons}}")
)

// Votes.
var (
	// ErrNotOpen refuses a vote on a need that nobody votes on now.
	ErrNotOpen = fault.New(fault.Conflict, "need.not_open",
		"{{.need}} is {{.status}} and takes no votes now; open it again to see how it ended")
	// ErrStale refuses a vote that was meant for an earlier stage or round.
	ErrStale = fault.New(fault.Conflict, "need.stale_vote",
		"{{.need}} has moved on to stage {{.stage}}, round {{.round}}; read it again and vote on what it says now")
	// ErrNotYourStage refuses the vote of a seat that another body's stage is
	// not for.
	ErrNotYourStage = fault.New(fault.Denied, "need.not_your_stage",
		"stage {{.stage}} is for the {{.role}} seats of {{.body}}; act from such a seat, or leave it to them")
	// ErrOwnVote refuses a vote on one's own need.
	ErrOwnVote = fault.New(fault.Denied, "need.own_vote",
		"a recipient may not vote on its own need; leave it to the other members")
	// ErrVerdict refuses a verdict that is not of the list.
	ErrVerdict = fault.New(fault.Invalid, "need.verdict",
		"{{.verdict}} is not a verdict; choose pass, return, reject or abstain")
	// ErrScores refuses scores that are not one for each criterion.
	ErrScores = fault.New(fault.Invalid, "need.scores",
		"score every criterion of the stage once: {{.criteria}}")
	// ErrScore refuses a score that its criterion does not have.
	ErrScore = fault.New(fault.Invalid, "need.score",
		"{{.criterion}} is scored from 0 to {{.max}}, not {{.score}}; choose the anchor that fits")
	// ErrNoScores refuses scores of a seat that does not judge.
	ErrNoScores = fault.New(fault.Invalid, "need.no_scores",
		"a seat that abstains gives no scores; take them out, or give a verdict")
	// ErrWhy refuses to send back or to end a need without saying why.
	ErrWhy = fault.New(fault.Invalid, "need.why",
		"say what is asked, or why it is rejected, in a few words that its owner can answer")
)

// The emergency lane.
var (
	// ErrAlarm refuses an officer who asks for another institution.
	ErrAlarm = fault.New(fault.Denied, "need.alarm",
		"an officer asks for their own institution; another one is helped by a call to the front office, which records it")
	// ErrAlarmFor refuses an emergency of what is no recipient.
	ErrAlarmFor = fault.New(fault.Invalid, "need.alarm_for",
		"choose the institution of Ukraine that is hit, from the list of parties; one that is not there is admitted first")
	// ErrThree refuses an emergency that lacks a line.
	ErrThree = fault.New(fault.Invalid, "need.three",
		"say in three lines what is hit, what is needed, and which number to call")
	// ErrNotInLane refuses what is of an emergency that waits for duty members.
	ErrNotInLane = fault.New(fault.Conflict, "need.not_in_lane",
		"{{.need}} is no emergency that waits for this; open it again to see how it stands")
	// ErrNotAnswering refuses the answer of a seat that is not asked.
	ErrNotAnswering = fault.New(fault.Denied, "need.not_answering",
		"the duty member of your group answers for {{.need}} now; every member may once the call has reached the whole group")
	// ErrTwoBodies refuses one person's answer for two bodies.
	ErrTwoBodies = fault.New(fault.Denied, "need.two_bodies",
		"you have answered for the other group; somebody else answers for this one")
	// ErrNothingToConfirm refuses to confirm what one asked for oneself.
	ErrNothingToConfirm = fault.New(fault.Conflict, "need.nothing_to_confirm",
		"{{.need}} does not wait for your confirmation; it was asked for by yourselves, or is confirmed already")
	// ErrDetail refuses to say exactly what another asks for.
	ErrDetail = fault.New(fault.Denied, "need.detail",
		"what {{.need}} asks for exactly is said by its institution, by the front office, or by a technical member")
	// ErrHiddenMend refuses to correct where it is needed past those whom it is
	// hidden from.
	ErrHiddenMend = fault.New(fault.Conflict, "need.hidden_mend",
		"where {{.need}} is needed is hidden from partners whose reservations are not accepted, and they would have to agree; accept or decline those first")
	// ErrDetailVoted refuses to replace what was voted on.
	ErrDetailVoted = fault.New(fault.Conflict, "need.detail_voted",
		"the groups have begun to vote on {{.need}} as it stands; correct what is wrong in it, and they agree to that")
	// ErrHeldLot refuses to take from a lot what partners have reserved.
	ErrHeldLot = fault.New(fault.Conflict, "need.held_lot",
		"partners have reserved for lot {{.lot}}; keep it, its good and at least its quantity, and add other lots")
)

// What is asked for.
var (
	// ErrTexts refuses a need without its texts.
	ErrTexts = fault.New(fault.Invalid, "need.texts",
		"{{.field}} is empty or over {{.most}} characters; write it in 1 to {{.most}}")
	// ErrLine refuses a need along no line.
	ErrLine = fault.New(fault.Invalid, "need.line",
		"{{.line}} is not a line of capability; choose one of: {{.lines}}")
	// ErrLots refuses no lots, or too many.
	ErrLots = fault.New(fault.Invalid, "need.lots",
		"a need has 1 to {{.most}} lots; say what is needed, and submit a second need for the rest")
	// ErrLotID refuses a lot that cannot be told from another.
	ErrLotID = fault.New(fault.Invalid, "need.lot_id",
		"lot {{.lot}} needs an id of its own, 1 to 8 small letters or digits such as a or b2")
	// ErrGood refuses a good that is not of the catalogue.
	ErrGood = fault.New(fault.Invalid, "need.good",
		"lot {{.lot}} asks for {{.what}}, which is not in the catalogue of goods; choose one that is, or project_funding")
	// ErrUnit refuses a unit in which the good is not counted.
	ErrUnit = fault.New(fault.Invalid, "need.unit",
		"lot {{.lot}} is counted in {{.unit}}; give its quantity in that unit")
	// ErrQuantity refuses no quantity, or one out of bounds.
	ErrQuantity = fault.New(fault.Invalid, "need.quantity",
		"the quantity of lot {{.lot}} is {{.quantity}}; give a whole number from 1 to {{.most}}")
	// ErrCost refuses a cost that is none.
	ErrCost = fault.New(fault.Invalid, "need.cost",
		"the cost of lot {{.lot}} is zero; estimate it, or leave it out")
	// ErrShare refuses a useful share that is no percentage.
	ErrShare = fault.New(fault.Invalid, "need.useful_share",
		"the useful share of lot {{.lot}} is {{.share}}; give 1 to 100 per cent: less than that of the quantity is of no use")
	// ErrPartners refuses a lot that nobody, or a crowd, may share.
	ErrPartners = fault.New(fault.Invalid, "need.most_partners",
		"{{.partners}} partners may share lot {{.lot}}; give 1 to {{.most}}")
	// ErrUrgency refuses an urgency that is not of the list.
	ErrUrgency = fault.New(fault.Invalid, "need.urgency",
		"{{.word}} is not an urgency; choose one of: {{.words}}")
	// ErrCriticality refuses a criticality that is not of the list.
	ErrCriticality = fault.New(fault.Invalid, "need.criticality",
		"{{.word}} is not a criticality; choose one of: {{.words}}")
	// ErrUseful refuses a latest useful day that is none, or is past.
	ErrUseful = fault.New(fault.Invalid, "need.useful_until",
		"say until which day it still helps, as YYYY-MM-DD, today ({{.today}}) or later")
	// ErrLead refuses a lead time that is none.
	ErrLead = fault.New(fault.Invalid, "need.lead_days",
		"from a commitment to use it takes {{.days}} days; give 0 to {{.most}}, and no more than are left until the latest useful day")
	// ErrSector refuses a sector that is not of the catalogue.
	ErrSector = fault.New(fault.Invalid, "need.sector",
		"{{.sector}} is not a sector of the catalogue; choose the one whose service depends on it")
	// ErrRegion refuses a region that is not Ukraine's.
	ErrRegion = fault.New(fault.Invalid, "need.region",
		"{{.region}} is not a region of Ukraine; choose a code of ISO 3166-2:UA such as UA-63, or leave it empty for the whole country")
	// ErrHidden refuses to hide what was not said.
	ErrHidden = fault.New(fault.Invalid, "need.hide_region",
		"no region is given that could be hidden; name the region, or do not hide it")
	// ErrOrigin refuses an origin that is no country, or is listed twice.
	ErrOrigin = fault.New(fault.Invalid, "need.excluded",
		"{{.origin}} cannot be excluded; give each country once, by the two capital letters of ISO 3166, at most {{.most}}")
	// ErrRenew refuses a period that is none.
	ErrRenew = fault.New(fault.Invalid, "need.renew_months",
		"a need that recurs does so every 1 to {{.most}} months, not {{.months}}; leave it empty for once")
)
