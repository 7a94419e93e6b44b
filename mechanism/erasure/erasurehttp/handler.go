// Package erasurehttp serves the page on which two persons erase a third, and
// the same in the API.
package erasurehttp

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/fact"
	"tallinn/mechanism/erasure"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// A Handler serves the erasures of one realm.
type Handler struct {
	// Seat is the one that the request's person acts from; zero: none.
	Seat func(ctx context.Context) seat.Seat
	// View calls fn with the book as it stands, under the record's lock.
	View func(fn func(*erasure.Book))
	// Decide asks for, or confirms, the erasure of a person, once for a key.
	Decide func(ctx context.Context, key, person string, confirm bool) (repeated bool, err error)
	Gate   api.Gate
	Now    func() time.Time
	Log    *slog.Logger
}

// Routes adds the page to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /erasures", web.Handle(h.Log, h.show))
	mux.Handle("POST /erasures", web.Handle(h.Log, h.act))
}

type view struct {
	web.Page
	waiting []erasure.Erasure
	key     string
	person  string
	refusal error
	done    string
}

// desk refuses those whose part it is not: to them there is no such page.
func (h *Handler) desk(ctx context.Context) error {
	switch h.Seat(ctx).Role {
	case seat.Administrator, seat.FrontOffice:
		return nil
	}
	return web.ErrNotFound
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request) error {
	v := view{done: r.URL.Query().Get("done")}
	return h.render(w, r, http.StatusOK, v)
}

func (h *Handler) render(w http.ResponseWriter, r *http.Request, status int, v view) error {
	if err := h.desk(r.Context()); err != nil {
		return err
	}
	h.View(func(b *erasure.Book) { v.waiting = b.Waiting(h.Now()) })
	v.Page, v.key = web.PageOf(r), rand.Text()
	v.Title, v.Section, v.Marking = web.T(v.Lang, "erasure.title"), "desk", tlp.AmberStrict
	return web.RenderAs(w, r, status, v.Page, page(v))
}

func (h *Handler) act(w http.ResponseWriter, r *http.Request) error {
	if err := h.desk(r.Context()); err != nil {
		return err
	}
	person, confirm := strings.TrimSpace(r.PostFormValue("person")), r.PostFormValue("do") == "confirm"
	_, err := h.Decide(r.Context(), r.PostFormValue("key"), person, confirm)
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		return h.render(w, r, web.Status(err), view{person: person, refusal: err})
	}
	if err != nil {
		return err
	}
	done := "asked"
	if confirm {
		done = "confirmed"
	}
	http.Redirect(w, r, "/erasures?done="+done, http.StatusSeeOther)
	return nil
}

// ErasureJSON is how far an erasure has come.
type ErasureJSON struct {
	Person string `json:"person"`
	State  string `json:"state" enum:"asked,confirmed"`
}

type (
	eraseInput struct {
		api.LangInput
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
		Body struct {
			Person  string `json:"person" doc:"The opaque id"`
			Confirm bool   `json:"confirm,omitempty,omitzero" doc:"true: confirm what another person has asked for"`
		}
	}
	eraseOutput struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     ErasureJSON
	}
)

// API adds the operation.
func (h *Handler) API(a huma.API) {
	api.Post(a, "/erasures", "erase-person", "Ask for the erasure of a person, or confirm it as a second person", 1<<10, h.Gate, h.apiErase)
}

func (h *Handler) apiErase(ctx context.Context, in *eraseInput) (*eraseOutput, error) {
	repeated, err := h.Decide(ctx, in.Key, in.Body.Person, in.Body.Confirm)
	if err != nil {
		return nil, err
	}
	out := &eraseOutput{Body: ErasureJSON{in.Body.Person, "asked"}}
	if in.Body.Confirm {
		out.Body.State = "confirmed"
	}
	if repeated {
		out.Repeated = "true"
	}
	return out, nil
}

// Describe says a fact of an erasure in one sentence. It is false for facts of
// other nouns.
func Describe(l web.Lang, f fact.Fact, _ func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case erasure.Asked:
		return web.T(l, "erasure.fact.asked", "person", b.Person), true
	case erasure.Confirmed:
		return web.T(l, "erasure.fact.confirmed", "person", b.Person), true
	}
	return "", false
}
