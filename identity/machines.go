package identity

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tallinn/fault"
)

// A Scope is what a machine's token may do, within the rights of the seat that
// it is for.
type Scope string

const (
	ScopeRead  Scope = "read"  // read what the seat may read
	ScopeNeed  Scope = "need"  // act on needs and their attachments
	ScopeOffer Scope = "offer" // act on offers and reservations
	ScopeFlow  Scope = "flow"  // act on flows
)

// Scopes lists them, in the order of forms.
var Scopes = []Scope{ScopeRead, ScopeNeed, ScopeOffer, ScopeFlow}

const (
	// MaxMachineDays is the longest that a machine's token may hold.
	MaxMachineDays = 365
	// MaxMachines bounds those of one person.
	MaxMachines = 20
	// MaxMachineName bounds what a person calls a machine, in characters.
	MaxMachineName = 60
	// machinePrefix begins every machine's token, so that a leaked one is
	// found by those who look for such.
	machinePrefix = "tallinn_m_"
)

var (
	// ErrScopes refuses scopes that are none.
	ErrScopes = fault.New(fault.Invalid, "identity.scopes",
		"choose what the machine may do, one or more of: {{.scopes}}")
	// ErrMachineDays refuses a term that is none, or too long.
	ErrMachineDays = fault.New(fault.Invalid, "identity.machine_days",
		"a machine's token holds for 1 to {{.most}} days; choose when it ends")
	// ErrMachineName refuses a machine without a name.
	ErrMachineName = fault.New(fault.Invalid, "identity.machine_name",
		"give the machine a name that tells it from others, in {{.most}} characters or fewer")
	// ErrMachines bounds the list.
	ErrMachines = fault.New(fault.Conflict, "identity.machines",
		"you have {{.most}} machines, which is the most; revoke one that is no longer used first")
	// ErrNoMachine says that the person has no such machine.
	ErrNoMachine = fault.New(fault.Missing, "identity.no_machine",
		"there is no such machine among yours; look at the list, it may be revoked already")
	// ErrScope refuses what a machine's token is not for.
	ErrScope = fault.New(fault.Denied, "identity.scope",
		"this machine's token is not for that; make one with the scope {{.scope}}, or sign in yourself")
	// ErrMachineSeat refuses a token for no seat.
	ErrMachineSeat = fault.New(fault.Conflict, "identity.machine_seat",
		"a machine acts from a seat; choose the one that it is for first")
)

// A Machine is a program of an institution that acts from a person's seat, as
// the person sees it. It is theirs while they sit there.
type Machine struct {
	ID      string // opaque; stands in facts
	Name    string
	Seat    string
	Scopes  []Scope
	Made    time.Time
	Expires time.Time
	Used    time.Time // to within minutes; zero: never yet
}

// May reports whether m's token is for scope.
func (m Machine) May(s Scope) bool { return slices.Contains(m.Scopes, s) }

// AddMachine makes a machine's token for a person's seat. The token is told
// this once: only its hash is kept.
//
// Errors: ErrMachineSeat, ErrMachineName, ErrScopes, ErrMachineDays,
// ErrMachines; those of keys, of randomness and of the database.
func (p *People) AddMachine(ctx context.Context, person, seat, name string, scopes []Scope, days int) (Machine, string, error) {
	name = strings.TrimSpace(name)
	m := Machine{Name: name, Seat: seat, Made: p.now(), Expires: p.now().AddDate(0, 0, days)}
	for _, s := range Scopes {
		if slices.Contains(scopes, s) {
			m.Scopes = append(m.Scopes, s)
		}
	}
	unknown := slices.ContainsFunc(scopes, func(s Scope) bool { return !slices.Contains(Scopes, s) })
	switch {
	case seat == "":
		return m, "", ErrMachineSeat
	case name == "" || name != short(name, MaxMachineName):
		return m, "", ErrMachineName.With("most", MaxMachineName)
	case len(m.Scopes) == 0 || unknown:
		return m, "", ErrScopes.With("scopes", "read, need, offer, flow")
	case days < 1 || days > MaxMachineDays:
		return m, "", ErrMachineDays.With("most", MaxMachineDays)
	}
	list, err := p.Machines(ctx, person)
	if err != nil {
		return m, "", err
	}
	if len(list) >= MaxMachines {
		return m, "", ErrMachines.With("most", MaxMachines)
	}
	var b [10]byte
	if _, err := io.ReadFull(p.random, b[:]); err != nil {
		return m, "", fmt.Errorf("identity: read randomness: %w", err)
	}
	m.ID = "machine/" + hex.EncodeToString(b[:])
	token, _, err := p.token()
	if err != nil {
		return m, "", err
	}
	token = machinePrefix + token
	_, err = p.db.ExecContext(ctx, `INSERT INTO machines (hash, id, person, seat, name, scopes, made, used, expires)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)`, hashOf(token), m.ID, person, seat, name, words(m.Scopes), m.Made.Unix(), m.Expires.Unix())
	if err != nil {
		return m, "", fmt.Errorf("identity: add machine: %w", err)
	}
	return m, token, nil
}

