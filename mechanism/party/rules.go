package party

import (
	"slices"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/wording"
)

var (
	// ErrMissing refuses to decide on a party that is not registered.
	ErrMissing = fault.New(fault.Missing, "party.missing",
		"there is no party {{.party}}; register it first, or look for it under another name")
	// ErrTaken refuses to register an id twice.
	ErrTaken = fault.New(fault.Conflict, "party.taken",
		"{{.party}} is registered already; correct what is known of it, or choose another id")
	// ErrID refuses an id that cannot stand in an address.
	ErrID = fault.New(fault.Invalid, "party.id",
		"{{.party}} cannot be the id of a party; use 2 to 40 letters, digits and dashes, such as EE or front-office")
	// ErrType refuses an unknown sort of party.
	ErrType = fault.New(fault.Invalid, "party.type",
		"{{.type}} is not a sort of party; use state, organisation, body, account, company or class")
	// ErrCountry refuses what is no country code.
	ErrCountry = fault.New(fault.Invalid, "party.country",
		"{{.country}} is not a country code; use the two capital letters of ISO 3166, such as EE, or leave it empty")
	// ErrRole refuses an unknown part in the mechanism.
	ErrRole = fault.New(fault.Invalid, "party.role",
		"{{.role}} is not a part in the mechanism; use partner, recipient member or observer")
	// ErrSince refuses a membership without a usable date.
	ErrSince = fault.New(fault.Invalid, "party.since",
		"say since when {{.party}} is a member, as YYYY, YYYY-MM or YYYY-MM-DD, with precision day (joined then) or by (first seen by then)")
)

// Register opens a party. Known is what stands under the id, if anything.
//
// Errors: ErrTaken, ErrID, ErrType, ErrCountry, those of package wording.
func Register(known Party, wanted Registered) ([]fact.Body, error) {
	if known.Exists() {
		return nil, ErrTaken.With("party", wanted.Party)
	}
	if err := wanted.check(); err != nil {
		return nil, err
	}
	return []fact.Body{wanted}, nil
}

// Correct mends what is known of a party; nothing when it stands so already.
// An id and a source row are for ever, and stay as they are.
//
// Errors: ErrMissing, and those of Register except ErrTaken.
func Correct(known Party, wanted Registered, reason string) ([]fact.Body, error) {
	if !known.Exists() {
		return nil, ErrMissing.With("party", wanted.Party)
	}
	wanted.Party = known.Registered.Party
	if err := wanted.check(); err != nil {
		return nil, err
	}
	patches, err := fact.Differences(known.Pos, known.Registered, wanted, reason)
	return known.corrections(patches, reason, err)
}

// Join makes a party a member, or changes its role from a later day; nothing
// when it stands so already.
//
// Errors: ErrMissing, ErrRole, ErrSince, those of package wording.
func Join(known Party, wanted Joined) ([]fact.Body, error) {
	if !known.Exists() {
		return nil, ErrMissing.With("party", wanted.Party)
	}
	if err := wanted.check(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(known.Memberships, func(m Membership) bool { return m.Joined == wanted }) {
		return nil, nil
	}
	return []fact.Body{wanted}, nil
}

// CorrectJoined mends the membership that the fact at pos recorded.
//
// Errors: ErrMissing, and those of Join.
func CorrectJoined(known Party, pos fact.Pos, wanted Joined, reason string) ([]fact.Body, error) {
	i := slices.IndexFunc(known.Memberships, func(m Membership) bool { return m.Pos == pos })
	if i < 0 {
		return nil, ErrMissing.With("party", wanted.Party)
	}
	wanted.Party = known.Registered.Party
	if err := wanted.check(); err != nil {
		return nil, err
	}
	patches, err := fact.Differences(pos, known.Memberships[i].Joined, wanted, reason)
	return known.corrections(patches, reason, err)
}

func (p Party) corrections(patches []fact.Correction, reason string, err error) ([]fact.Body, error) {
	if err != nil || len(patches) == 0 {
		return nil, err
	}
	if err := wording.Reason(reason); err != nil {
		return nil, err
	}
	var out []fact.Body
	for _, c := range patches {
		out = append(out, Corrected{p.Registered.Party, c})
	}
	return out, nil
}

func (b Registered) check() error {
	switch {
	case !validID(string(b.Party)):
		return ErrID.With("party", b.Party)
	case !slices.Contains([]Type{State, Organisation, Body, Account, Company, Class}, b.Type):
		return ErrType.With("type", b.Type)
	case b.Country != "" && !validCountry(b.Country):
		return ErrCountry.With("country", b.Country)
	}
	if err := wording.Source(b.Source); err != nil {
		return err
	}
	return wording.Check(
		wording.Field{Name: "name", Text: b.Name, Needed: true},
		wording.Field{Name: "name in Ukrainian", Text: b.NameUk},
		wording.Field{Name: "sort", Text: b.Sort},
		wording.Field{Name: "place", Text: b.Place},
		wording.Field{Name: "function", Text: b.Function},
		wording.Field{Name: "composition", Text: b.Composition})
}

func (b Joined) check() error {
	switch {
	case b.Role != Partner && b.Role != Recipient && b.Role != Observer:
		return ErrRole.With("role", b.Role)
	case b.On == "" || b.Precision != JoinedOn && b.Precision != SeenBy:
		return ErrSince.With("party", b.Party)
	}
	if err := wording.Source(b.Source); err != nil {
		return err
	}
	return wording.Check(wording.Field{Name: "note", Text: b.Note})
}

func validID(s string) bool {
	const most = 40
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-') {
			return false
		}
	}
	return 2 <= len(s) && len(s) <= most
}

func validCountry(s string) bool {
	return len(s) == 2 && 'A' <= s[0] && s[0] <= 'Z' && 'A' <= s[1] && s[1] <= 'Z'
}
