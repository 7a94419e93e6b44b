package flow_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tallinn/aid/flow"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

func amount(t interface{ Fatal(...any) }, value string, c money.Currency) money.Amount {
	a, err := money.ParseAmount(value, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// se2025 is the row of the public data: SEK 135 million to ESTDEV's account.
func se2025(t interface{ Fatal(...any) }) flow.Recorded {
	return flow.Recorded{
		Flow: "F-0032", Provider: "SE", Receiver: "estdev-account", Amount: amount(t, "135000000", "SEK"),
		Status: flow.Commitment, Basis: flow.Published, Scope: flow.Mechanism, On: "2025-07-02",
		Said: &flow.Said{Reporter: "Government of Sweden", Provider: "Sweden", Receiver: "ESTDEV (Estonia) for Ukraine",
			Status: "decided", Source: fact.Source{Cite: "https://example.org/se", File: "contributions.csv", Row: "se-2025"}},
	}
}

func total2025(t interface{ Fatal(...any) }) flow.Mentioned {
	a := amount(t, "241700000", "EUR")
	return flow.Mentioned{Mention: "S-0417", Amount: &a, Scope: flow.Mechanism, Why: flow.WhyTotal, Total: true, On: "2025-10-31",
		Said: flow.Said{Reporter: "joint statement", Status: "pledged",
			Source: fact.Source{Cite: "https://example.org/joint", File: "contributions.csv", Row: "tot-2025-10-31"}}}
}

// tell folds bodies in order, from position 0, into a new book.
func tell(bodies ...fact.Body) *flow.Book {
	b := flow.NewBook()
	for i, body := range bodies {
		b.Fold(fact.Fact{Pos: fact.Pos(i), Kind: body.Kind(), Body: body})
	}
	return b
}

func TestRecord(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*flow.Recorded)
		err   error
	}{
		{"a real row", func(*flow.Recorded) {}, nil},
		{"asserted here, without wording", func(f *flow.Recorded) { f.Basis, f.Said = flow.ByProvider, nil }, nil},
		{"parts that are the whole", func(f *flow.Recorded) { f.Portions = parts(t, 2025, "100000000.01", 2026, "34999999.99") }, nil},
		{"parts one öre short", func(f *flow.Recorded) { f.Portions = parts(t, 2025, "100000000", 2026, "34999999.99") }, flow.ErrPortions},
		{"parts one öre over", func(f *flow.Recorded) { f.Portions = parts(t, 2025, "135000000.01") }, flow.ErrPortions},
		{"a year twice", func(f *flow.Recorded) { f.Portions = parts(t, 2025, "100000000", 2025, "35000000") }, flow.ErrPortion},
		{"a year of another time", func(f *flow.Recorded) { f.Portions = parts(t, 1900, "135000000") }, flow.ErrPortion},
		{"a part of nothing", func(f *flow.Recorded) { f.Portions = parts(t, 2025, "135000000", 2026, "0") }, flow.ErrPortion},
		{"a part in another currency", func(f *flow.Recorded) {
			f.Portions = []flow.Portion{{Year: 2025, Amount: amount(t, "135000000", "EUR")}}
		}, flow.ErrPortion},
		{"no provider", func(f *flow.Recorded) { f.Provider = "" }, flow.ErrParties},
		{"no receiver", func(f *flow.Recorded) { f.Receiver = "" }, flow.ErrParties},
		{"to itself", func(f *flow.Recorded) { f.Receiver = "SE" }, flow.ErrSelf},
		{"no amount", func(f *flow.Recorded) { f.Amount = money.Amount{} }, flow.ErrNoAmount},
		{"an amount of zero", func(f *flow.Recorded) { f.Amount = amount(t, "0", "SEK") }, flow.ErrNoAmount},
		{"an unknown status", func(f *flow.Recorded) { f.Status = "promised" }, flow.ErrWord},
		{"an unknown basis", func(f *flow.Recorded) { f.Basis = "hearsay" }, flow.ErrWord},
		{"an unknown scope", func(f *flow.Recorded) { f.Scope = "space" }, flow.ErrWord},
		{"an unknown line", func(f *flow.Recorded) { f.Line = "boats" }, flow.ErrWord},
		{"a mixed scope", func(f *flow.Recorded) { f.Scope = flow.Mixed }, flow.ErrScope},
		{"an unclear scope", func(f *flow.Recorded) { f.Scope = flow.Unclear }, flow.ErrScope},
		{"no day", func(f *flow.Recorded) { f.On = "" }, flow.ErrDecided},
		{"a day of another time", func(f *flow.Recorded) { f.On = "1900-01-01" }, flow.ErrDecided},
		{"moved in the year of the decision", func(f *flow.Recorded) { f.Moved = "2025" }, nil},
		{"moved before it was decided", func(f *flow.Recorded) { f.Moved = "2025-07-01" }, flow.ErrOrder},
		{"published nowhere", func(f *flow.Recorded) { f.Said = nil }, flow.ErrSource},
		{"nobody said it", func(f *flow.Recorded) { f.Said.Reporter = "" }, wording.ErrNeeded},
		{"a long note", func(f *flow.Recorded) { f.Said.Note = strings.Repeat("ї", wording.Most+1) }, wording.ErrLong},
		{"a note of two lines", func(f *flow.Recorded) { f.Said.Note = "a\nb" }, wording.ErrCharacters},
		{"markup is text", func(f *flow.Recorded) { f.Said.Note = "<script>alert(1)</script>" }, nil},
		{"no id", func(f *flow.Recorded) { f.Flow = "" }, flow.ErrMissing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wanted := se2025(t)
			tt.spoil(&wanted)
			got, err := flow.Record(flow.Flow{}, wanted)
			var want []fact.Body
			if tt.err == nil {
				want = []fact.Body{wanted}
			}
			if !errors.Is(err, tt.err) || !reflect.DeepEqual(got, want) {
				t.Fatalf("Record = %v, %v; want %v, %v", got, err, want, tt.err)
			}
			if err != nil && strings.Contains(err.Error(), "{{") {
				t.Errorf("%q has an empty place", err)
			}
		})
	}
}

