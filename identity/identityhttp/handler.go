// Package identityhttp is the door: signing in by a passkey, a one-time link, a
// recovery sheet or a ministry's provider, a person's own ways in and sessions,
// choosing a seat, signing out, and the reader of every request.
package identityhttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/identity"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// A People is what these handlers ask of the people.
type People interface {
	Use(ctx context.Context, link string, from identity.From) (string, error)
	Session(ctx context.Context, token string) (identity.Session, error)
	SignIn(ctx context.Context, v identity.Visit) (string, error)
	Sit(ctx context.Context, token, seat string) error
	SignOut(ctx context.Context, token string) error

	Sessions(ctx context.Context, person string) ([]identity.Session, error)
	End(ctx context.Context, person, session string) error
	EndOthers(ctx context.Context, person, kept string) error
	Ended(ctx context.Context, sessions []string) ([]string, error)

	Ask(ctx context.Context, site identity.Site) (identity.Asking, error)
	Answer(ctx context.Context, site identity.Site, ceremony string, answer []byte, from identity.From) (string, error)
	Prove(ctx context.Context, site identity.Site, s identity.Session, ceremony string, answer []byte) (string, error)
	AskNew(ctx context.Context, site identity.Site, person string) (identity.Asking, error)
	AddPasskey(ctx context.Context, site identity.Site, person, ceremony, name string, answer []byte) error
	Shown(ctx context.Context, s identity.Session) error
	Passkeys(ctx context.Context, person string) ([]identity.Passkey, error)
	RemovePasskey(ctx context.Context, person, id string) error

	Bearer(ctx context.Context, token string) (identity.Session, error)
	AddMachine(ctx context.Context, person, seat, name string, scopes []identity.Scope, days int) (identity.Machine, string, error)
	Machines(ctx context.Context, person string) ([]identity.Machine, error)
	EndMachine(ctx context.Context, person, id string) error

	SealErrand(ctx context.Context, e identity.Errand) (string, error)
	Errand(ctx context.Context, token string) (identity.Errand, error)
	SealClaim(ctx context.Context, person string, f identity.Foreign) (string, error)
	AddIdentity(ctx context.Context, person, claim string) error
	Identities(ctx context.Context, person string) ([]identity.Identity, error)
	RemoveIdentity(ctx context.Context, person string, f identity.Foreign) error
	Vouched(ctx context.Context, f identity.Foreign, from identity.From) (string, error)

	NewSheet(ctx context.Context, person string) (identity.Sheet, error)
	Sheet(ctx context.Context, person string) (time.Time, error)
	Recover(ctx context.Context, s identity.Sheet, from identity.From) (string, error)
}

// A Seat is one that a person holds, in the words of a page.
type Seat struct{ ID, Words string }

// A Handler serves the door.
type Handler struct {
	People People
	Log    *slog.Logger
	Now    func() time.Time
	Gate   api.Gate
	// Origin is the hub's own address, such as "https://hub.example"; empty:
	// whichever it is called by, and passkeys work at localhost only.
	Origin string
	// Seats lists the seats that a person holds today.
	Seats func(l web.Lang, realm fact.Realm, person string) []Seat
	// Headings are those of a seat.
	Headings func(realm fact.Realm, seat string) []web.Heading
	// Name is what a person is called in a language; nil: as People say.
	Name func(l web.Lang, p identity.Person) string
	// Invented lists the seats of the exercise that every visitor may enter,
	// and Sits says who sits on one of them; nil where there are none.
	Invented func(l web.Lang) []Group
	Sits     func(seat string) (person string, ok bool)
	// Providers are those of ministries; none when empty.
	Providers []Provider
	// Secure says that readers come by https, so that cookies need it.
	Secure bool

	open   open
	misses web.Limit // links that did not work, by network
}

// missTime is over how long links that do not work are counted. A link cannot
// be guessed; whoever tries many is told to wait, and locks nobody out: a
// network may be a whole ministry's, or a balancer's.
const missTime = 10 * time.Minute

