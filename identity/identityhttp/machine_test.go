package identityhttp

import (
	"net/http/httptest"
	"testing"

	"tallinn/identity"
)

// TestScoped: a machine does what its scopes are for, and nothing that takes a
// person: to validate, to show a weakness, to change a marking.
func TestScoped(t *testing.T) {
	all := identity.Machine{Scopes: identity.Scopes}
	for call, may := range map[string]bool{
		"GET /api/v1/needs":                              true,
		"POST /api/v1/needs":                             true,
		"POST /api/v1/needs/likely":                      true,
		"POST /api/v1/needs/N-0001/attachments":          true,
		"POST /api/v1/needs/N-0001/resubmission":         true,
		"POST /api/v1/offers":                            true,
		"POST /api/v1/flows":                             true,
		"POST /api/v1/needs/N-0001/votes":                false,
		"POST /api/v1/needs/N-0001/emergency":            false,
		"POST /api/v1/needs/N-0001/weakness":             false,
		"POST /api/v1/needs/N-0001/weakness/end":         false,
		"POST /api/v1/needs/N-0001/marking":              false,
		"POST /api/v1/needs/N-0001/attachments/../votes": false,
		"POST /api/v1/emergencies":                       false,
		"POST /api/v1/seats":                             false,
		"GET /api/v1/machines":                           false,
		"POST /api/v1/machines":                          false,
		"POST /api/v1/erasures":                          false,
	} {
		var method, path string
		for i := range call {
			if call[i] == ' ' {
				method, path = call[:i], call[i+1:]
			}
		}
		if err := scoped(httptest.NewRequest(method, path, nil), all); (err == nil) != may {
			t.Errorf("%s: %v", call, err)
		}
	}
	if err := scoped(httptest.NewRequest("POST", "/api/v1/needs", nil), identity.Machine{Scopes: []identity.Scope{identity.ScopeRead}}); err == nil {
		t.Error("a token for reading asks for something")
	}
}