func parts(t *testing.T, pairs ...any) (out []flow.Portion) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, flow.Portion{Year: pairs[i].(int), Amount: amount(t, pairs[i+1].(string), "SEK")})
	}
	return out
}

// Rule 1: one flow is one record, whose status moves.
func TestOneFlowIsOneRecord(t *testing.T) {
	b := tell(se2025(t))
	known, _ := b.Get("F-0032")
	if _, err := flow.Record(known, se2025(t)); !errors.Is(err, flow.ErrTaken) {
		t.Errorf("recorded twice: %v", err)
	}
	if byRow, ok := b.ByRow("row/contributions.csv/se-2025"); !ok || byRow.Recorded.Flow != "F-0032" {
		t.Errorf("the row made %v, %v", byRow.Recorded.Flow, ok)
	}
	gone := tell(se2025(t), flow.Withdrawn{Flow: "F-0032", Reason: wording.Reclassified})
	known, _ = gone.Get("F-0032")
	if _, err := flow.Record(known, se2025(t)); err != nil || known.Counts() {
		t.Errorf("after its withdrawal a row may make another flow: %v; counts %v", err, known.Counts())
	}
	again := se2025(t)
	again.Flow = "F-0033"
	gone.Fold(fact.Fact{Pos: 2, Body: again})
	if byRow, _ := gone.ByRow("row/contributions.csv/se-2025"); byRow.Recorded.Flow != "F-0033" {
		t.Errorf("the row made %v last", byRow.Recorded.Flow)
	}
}

