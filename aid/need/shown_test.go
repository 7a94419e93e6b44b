package need_test

import (
	"errors"
	"testing"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/text"
)

func partner(id party.ID, kind party.Type) party.Party {
	return party.Party{Registered: party.Registered{Party: id, Type: kind}}
}

// TestShow: a weakness is shown by its owner, to a partner, on a legal basis,
// once the need is validated; and no longer when that is ended.
func TestShow(t *testing.T) {
	w := newWorld(t).submit()
	open := w.need()
	w.tell(need.Validated{Need: "N-0001", Round: 1})
	valid, bare := w.need(), w.need()
	bare.Asked.Weakness = text.Ref{}
	shown := need.NewShowings()
	to, document := partner("ee", party.State), ref(9)
	for _, tt := range []struct {
		name  string
		n     need.Need
		by    seat.Seat
		to    party.Party
		basis need.Basis
		doc   text.Ref
		err   error
	}{
		{"not there", need.Need{}, officer, to, need.ByLaw, document, need.ErrMissing},
		{"not the owner's", valid, seat.Seat{}, to, need.ByLaw, document, seat.ErrMissing},
		{"not validated", open, officer, to, need.ByLaw, document, need.ErrNotOpenToPartners},
		{"nothing to show", bare, officer, to, need.ByLaw, document, need.ErrNoWeakness},
		{"to nobody", valid, officer, party.Party{}, need.ByLaw, document, need.ErrShowTo},
		{"to itself", valid, officer, partner(valid.Owner, party.State), need.ByLaw, document, need.ErrShowTo},
		{"to a body", valid, officer, partner("body", party.Body), need.ByLaw, document, need.ErrShowTo},
		{"no basis", valid, officer, to, "because", document, need.ErrBasis},
		{"no document", valid, officer, to, need.ByLaw, text.Ref{}, need.ErrBasis},
		{"shown", valid, officer, to, need.ByConsent, document, nil},
	} {
		facts, err := shown.Show(tt.n, tt.by, w.now, tt.to, tt.basis, tt.doc)
		if !errors.Is(err, tt.err) || (len(facts) == 1) != (tt.err == nil) {
			t.Errorf("%s: %v, %v; want %v", tt.name, facts, err, tt.err)
		}
	}
	fold := func(bodies []fact.Body, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bodies {
			shown.Fold(fact.Fact{At: w.now, Body: b})
		}
	}
	if _, err := shown.Hide(valid, officer, w.now, "ee"); !errors.Is(err, need.ErrNotShown) {
		t.Errorf("ended before it began: %v", err)
	}
	fold(shown.Show(valid, officer, w.now, to, need.ByConsent, document))
	if !shown.To("N-0001", "ee") || shown.To("N-0001", "fi") || shown.To("N-0002", "ee") || len(shown.Of("N-0001")) != 1 {
		t.Errorf("shown to %+v", shown.Of("N-0001"))
	}
	if _, err := shown.Show(valid, officer, w.now, to, need.ByLaw, document); !errors.Is(err, need.ErrShown) {
		t.Errorf("twice: %v", err)
	}
	if _, err := shown.Hide(valid, seat.Seat{}, w.now, "ee"); !errors.Is(err, seat.ErrMissing) {
		t.Errorf("ended by another: %v", err)
	}
	fold(shown.Hide(valid, officer, w.now, "ee"))
	if shown.To("N-0001", "ee") {
		t.Error("still shown")
	}
	fold(shown.Show(valid, officer, w.now, to, need.ByConsent, document))
	fold([]fact.Body{need.Withdrawn{Need: "N-0001", Reason: "asked_twice"}}, nil)
	if shown.To("N-0001", "ee") {
		t.Error("shown after the need was withdrawn")
	}
}
