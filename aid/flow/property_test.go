package flow_test

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

var (
	dates = rapid.Custom(func(t *rapid.T) fact.Date {
		s := fmt.Sprintf("%04d-%02d-%02d", rapid.IntRange(fact.FirstYear, 2030).Draw(t, "year"),
			rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
		return fact.Date(s[:rapid.SampledFrom([]int{4, 7, 10}).Draw(t, "precision")])
	})
	drawn = rapid.Custom(func(t *rapid.T) flow.Recorded {
		minor := rapid.Int64Range(2, 1_000_000).Draw(t, "minor")
		f := flow.Recorded{
			Provider: rapid.SampledFrom([]party.ID{"SE", "EE", "NL"}).Draw(t, "provider"), Receiver: "UA",
			Amount: inMinor(t, minor, rapid.SampledFrom([]money.Currency{"EUR", "SEK", "JPY"}).Draw(t, "currency")),
			Status: rapid.SampledFrom(flow.Statuses).Draw(t, "status"), Basis: rapid.SampledFrom(flow.Bases[:3]).Draw(t, "basis"),
			Scope: rapid.SampledFrom(flow.Scopes[:4]).Draw(t, "scope"), Line: rapid.SampledFrom(flow.Lines).Draw(t, "line"),
			On: dates.Draw(t, "on"),
		}
		if f.Status == flow.Paid && rapid.Bool().Draw(t, "moved") {
			f.Moved = f.On
		}
		if rapid.Bool().Draw(t, "portions") {
			first := rapid.Int64Range(1, minor-1).Draw(t, "first")
			f.Portions = []flow.Portion{{Year: 2024, Amount: inMinor(t, first, f.Amount.Currency())},
				{Year: 2025, Amount: inMinor(t, minor-first, f.Amount.Currency())}}
		}
		return f
	})
)

func inMinor(t *rapid.T, minor int64, c money.Currency) money.Amount {
	a, err := money.FromMinor(minor, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Whatever moves are made, the book's sorted order, its tallies and its flows
// tell the same.
func TestBookAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, pos := flow.NewBook(), fact.Pos(0)
		fold := func(bodies []fact.Body, err error) {
			if err != nil {
				return // refused: nothing is recorded
			}
			for _, body := range bodies {
				b.Fold(fact.Fact{Pos: pos, Kind: body.Kind(), Body: body})
				pos++
			}
		}
		// Over a thousand, blocks split; most runs stay small.
		n := rapid.SampledFrom([]int{1, 10, 10, 10, 1500}).Draw(t, "flows")
		seed := rapid.SliceOfN(drawn, 1, 8).Draw(t, "seed")
		for i := range n {
			f := seed[i%len(seed)]
			f.Flow = flow.ID(fmt.Sprintf("F-%05d", i*7919%100_000))
			if n > 10 {
				f.On, f.Moved = fact.Date(fmt.Sprintf("%04d-%02d", 2000+i%20, 1+i/20%12)), ""
			}
			fold(flow.Record(flow.Flow{}, f))
		}
		for range rapid.IntRange(0, 12).Draw(t, "moves") {
			known := b.At(rapid.IntRange(0, b.Len()-1).Draw(t, "of"))
			switch rapid.IntRange(0, 2).Draw(t, "move") {
			case 0:
				fold(known.Advance(rapid.SampledFrom(flow.Statuses).Draw(t, "to"), dates.Draw(t, "on"), nil))
			case 1:
				fold(flow.Withdraw(known, wording.Duplicate))
			case 2:
				wanted := drawn.Draw(t, "wanted")
				wanted.Flow = known.Recorded.Flow
				bodies, err := flow.Correct(known, wanted, wording.Mistyped)
				fold(bodies, err)
				if err == nil {
					checkCorrected(t, b, wanted)
				}
			}
		}
		checkOrder(t, b)
		checkTallies(t, b)
	})
}

// Correct makes a flow read as wanted, and then has nothing to correct.
func checkCorrected(t *rapid.T, b *flow.Book, wanted flow.Recorded) {
	after, _ := b.Get(wanted.Flow)
	if !reflect.DeepEqual(after.Recorded, wanted) {
		t.Fatalf("corrected to %+v; want %+v", after.Recorded, wanted)
	}
	if again, err := flow.Correct(after, wanted, wording.Mistyped); again != nil || err != nil {
		t.Fatalf("what reads so already is corrected by %v, %v", again, err)
	}
}

