package flow_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
)

var day = time.Date(2025, 9, 1, 12, 0, 0, 0, time.UTC)

// sits is a seat of id that acts on every day of these tests.
func sits(id party.ID, role seat.Role) seat.Seat {
	b := seat.NewBook()
	for i, body := range []fact.Body{seat.Opened{Seat: "R-0001", Role: role, Holder: id, From: "2020"},
		seat.Assigned{Seat: "R-0001", Person: "p"}} {
		b.Fold(fact.Fact{Pos: fact.Pos(i), Kind: body.Kind(), Streams: body.Streams(), Body: body})
	}
	s, _ := b.Get("R-0001")
	return s
}

func promised(t interface{ Fatal(...any) }, value string) flow.Recorded {
	return flow.Recorded{Flow: "F-0001", Provider: "NL", Receiver: "UA", Amount: amount(t, value, "EUR"),
		Status: flow.Commitment, Basis: flow.ByProvider, Scope: flow.Mechanism, On: "2025-07-02"}
}

func says(t interface{ Fatal(...any) }, side flow.Side, value string, s flow.Status, on fact.Date) flow.Asserted {
	who := map[flow.Side]party.ID{flow.Giver: "NL", flow.Taker: "UA"}[side]
	return flow.Asserted{Flow: "F-0001", Side: side, Party: who, Amount: amount(t, value, "EUR"), Status: s, On: on}
}

func signs(t interface{ Fatal(...any) }, side flow.Side, value string) flow.Settled {
	a := says(t, side, value, flow.Commitment, "2025-07-02")
	return flow.Settled{Flow: a.Flow, Side: side, Party: a.Party, Amount: a.Amount, Status: a.Status, On: a.On}
}

// Rule 5, on the Netherlands' EUR 10 million: what counts while the two sides
// do not say the same, and once they have settled it.
func TestTwoSides(t *testing.T) {
	ten := promised(t, "10000000")
	published := ten
	published.Basis, published.Said = flow.Published, se2025(t).Said
	for _, tt := range []struct {
		name   string
		facts  []fact.Body
		amount string
		status flow.Status
		basis  flow.Basis
		open   bool
	}{
		{"one side", []fact.Body{ten}, "10000000.00", flow.Commitment, flow.ByProvider, false},
		{"both the same", []fact.Body{ten, says(t, flow.Taker, "10000000", flow.Commitment, "2025-08")}, "10000000.00", flow.Commitment, flow.ByBoth, false},
		{"the receiver says less", []fact.Body{ten, says(t, flow.Taker, "9800000", flow.Commitment, "2025-08")}, "9800000.00", flow.Commitment, flow.ByBoth, true},
		{"the receiver says more", []fact.Body{ten, says(t, flow.Taker, "10200000", flow.Paid, "2025-08")}, "10000000.00", flow.Commitment, flow.ByBoth, true},
		{"the receiver says that nothing binds", []fact.Body{ten, says(t, flow.Taker, "10000000", flow.Pledge, "2025-08")}, "10000000.00", flow.Pledge, flow.ByBoth, true},
		{"the receiver comes round", []fact.Body{ten, says(t, flow.Taker, "9", flow.Paid, "2025-08"), says(t, flow.Taker, "10000000", flow.Commitment, "2025-08")}, "10000000.00", flow.Commitment, flow.ByBoth, false},
		{"denied", []fact.Body{ten, flow.Asserted{Flow: "F-0001", Side: flow.Taker, Party: "UA", On: "2025-08", Denied: true}}, "10000000.00", flow.Pledge, flow.ByBoth, true},
		{"one signature settles nothing", []fact.Body{ten, says(t, flow.Taker, "9000000", flow.Commitment, "2025-08"), signs(t, flow.Taker, "9500000")}, "9000000.00", flow.Commitment, flow.ByBoth, true},
		{"two different signatures neither", []fact.Body{ten, says(t, flow.Taker, "9000000", flow.Commitment, "2025-08"), signs(t, flow.Taker, "9500000"), signs(t, flow.Giver, "9600000")}, "9000000.00", flow.Commitment, flow.ByBoth, true},
		{"settled by both", []fact.Body{ten, says(t, flow.Taker, "9000000", flow.Commitment, "2025-08"), signs(t, flow.Taker, "9500000"), signs(t, flow.Giver, "9500000")}, "9500000.00", flow.Commitment, flow.ByBoth, false},
		{"opened again", []fact.Body{ten, says(t, flow.Taker, "9000000", flow.Commitment, "2025-08"), signs(t, flow.Taker, "9500000"), signs(t, flow.Giver, "9500000"), says(t, flow.Taker, "8", flow.Commitment, "2025-08")}, "8.00", flow.Commitment, flow.ByBoth, true},
		{"published", []fact.Body{published}, "10000000.00", flow.Commitment, flow.Published, false},
		{"published, and its receiver speaks", []fact.Body{published, says(t, flow.Taker, "9000000", flow.Paid, "2025-08")}, "9000000.00", flow.Paid, flow.ByReceiver, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := tell(tt.facts...)
			f, _ := b.Get("F-0001")
			s := f.Standing()
			if s.Amount.Value() != tt.amount || s.On(flow.Never-1) != tt.status || s.Basis != tt.basis || s.Open != tt.open {
				t.Errorf("counts %s %s by %s, open: %v; want %s %s by %s, %v", s.Amount.Value(), s.On(flow.Never-1), s.Basis, s.Open,
					tt.amount, tt.status, tt.basis, tt.open)
			}
			if got := len(slices.Collect(b.Open())); got != map[bool]int{true: 1}[tt.open] {
				t.Errorf("%d flows are open", got)
			}
		})
	}
}

