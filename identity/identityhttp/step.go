package identityhttp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tallinn/tlp"
	"tallinn/web"
)

// Unproved reports whether the reader of a request must show again that it is
// they before something that weighs much is done, and then answers it: a
// program is refused, a page asks for the passkey and sends the form again.
// Who is not signed in at all is refused by the handler itself.
func (h *Handler) Unproved(w http.ResponseWriter, r *http.Request) bool {
	s, ok := SessionOf(r.Context())
	if !ok {
		return false
	}
	keys, err := h.People.Passkeys(r.Context(), s.ID)
	if err == nil {
		err = s.Stepped(h.Now(), len(keys) > 0)
	}
	if err == nil {
		return false
	}
	form := strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	if _, site := h.site(r); site != nil || len(keys) == 0 || !form || s.Machine != nil || r.Method != http.MethodPost || r.ParseForm() != nil {
		web.Fail(w, r, h.Log, err)
		return true
	}
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = web.T(p.Lang, "step.title"), "account", tlp.AmberStrict
	w.Header().Set("Cache-Control", "no-store")
	if err := web.RenderAs(w, r, web.Status(err), p, stepPage(p, r.URL.RequestURI(), fieldsOf(r.PostForm))); err != nil {
		web.Fail(w, r, h.Log, err)
	}
	return true
}

// A field is one of a form that waits for a passkey.
type field struct{ name, value string }

func fieldsOf(form url.Values) (out []field) {
	for name, values := range form {
		for _, v := range values {
			out = append(out, field{name, v})
		}
	}
	slices.SortStableFunc(out, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return out
}

// prove takes a passkey from somebody who is signed in, in a session that
// takes the place of the one before (ASVS 5.0, 7.2.4).
func (h *Handler) prove(w http.ResponseWriter, r *http.Request) error {
	s, err := h.self(r)
	if err != nil {
		return err
	}
	site, err := h.site(r)
	if err != nil {
		return err
	}
	a, err := read(r)
	if err != nil {
		return err
	}
	token, err := h.People.Prove(r.Context(), site, s, a.Ceremony, a.Credential)
	if err != nil {
		return err
	}
	if err := h.leave(r); err != nil {
		return err
	}
	h.Begin(w, token)
	return reply(w, map[string]string{"to": "/account"})
}
