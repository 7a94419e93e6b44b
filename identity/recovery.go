package identity

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"tallinn/fault"
)

var (
	// ErrSheet refuses a recovery sheet; whether the account or the code was
	// wrong is not told.
	ErrSheet = fault.New(fault.Unauthenticated, "identity.sheet",
		"this account and code do not go together, or the sheet was used; look at the sheet again, or ask the front office for a new way in")
	// ErrTries slows down whoever guesses.
	ErrTries = fault.New(fault.TooOften, "identity.tries",
		"too many failed attempts for this account; wait {{.minutes}} minutes and try again, or ask the front office for a sign-in link")
)

const (
	// maxTries is how many failures an account may have within tryTime. They
	// are counted for an account, not for an address: many readers share one,
	// and an attacker has many (ASVS 5.0, 6.3.1).
	maxTries = 8
	tryTime  = 30 * time.Minute

	sheetBytes   = 20 // 160 bits
	accountBytes = 5
)

// A Sheet is what is printed, sealed and kept in a safe: a way in without a
// device. It works once.
type Sheet struct{ Account, Code string }

// code is Crockford's alphabet: no I, L, O or U, which a tired reader takes
// for something else.
var code = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewSheet makes the recovery sheet of a person; the one before stops working.
// Only a hash is kept: it cannot be shown again.
//
// Errors: those of randomness and of the database.
func (p *People) NewSheet(ctx context.Context, person string) (Sheet, error) {
	var b [accountBytes + sheetBytes]byte
	if _, err := io.ReadFull(p.random, b[:]); err != nil {
		return Sheet{}, fmt.Errorf("identity: read randomness: %w", err)
	}
	s := Sheet{groups(code.EncodeToString(b[:accountBytes])), groups(code.EncodeToString(b[accountBytes:]))}
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return Sheet{}, err
	}
	defer func() { _ = tx.Rollback() }() // after the commit it does nothing
	if _, err := tx.ExecContext(ctx, `DELETE FROM sheets WHERE person = ?`, person); err != nil {
		return Sheet{}, fmt.Errorf("identity: replace sheet: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO sheets (account, person, hash, made) VALUES (?, ?, ?, ?)`,
		typed(s.Account), person, hashOf(typed(s.Code)), p.now().Unix())
	if err != nil {
		return Sheet{}, fmt.Errorf("identity: keep sheet: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return Sheet{}, fmt.Errorf("identity: keep sheet: %w", err)
	}
	return s, nil
}

// Sheet is when a person's recovery sheet was made; zero: there is none.
//
// Errors: those of the database.
func (p *People) Sheet(ctx context.Context, person string) (time.Time, error) {
	var made int64
	err := p.db.QueryRowContext(ctx, `SELECT made FROM sheets WHERE person = ?`, person).Scan(&made)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return time.Time{}, nil
	case err != nil:
		return time.Time{}, fmt.Errorf("identity: find sheet: %w", err)
	}
	return time.Unix(made, 0), nil
}

// Recover signs in by a recovery sheet, which is used up; the person's other
// sessions end. It returns the new session's token.
//
// Errors: ErrSheet, ErrTries; those of randomness and of the database.
func (p *People) Recover(ctx context.Context, s Sheet, from From) (string, error) {
	account := typed(s.Account)
	if err := p.mayTry(ctx, account); err != nil {
		return "", err
	}
	var person string
	kept := make([]byte, len(hashOf("")))
	err := p.db.QueryRowContext(ctx, `SELECT person, hash FROM sheets WHERE account = ?`, account).Scan(&person, &kept)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("identity: find sheet: %w", err)
	}
	// An account that is not there is compared too, and takes as long.
	if subtle.ConstantTimeCompare(kept, hashOf(typed(s.Code))) != 1 || person == "" {
		return "", errors.Join(ErrSheet, p.tried(ctx, account))
	}
	token := ""
	err = p.at(ctx, func(tx transaction) (err error) {
		res, err := tx.ExecContext(ctx, `DELETE FROM sheets WHERE account = ? AND hash = ?`, account, kept)
		if err != nil {
			return fmt.Errorf("identity: use sheet: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrSheet, err) // another was quicker
		}
		for _, table := range []string{"visits", "machines"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE person = ?`, person); err != nil {
				return fmt.Errorf("identity: end %s: %w", table, err)
			}
		}
		token, err = p.signIn(ctx, tx, Visit{Person: person, Proved: true, From: from})
		return err
	})
	return token, err
}

// LetIn makes a one-time link for who has lost every way in, once two others
// have agreed to it: whatever opened the door before opens it no longer, for
// it may be in a stranger's hands.
//
// Errors: text.ErrErased; those of the keys, of randomness and of the database.
func (p *People) LetIn(ctx context.Context, person string) (string, error) {
	if err := p.stands(ctx, person); err != nil {
		return "", err
	}
	token, hash, err := p.token()
	if err != nil {
		return "", err
	}
	return token, p.at(ctx, func(tx transaction) error {
		for _, table := range []string{"visits", "links", "passkeys", "sheets", "machines", "identities"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE person = ?`, person); err != nil {
				return fmt.Errorf("identity: end the ways in by %s: %w", table, err)
			}
		}
		return p.keepLink(ctx, tx, person, hash)
	})
}

// mayTry refuses an account that has failed too often.
func (p *People) mayTry(ctx context.Context, account string) error {
	var failures int
	err := p.db.QueryRowContext(ctx, `SELECT count(*) FROM tries WHERE account = ? AND at > ?`,
		account, p.now().Add(-tryTime).Unix()).Scan(&failures)
	switch {
	case err != nil:
		return fmt.Errorf("identity: count tries: %w", err)
	case failures >= maxTries:
		return ErrTries.With("minutes", int(tryTime.Minutes()))
	}
	return nil
}

func (p *People) tried(ctx context.Context, account string) error {
	if _, err := p.db.ExecContext(ctx, `INSERT INTO tries (account, at) VALUES (?, ?)`, account, p.now().Unix()); err != nil {
		return fmt.Errorf("identity: count a try: %w", err)
	}
	return nil
}

// groups writes a code in fours, as people copy them.
func groups(s string) string {
	var parts []string
	for len(s) > 4 {
		parts, s = append(parts, s[:4]), s[4:]
	}
	return strings.Join(append(parts, s), "-")
}

// typed is a code as it was meant: without what people put between, and with
// the letters that look like figures read as those. It is bounded.
func typed(s string) string {
	if len(s) > 100 {
		s = s[:100]
	}
	return strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
}
