package identityhttp

import (
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fault"
	"tallinn/identity"
	"tallinn/tlp"
	"tallinn/web"
)

// maxAnswer bounds what a browser answers for a passkey.
const maxAnswer = 64 << 10

// ErrAnswer refuses what no browser answers.
var ErrAnswer = fault.New(fault.Invalid, "identity.answer",
	"this is not what a browser answers for a passkey; load the page again and try once more")

// An asking is what the script of the page hands to the browser.
type asking struct {
	Ceremony string         `json:"ceremony"`
	Options  jsontext.Value `json:"options"`
}

// An answer is what the script sends back.
type answer struct {
	Ceremony   string         `json:"ceremony"`
	Name       string         `json:"name"` // of a new passkey
	Credential jsontext.Value `json:"credential"`
}

// site is where this request has found the hub, if passkeys work there. When
// the hub knows its own address only that one counts.
func (h *Handler) site(r *http.Request) (identity.Site, error) {
	return identity.SiteOf("Tallinn", h.address(r))
}

// enterBy shows the ways in.
func (h *Handler) enterBy(w http.ResponseWriter, r *http.Request) error {
	if _, ok := SessionOf(r.Context()); ok {
		http.Redirect(w, r, "/desk", http.StatusSeeOther)
		return nil
	}
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = web.T(p.Lang, "signin.ways"), "sign-in", tlp.Clear
	_, err := h.site(r)
	return web.Render(w, r, p, waysPage(p, err == nil, h.Invented != nil, h.Providers))
}

func (h *Handler) askPasskey(w http.ResponseWriter, r *http.Request) error {
	site, err := h.site(r)
	if err != nil {
		return err
	}
	a, err := h.People.Ask(r.Context(), site)
	if err != nil {
		return err
	}
	return reply(w, asking{a.Ceremony, a.Options})
}

func (h *Handler) answerPasskey(w http.ResponseWriter, r *http.Request) error {
	site, err := h.site(r)
	if err != nil {
		return err
	}
	a, err := read(r)
	if err != nil {
		return err
	}
	token, err := h.People.Answer(r.Context(), site, a.Ceremony, a.Credential, fromOf(r))
	if err != nil {
		return err
	}
	if err := h.leave(r); err != nil { // a session that the browser had before is not taken over
		return err
	}
	if err := h.sitFirst(r, token); err != nil {
		return err
	}
	h.Begin(w, token)
	return reply(w, map[string]string{"to": "/desk"})
}

func (h *Handler) askNewPasskey(w http.ResponseWriter, r *http.Request) error {
	s, site, err := h.owns(r)
	if err != nil {
		return err
	}
	a, err := h.People.AskNew(r.Context(), site, s.ID)
	if err != nil {
		return err
	}
	return reply(w, asking{a.Ceremony, a.Options})
}

func (h *Handler) addPasskey(w http.ResponseWriter, r *http.Request) error {
	s, site, err := h.owns(r)
	if err != nil {
		return err
	}
	a, err := read(r)
	if err != nil {
		return err
	}
	if strings.TrimSpace(a.Name) == "" {
		a.Name = s.From.Device
	}
	if err := h.People.AddPasskey(r.Context(), site, s.ID, a.Ceremony, a.Name, a.Credential); err != nil {
		return err
	}
	if err := h.People.Shown(r.Context(), s); err != nil {
		return err
	}
	return reply(w, map[string]string{"to": "/account?done=passkey"})
}

// owns is the session of somebody who may change their own ways in now, and
// where passkeys work.
func (h *Handler) owns(r *http.Request) (identity.Session, identity.Site, error) {
	s, err := h.self(r)
	if err != nil {
		return s, identity.Site{}, err
	}
	if err := s.Fresh(h.Now()); err != nil {
		return s, identity.Site{}, err
	}
	site, err := h.site(r)
	return s, site, err
}

func read(r *http.Request) (a answer, err error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
	if err != nil {
		return a, ErrAnswer.Because(err)
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, ErrAnswer.Because(err)
	}
	return a, nil
}

func reply(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.MarshalWrite(w, v)
}