// Rule 5: whatever the sides say, in any order, what counts never exceeds what
// any of them binds itself to, until both have signed the same; and the order
// in which different sides speak changes nothing.
func TestNeverMoreThanEitherSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := promised(t, "1")
		first.Amount = inMinor(t, rapid.Int64Range(1, 1000).Draw(t, "first"), "EUR")
		var words []fact.Body
		latest := map[flow.Side]flow.Asserted{flow.Giver: {Amount: first.Amount, Status: first.Status}}
		for range rapid.IntRange(0, 6).Draw(t, "words") {
			a := says(t, rapid.SampledFrom([]flow.Side{flow.Giver, flow.Taker}).Draw(t, "side"), "1",
				rapid.SampledFrom(flow.Statuses).Draw(t, "status"), dates.Draw(t, "on"))
			a.Amount = inMinor(t, rapid.Int64Range(1, 1000).Draw(t, "minor"), "EUR")
			words, latest[a.Side] = append(words, a), a
		}
		f, _ := tell(append([]fact.Body{first}, words...)...).Get("F-0001")
		s := f.Standing()
		for side, w := range latest {
			if s.Amount.Cmp(w.Amount) > 0 {
				t.Errorf("%v counts, and the %s says %v", s.Amount, side, w.Amount)
			}
			if s.Committed != flow.Never && !w.Status.Binding() || s.Paid != flow.Never && w.Status != flow.Paid {
				t.Errorf("it stands as %s, and the %s says %s", s.On(flow.Never-1), side, w.Status)
			}
		}
		// Stable by side: only whose turn it is changes.
		slices.SortStableFunc(words, func(a, b fact.Body) int {
			return slices.Index(flow.Sides, b.(flow.Asserted).Side) - slices.Index(flow.Sides, a.(flow.Asserted).Side)
		})
		g, _ := tell(append([]fact.Body{first}, words...)...).Get("F-0001")
		if o := g.Standing(); o != s {
			t.Errorf("in another order %+v counts, and not %+v", o, s)
		}
	})
}

// The rules of who may say what; those of a flow's own amounts are Record's.
func TestAssertRefuses(t *testing.T) {
	b := tell(promised(t, "10000000"))
	f, _ := b.Get("F-0001")
	gone, _ := tell(promised(t, "1"), flow.Withdrawn{Flow: "F-0001", Reason: "duplicate"}).Get("F-0001")
	good := says(t, flow.Taker, "9000000", flow.Paid, "2025-08")
	for _, tt := range []struct {
		name  string
		flow  flow.Flow
		by    seat.Seat
		spoil func(*flow.Asserted)
		err   error
	}{
		{"the receiver", f, sits("UA", seat.Officer), nil, nil},
		{"the provider", f, sits("NL", seat.Programme), nil, nil},
		{"nobody", f, seat.Seat{}, nil, seat.ErrMissing},
		{"another party", f, sits("SE", seat.Programme), nil, flow.ErrNoSide},
		{"a member of a group", f, sits("UA", seat.Technical), nil, flow.ErrRole},
		{"of nothing", flow.Flow{}, sits("UA", seat.Officer), nil, flow.ErrMissing},
		{"withdrawn", gone, sits("UA", seat.Officer), nil, flow.ErrGone},
		{"no day", f, sits("UA", seat.Officer), func(a *flow.Asserted) { a.On = "" }, flow.ErrDecided},
		{"no amount", f, sits("UA", seat.Officer), func(a *flow.Asserted) { a.Amount = money.Amount{} }, flow.ErrNoAmount},
		{"another currency", f, sits("UA", seat.Officer), func(a *flow.Asserted) { a.Amount = amount(t, "9", "UAH") }, flow.ErrSpoken},
		{"no status", f, sits("UA", seat.Officer), func(a *flow.Asserted) { a.Status = "hoped" }, flow.ErrWord},
		{"a reference in words", f, sits("UA", seat.Officer), func(a *flow.Asserted) { a.Reference = "the letter of May" }, flow.ErrReference},
		{"the same again", f, sits("NL", seat.Programme), func(a *flow.Asserted) {
			a.Amount, a.Status, a.On = f.Amount, f.Status, f.On
		}, flow.ErrAgreed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			said := good
			if tt.spoil != nil {
				tt.spoil(&said)
			}
			if out, err := tt.flow.Assert(said, tt.by, day); !errors.Is(err, tt.err) || (err == nil) != (len(out) == 1) {
				t.Errorf("Assert = %v, %v; want %v", out, err, tt.err)
			}
		})
	}
}