func words(scopes []Scope) string {
	var out []string
	for _, s := range scopes {
		out = append(out, string(s))
	}
	return strings.Join(out, " ")
}

// Machines lists a person's machines whose tokens hold, the oldest first.
//
// Errors: those of the database.
func (p *People) Machines(ctx context.Context, person string) ([]Machine, error) {
	rows, err := p.db.QueryContext(ctx, `SELECT id, seat, name, scopes, made, used, expires FROM machines
		WHERE person = ? AND expires > ? ORDER BY made, id`, person, p.now().Unix())
	if err != nil {
		return nil, fmt.Errorf("identity: list machines: %w", err)
	}
	defer rows.Close()
	var list []Machine
	for rows.Next() {
		m, err := scanMachine(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("identity: list machines: %w", err)
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

func scanMachine(scan func(...any) error, more ...any) (m Machine, err error) {
	var scopes string
	var made, used, expires int64
	err = scan(append([]any{&m.ID, &m.Seat, &m.Name, &scopes, &made, &used, &expires}, more...)...)
	for s := range strings.FieldsSeq(scopes) {
		m.Scopes = append(m.Scopes, Scope(s))
	}
	if m.Made, m.Expires = time.Unix(made, 0), time.Unix(expires, 0); used > 0 {
		m.Used = time.Unix(used, 0)
	}
	return m, err
}

// EndMachine revokes a machine's token at once.
//
// Errors: ErrNoMachine; those of the database.
func (p *People) EndMachine(ctx context.Context, person, id string) error {
	res, err := p.db.ExecContext(ctx, `DELETE FROM machines WHERE person = ? AND id = ?`, person, id)
	if err != nil {
		return fmt.Errorf("identity: revoke machine: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrNoMachine, err)
	}
	return nil
}

// Bearer finds who sends a bearer token: the session of a person, or of a
// machine that acts for one.
//
// Errors: ErrSession; those of the database.
func (p *People) Bearer(ctx context.Context, token string) (Session, error) {
	if !strings.HasPrefix(token, machinePrefix) {
		return p.Session(ctx, token)
	}
	var person string
	hash, now := hashOf(token), p.now()
	row := p.db.QueryRowContext(ctx, `SELECT id, seat, name, scopes, made, used, expires, person FROM machines WHERE hash = ? AND expires > ?`, hash, now.Unix())
	m, err := scanMachine(row.Scan, &person)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, ErrSession
	}
	if err != nil {
		return Session{}, fmt.Errorf("identity: find machine: %w", err)
	}
	who, err := p.Person(ctx, person)
	if err != nil {
		return Session{}, err
	}
	if now.Sub(m.Used) >= seenStep {
		// That it is not kept harms nobody: the next request tries again.
		_, _ = p.db.ExecContext(ctx, `UPDATE machines SET used = ? WHERE hash = ?`, now.Unix(), hash)
	}
	return Session{Person: who, Handle: m.ID, Seat: m.Seat, Machine: &m, Began: m.Made, Seen: now, Expires: m.Expires}, nil
}
