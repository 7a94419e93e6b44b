package partyhttp

import (
	"cmp"
	"context"
	"net/url"

	"tallinn/mechanism/party"
	"tallinn/tlp"
	"tallinn/web/query"
)

// The words of ?role= beside the roles themselves.
const (
	anyRole party.Role = "member"
	noRole  party.Role = "none"
)

// Types and roles in the order of the selects.
var (
	types = []party.Type{party.State, party.Organisation, party.Body, party.Account, party.Company, party.Class}
	roles = []party.Role{anyRole, party.Partner, party.Recipient, party.Observer, noRole}
)

// A filter is what a list is asked for.
type filter struct {
	sort party.Type // empty: every type
	role party.Role // empty: every party
	asOf string     // as it stands in the address; empty: today
	day  string     // YYYY-MM-DD
}

// filter reads the parameters of a list.
//
// Errors: query.ErrChoice, query.ErrDay.
func (h *Handler) filter(sort, role, asOf string) (f filter, err error) {
	f.asOf = asOf
	if f.sort, err = query.Choice("type", sort, types); err != nil {
		return f, err
	}
	if f.role, err = query.Choice("role", role, roles); err != nil {
		return f, err
	}
	f.day, err = query.Day(asOf, h.Now())
	return f, err
}

// values are f as the parameters of an address.
func (f filter) values() url.Values {
	return url.Values{"type": {string(f.sort)}, "role": {string(f.role)}, query.AsOf: {f.asOf}}
}

// An entry is a party as of a day, with the membership it then held.
type entry struct {
	party.Party
	member   party.Membership
	isMember bool
	state    party.Party // that it belongs to; itself or none: zero
}

func (e entry) id() party.ID { return e.Registered.Party }

// A directory is the parties that a list is about.
type directory struct {
	entries []entry // by id
}

// gather copies the parties that fit f.
func (h *Handler) gather(ctx context.Context, f filter) directory {
	var d directory
	sees := h.sees(ctx)
	h.View(func(b Books) {
		for _, p := range b.Parties.All() {
			if e := enter(b, p, f.day); f.fits(e) && sees(p) {
				d.entries = append(d.entries, e)
			}
		}
	})
	return d
}

// sees says which parties the reader of a request may see.
func (h *Handler) sees(ctx context.Context) func(party.Party) bool {
	if h.Sees == nil {
		return func(party.Party) bool { return true }
	}
	return h.Sees(ctx)
}

// one copies the party called id; one that is hidden is not there.
func (h *Handler) one(ctx context.Context, id party.ID, day string) (e entry, ok bool) {
	sees := h.sees(ctx)
	h.View(func(b Books) {
		var p party.Party
		if p, ok = b.Parties.Get(id); ok && sees(p) {
			e = enter(b, p, day)
		} else {
			ok = false
		}
	})
	return e, ok
}

func enter(b Books, p party.Party, day string) entry {
	e := entry{Party: p}
	e.member, e.isMember = p.MemberOn(day)
	if home := party.ID(p.Country); home != "" && home != p.Registered.Party {
		e.state, _ = b.Parties.Get(home)
		e.state.Registered.Party = cmp.Or(e.state.Registered.Party, home)
	}
	return e
}

// fits reports whether e is in the list: of a body that says since when it
// exists, from that day on.
func (f filter) fits(e entry) bool {
	switch {
	case f.sort != "" && e.Type != f.sort:
		return false
	case !e.On.HeldBy(f.day):
		return false
	case f.role == anyRole:
		return e.isMember
	case f.role == noRole:
		return !e.isMember
	}
	return f.role == "" || e.isMember && e.member.Role == f.role
}

// hidden reports whether e is not for everyone.
func (e entry) hidden() bool { return e.Party.Marking != tlp.Clear }

// marking is the strictest of what d lists.
func (d directory) marking() tlp.Marking {
	m := tlp.Clear
	for _, e := range d.entries {
		if e.hidden() {
			m = min(m, e.Party.Marking)
		}
	}
	return m
}