// ErrMisses slows down whoever tries links.
var ErrMisses = fault.New(fault.TooOften, "identity.misses",
	"many sign-in links that do not work were tried from your network; wait {{.minutes}} minutes, then open yours again")

// ErrNoSeat refuses to act from a seat that the person does not hold.
var ErrNoSeat = fault.New(fault.Denied, "identity.no_seat",
	"you do not hold this seat today; choose one of your own, or ask the front office")

// cookie of a session. The __Host- prefix needs https (RFC 6265bis 4.1.3.2).
func (h *Handler) cookie() string {
	if h.Secure {
		return "__Host-session"
	}
	return "session"
}

// Routes adds the door to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	h.misses.Window, h.misses.Each, h.misses.All = missTime, 30, 1_000_000
	mux.Handle("GET /sign-in", web.Handle(h.Log, h.enterBy))
	mux.Handle("POST /passkey/ask", web.Handle(h.Log, h.askPasskey))
	mux.Handle("POST /passkey/answer", web.Handle(h.Log, h.answerPasskey))
	mux.Handle("GET /provider/{provider}", web.Handle(h.Log, h.toProvider))
	mux.Handle("GET /provider/{provider}/link", web.Handle(h.Log, h.toLink))
	mux.Handle("GET /provider/{provider}/back", web.Handle(h.Log, h.fromProvider))
	mux.Handle("POST /account/identities/add", web.Handle(h.Log, h.addIdentity))
	mux.Handle("POST /account/identities/remove", web.Handle(h.Log, h.removeIdentity))
	mux.Handle("POST /account/prove", web.Handle(h.Log, h.prove))
	mux.Handle("GET /recover", web.Handle(h.Log, h.askSheet))
	mux.Handle("POST /recover", web.Handle(h.Log, h.recover))
	mux.Handle("GET /account", web.Handle(h.Log, h.account))
	mux.Handle("POST /account/passkeys/ask", web.Handle(h.Log, h.askNewPasskey))
	mux.Handle("POST /account/passkeys/answer", web.Handle(h.Log, h.addPasskey))
	mux.Handle("POST /account/passkeys/remove", web.Handle(h.Log, h.removePasskey))
	mux.Handle("POST /account/sessions/end", web.Handle(h.Log, h.endSession))
	mux.Handle("POST /account/machines", web.Handle(h.Log, h.addMachine))
	mux.Handle("POST /account/machines/end", web.Handle(h.Log, h.endMachine))
	mux.Handle("POST /account/sheet", web.Handle(h.Log, h.newSheet))
	mux.Handle("GET /sign-in/{link}", web.Handle(h.Log, h.ask))
	mux.Handle("POST /sign-in/{link}", web.Handle(h.Log, h.use))
	mux.Handle("POST /sign-out", web.Handle(h.Log, h.signOut))
	mux.Handle("POST /seat", web.Handle(h.Log, h.sit))
	if h.Invented != nil {
		mux.Handle("GET /exercise", web.Handle(h.Log, h.invented))
		mux.Handle("POST /exercise/enter", web.Handle(h.Log, h.enter))
	}
}

type sessionKey struct{}

// SessionOf is the session of a request, if there is one.
func SessionOf(ctx context.Context) (identity.Session, bool) {
	s, ok := ctx.Value(sessionKey{}).(identity.Session)
	return s, ok
}

// Reads finds who sends a request, for all that come after it.
func (h *Handler) Reads(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, cookie := h.token(r)
		if token == "" {
			next.ServeHTTP(w, r)
			return
		}
		find := h.People.Bearer
		if cookie { // a machine has none
			find = h.People.Session
		}
		s, err := find(r.Context(), token)
		if err == nil && s.Machine != nil {
			err = scoped(r, *s.Machine)
		}
		switch {
		case errors.Is(err, identity.ErrSession):
			if cookie {
				h.set(w, "", -1) // an ended session is a visitor
			}
			next.ServeHTTP(w, r)
		case err != nil:
			web.Fail(w, r, h.Log, err)
		default:
			r = r.WithContext(h.with(r, s))
			if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
				ctx, over := h.open.until(r.Context(), s.Handle, h.People, h.Log)
				defer over()
				r = r.WithContext(ctx)
			}
			next.ServeHTTP(w, r)
		}
	})
}