// Matching by reference and by likeness: the same is never two.
func TestAnnounceFindsTheSame(t *testing.T) {
	standing := promised(t, "10000000")
	standing.Reference = "NL/2025-11"
	b := tell(standing)
	mine := promised(t, "9900000")
	mine.On = "2025-10-30"
	receiver := sits("UA", seat.Officer)
	if _, err := b.Announce("F-0002", fact.Real, mine, false, receiver, day); !errors.Is(err, flow.ErrAlike) {
		t.Errorf("a flow alike is announced with %v", err)
	}
	out, err := b.Announce("F-0002", fact.Exercise, mine, true, receiver, day)
	if err != nil || len(out) != 1 || out[0].Kind() != "flow.recorded" {
		t.Fatalf("another flow is %v, %v", out, err)
	}
	b.Fold(fact.Fact{Pos: 1, Kind: out[0].Kind(), Body: out[0]})
	pairs := b.Pairs("UA")
	if len(pairs) != 1 || pairs[0].Own != "F-0002" || pairs[0].Into != "F-0001" {
		t.Fatalf("the pairs are %+v", pairs)
	}
	if _, err := b.Join("F-0001", "F-0002", receiver, day); !errors.Is(err, flow.ErrNotOwn) {
		t.Errorf("the other side's word is joined with %v", err)
	}
	out, err = b.Join("F-0002", "F-0001", receiver, day)
	if err != nil {
		t.Fatal(err)
	}
	b.Fold(fact.Fact{Pos: 2, Kind: out[0].Kind(), Body: out[0]})
	own, _ := b.Get("F-0002")
	f, _ := b.Get("F-0001")
	if s := f.Standing(); !own.Gone || own.Into != "F-0001" || s.Basis != flow.ByBoth || s.Amount.Value() != "9900000.00" || !s.Open {
		t.Errorf("joined, it counts %+v; gone: %v", s, own.Gone)
	}
	mine.Reference, mine.Amount = "NL/2025-11", amount(t, "7", "EUR")
	out, err = tell(standing).Announce("F-0003", fact.Exercise, mine, false, receiver, day)
	if err != nil || len(out) != 1 || out[0].Kind() != "flow.asserted" || out[0].Streams()[0] != "F-0001" {
		t.Errorf("by its reference it is %v, %v", out, err)
	}
}

// Rule 4: random links in any order never take more of a flow than there is,
// and money never pays for itself.
func TestLinksNeverExceed(t *testing.T) {
	ids := []party.ID{"NL", "GB", "UA"}
	desk := sits("UA", seat.FrontOffice)
	rapid.Check(t, func(t *rapid.T) {
		b, pos := flow.NewBook(), fact.Pos(0)
		fold := func(out []fact.Body) {
			for _, body := range out {
				b.Fold(fact.Fact{Pos: pos, Kind: body.Kind(), Body: body})
				pos++
			}
		}
		n := rapid.IntRange(2, 8).Draw(t, "flows")
		for i := range n {
			f := promised(t, "1")
			k := rapid.IntRange(0, 2).Draw(t, "from")
			f.Flow, f.Provider, f.Receiver = flow.ID(fmt.Sprint("F-", i)), ids[k], ids[(k+rapid.IntRange(1, 2).Draw(t, "to"))%3]
			f.Amount = inMinor(t, rapid.Int64Range(1, 50).Draw(t, "minor"), "EUR")
			fold([]fact.Body{f})
		}
		name := rapid.Custom(func(t *rapid.T) flow.ID { return flow.ID(fmt.Sprint("F-", rapid.IntRange(0, n-1).Draw(t, "flow"))) })
		for range rapid.IntRange(0, 30).Draw(t, "links") {
			parent, child := name.Draw(t, "parent"), name.Draw(t, "child")
			if rapid.IntRange(0, 9).Draw(t, "untie") == 0 {
				out, _ := b.Untie(parent, child, "mistyped", desk, day)
				fold(out)
				continue
			}
			a := inMinor(t, rapid.Int64Range(1, 50).Draw(t, "amount"), "EUR")
			out, err := b.Tie(flow.Linked{Parent: parent, Child: child, Amount: a, Part: a, How: flow.PassedOn, On: "2025-08"}, desk, day)
			if err == nil {
				fold(out)
			}
		}
		for _, f := range b.All() {
			var down, up int64
			for _, l := range f.Children {
				down += l.Amount.Minor()
			}
			for _, l := range f.Parents {
				up += l.Part.Minor()
			}
			rest, _ := f.Rest()
			if down > f.Amount.Minor() || up > f.Amount.Minor() || rest.Minor() != f.Amount.Minor()-down {
				t.Fatalf("%s of %v passes on %d, is paid %d, and %v is left", f.Recorded.Flow, f.Amount, down, up, rest)
			}
			if around(b, f.Recorded.Flow, f.Recorded.Flow, 0) {
				t.Fatalf("%s pays for itself", f.Recorded.Flow)
			}
		}
	})
}

