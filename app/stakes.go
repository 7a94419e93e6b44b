package app

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"

	"tallinn/identity/identityhttp"
)

// stakes are the routes of what weighs much (design, 4 and 5): who is let in,
// who sits where, who is forgotten, what is validated, committed and
// published. For these a person shows again that it is they. The value says
// of a route which of its acts weigh so; nil: all of them. What else changes
// something, and why it is not here, is in the test of it.
var stakes = map[string]func(*http.Request) bool{
	"POST /account/machines":             nil,
	"POST /api/v1/machines":              nil,
	"POST /account/passkeys/ask":         nil,
	"POST /account/passkeys/answer":      nil,
	"POST /account/passkeys/remove":      nil,
	"POST /account/sheet":                nil,
	"POST /account/identities/add":       nil,
	"POST /account/identities/remove":    nil,
	"GET /provider/{provider}/link":      nil,
	"POST /recoveries":                   nil,
	"POST /api/v1/recoveries":            nil,
	"POST /erasures":                     nil,
	"POST /api/v1/erasures":              nil,
	"POST /seats/admit":                  nil,
	"POST /seats/new":                    nil,
	"POST /seats/sheets":                 nil,
	"POST /seats/{id}/assign":            nil,
	"POST /seats/{id}/delegate":          nil,
	"POST /seats/{id}/undelegate":        nil,
	"POST /seats/{id}/duty":              nil,
	"POST /seats/{id}/end":               nil,
	"POST /api/v1/institutions":          nil,
	"POST /api/v1/seats":                 nil,
	"POST /api/v1/seats/{id}/sitting":    nil,
	"POST /api/v1/seats/{id}/deputy":     nil,
	"POST /api/v1/seats/{id}/deputy/end": nil,
	"POST /api/v1/seats/{id}/duty":       nil,
	"POST /api/v1/seats/{id}/end":        nil,
	"POST /procedure":                    nil,
	"POST /api/v1/procedures":            nil,
	"POST /api/v1/procedures/adoption":   nil,

	"POST /needs/{id}/vote":                       nil,
	"POST /api/v1/needs/{id}/votes":               nil,
	"POST /needs/{id}/reopen":                     nil,
	"POST /api/v1/needs/{id}/reopening":           nil,
	"POST /api/v1/needs/{id}/reopening/agreement": nil,
	"POST /reservations/{id}":                     acts("commit"),
	"POST /api/v1/reservations/{id}/answers":      acts("commit"),
	"POST /offers/{id}/call-offs":                 nil,
	"POST /api/v1/offers/{id}/call-offs":          nil,
	"POST /editions/{id}":                         nil,
	"POST /api/v1/editions/{id}/clearances":       nil,
	"POST /api/v1/editions/{id}/signatures":       nil,
	"POST /api/v1/editions/{id}/withdrawals":      nil,
}

// maxStake bounds what is read of a command to know its act.
const maxStake = 64 << 10

// acts reports whether a command's act is what. One that cannot be read is
// refused by its own handler.
func acts(what string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/api/") {
			return r.PostFormValue("act") == what
		}
		head, err := io.ReadAll(io.LimitReader(r.Body, maxStake))
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(head), r.Body), r.Body}
		var in struct {
			Act string `json:"act"`
		}
		// What does not parse counts: it must not slip past by its form.
		return err != nil || json.Unmarshal(head, &in, json.MatchCaseInsensitiveNames(true)) != nil || in.Act == what
	}
}

// staked is next behind the question who it is, for the routes of stakes.
func staked(door *identityhttp.Handler, mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pattern := mux.Handler(r)
		which, weighs := stakes[pattern]
		if !weighs || which != nil && !which(r) || !door.Unproved(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}
