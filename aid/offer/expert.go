package offer

import (
	"slices"

	"tallinn/fault"
)

// An Expert is who comes when days of experts are offered. A roster of experts
// is the list of such offers: each is for how many days, from when to when.
// Nobody is named.
type Expert struct {
	Role      string   `json:"role"`                // of the European Cybersecurity Skills Framework (ENISA, 2022)
	Languages []string `json:"languages,omitempty"` // ISO 639-1
	Clearance string   `json:"clearance,omitempty"` // a word of Clearances; empty: none
}

// Roles are the twelve profiles of the European Cybersecurity Skills Framework,
// in its order.
var Roles = []string{
	"ciso", "incident_responder", "legal_policy_compliance", "threat_intelligence", "architect", "auditor",
	"educator", "implementer", "researcher", "risk_manager", "forensics", "penetration_tester",
}

// Languages are those that an expert may be asked to speak.
var Languages = []string{"uk", "en", "cs", "da", "de", "et", "fi", "fr", "lt", "lv", "nl", "no", "pl", "sv"}

// Clearances are what an expert may have been cleared for, the least first.
var Clearances = []string{"national", "eu", "nato"}

// ErrExpert refuses an expert where there are no days of one, or a word that is
// not of the list.
var ErrExpert = fault.New(fault.Invalid, "offer.expert",
	"an expert's role, languages and clearance are for days of experts alone, each from its list; mend the {{.field}}, or leave it out")

// ErrMonths refuses a number of months that is none.
var ErrMonths = fault.New(fault.Invalid, "offer.months",
	"what is given runs for 1 to {{.most}} months from its commitment; money and goods do not run out: leave it empty")

// checkTerm checks who comes, and for how long what is given runs.
func (b Opened) checkTerm() error {
	switch {
	case b.Months < 0 || b.Months > MostMonths || b.Months > 0 && (b.Form == Money || b.Form == Goods):
		return ErrMonths.With("most", MostMonths)
	case b.Expert == nil:
		return nil
	case b.Form != Days || !slices.Contains(Roles, b.Expert.Role):
		return ErrExpert.With("field", "role")
	case b.Expert.Clearance != "" && !slices.Contains(Clearances, b.Expert.Clearance):
		return ErrExpert.With("field", "clearance")
	}
	if _, bad := odd(b.Expert.Languages, func(l string) bool { return slices.Contains(Languages, l) }); bad {
		return ErrExpert.With("field", "languages")
	}
	return nil
}
