package match

import "tallinn/aid/match/instance"

// Earmarks names the earmarks that an offer may have.
var Earmarks = []string{"lines", "sectors", "regions", "beneficiaries"}

// Relax takes one earmark off f, or all when which is empty, and reports
// whether there was one. Goods keep their line, which is what they are.
func Relax(f *instance.Offer, which string) bool {
	found := false
	for _, e := range []struct {
		name string
		list *[]string
	}{{"lines", &f.Lines}, {"sectors", &f.Sectors}, {"regions", &f.Regions}, {"beneficiaries", &f.Beneficiaries}} {
		if which != "" && which != e.name || *e.list == nil || e.name == "lines" && f.Kind == instance.InKind {
			continue
		}
		*e.list, found = nil, true
	}
	return found
}
