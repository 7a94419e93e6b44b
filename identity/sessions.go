package identity

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"tallinn/fault"
)

var (
	// ErrSession says that a session has ended.
	ErrSession = fault.New(fault.Unauthenticated, "identity.session",
		"you are signed out; sign in again, nothing that was saved is lost")
	// ErrStale asks a person to show again that it is they.
	ErrStale = fault.New(fault.Denied, "identity.stale",
		"for this, show again that it is you: sign in anew with your passkey, or with a new link if you have no passkey yet, and do it within {{.minutes}} minutes; no machine's token will do")
)

// How long things hold.
const (
	SessionTime = 12 * time.Hour
	// FreshTime is how long after signing in a person may change their own
	// ways in (ASVS 5.0, 7.5.3).
	FreshTime = 15 * time.Minute
	// seenStep is how exactly it is kept when a session was last used: a
	// write for each request would be too many.
	seenStep = 5 * time.Minute
)

// A From says, coarsely, where a session was begun: enough for a person to
// tell their own from a stranger's, too little to follow them by.
type From struct {
	Device string // such as "Firefox, Android"
	Place  string // the network, such as "203.0.x.x"
}

// A Visit asks to begin a session.
type Visit struct {
	Person string
	Seat   string // empty: none chosen
	Guest  bool   // an invented person, whom every visitor may be
	Proved bool   // by a passkey, or a recovery sheet
	// Vouched says that a provider has signed the person in.
	Vouched bool
	From    From
}

// A Session is a person who has signed in, and the seat that they act from.
type Session struct {
	Person
	Handle  string   // names the session to its person; it opens nothing
	Seat    string   // empty: none chosen
	Machine *Machine // that acts for the person; nil: the person does
	Guest   bool     // others may be the same person at the same time
	From    From
	Began   time.Time
	Seen    time.Time // last used, to within minutes
	Proved  time.Time // when a passkey or a recovery sheet was shown; zero: never
	Vouched bool      // a provider has signed the person in
	Expires time.Time
}

// Fresh is nil while the person has lately shown that it is they, and else
// says what to do.
//
// Errors: ErrStale.
func (s Session) Fresh(now time.Time) error {
	if s.Machine != nil {
		return ErrStale.With("minutes", int(FreshTime.Minutes()))
	}
	last := s.Began
	if s.Proved.After(last) || s.Vouched {
		last = s.Proved // whoever rules the provider takes no passkey over
	}
	if now.Sub(last) > FreshTime {
		return ErrStale.With("minutes", int(FreshTime.Minutes()))
	}
	return nil
}

// Stepped is nil while the person may do what weighs much, and else says what
// to do: who has a passkey has shown it lately; who has none yet has lately
// signed in. A machine never may, and an invented person has nothing to show.
//
// Errors: ErrStale.
func (s Session) Stepped(now time.Time, hasPasskey bool) error {
	switch {
	case s.Guest && s.Machine == nil:
		return nil
	case hasPasskey && now.Sub(s.Proved) > FreshTime:
		return ErrStale.With("minutes", int(FreshTime.Minutes()))
	}
	return s.Fresh(now)
}

// SignIn begins a session and returns its token.
//
// Errors: those of randomness and of the database.
func (p *People) SignIn(ctx context.Context, v Visit) (string, error) { return p.signIn(ctx, p.db, v) }

