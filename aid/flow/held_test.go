package flow_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
)

// kept are the books of a realm as app keeps them: what is for everyone, and
// what is held.
type kept struct {
	kinds        *fact.Registry
	public, held *flow.Book
	pos          fact.Pos
}

// take folds facts as a rule left them, marked by their kinds where it marked
// none, and returns how.
func (k *kept) take(t *testing.T, bodies ...fact.Body) (marked []tlp.Marking) {
	t.Helper()
	for _, b := range bodies {
		body, marking, _, err := k.kinds.Classify(b)
		if err != nil {
			t.Fatal(err)
		}
		book := k.public
		if marking != tlp.Clear {
			book = k.held
		}
		k.pos++
		book.Fold(fact.Fact{Pos: k.pos, At: day, Kind: body.Kind(), Streams: body.Streams(), Marking: marking, Body: body})
		marked = append(marked, marking)
	}
	return marked
}

// Given commitments that are held: every rule by which one could move leaves
// facts that are held like it. The account has nothing of them before and
// after, and whoever reads the commitment sees it moved. Where commitments are
// for everyone, the same rules leave facts for everyone. Every kind of a flow
// has to stand here.
func TestWhatMovesAHeldFlowIsHeld(t *testing.T) {
	giver, taker := sits("NL", seat.Programme), sits("UA", seat.Officer)
	middle := sits("estdev", seat.Implementer)
	flowOf := func(id flow.ID, from, to party.ID, value string) flow.Recorded {
		return flow.Recorded{Flow: id, Provider: from, Receiver: to, Amount: amount(t, value, "EUR"), Status: flow.Commitment,
			Basis: flow.ByProvider, Scope: flow.Mechanism, On: "2025-07-02"}
	}
	money := flowOf("F-0001", "NL", "UA", "1000")
	in, on := flowOf("F-0002", "NL", "estdev", "500"), flowOf("F-0003", "estdev", "UA", "400")
	goods := flowOf("F-0004", "NL", "UA", "1")
	goods.Amount, goods.Goods = flow.Recorded{}.Amount, &flow.Goods{What: "edr_seats", Quantity: 100, Unit: "seat"}
	taken := flowOf("F-0005", "NL", "UA", "1000")
	taken.Basis = flow.ByReceiver
	link := flow.Linked{Parent: "F-0002", Child: "F-0003", Amount: amount(t, "300", "EUR"), Part: amount(t, "300", "EUR"),
		How: flow.PassedOn, On: "2025-07-03"}
	worth := amount(t, "9000", "EUR")
	less := says(t, flow.Taker, "900", flow.Commitment, "2025-08")

	var tested []string
	get := func(b *flow.Book, id flow.ID) flow.Flow { f, _ := b.Get(id); return f }
	for _, tt := range []struct {
		name  string
		kind  string
		given []fact.Body
		when  func(*flow.Book) ([]fact.Body, error)
		moved func(*flow.Book) bool
	}{
		{"advanced", "flow.advanced", nil,
			func(b *flow.Book) ([]fact.Body, error) { return get(b, "F-0001").Advance(flow.Paid, "2025-08-01", nil) },
			func(b *flow.Book) bool { return get(b, "F-0001").Latest() == flow.Paid }},
		{"withdrawn", "flow.withdrawn", nil,
			func(b *flow.Book) ([]fact.Body, error) { return flow.Withdraw(get(b, "F-0001"), "duplicate") },
			func(b *flow.Book) bool { return get(b, "F-0001").Gone }},
		{"corrected by its recorder", "flow.corrected", nil,
			func(b *flow.Book) ([]fact.Body, error) {
				wanted := money
				wanted.Line = flow.Training
				return flow.Correct(get(b, "F-0001"), wanted, "reclassified")
			},
			func(b *flow.Book) bool { return get(b, "F-0001").Line == flow.Training }},
		{"corrected on request", "flow.corrected", []fact.Body{says(t, flow.Taker, "1000", flow.Commitment, "2025-08")},
			func(b *flow.Book) ([]fact.Body, error) {
				f := get(b, "F-0001")
				out, _, err := f.Mend([]fact.Correction{{Fact: f.Pos, Pointer: "/amount", Was: raw(t, money.Amount), Now: raw(t, amount(t, "1100", "EUR")), Reason: "mistyped"}}, "NL")
				return out, err
			},
			func(b *flow.Book) bool { return get(b, "F-0001").Amount == amount(t, "1100", "EUR") }},
		{"linked", "flow.linked", nil,
			func(b *flow.Book) ([]fact.Body, error) { return b.Tie(link, middle, day) },
			func(b *flow.Book) bool {
				return len(get(b, "F-0002").Children) == 1 && len(get(b, "F-0003").Parents) == 1
			}},
		{"unlinked", "flow.unlinked", []fact.Body{link},
			func(b *flow.Book) ([]fact.Body, error) { return b.Untie("F-0002", "F-0003", "duplicate", middle, day) },
			func(b *flow.Book) bool { return len(get(b, "F-0002").Children) == 0 }},
		{"asserted", "flow.asserted", nil,
			func(b *flow.Book) ([]fact.Body, error) { return get(b, "F-0001").Assert(less, taker, day) },
			func(b *flow.Book) bool { return get(b, "F-0001").Standing().Open }},
		{"asserted under the reference of one that is held", "flow.asserted", []fact.Body{flow.Asserted{Flow: "F-0001", Side: flow.Giver, Party: "NL",
			Amount: money.Amount, Status: flow.Commitment, On: "2025-07-02", Reference: "K-7"}},
			func(b *flow.Book) ([]fact.Body, error) {
				again := money
				again.Reference, again.Amount = "K-7", less.Amount
				return b.Announce("F-0009", realmOf(get(b, "F-0001")), again, false, taker, day)
			},
			func(b *flow.Book) bool { return get(b, "F-0001").Standing().Open }},
		{"settled", "flow.settled", []fact.Body{less, signs(t, flow.Taker, "950")},
			func(b *flow.Book) ([]fact.Body, error) {
				return get(b, "F-0001").Settle(signs(t, flow.Giver, "950"), giver, day)
			},
			func(b *flow.Book) bool { return get(b, "F-0001").Standing().Amount == amount(t, "950", "EUR") }},
		{"joined", "flow.joined", nil,
			func(b *flow.Book) ([]fact.Body, error) { return b.Join("F-0005", "F-0001", taker, day) },
			func(b *flow.Book) bool {
				return get(b, "F-0001").Standing().Basis == flow.ByBoth && get(b, "F-0005").Gone
			}},
		{"valued", "flow.valued", nil,
			func(b *flow.Book) ([]fact.Body, error) {
				return get(b, "F-0004").Appraise(flow.Valued{Method: flow.ByInvoice, Amount: &worth, On: "2025-08"}, giver, day)
			},
			func(b *flow.Book) bool { got, ok := get(b, "F-0004").Value(); return ok && got == worth }},
		{"recorded", "flow.recorded", nil,
			func(b *flow.Book) ([]fact.Body, error) {
				return b.Announce("F-0009", realmOf(get(b, "F-0001")), flowOf("", "NL", "UA", "77"), false, giver, day)
			},
			func(b *flow.Book) bool { return get(b, "F-0009").Exists() }},
	} {
		for marking, realm := range map[tlp.Marking]fact.Realm{tlp.Amber: fact.Real, tlp.Clear: fact.Exercise} {
			t.Run(tt.name+", "+string(realm), func(t *testing.T) {
				k := &kept{kinds: fact.NewRegistry(flow.Kinds()), public: flow.NewBook(), held: flow.NewBook()}
				for _, b := range append([]fact.Body{money, in, on, goods, taken}, tt.given...) {
					k.take(t, fact.Marked(b, marking))
				}
				own, other := k.held, k.public
				if realm == fact.Exercise {
					own, other = k.public, k.held
				}
				if tt.moved(own) {
					t.Fatal("it has moved before the rule")
				}
				then, err := tt.when(own)
				if err != nil {
					t.Fatal(err)
				}
				if body, _, _, err := k.kinds.Classify(then[0]); err != nil || body.Kind() != tt.kind {
					t.Fatalf("the rule leaves %s, %v", body.Kind(), err)
				}
				for i, m := range k.take(t, then...) {
					if m != marking {
						t.Errorf("fact %d is marked %s, and the flow %s", i, m, marking)
					}
				}
				if !tt.moved(own) {
					t.Error("whoever reads the flow does not see it move")
				}
				if other.Len() != 0 || len(other.Tallies()) != 0 {
					t.Errorf("the other book has %d flows and %d tallies", other.Len(), len(other.Tallies()))
				}
			})
		}
		tested = append(tested, tt.kind)
	}
	for _, k := range flow.Kinds() {
		if strings.HasPrefix(k.Kind, "flow.") && !slices.Contains(tested, k.Kind) {
			t.Errorf("nothing here says what %s does to a flow that is held", k.Kind)
		}
	}
}

func raw(t *testing.T, v any) jsontext.Value {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func realmOf(f flow.Flow) fact.Realm {
	if f.Held {
		return fact.Real
	}
	return fact.Exercise
}
