// Package recoveryhttp serves the page on which two persons let a third in
// again, and the same in the API.
package recoveryhttp

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/recovery"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// A Handler serves the recoveries of one realm.
type Handler struct {
	// Seat is the one that the request's person acts from; zero: none.
	Seat func(ctx context.Context) seat.Seat
	// Waiting are those that the sender of a request may confirm or has asked
	// for.
	Waiting func(ctx context.Context) []recovery.Recovery
	// Decide asks to let in who sits on a seat, or confirms it, once for a
	// key. A confirmation returns the token of the new link, the first time.
	Decide func(ctx context.Context, key string, of seat.ID, confirm bool) (link string, repeated bool, err error)
	Gate   api.Gate
	Log    *slog.Logger
}

// Routes adds the page to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /recoveries", web.Handle(h.Log, h.show))
	mux.Handle("POST /recoveries", web.Handle(h.Log, h.act))
}

type view struct {
	web.Page
	waiting []recovery.Recovery
	key     string
	of      string
	link    string // of who was let in, shown this once
	asked   bool
	refusal error
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, http.StatusOK, view{of: r.URL.Query().Get("seat"), asked: r.URL.Query().Get("done") == "asked"})
}

func (h *Handler) render(w http.ResponseWriter, r *http.Request, status int, v view) error {
	if !h.Seat(r.Context()).Exists() {
		return web.ErrNotFound
	}
	v.waiting = h.Waiting(r.Context())
	v.Page, v.key = web.PageOf(r), rand.Text()
	v.Title, v.Section, v.Marking = web.T(v.Lang, "recovery.title"), "desk", tlp.Amber
	if v.link != "" {
		v.Marking = tlp.Red
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	return web.RenderAs(w, r, status, v.Page, page(v))
}

func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	of, confirm := strings.TrimSpace(r.PostFormValue("seat")), r.PostFormValue("do") == "confirm"
	link, _, err := h.Decide(r.Context(), r.PostFormValue("key"), seat.ID(of), confirm)
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		return h.render(w, r, web.Status(err), view{of: of, refusal: err})
	}
	switch {
	case err != nil:
		return err
	case confirm:
		return h.render(w, r, http.StatusOK, view{link: link})
	}
	http.Redirect(w, r, "/recoveries?done=asked", http.StatusSeeOther)
	return nil
}

// RecoveryJSON is how far letting somebody in has come.
type RecoveryJSON struct {
	Seat  string `json:"seat"`
	State string `json:"state" enum:"asked,confirmed"`
	Link  string `json:"link,omitempty" doc:"Path of the new one-time link; told once, to who confirmed"`
}

type (
	recoverInput struct {
		api.LangInput
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
		Body struct {
			Seat    string `json:"seat" doc:"On which the person sits" example:"R-0417"`
			Confirm bool   `json:"confirm,omitempty,omitzero" doc:"true: confirm what another person has asked for"`
		}
	}
	recoverOutput struct {
		CacheControl string `header:"Cache-Control"`
		Repeated     string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body         RecoveryJSON
	}
)

// API adds the operation.
func (h *Handler) API(a huma.API) {
	api.Post(a, "/recoveries", "recover-person", "Let in again who has lost every way in: ask, or confirm as a second person", 1<<10, h.Gate, h.apiRecover)
}

func (h *Handler) apiRecover(ctx context.Context, in *recoverInput) (*recoverOutput, error) {
	link, repeated, err := h.Decide(ctx, in.Key, seat.ID(in.Body.Seat), in.Body.Confirm)
	if err != nil {
		return nil, err
	}
	out := &recoverOutput{CacheControl: "no-store", Body: RecoveryJSON{Seat: in.Body.Seat, State: "asked"}}
	if in.Body.Confirm {
		out.Body.State = "confirmed"
	}
	if link != "" {
		out.Body.Link = "/sign-in/" + link
	}
	if repeated {
		out.Repeated = "true"
	}
	return out, nil
}

// Describe says a fact of a recovery in one sentence. It is false for facts of
// other nouns.
func Describe(l web.Lang, f fact.Fact, _ func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case recovery.Asked:
		return web.T(l, "recovery.fact.asked", "of", b.Of, "seat", b.Seat), true
	case recovery.Confirmed:
		return web.T(l, "recovery.fact.confirmed", "of", b.Of, "seat", b.Seat), true
	}
	return "", false
}