func around(b *flow.Book, from, to flow.ID, depth int) bool {
	f, _ := b.Get(from)
	return slices.ContainsFunc(f.Children, func(l flow.Linking) bool {
		return l.Child == to || depth < 10 && around(b, l.Child, to, depth+1)
	})
}

// Rule 7: goods count by the strongest valuation that stands; without one they
// have no value, which is not zero.
func TestValues(t *testing.T) {
	seats := promised(t, "1")
	seats.Amount, seats.Goods = money.Amount{}, &flow.Goods{What: "edr_seats", Quantity: 500, Unit: "seat"}
	worth := func(m flow.Method, value string) flow.Valued {
		v := flow.Valued{Flow: "F-0001", Party: "NL", Method: m, On: "2025-08"}
		if value != "" {
			a := amount(t, value, "EUR")
			v.Amount = &a
		}
		return v
	}
	for _, tt := range []struct {
		name  string
		facts []fact.Body
		want  string
	}{
		{"none", nil, ""},
		{"what the donor says", []fact.Body{worth(flow.ByStatement, "90")}, "90.00 EUR"},
		{"an invoice before what the donor says", []fact.Body{worth(flow.ByInvoice, "70"), worth(flow.ByStatement, "90")}, "70.00 EUR"},
		{"the later invoice", []fact.Body{worth(flow.ByInvoice, "70"), worth(flow.ByInvoice, "75")}, "75.00 EUR"},
		{"written off", []fact.Body{worth(flow.ByStatement, "90"), worth(flow.ByStatement, "")}, ""},
		{"an invoice taken back", []fact.Body{worth(flow.ByListPrice, "80"), worth(flow.ByInvoice, "70"), worth(flow.ByInvoice, "")}, "80.00 EUR"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := tell(append([]fact.Body{seats}, tt.facts...)...)
			f, _ := b.Get("F-0001")
			if got := f.Standing().Amount.String(); got != tt.want || b.Tallies()[0].Minor != f.Standing().Amount.Minor() {
				t.Errorf("it is worth %q; want %q", got, tt.want)
			}
		})
	}
	money, _ := tell(promised(t, "1")).Get("F-0001")
	if _, err := money.Appraise(worth(flow.ByInvoice, "70"), sits("NL", seat.Programme), day); !errors.Is(err, flow.ErrNotInKind) {
		t.Errorf("money is appraised with %v", err)
	}
	f, _ := tell(seats).Get("F-0001")
	zero := worth(flow.ByInvoice, "0")
	if _, err := f.Appraise(zero, sits("NL", seat.Programme), day); !errors.Is(err, flow.ErrNoAmount) {
		t.Errorf("zero is a value with %v", err)
	}
}

// A book with facts that are not recorded yet leaves the book itself alone.
func TestWith(t *testing.T) {
	b := tell(promised(t, "10000000"), se2025(t))
	before, tallies := slices.Collect(b.ByDay()), slices.Clone(b.Tallies())
	c := b.With(says(t, flow.Taker, "9", flow.Paid, "2025-08"), flow.Withdrawn{Flow: "F-0032", Reason: "duplicate"})
	after, _ := c.Get("F-0001")
	gone, _ := c.Get("F-0032")
	if after.Standing().Amount.Value() != "9.00" || !gone.Gone {
		t.Errorf("with the facts it counts %+v, %v", after.Standing(), gone.Gone)
	}
	if !reflect.DeepEqual(slices.Collect(b.ByDay()), before) || !slices.Equal(b.Tallies(), tallies) || len(slices.Collect(b.Open())) != 0 {
		t.Error("the book itself has changed")
	}
}
