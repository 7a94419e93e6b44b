package need

import (
	"slices"

	"tallinn/mechanism/capability"
)

// Sectors lists what a need may be for, in the order of forms: those of the
// annexes of directive NIS2 (EU 2022/2555), and the branches of the state that
// it leaves to its members. Texts stand in the catalogue under "sector." and
// the word.
var Sectors = []string{
	"energy", "transport", "banking", "financial_markets", "health", "drinking_water", "waste_water",
	"digital_infrastructure", "ict_services", "public_administration", "space",
	"postal", "waste", "chemicals", "food", "manufacturing", "digital_providers", "research",
	"justice", "education", "emergency_services", "media",
}

// Regions lists the codes of ISO 3166-2:UA: oblasts, Crimea, Kyiv and
// Sevastopol. Texts stand in the catalogue under "region." and the code.
var Regions = []string{
	"UA-05", "UA-07", "UA-09", "UA-12", "UA-14", "UA-18", "UA-21", "UA-23", "UA-26",
	"UA-30", "UA-32", "UA-35", "UA-40", "UA-43", "UA-46", "UA-48", "UA-51", "UA-53",
	"UA-56", "UA-59", "UA-61", "UA-63", "UA-65", "UA-68", "UA-71", "UA-74", "UA-77",
}

// Urgencies and Criticalities list the words, most pressing first.
var (
	Urgencies     = []Urgency{Immediate, Short, Medium, Long}
	Criticalities = []Criticality{Critical, High, Moderate, Low}
)

// A Good is something that a lot may ask for, counted in one unit. Texts stand
// in the catalogue under "good." and "unit." and the words.
type Good struct {
	What string
	Unit string
	Line capability.Line // the line that it is usually asked along; a hint for forms
}

// Goods is the catalogue of goods, in the order of forms. What it does not
// have is asked for as project_funding and explained in the summary.
var Goods = []Good{
	{"edr_seats", "seats", capability.Detection},
	{"siem_licences", "licences", capability.Detection},
	{"network_sensors", "devices", capability.Detection},
	{"threat_intelligence", "licences", capability.Detection},
	{"vulnerability_scans", "scans", capability.Detection},
	{"response_days", "days", capability.Response},
	{"forensic_kits", "kits", capability.Response},
	{"firewalls", "devices", capability.Infrastructure},
	{"servers", "devices", capability.Infrastructure},
	{"workstations", "devices", capability.Infrastructure},
	{"security_keys", "keys", capability.Infrastructure},
	{"mail_protection", "mailboxes", capability.Infrastructure},
	{"ddos_protection", "months", capability.Infrastructure},
	{"satellite_terminals", "terminals", capability.Connectivity},
	{"satellite_service", "months", capability.Connectivity},
	{"backup_storage", "terabytes", capability.Continuity},
	{"cloud_hosting", "months", capability.Continuity},
	{"power_supplies", "devices", capability.Continuity},
	{"training_places", "places", capability.Training},
	{"exercise_days", "days", capability.Training},
	{"expert_days", "days", capability.Coordination},
	{"project_funding", "packages", ""},
}

// Units lists the units of Goods, each once, in their order.
var Units = unitsOf(Goods)

func unitsOf(goods []Good) (units []string) {
	for _, g := range goods {
		if !slices.Contains(units, g.Unit) {
			units = append(units, g.Unit)
		}
	}
	return units
}

// GoodOf is the good called what.
func GoodOf(what string) (Good, bool) {
	i := slices.IndexFunc(Goods, func(g Good) bool { return g.What == what })
	if i < 0 {
		return Good{}, false
	}
	return Goods[i], true
}
