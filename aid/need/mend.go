package need

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/correction"
	"tallinn/mechanism/party"
)

// Corrected mends what a need asks for, as it was last submitted. Words are
// not mended: a need whose words are wrong is withdrawn, or returned and
// answered.
type Corrected struct {
	Need            ID `json:"need"`
	fact.Correction `json:",inline"`
}

func (Corrected) Kind() string        { return "need.corrected" }
func (b Corrected) Streams() []string { return []string{string(b.Need)} }

// mendable are the members of what is asked that a correction may change; of
// a lot, that of its place.
var mendable = []string{"/asked/line", "/asked/urgency", "/asked/useful_until", "/asked/lead_days", "/asked/criticality",
	"/asked/sector", "/asked/region", "/asked/renew_months"}

// mendableOfLot are those of each lot.
var mendableOfLot = []string{"quantity", "useful_share", "most_partners", "cost"}

// Mendable are the members of what n asks that may be corrected, in the order
// of the form.
func (n Need) Mendable() (out []string) {
	if n.Status != Open && n.Status != Valid {
		return nil
	}
	for i := range n.Asked.Lots {
		for _, m := range mendableOfLot {
			out = append(out, "/asked/lots/"+strconv.Itoa(i)+"/"+m)
		}
	}
	return append(out, mendable...)
}

// Asks is what n asks as the fact that a correction patches.
func (n Need) Asks() Resubmitted { return Resubmitted{n.ID, n.Round, n.Asked} }

// Mend is what corrections of what n asks come to, and who has judged it
// meanwhile and must agree: each group that has voted in the present round.
// Who reserved or committed for it is for offers to say.
//
// Errors: ErrMissing, ErrOver, ErrReturnedMend, correction.ErrMember,
// fact.ErrCorrection; those of Asked.Check for what would then be asked.
func (n Need) Mend(changes []fact.Correction, now time.Time) (out []fact.Body, consent []party.ID, err error) {
	switch {
	case !n.Exists():
		return nil, nil, ErrMissing
	case n.Status == Back:
		return nil, nil, ErrReturnedMend.With("need", n.ID)
	case n.Status != Open && n.Status != Valid:
		return nil, nil, ErrOver.With("need", n.ID).With("status", n.Status)
	}
	body, may := n.Asks(), n.Mendable()
	for _, c := range changes {
		if !slices.Contains(may, c.Pointer) {
			return nil, nil, correction.ErrMember.With("pointer", c.Pointer)
		}
		if body, err = fact.Apply(body, c); err != nil {
			return nil, nil, err
		}
		out = append(out, Corrected{n.ID, c})
	}
	if err := body.Asked.Check(dayOf(now)); err != nil {
		return nil, nil, err
	}
	for _, s := range n.Stages {
		if s.Body != "" && len(n.Standing(s.ID)) > 0 && !slices.Contains(consent, s.Body) {
			consent = append(consent, s.Body)
		}
	}
	slices.Sort(consent)
	return out, consent, nil
}

// mend patches what it asks; a patch that does not fit changes nothing, for
// what is recorded has happened.
func (b *Book) mend(it *item, c fact.Correction) {
	if !strings.HasPrefix(c.Pointer, "/asked/") {
		return
	}
	if out, err := fact.Apply(Resubmitted{it.id, int(it.round), b.asked(it)}, c); err == nil {
		b.ask(it, out.Asked)
	}
}
