package recordtest

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"sync"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/record"
	"tallinn/text"
	"tallinn/tlp"
)

// Opened opens an account.
type Opened struct {
	Account string   `json:"account"`
	Owner   string   `json:"owner"`
	Note    text.Ref `json:"note,omitzero"`
}

// Moved moves an amount between two accounts, or into one from outside.
type Moved struct {
	From   string `json:"from,omitempty"`
	To     string `json:"to"`
	Amount int64  `json:"amount"`
}

// Audited is of a kind that an older program does not know.
type Audited struct {
	Account string `json:"account"`
}

func (Opened) Kind() string  { return "account.opened" }
func (Moved) Kind() string   { return "account.moved" }
func (Audited) Kind() string { return "account.audited" }

// Streams of an opening are the account and the owner, who may have one only.
func (b Opened) Streams() []string { return []string{b.Account, "owner/" + b.Owner} }

// Streams of a movement are the accounts it touches.
func (b Moved) Streams() []string {
	if b.From == "" {
		return []string{b.To}
	}
	return []string{b.From, b.To}
}

// Streams of an audit is the account.
func (b Audited) Streams() []string { return []string{b.Account} }

// Registry knows the bank's kinds; OldRegistry all but Audited.
func Registry() *fact.Registry {
	return fact.NewRegistry(oldKinds(), []fact.Type{fact.Of[Audited](tlp.Green, false)})
}

// OldRegistry is that of a program from before Audited.
func OldRegistry() *fact.Registry { return fact.NewRegistry(oldKinds()) }

func oldKinds() []fact.Type {
	return []fact.Type{fact.Of[Opened](tlp.Amber, false), fact.Of[Moved](tlp.Clear, true)}
}

// A Bank is the folded state. It also keeps what it was told, in order, so
// that tests see what a state sees.
type Bank struct {
	mu       sync.Mutex // tests read outside the record's lock
	balances map[string]int64
	owners   map[string]string
	realms   map[string]fact.Realm
	folded   []fact.Fact
}

// NewBank is a bank without accounts.
func NewBank() *Bank {
	return &Bank{balances: map[string]int64{}, owners: map[string]string{}, realms: map[string]fact.Realm{}}
}

// Fold takes a recorded fact.
func (b *Bank) Fold(f fact.Fact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.folded = append(b.folded, f)
	switch body := f.Body.(type) {
	case Opened:
		b.balances[body.Account] = 0
		b.owners[body.Owner] = body.Account
		b.realms[body.Account] = f.Realm
	case Moved:
		if body.From != "" {
			b.balances[body.From] -= body.Amount
		}
		b.balances[body.To] += body.Amount
	}
}

// Balance is what stands on the account.
func (b *Bank) Balance(account string) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.balances[account]
}

// Balances is every account with what stands on it.
func (b *Bank) Balances() map[string]int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.balances)
}

// Folded is every fact in the order it was folded.
func (b *Bank) Folded() []fact.Fact {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]fact.Fact(nil), b.folded...)
}

// What the bank's rules refuse.
var (
	ErrOwner = fault.New(fault.Conflict, "toy.owner", "{{.owner}} has an account already; use that one")
	ErrPoor  = fault.New(fault.Conflict, "toy.poor", "there is not enough on {{.account}}; move less")
	ErrNone  = fault.New(fault.Missing, "toy.none", "there is no account {{.account}}; open one first")
)

// Open is the rule that opens the owner's only account.
func (b *Bank) Open(owner string) record.Rule {
	return func(tx *record.Tx) ([]fact.Body, error) {
		if tx.Version("owner/"+owner) > 0 {
			return nil, ErrOwner.With("owner", owner)
		}
		id, err := tx.NewID("A")
		if err != nil {
			return nil, err
		}
		return []fact.Body{Opened{Account: id, Owner: owner}}, nil
	}
}

// Pay is the rule that puts amount on the account.
func (b *Bank) Pay(account string, amount int64) record.Rule {
	return func(tx *record.Tx) ([]fact.Body, error) {
		if tx.Version(account) == 0 {
			return nil, ErrNone.With("account", account)
		}
		return []fact.Body{Moved{To: account, Amount: amount}}, nil
	}
}

// Gift is Pay by a rule that reads nothing: nothing it has seen can change.
func (b *Bank) Gift(account string, amount int64) record.Rule {
	return func(*record.Tx) ([]fact.Body, error) { return []fact.Body{Moved{To: account, Amount: amount}}, nil }
}

// Move is the rule that moves amount, and never lets a balance fall below 0.
func (b *Bank) Move(from, to string, amount int64) record.Rule {
	return func(tx *record.Tx) ([]fact.Body, error) {
		for _, account := range []string{from, to} {
			if tx.Version(account) == 0 {
				return nil, ErrNone.With("account", account)
			}
		}
		if b.Balance(from) < amount {
			return nil, ErrPoor.With("account", from)
		}
		return []fact.Body{Moved{From: from, To: to, Amount: amount}}, nil
	}
}

// Command is a command of realm real, its arguments hashed.
func Command(id, op string, args ...any) record.Command {
	return record.Command{ID: id, Op: op, Args: sha256.Sum256(fmt.Append(nil, args...)),
		By: "person/1", Seat: "teller", Realm: fact.Real}
}