func TestAdvance(t *testing.T) {
	pledge := se2025(t)
	pledge.Status = flow.Pledge
	committed := flow.Advanced{Flow: "F-0032", Status: flow.Commitment, On: "2025-09"}
	for _, tt := range []struct {
		name  string
		given []fact.Body
		to    flow.Status
		on    fact.Date
		err   error
	}{
		{"a pledge is committed", []fact.Body{pledge}, flow.Commitment, "2025-09", nil},
		{"a pledge is paid", []fact.Body{pledge}, flow.Paid, "2025-09", nil},
		{"a commitment is paid", []fact.Body{pledge, committed}, flow.Paid, "2025-10-01", nil},
		{"never back", []fact.Body{pledge, committed}, flow.Pledge, "2025-10-01", flow.ErrStatus},
		{"not twice", []fact.Body{pledge, committed}, flow.Commitment, "2025-10-01", flow.ErrStatus},
		{"not before the decision", []fact.Body{pledge}, flow.Paid, "2025-07-01", flow.ErrOrder},
		{"on some day", []fact.Body{pledge}, flow.Paid, "", flow.ErrDecided},
		{"to a status", []fact.Body{pledge}, "promised", "2025-09", flow.ErrWord},
		{"of a flow that is there", nil, flow.Paid, "2025-09", flow.ErrMissing},
		{"of a flow that stands", []fact.Body{pledge, flow.Withdrawn{Flow: "F-0032"}}, flow.Paid, "2025-09", flow.ErrGone},
	} {
		t.Run(tt.name, func(t *testing.T) {
			known, _ := tell(tt.given...).Get("F-0032")
			got, err := known.Advance(tt.to, tt.on, nil)
			if !errors.Is(err, tt.err) || (err == nil) != (len(got) == 1) {
				t.Fatalf("Advance(%s, %s) = %v, %v; want %v", tt.to, tt.on, got, err, tt.err)
			}
			if err != nil {
				return
			}
			after, _ := tell(append(tt.given, got...)...).Get("F-0032")
			if after.Latest() != tt.to || after.StatusOn("2025-07-02") != flow.Pledge || len(after.History) != len(tt.given)+1 {
				t.Errorf("it stands at %s, on the first day at %s, by facts %v", after.Latest(), after.StatusOn("2025-07-02"), after.History)
			}
		})
	}
}

// Rule 2, and as_of.
func TestCounts(t *testing.T) {
	for _, tt := range []struct {
		status flow.Status
		moved  fact.Date
		day    string
		is     flow.Status
		counts bool
	}{
		{flow.Pledge, "", "2026-01-01", flow.Pledge, false},
		{flow.Commitment, "", "2025-07-02", flow.Commitment, true},
		{flow.Commitment, "", "2025-07-01", flow.Commitment, false},
		{flow.Paid, "", "2025-07-02", flow.Paid, true},
		{flow.Paid, "2025-11", "2025-10-31", flow.Commitment, true},
		{flow.Paid, "2025-11", "2025-11-01", flow.Paid, true},
	} {
		f := flow.Flow{Recorded: se2025(t)}
		f.Status, f.Moved = tt.status, tt.moved
		if f.StatusOn(tt.day) != tt.is || f.CountsOn(tt.day) != tt.counts {
			t.Errorf("%s moved %s: on %s it is %s and counts: %v", tt.status, tt.moved, tt.day, f.StatusOn(tt.day), f.CountsOn(tt.day))
		}
		if f.Counts() != (tt.status != flow.Pledge) {
			t.Errorf("a %s counts: %v", tt.status, f.Counts())
		}
	}
}