func (p *People) signIn(ctx context.Context, db executor, v Visit) (string, error) {
	token, hash, err := p.token()
	if err != nil {
		return "", err
	}
	var id [8]byte
	if _, err := io.ReadFull(p.random, id[:]); err != nil {
		return "", fmt.Errorf("identity: read randomness: %w", err)
	}
	now, proved := p.now(), int64(0)
	if v.Proved {
		proved = now.Unix()
	}
	_, err = db.ExecContext(ctx, `INSERT INTO visits (hash, id, person, seat, guest, device, place, began, seen, proved, vouched, expires)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, hash, hex.EncodeToString(id[:]), v.Person, v.Seat, number(v.Guest),
		v.From.Device, v.From.Place, now.Unix(), now.Unix(), proved, number(v.Vouched), now.Add(SessionTime).Unix())
	if err != nil {
		return "", fmt.Errorf("identity: sign in: %w", err)
	}
	return token, nil
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

const sessionColumns = `p.id, p.name, p.realm, v.id, v.seat, v.guest, v.device, v.place, v.began, v.seen, v.proved, v.vouched, v.expires
	FROM visits v JOIN persons p ON p.id = v.person`

// scanSession reads a row of sessionColumns; the name is sealed yet.
func scanSession(scan func(...any) error) (s Session, sealed string, err error) {
	var began, seen, proved, expires int64
	err = scan(&s.ID, &sealed, &s.Realm, &s.Handle, &s.Seat, &s.Guest, &s.From.Device, &s.From.Place, &began, &seen, &proved, &s.Vouched, &expires)
	s.Began, s.Seen, s.Expires = time.Unix(began, 0), time.Unix(seen, 0), time.Unix(expires, 0)
	if proved > 0 {
		s.Proved = time.Unix(proved, 0)
	}
	return s, sealed, err
}

// Session finds the session of token.
//
// Errors: ErrSession; those of the database.
func (p *People) Session(ctx context.Context, token string) (Session, error) {
	hash := hashOf(token)
	s, sealed, err := scanSession(row{p.db.visit.QueryRowContext(ctx, hash), p.db, ctx}.Scan)
	now := p.now()
	if errors.Is(err, sql.ErrNoRows) || err == nil && !now.Before(s.Expires) {
		return Session{}, ErrSession
	}
	if err != nil {
		return Session{}, fmt.Errorf("identity: find session: %w", err)
	}
	if now.Sub(s.Seen) >= seenStep {
		// That it is not kept harms nobody: the next request tries again.
		_, _ = p.db.ExecContext(ctx, `UPDATE visits SET seen = ? WHERE hash = ?`, now.Unix(), hash)
	}
	return s, p.name(ctx, &s.Person, sealed)
}

// Sessions lists the sessions of a person that have not expired, newest
// first, without the person's name.
//
// Errors: those of the database.
func (p *People) Sessions(ctx context.Context, person string) ([]Session, error) {
	rows, err := p.db.QueryContext(ctx, `SELECT `+sessionColumns+` WHERE v.person = ? AND v.expires > ? ORDER BY v.began DESC, v.id`,
		person, p.now().Unix())
	if err != nil {
		return nil, fmt.Errorf("identity: list sessions: %w", err)
	}
	defer rows.Close()
	var list []Session
	for rows.Next() {
		s, _, err := scanSession(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("identity: list sessions: %w", err)
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// Sit chooses the seat that the session acts from. Whether the person holds
// it is the caller's to check.
//
// Errors: ErrSession; those of the database.
func (p *People) Sit(ctx context.Context, token, seat string) error {
	res, err := p.db.ExecContext(ctx, `UPDATE visits SET seat = ? WHERE hash = ?`, seat, hashOf(token))
	if err != nil {
		return fmt.Errorf("identity: choose seat: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrSession, err)
	}
	return nil
}

// SignOut ends the session of token; it is no error when it has ended.
//
// Errors: those of the database.
func (p *People) SignOut(ctx context.Context, token string) error {
	return p.end(ctx, `hash = ?`, hashOf(token))
}

// End ends a person's session by its handle; it is no error when it has ended.
//
// Errors: those of the database.
func (p *People) End(ctx context.Context, person, session string) error {
	return p.end(ctx, `person = ? AND id = ?`, person, session)
}

// EndOthers ends every session of a person but the one that is kept; with
// none, every one.
//
// Errors: those of the database.
func (p *People) EndOthers(ctx context.Context, person, kept string) error {
	return p.end(ctx, `person = ? AND id <> ?`, person, kept)
}

func (p *People) end(ctx context.Context, which string, args ...any) error {
	if _, err := p.db.ExecContext(ctx, `DELETE FROM visits WHERE `+which, args...); err != nil {
		return fmt.Errorf("identity: end sessions: %w", err)
	}
	return nil
}

// Ended lists those of the sessions, by handle, that are no more.
//
// Errors: those of the database.
func (p *People) Ended(ctx context.Context, sessions []string) ([]string, error) {
	var ended []string
	for _, id := range sessions {
		var n int
		err := p.db.QueryRowContext(ctx, `SELECT count(*) FROM visits WHERE id = ? AND expires > ?`, id, p.now().Unix()).Scan(&n)
		if err != nil {
			return nil, fmt.Errorf("identity: look for sessions: %w", err)
		}
		if n == 0 {
			ended = append(ended, id)
		}
	}
	return ended, nil
}
