package exercise

// An Offer is what an invented partner can give. Days are counted from the
// day of the first start.
type Offer struct {
	Key      string
	Seat     string // who opens it
	Form     string // of offer.Form
	What     string // of the catalogue of goods; empty: money
	Quantity int64
	Euros    int64 // amount, or the ceiling of what is in kind; 0: none
	Origin   string
	Lines    []string // earmark
	Sectors  []string // earmark
	Least    int64    // smallest ticket, in euros; 0: none
	Most     int64    // largest ticket for one need, in euros; 0: none
	Days     int      // how long it is valid
	LeadDays int
	Closed   string // why it was closed again; empty: it is open
	Months   int    // for how long what is given runs; 0: it does not run out
	Role     string // of days of experts: who comes, of offer.Roles
	Speaks   []string
	Cleared  string
	Each     int64 // of a standing offer: the most of one call-off, in euros; 0: it is none
}

// Offers lists every offer.
var Offers = []Offer{
	{Key: "xa-money", Seat: "xa", Form: "money", Euros: 6_000_000, Least: 5_000, Most: 900_000, Days: 300},
	{Key: "xa-backup", Seat: "xa", Form: "services", What: "backup_storage", Quantity: 900, Euros: 540_000, Days: 240, LeadDays: 20, Months: 24},
	{Key: "xb-edr", Seat: "xb", Form: "licences", What: "edr_seats", Quantity: 8_000, Euros: 384_000, Origin: "XB", Days: 200, LeadDays: 10, Months: 12},
	{Key: "xb-days", Seat: "xb", Form: "days", What: "response_days", Quantity: 400, Euros: 320_000, Days: 365, LeadDays: 3, Role: "incident_responder", Speaks: []string{"en", "uk"}, Cleared: "nato"},
	{Key: "xc-places", Seat: "xc", Form: "places", What: "training_places", Quantity: 900, Euros: 720_000, Lines: []string{"training"}, Days: 280, LeadDays: 30},
	{Key: "xc-money", Seat: "xc", Form: "money", Euros: 1_500_000, Sectors: []string{"health", "energy"}, Least: 10_000, Days: 180},
	{Key: "xd-terminals", Seat: "xd", Form: "goods", What: "satellite_terminals", Quantity: 300, Euros: 750_000, Origin: "XD", Days: 150, LeadDays: 15},
	{Key: "xd-keys", Seat: "xd", Form: "goods", What: "security_keys", Quantity: 6_000, Euros: 180_000, Origin: "XD", Days: 330, LeadDays: 12},
	{Key: "xe-firewalls", Seat: "xe", Form: "goods", What: "firewalls", Quantity: 90, Euros: 1_080_000, Origin: "XE", Lines: []string{"infrastructure"}, Days: 220, LeadDays: 40},
	{Key: "xe-servers", Seat: "xe", Form: "goods", What: "servers", Quantity: 20, Euros: 160_000, Origin: "XE", Days: 90, LeadDays: 35, Closed: "budget_cut"},
	{Key: "xa-standing", Seat: "xa", Form: "money", Euros: 1_000_000, Each: 200_000, Lines: []string{"response", "continuity"}, Days: 365},
	{Key: "harbour-days", Seat: "harbour", Form: "days", What: "expert_days", Quantity: 250, Days: 365, LeadDays: 7, Role: "architect", Speaks: []string{"en", "pl"}},
}
