package needhttp

import (
	"strconv"
	"time"

	"tallinn/aid/need"
	"tallinn/money"
)

func (r row) json(now time.Time) HeadJSON {
	return headJSON(r.Head, r.title, r.owner.Name, r.owner.NameUk, now)
}

func headJSON(h need.Head, title, name, nameUk string, now time.Time) HeadJSON {
	return HeadJSON{ID: string(h.ID), Lane: laneOfHead(h), Marking: h.Class.Marking.String(), Title: title, Owner: string(h.Owner), OwnerName: name, OwnerNameUk: nameUk,
		Status: string(h.Status), Stage: h.Stage, Round: h.Round, Procedure: h.Procedure, Line: string(h.Line),
		Sector: h.Sector, Urgency: string(h.Urgency), Criticality: string(h.Criticality), UsefulUntil: string(h.UsefulUntil),
		Submitted: moment(h.Submitted), Due: moment(h.Due), Overdue: h.Overdue(now), Ended: moment(h.Ended)}
}

func (a account) json() NeedJSON {
	out := NeedJSON{HeadJSON: headJSON(a.Head, a.title, a.owner.Name, a.owner.NameUk, a.now), Summary: a.summary,
		Weakness: a.weakness, Evidence: a.evidence, Incidents: a.incidents, LeadDays: a.Asked.LeadDays, HideRegion: a.HideRegion, Excluded: a.Asked.Excluded,
		RenewMonths: a.Asked.RenewMonths, MayVote: a.WhyNotVote == nil, Questions: itemView{account: a}.questions(),
		Emergency: a.emergency(), Fact: int64(a.Pos), Changed: int64(a.Changed)}
	for _, r := range a.readings {
		out.Readings = append(out.Readings, ReadingJSON{string(r.Seat), moment(r.At)})
	}
	if a.region {
		out.Region = a.Region
	}
	for _, l := range a.Asked.Lots {
		out.Lots = append(out.Lots, lotJSON(l))
	}
	for _, p := range a.Progress {
		out.Stages = append(out.Stages, StageJSON{p.Stage.ID, string(p.State), string(p.Verdict),
			p.Tally.Cast(), p.Stage.Quorum, p.Stage.Seats, moment(p.Due)})
		for _, v := range p.Votes {
			if a.votes || a.reader.Seat.Exists() && v.Caster() == a.reader.Seat.ID {
				out.Votes = append(out.Votes, VoteJSON{v.Stage, string(v.Seat), string(v.For), string(v.Verdict), v.Scores, a.reasons[v.Pos], moment(v.At), int64(v.Pos)})
			}
		}
	}
	return out
}

func lotJSON(l need.Lot) LotJSON {
	out := LotJSON{What: l.What, Quantity: l.Quantity, Unit: l.Unit, UsefulShare: l.UsefulShare, MostPartners: l.MostPartners}
	if l.Cost != nil {
		out.Cost = &CostJSON{string(l.Cost.Currency()), l.Cost.Value()}
	}
	return out
}

// form is what a program sends, as if it had been typed: one way in, and one
// set of checks.
func (a AskedJSON) form(key string) form {
	f := form{Key: key, Title: a.Title, Summary: a.Summary, Weakness: a.Weakness, Evidence: a.Evidence, Incidents: a.Incidents, Line: a.Line, Urgency: a.Urgency,
		UsefulUntil: a.UsefulUntil, LeadDays: strconv.Itoa(a.LeadDays), Criticality: a.Criticality, Sector: a.Sector,
		Region: a.Region, HideRegion: a.HideRegion, Excluded: joined(a.Excluded)}
	if a.RenewMonths != 0 {
		f.RenewMonths = strconv.Itoa(a.RenewMonths)
	}
	for i, l := range a.Lots {
		x := lotForm{ID: lotID(i), What: l.What, Quantity: strconv.FormatInt(l.Quantity, 10), Currency: string(money.EUR),
			UsefulShare: strconv.Itoa(l.UsefulShare), MostPartners: strconv.Itoa(l.MostPartners)}
		if l.Cost != nil {
			x.Cost, x.Currency = l.Cost.Value, l.Cost.Currency
		}
		f.Lots = append(f.Lots, x)
	}
	return f
}

func laneOfHead(h need.Head) string {
	switch {
	case !h.InLane():
		return ""
	case h.Provisional.IsZero():
		return "emergency"
	}
	return need.Provisional
}
