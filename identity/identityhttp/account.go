package identityhttp

import (
	"cmp"
	"context"
	"net/http"
	"strconv"

	"tallinn/fault"
	"tallinn/identity"
	"tallinn/tlp"
	"tallinn/web"
)

// ErrGuest says that an invented person's ways in are nobody's to change.
var ErrGuest = fault.New(fault.Denied, "identity.guest",
	"this person is invented and every visitor may be it; ways in belong to people who were invited")

// self is the session of a person who is not everybody's.
func (h *Handler) self(r *http.Request) (identity.Session, error) { return selfOf(r.Context()) }

func selfOf(ctx context.Context) (identity.Session, error) {
	s, ok := SessionOf(ctx)
	switch {
	case !ok:
		return s, identity.ErrSession
	case s.Machine != nil:
		return s, identity.ErrScope.With("scope", "-")
	case s.Guest:
		return s, ErrGuest
	}
	return s, nil
}

// accountView is what a person sees of their own ways in.
type accountView struct {
	web.Page
	session    identity.Session
	passkeys   []identity.Passkey
	sessions   []identity.Session
	machines   []identity.Machine
	identities []identity.Identity
	providers  []Provider
	sheet      bool // a recovery sheet is kept
	works      bool // passkeys work at this address
	fresh      bool // may change the ways in
	done       string
}

// waysIn counts what is left to this person if a phone is lost, and hangs on
// no provider.
func (v accountView) waysIn() int {
	n := len(v.passkeys)
	if v.sheet {
		n++
	}
	return n
}

func (h *Handler) account(w http.ResponseWriter, r *http.Request) error {
	s, ok := SessionOf(r.Context())
	if !ok {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	v := accountView{Page: web.PageOf(r), session: s, done: r.URL.Query().Get("done")}
	v.Title, v.Section, v.Marking = web.T(v.Lang, "account.title"), "account", tlp.AmberStrict
	_, err := h.site(r)
	v.works = err == nil
	w.Header().Set("Cache-Control", "no-store")
	if s.Guest {
		v.sessions = []identity.Session{s}
		return web.Render(w, r, v.Page, guestPage(v))
	}
	if v.passkeys, err = h.People.Passkeys(r.Context(), s.ID); err != nil {
		return err
	}
	v.fresh = s.Stepped(h.Now(), len(v.passkeys) > 0) == nil
	if v.sessions, err = h.People.Sessions(r.Context(), s.ID); err != nil {
		return err
	}
	if v.machines, err = h.People.Machines(r.Context(), s.ID); err != nil {
		return err
	}
	if v.identities, err = h.People.Identities(r.Context(), s.ID); err != nil {
		return err
	}
	v.providers = h.Providers
	made, err := h.People.Sheet(r.Context(), s.ID)
	if err != nil {
		return err
	}
	v.sheet = !made.IsZero()
	return web.Render(w, r, v.Page, accountPage(v))
}

func (h *Handler) removePasskey(w http.ResponseWriter, r *http.Request) error {
	s, err := h.self(r)
	if err != nil {
		return err
	}
	if err := s.Fresh(h.Now()); err != nil {
		return err
	}
	if err := h.People.RemovePasskey(r.Context(), s.ID, r.PostFormValue("passkey")); err != nil {
		return err
	}
	http.Redirect(w, r, "/account?done=removed", http.StatusSeeOther)
	return nil
}

// endSession ends one of the reader's own sessions, or all but this one.
func (h *Handler) endSession(w http.ResponseWriter, r *http.Request) error {
	s, err := h.self(r)
	if err != nil {
		return err
	}
	which := r.PostFormValue("session")
	switch {
	case which == "others":
		err = h.People.EndOthers(r.Context(), s.ID, s.Handle)
	case which == s.Handle:
		return h.signOut(w, r)
	default:
		err = h.People.End(r.Context(), s.ID, which)
	}
	if err != nil {
		return err
	}
	h.open.look(r.Context(), h.People, h.Log) // what they have open ends now
	http.Redirect(w, r, "/account?done=ended", http.StatusSeeOther)
	return nil
}

// newSheet makes a recovery sheet and shows it, this once.
func (h *Handler) newSheet(w http.ResponseWriter, r *http.Request) error {
	s, err := h.self(r)
	if err != nil {
		return err
	}
	if err := s.Fresh(h.Now()); err != nil {
		return err
	}
	sheet, err := h.People.NewSheet(r.Context(), s.ID)
	if err != nil {
		return err
	}
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = web.T(p.Lang, "sheet.title"), "account", tlp.Red
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, p, sheetPage(p, sheet, h.address(r)+"/recover"))
}

func (h *Handler) askSheet(w http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = web.T(p.Lang, "recover.title"), "sign-in", tlp.Clear
	return web.Render(w, r, p, recoverPage(p))
}

func (h *Handler) recover(w http.ResponseWriter, r *http.Request) error {
	token, err := h.People.Recover(r.Context(), identity.Sheet{Account: r.PostFormValue("account"), Code: r.PostFormValue("code")}, fromOf(r))
	if err != nil {
		return err
	}
	if err := h.leave(r); err != nil {
		return err
	}
	h.open.look(r.Context(), h.People, h.Log)
	if err := h.sitFirst(r, token); err != nil {
		return err
	}
	h.Begin(w, token)
	http.Redirect(w, r, "/account?done=recovered", http.StatusSeeOther)
	return nil
}

func maxName() string { return strconv.Itoa(identity.MaxPasskeyName) }

func (v accountView) passkeyTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "passkeys-list", Caption: web.T(l, "account.passkeys"), CaptionHidden: true, Columns: []web.Column{
		{Head: web.T(l, "passkey.name"), Lead: true}, {Head: web.T(l, "passkey.added")}, {Head: web.T(l, "passkey.used")},
		{Head: web.T(l, "account.act"), Beside: true, Align: web.Right}}}
	for _, k := range v.passkeys {
		used := web.None(web.T(l, "passkey.unused"))
		if !k.Used.IsZero() {
			used = web.Text(web.Time(l, k.Used))
		}
		var act web.Cell
		if v.fresh && v.waysIn() > 1 {
			act = rowButton("/account/passkeys/remove", "passkey", k.ID, web.T(l, "passkey.remove"),
				web.T(l, "passkey.remove.which", "name", k.Name))
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(k.Name), web.Text(web.Time(l, k.Added)), used, act}})
	}
	return t
}

func (v accountView) sessionTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "sessions-list", Caption: web.T(l, "account.sessions"), CaptionHidden: true, Columns: []web.Column{
		{Head: web.T(l, "account.device"), Lead: true}, {Head: web.T(l, "account.place")}, {Head: web.T(l, "account.began")},
		{Head: web.T(l, "account.seen")}, {Head: web.T(l, "account.act"), Beside: true, Align: web.Right}}}
	for _, s := range v.sessions {
		device, act := cmp.Or(s.From.Device, web.T(l, "account.device.none")), web.Cell(nil)
		if s.Handle == v.session.Handle {
			act = web.Text(web.T(l, "account.this"))
		} else {
			act = rowButton("/account/sessions/end", "session", s.Handle, web.T(l, "account.end"),
				web.T(l, "account.end.which", "device", device))
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(device), web.Text(s.From.Place),
			web.Text(web.Time(l, s.Began)), web.Text(web.Time(l, s.Seen)), act}})
	}
	return t
}
