package identityhttp

import (
	"context"
	"net/http"
	"net/url"

	"tallinn/fault"
	"tallinn/identity"
	"tallinn/tlp"
	"tallinn/web"
)

// A Provider signs persons in for a ministry (OpenID Connect).
type Provider interface {
	Name() string // in addresses
	Issuer() string
	Title(lang string) string
	Begin(ctx context.Context, back string) (address string, e identity.Errand, err error)
	Finish(ctx context.Context, e identity.Errand, back string, query url.Values) (identity.Foreign, error)
}

// ErrNoProvider says that the hub knows no such provider.
var ErrNoProvider = fault.New(fault.Missing, "identity.no_provider",
	"the hub signs nobody in by this provider; look at the sign-in page for those that it does")

func (h *Handler) provider(r *http.Request) (Provider, error) {
	for _, p := range h.Providers {
		if p.Name() == r.PathValue("provider") {
			return p, nil
		}
	}
	return nil, ErrNoProvider
}

// errandCookie keeps an errand in the browser that began it.
func (h *Handler) errandCookie(value string, age int) *http.Cookie {
	name := "errand"
	if h.Secure {
		name = "__Host-errand"
	}
	// Lax, since the browser comes back from another site.
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: h.Secure, SameSite: http.SameSiteLaxMode}
}

// backOf is where a provider sends the browser back to: one address for each,
// so that an answer of one is never taken to another (RFC 9700, 4.4.2).
func (h *Handler) backOf(r *http.Request, p Provider) string {
	return h.address(r) + "/provider/" + p.Name() + "/back"
}

// address is the hub's own, without a slash at the end.
func (h *Handler) address(r *http.Request) string {
	if h.Origin != "" {
		return h.Origin
	}
	return "http://" + r.Host
}

// toProvider leads whoever wants to sign in to the provider.
func (h *Handler) toProvider(w http.ResponseWriter, r *http.Request) error { return h.leads(w, r, "") }

// toLink leads somebody who is signed in to the provider, to add an identity.
func (h *Handler) toLink(w http.ResponseWriter, r *http.Request) error {
	s, err := h.self(r)
	if err != nil {
		return err
	}
	if err := s.Fresh(h.Now()); err != nil {
		return err
	}
	return h.leads(w, r, s.ID)
}

func (h *Handler) leads(w http.ResponseWriter, r *http.Request, person string) error {
	p, err := h.provider(r)
	if err != nil {
		return err
	}
	address, e, err := p.Begin(r.Context(), h.backOf(r, p))
	if err != nil {
		return err
	}
	e.Person = person
	sealed, err := h.People.SealErrand(r.Context(), e)
	if err != nil {
		return err
	}
	http.SetCookie(w, h.errandCookie(sealed, int(identity.ErrandTime.Seconds())))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// fromProvider takes whoever comes back: it signs them in, or asks whether the
// identity shall be theirs.
func (h *Handler) fromProvider(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	p, err := h.provider(r)
	if err != nil {
		return err
	}
	c, err := r.Cookie(h.errandCookie("", 0).Name)
	if err != nil {
		return identity.ErrErrand
	}
	http.SetCookie(w, h.errandCookie("", -1)) // an errand is over once
	e, err := h.People.Errand(r.Context(), c.Value)
	if err != nil {
		return err
	}
	who, err := p.Finish(r.Context(), e, h.backOf(r, p), r.URL.Query())
	if err != nil {
		return err
	}
	if e.Person != "" {
		return h.askLink(w, r, p, e.Person, who)
	}
	token, err := h.People.Vouched(r.Context(), who, fromOf(r))
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
	http.Redirect(w, r, "/desk", http.StatusSeeOther)
	return nil
}

// askLink shows which identity came back. Only the person's own act adds it.
func (h *Handler) askLink(w http.ResponseWriter, r *http.Request, p Provider, person string, who identity.Foreign) error {
	s, err := h.self(r)
	if err != nil {
		return err
	}
	if s.ID != person {
		return identity.ErrErrand
	}
	claim, err := h.People.SealClaim(r.Context(), person, who)
	if err != nil {
		return err
	}
	page := web.PageOf(r)
	page.Title, page.Section, page.Marking = web.T(page.Lang, "provider.confirm"), "account", tlp.AmberStrict
	return web.Render(w, r, page, linkPage(page, p.Title(string(page.Lang)), who, claim))
}

func (h *Handler) addIdentity(w http.ResponseWriter, r *http.Request) error {
	s, err := h.self(r)
	if err != nil {
		return err
	}
	if err := s.Fresh(h.Now()); err != nil {
		return err
	}
	if err := h.People.AddIdentity(r.Context(), s.ID, r.PostFormValue("claim")); err != nil {
		return err
	}
	http.Redirect(w, r, "/account?done=identity", http.StatusSeeOther)
	return nil
}

func (h *Handler) removeIdentity(w http.ResponseWriter, r *http.Request) error {
	s, err := h.self(r)
	if err != nil {
		return err
	}
	if err := s.Fresh(h.Now()); err != nil {
		return err
	}
	f := identity.Foreign{Issuer: r.PostFormValue("issuer"), Subject: r.PostFormValue("subject")}
	if err := h.People.RemoveIdentity(r.Context(), s.ID, f); err != nil {
		return err
	}
	http.Redirect(w, r, "/account?done=unlinked", http.StatusSeeOther)
	return nil
}

// titleOf is what the provider of an issuer is called; one that the hub asks
// no more, by its address.
func (v accountView) titleOf(issuer string) string {
	for _, p := range v.providers {
		if p.Issuer() == issuer {
			return p.Title(string(v.Lang))
		}
	}
	return issuer
}

func (v accountView) identityTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "identities-list", Caption: web.T(l, "provider.list"), CaptionHidden: true, Columns: []web.Column{
		{Head: web.T(l, "provider.provider"), Lead: true}, {Head: web.T(l, "provider.subject")}, {Head: web.T(l, "passkey.added")},
		{Head: web.T(l, "account.act"), Beside: true, Align: web.Right}}}
	for _, i := range v.identities {
		var act web.Cell
		if v.fresh && (v.waysIn() > 0 || len(v.identities) > 1) {
			act = identityButton(l, i, web.T(l, "provider.remove.which", "provider", v.titleOf(i.Issuer)))
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(v.titleOf(i.Issuer)), web.Mono(i.Subject), web.Text(web.Time(l, i.Added)), act}})
	}
	return t
}