func checkOrder(t *rapid.T, b *flow.Book) {
	got := slices.Collect(b.ByDay())
	var want []flow.Flow
	for _, f := range b.All() {
		want = append(want, f)
	}
	slices.SortFunc(want, func(x, y flow.Flow) int {
		return cmp.Or(cmp.Compare(x.On.First(), y.On.First()), cmp.Compare(x.Recorded.Flow, y.Recorded.Flow))
	})
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("ByDay is not every flow in order of day: %d of %d", len(got), len(want))
	}
	first, last := b.Span()
	if first != flow.DayOf(want[0].On) || last != flow.DayOf(want[len(want)-1].On) {
		t.Fatalf("Span = %d, %d", first, last)
	}
}

func checkTallies(t *rapid.T, b *flow.Book) {
	day := dates.Draw(t, "as of")
	for i, f := range b.All() {
		l := b.Tallies()[i]
		asOf := flow.DayOf(day)
		status := flow.Pledge
		if l.Committed <= asOf {
			status = flow.Commitment
		}
		if l.Paid <= asOf {
			status = flow.Paid
		}
		held := l.On <= asOf
		if held != f.On.HeldBy(day.First()) || held && status != f.StatusOn(day.First()) {
			t.Fatalf("as of %s the tally says %v, %s; the flow %v, %s", day, held, status, f.On.HeldBy(day.First()), f.StatusOn(day.First()))
		}
		same := l.Minor == f.Amount.Minor() && b.Currencies()[l.Currency] == f.Amount.Currency() &&
			b.Names()[l.Provider] == f.Provider && b.Names()[l.Receiver] == f.Receiver && l.Gone == f.Gone &&
			flow.Scopes[l.Scope] == f.Scope && flow.Lines[l.Line] == f.Line && flow.Bases[l.Basis] == f.Basis
		if !same {
			t.Fatalf("tally %+v is not that of %+v", l, f)
		}
		var sum int64
		for k, p := range b.Portions()[l.Portion:][:l.Portions] {
			if sum += p.Minor; int(p.Year) != f.Portions[k].Year {
				t.Fatalf("portion %+v is not that of %+v", p, f.Portions[k])
			}
		}
		if len(f.Portions) > 0 && sum != l.Minor {
			t.Fatalf("the portions of %s come to %d of %d", f.Recorded.Flow, sum, l.Minor) // rule 1
		}
	}
}

// Days order as dates do.
func TestDayOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := dates.Draw(t, "d"), dates.Draw(t, "e")
		if got, want := cmp.Compare(flow.DayOf(d), flow.DayOf(e)), cmp.Compare(d.First(), e.First()); got != want {
			t.Fatalf("%s against %s is %d as days, %d as dates", d, e, got, want)
		}
	})
	if flow.DayOf("") != -1 || flow.DayOf("soon") >= 0 || flow.DayOf("1990") != 0 {
		t.Error("what is no date must stand before every day")
	}
}

// A word that a newer program added is never taken for ours.
func TestUnknownWordsAreCounted(t *testing.T) {
	f := se2025(t)
	f.Line, f.Scope, f.Basis, f.Status = "quantum", "orbital", "oracle", "hoped"
	l := tell(f).Tallies()[0]
	if flow.Lines[l.Line] != "" || flow.Scopes[l.Scope] != flow.Unclear || flow.Bases[l.Basis] != flow.Published || l.Committed != flow.Never {
		t.Errorf("unknown words are counted as %+v", l)
	}
}

func TestPatchThatDoesNotFit(t *testing.T) {
	patch := fact.Correction{Fact: 0, Pointer: "/amount", Was: []byte(`"nothing of the kind"`), Now: []byte(`null`)}
	f, _ := tell(se2025(t), flow.Corrected{Flow: "F-0032", Correction: patch}, flow.Corrected{Flow: "F-9999", Correction: patch}).Get("F-0032")
	if !reflect.DeepEqual(f.Recorded, se2025(t)) || len(f.History) != 2 {
		t.Errorf("it reads %+v by facts %v", f.Recorded, f.History)
	}
}

func FuzzFold(f *testing.F) {
	seed, _ := json.Marshal(se2025(f))
	f.Add(seed, []byte(`{"flow":"F-0032","fact":0,"pointer":"/on","was":"2025-07-02","now":"1999","reason":"mistyped"}`))
	f.Add([]byte(`{"flow":"F-0032","portions":[{"year":-1,"amount":null}]}`), []byte(`{"flow":"F-0032","fact":0,"pointer":"/provider","was":"","now":["x"]}`))
	f.Fuzz(func(t *testing.T, recorded, corrected []byte) {
		var r flow.Recorded
		if json.Unmarshal(recorded, &r) != nil {
			return
		}
		bodies := []fact.Body{r}
		var c flow.Corrected
		if json.Unmarshal(corrected, &c) == nil {
			bodies = append(bodies, c)
		}
		b := tell(bodies...) // whatever decodes folds
		got, _ := b.Get(r.Flow)
		flow.Record(flow.Flow{}, got.Recorded)
		b.Span()
	})
}