// Rule 3.
func TestCross(t *testing.T) {
	inside := func(id party.ID) bool { return id == "UA" || id == "estdev-account" }
	for _, tt := range []struct {
		from, to party.ID
		want     flow.Crossing
		word     string
	}{
		{"SE", "estdev-account", flow.Incoming, "incoming"},
		{"estdev-account", "UA", flow.Internal, "internal"},
		{"estdev-account", "supplier", flow.Outgoing, "outgoing"},
		{"DK", "US", flow.Outside, "outside"},
	} {
		f := flow.Flow{Recorded: flow.Recorded{Provider: tt.from, Receiver: tt.to}}
		if got := flow.Cross(f, inside); got != tt.want || got.String() != tt.word {
			t.Errorf("%s to %s is %v; want %v", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestCorrectAndWithdraw(t *testing.T) {
	b := tell(se2025(t))
	known, _ := b.Get("F-0032")
	if same, err := flow.Correct(known, se2025(t), wording.SourceChanged); err != nil || same != nil {
		t.Errorf("what reads so already is corrected by %v, %v", same, err)
	}
	wanted := se2025(t)
	wanted.Amount, wanted.On = amount(t, "136000000", "SEK"), "2025-07-03"
	if _, err := flow.Correct(known, wanted, "because I say so"); !errors.Is(err, wording.ErrReason) {
		t.Errorf("a free reason: %v", err)
	}
	bodies, err := flow.Correct(known, wanted, wording.Mistyped)
	if err != nil || len(bodies) != 2 {
		t.Fatalf("two members are corrected by %v, %v", bodies, err)
	}
	after, _ := tell(append([]fact.Body{se2025(t)}, bodies...)...).Get("F-0032")
	if !reflect.DeepEqual(after.Recorded, wanted) || !slices.Equal(after.History, []fact.Pos{0, 1, 2}) {
		t.Errorf("it reads %+v of %v", after.Recorded, after.History)
	}
	wrong := wanted
	wrong.Amount = money.Amount{}
	if _, err := flow.Correct(known, wrong, wording.Mistyped); !errors.Is(err, flow.ErrNoAmount) {
		t.Errorf("corrected to no amount: %v", err)
	}
	if _, err := flow.Correct(flow.Flow{}, wanted, wording.Mistyped); !errors.Is(err, flow.ErrMissing) {
		t.Errorf("corrected what is not there: %v", err)
	}
	if _, err := flow.Withdraw(known, "no"); !errors.Is(err, wording.ErrReason) {
		t.Errorf("withdrawn for no reason of the list: %v", err)
	}
	gone, err := flow.Withdraw(known, wording.Duplicate)
	if err != nil {
		t.Fatal(err)
	}
	b.Fold(fact.Fact{Pos: 1, Body: gone[0]})
	known, _ = b.Get("F-0032")
	if _, err := flow.Withdraw(known, wording.Duplicate); !errors.Is(err, flow.ErrGone) || known.Counts() {
		t.Errorf("withdrawn twice: %v; counts %v", err, known.Counts())
	}
}

func TestCorrectAnAdvance(t *testing.T) {
	pledge := se2025(t)
	pledge.Status = flow.Pledge
	advanced := flow.Advanced{Flow: "F-0032", Status: flow.Commitment, On: "2025-09"}
	right := advanced
	right.On = "2025-10"
	patches, err := fact.Differences(1, advanced, right, wording.Mistyped)
	if err != nil || len(patches) != 1 {
		t.Fatal(patches, err)
	}
	f, _ := tell(pledge, advanced, flow.Corrected{Flow: "F-0032", Correction: patches[0]}).Get("F-0032")
	if f.CountsOn("2025-09-30") || !f.CountsOn("2025-10-01") {
		t.Errorf("the corrected day is not used: %+v", f.Advances)
	}
}

func TestMentions(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*flow.Mentioned)
		err   error
	}{
		{"a published total", func(*flow.Mentioned) {}, nil},
		{"no amount", func(m *flow.Mentioned) { m.Amount = nil }, nil},
		{"no day", func(m *flow.Mentioned) { m.On = "" }, nil},
		{"an unclear scope", func(m *flow.Mentioned) { m.Scope = flow.Unclear }, nil},
		{"an amount of zero", func(m *flow.Mentioned) { a := amount(t, "0", "EUR"); m.Amount = &a }, flow.ErrNoAmount},
		{"a day that is none", func(m *flow.Mentioned) { m.On = "soon" }, flow.ErrDecided},
		{"an unknown scope", func(m *flow.Mentioned) { m.Scope = "" }, flow.ErrWord},
		{"no reason", func(m *flow.Mentioned) { m.Why = "" }, flow.ErrWord},
		{"nobody said it", func(m *flow.Mentioned) { m.Said.Reporter = "" }, flow.ErrNothingSaid},
		{"nowhere", func(m *flow.Mentioned) { m.Said.Source.Cite = "" }, flow.ErrNothingSaid},
		{"no id", func(m *flow.Mentioned) { m.Mention = "" }, flow.ErrMissing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wanted := total2025(t)
			tt.spoil(&wanted)
			got, err := flow.RecordMention(flow.Mention{}, wanted)
			if !errors.Is(err, tt.err) || (err == nil) != (len(got) == 1) {
				t.Fatalf("RecordMention = %v, %v; want %v", got, err, tt.err)
			}
		})
	}
}

func TestMentionIsCorrectedAndWithdrawn(t *testing.T) {
	b := tell(total2025(t))
	known, ok := b.MentionByRow("row/contributions.csv/tot-2025-10-31")
	if !ok {
		t.Fatal("the row's mention is not found")
	}
	if _, err := flow.RecordMention(known, total2025(t)); !errors.Is(err, flow.ErrTaken) {
		t.Errorf("recorded twice: %v", err)
	}
	if same, err := flow.CorrectMention(known, total2025(t), wording.SourceChanged); same != nil || err != nil {
		t.Errorf("what reads so already is corrected by %v, %v", same, err)
	}
	wanted := total2025(t)
	wanted.On, wanted.Amount = "2025-10", nil
	bodies, err := flow.CorrectMention(known, wanted, wording.SourceChanged)
	if err != nil {
		t.Fatal(err)
	}
	for i, body := range bodies {
		b.Fold(fact.Fact{Pos: fact.Pos(i + 1), Body: body})
	}
	known, _ = b.Mention("S-0417")
	if !reflect.DeepEqual(known.Mentioned, wanted) {
		t.Errorf("it reads %+v", known.Mentioned)
	}
	gone, err := flow.WithdrawMention(known, wording.Reclassified)
	if err != nil {
		t.Fatal(err)
	}
	b.Fold(fact.Fact{Pos: 9, Body: gone[0]})
	known, _ = b.Mention("S-0417")
	if _, err := flow.WithdrawMention(known, wording.Duplicate); !errors.Is(err, flow.ErrGone) || len(known.History) != len(bodies)+2 {
		t.Errorf("withdrawn twice: %v, by facts %v", err, known.History)
	}
}

// A status never falls, in whatever order its moves were recorded.
func TestStatusNeverFalls(t *testing.T) {
	pledge := se2025(t)
	pledge.Status = flow.Pledge
	b := tell(pledge, flow.Advanced{Flow: "F-0032", Status: flow.Paid, On: "2025-08"}, flow.Advanced{Flow: "F-0032", Status: flow.Commitment, On: "2025-09"})
	f, _ := b.Get("F-0032")
	if f.StatusOn("2025-10-01") != flow.Paid || b.Tallies()[0].Paid != flow.DayOf("2025-08") || b.Tallies()[0].Committed != flow.DayOf("2025-08") {
		t.Errorf("it stands at %s; its tally is %+v", f.StatusOn("2025-10-01"), b.Tallies()[0])
	}
}

// What a reader was given stays as it was, whatever is folded or appended.
func TestCopiesStand(t *testing.T) {
	pledge := se2025(t)
	pledge.Status = flow.Pledge
	b := tell(pledge)
	for i := range 5 { // so that some slice has room to spare
		f, _ := b.Get("F-0032")
		history, advances := append(f.History, 99), append(f.Advances, flow.Advance{Pos: 99})
		b.Fold(fact.Fact{Pos: fact.Pos(i + 1), Body: flow.Advanced{Flow: "F-0032", Status: flow.Commitment, On: "2025-09"}})
		if history[len(history)-1] != 99 || advances[len(advances)-1].Pos != 99 {
			t.Fatalf("after %d moves a reader's own slice was overwritten", i+1)
		}
	}
}