// token is that of a request's session: a program sends it to the API as a
// bearer token (RFC 6750), a browser as a cookie.
func (h *Handler) token(r *http.Request) (token string, cookie bool) {
	scheme, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && strings.HasPrefix(r.URL.Path, "/api/") {
		return strings.TrimSpace(bearer), false
	}
	if c, err := r.Cookie(h.cookie()); err == nil {
		return c.Value, true
	}
	return "", false
}

func (h *Handler) with(r *http.Request, s identity.Session) context.Context {
	reader := web.Reader{Realm: s.Realm, Name: s.Name}
	if h.Name != nil {
		reader.Name = h.Name(web.LangOf(r), s.Person)
	}
	held := false
	for _, seat := range h.Seats(web.LangOf(r), s.Realm, s.ID) {
		if seat.ID == s.Seat {
			reader.Seat, held = seat.Words, true
		}
	}
	if !held {
		s.Seat = "" // given to somebody else meanwhile
	}
	reader.Headings = h.Headings(s.Realm, s.Seat)
	return web.WithReader(context.WithValue(r.Context(), sessionKey{}, s), reader)
}

// ask shows a button, for a link that mail programs open ahead of their
// readers must not be used up by that.
func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	p := web.PageOf(r)
	p.Title, p.Marking = web.T(p.Lang, "signin.title"), tlp.Clear
	w.Header().Set("Referrer-Policy", "no-referrer")
	return web.Render(w, r, p, askPage(p, r.PathValue("link")))
}

func (h *Handler) use(w http.ResponseWriter, r *http.Request) error {
	token, err := h.People.Use(r.Context(), r.PathValue("link"), fromOf(r))
	if errors.Is(err, identity.ErrLink) && !h.misses.Take(web.Network(r), h.Now()) {
		return ErrMisses.With("minutes", int(missTime.Minutes())) // one that works always does
	}
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

// sitFirst lets a new session act from the first of the person's seats, so
// that whoever has one need not choose.
func (h *Handler) sitFirst(r *http.Request, token string) error {
	s, err := h.People.Session(r.Context(), token)
	if err != nil || s.Seat != "" {
		return err
	}
	if seats := h.Seats(web.LangOf(r), s.Realm, s.ID); len(seats) > 0 {
		return h.People.Sit(r.Context(), token, seats[0].ID)
	}
	return nil
}

// Begin hands a session to the reader.
func (h *Handler) Begin(w http.ResponseWriter, token string) {
	h.set(w, token, int(identity.SessionTime.Seconds()))
}

func (h *Handler) set(w http.ResponseWriter, token string, age int) {
	http.SetCookie(w, &http.Cookie{Name: h.cookie(), Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: h.Secure, SameSite: http.SameSiteLaxMode})
}

func (h *Handler) sit(w http.ResponseWriter, r *http.Request) error {
	s, ok := SessionOf(r.Context())
	c, err := r.Cookie(h.cookie())
	if !ok || err != nil {
		return identity.ErrSession
	}
	wanted := r.PostFormValue("seat")
	for _, seat := range h.Seats(web.English, s.Realm, s.ID) {
		if seat.ID == wanted {
			if err := h.People.Sit(r.Context(), c.Value, wanted); err != nil {
				return err
			}
			http.Redirect(w, r, back(r), http.StatusSeeOther)
			return nil
		}
	}
	return ErrNoSeat
}

func (h *Handler) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := h.Leave(w, r); err != nil {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// back is where a form asks to return to: a path of this server, else the desk.
func back(r *http.Request) string {
	to := r.PostFormValue("back")
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) {
		return "/desk"
	}
	return to
}
