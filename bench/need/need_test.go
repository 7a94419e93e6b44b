package need

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/text"
)

const needs = 20_000

// mostBytes is what a need may cost of heap.
const mostBytes = 1_000

// BenchmarkHeap20k folds the needs from the bytes of their facts and reports
// what of the heap they hold once all else is collected. Beside it, as
// "peer-B/need", the same needs as whole values, as one would keep them first.
func BenchmarkHeap20k(b *testing.B) {
	raw, registry := facts(b, needs), registry()
	var packed, plain float64
	for b.Loop() {
		packed, plain = heap(raw, registry, needs)
	}
	b.ReportMetric(packed, "B/need")
	b.ReportMetric(plain, "peer-B/need")
	b.ReportMetric(0, "ns/op")
}

// TestHeap holds the book to its bound, with fewer needs to share what it costs
// to have a book at all.
func TestHeap(t *testing.T) {
	const needs = 5_000
	packed, plain := heap(facts(t, needs), registry(), needs)
	t.Logf("%.0f B of heap a need; whole values would be %.0f B", packed, plain)
	if packed > mostBytes {
		t.Errorf("a need costs %.0f B of heap; want at most %d", packed, mostBytes)
	}
}

func heap(raw [][]byte, registry *fact.Registry, needs int) (packed, plain float64) {
	before := live()
	book := need.NewBook()
	fold(book, raw, registry)
	packed = float64(live()-before) / float64(needs)
	before = live()
	whole := map[need.ID]need.Need{}
	for h := range book.All() {
		n, _ := book.Get(h.ID)
		n.Stages = nil
		whole[h.ID] = n
	}
	plain = float64(live()-before) / float64(needs)
	runtime.KeepAlive(raw)
	runtime.KeepAlive(book)
	runtime.KeepAlive(whole)
	return packed, plain
}

func live() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkFold20k folds the decoded facts.
func BenchmarkFold20k(b *testing.B) {
	raw, registry := facts(b, needs), registry()
	decoded := decode(raw, registry)
	b.ReportAllocs()
	for b.Loop() {
		book := need.NewBook()
		for _, f := range decoded {
			book.Fold(f)
		}
	}
}

// BenchmarkPage20k is what pages ask of the book, each with its plain way
// beside it: looking at every need.
func BenchmarkPage20k(b *testing.B) {
	book := need.NewBook()
	fold(book, facts(b, needs), registry())
	validated := book.Classes(func(c class.Class) bool { return c.Stage == string(need.Valid) })
	now := start.AddDate(0, 1, 0)
	for _, bench := range []struct {
		name string
		run  func() int
	}{
		{"50 validated of 200 owners", func() int { return first(50, book.In(validated), anyHead) }},
		{"50 validated, all looked at", func() int { return first(50, book.All(), isValid) }},
		{"all of one sector in 200 buckets", func() int { return first(needs, book.Find(validated, need.Filter{Sector: "energy"}), anyHead) }},
		{"all of one sector, all looked at", func() int { return first(needs, book.In(validated), isEnergy) }},
		{"count of one sector in 200 buckets", func() int { return book.CountFound(validated, need.Filter{Sector: "energy"}) }},
		{"50 of a stage's queue", func() int { return first(50, book.Queue("interagency"), anyHead) }},
		{"count overdue", func() int { return book.CountOverdue(now) }},
		{"one need, whole", func() int { n, _ := book.Get("N-00100"); return len(n.Votes) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if bench.run() == 0 {
					b.Fatal("nothing was found")
				}
			}
		})
	}
}

func anyHead(need.Head) bool    { return true }
func isValid(h need.Head) bool  { return h.Status == need.Valid }
func isEnergy(h need.Head) bool { return h.Sector == "energy" }

func first(n int, heads func(func(need.Head) bool), is func(need.Head) bool) (found int) {
	for h := range heads {
		if is(h) {
			if found++; found == n {
				break
			}
		}
	}
	return found
}

func registry() *fact.Registry { return fact.NewRegistry(procedure.Kinds(), need.Kinds()) }

func fold(book *need.Book, raw [][]byte, registry *fact.Registry) {
	for _, b := range raw {
		f, err := registry.Decode(b)
		if err != nil {
			panic(err)
		}
		book.Fold(f)
	}
}

func decode(raw [][]byte, registry *fact.Registry) (out []fact.Fact) {
	for _, b := range raw {
		f, _ := registry.Decode(b)
		out = append(out, f)
	}
	return out
}

var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// facts are the bytes of the facts of so many needs, as the rules make them.
func facts(tb testing.TB, needs int) [][]byte {
	p := procedure.Default()
	p.From = "2026-01-01"
	s := story{tb: tb, book: need.NewBook(), procedure: procedure.Procedure{Adopted: p}}
	s.tell([]fact.Body{p}, nil)
	for i := range needs {
		s.need(i)
	}
	return s.raw
}

// A story tells facts one after another.
type story struct {
	tb        testing.TB
	book      *need.Book
	procedure procedure.Procedure
	raw       [][]byte
}

func (s *story) now() time.Time { return start.Add(time.Duration(len(s.raw)) * time.Second) }

func (s *story) tell(bodies []fact.Body, err error) {
	if err != nil {
		s.tb.Fatal(err)
	}
	for _, body := range bodies {
		f := fact.Fact{Pos: fact.Pos(len(s.raw)), At: s.now(), Cmd: "c", Kind: body.Kind(), Streams: body.Streams(), Realm: fact.Exercise, Body: body}
		raw, err := fact.Encode(f)
		if err != nil {
			s.tb.Fatal(err)
		}
		s.raw = append(s.raw, raw)
		s.book.Fold(f)
	}
}

func (s *story) need(i int) {
	id := need.ID(fmt.Sprintf("N-%05d", i))
	owner := sit("R-1", seat.Officer, party.ID(fmt.Sprintf("owner-%03d", i%200)), "")
	s.tell(need.Submit(id, owner, s.procedure, s.now(), asked(i)))
	switch i % 10 {
	case 0:
		s.vote(id, need.Abstain)
	case 1:
		s.vote(id, need.Pass, need.Pass, need.Abstain)
	case 2:
		s.vote(id, need.Return, need.Pass, need.Return)
		n, _ := s.book.Get(id)
		s.tell(n.Resubmit(owner, s.now(), asked(i+1)))
		s.vote(id, need.Pass, need.Abstain, need.Pass, need.Pass, need.Pass)
	case 3:
		s.vote(id, need.Abstain, need.Pass, need.Pass, need.Reject, need.Reject)
	default:
		s.vote(id, need.Abstain, need.Pass, need.Pass, need.Pass, need.Return, need.Pass)
	}
}

// vote lets the three seats of the body whose stage is open vote in turn.
func (s *story) vote(id need.ID, verdicts ...need.Verdict) {
	stage, voter := "", 0
	for _, v := range verdicts {
		n, _ := s.book.Get(id)
		if n.Stage != stage {
			stage, voter = n.Stage, 0
		}
		voter++
		st, ok := s.procedure.Stage(stage)
		if !ok {
			continue // decided already
		}
		b := need.Ballot{Stage: stage, Round: n.Round, Verdict: v}
		if v == need.Pass {
			for j, c := range st.Criteria {
				b.Scores = append(b.Scores, need.Score{Criterion: c.ID, Score: (len(s.raw) + j) % 6})
			}
		}
		if v == need.Return || v == need.Reject {
			b.Reason = ref(len(s.raw), "reason")
		}
		by := sit(seat.ID(fmt.Sprintf("R-%s-%d", stage, voter)), st.Role, party.ID(fmt.Sprintf("member-%d", voter)), st.Body)
		s.tell(n.Vote(by, s.now(), b))
	}
}

func sit(id seat.ID, role seat.Role, holder, body party.ID) seat.Seat {
	return seat.Seat{ID: id, Role: role, Holder: holder, Body: body, From: "2026-01-01"}
}

func asked(i int) need.Asked {
	a := need.Asked{Title: ref(i, "title"), Summary: ref(i, "summary"), Weakness: ref(i, "weakness"),
		Line: capability.Lines[i%len(capability.Lines)], Urgency: need.Urgencies[i%4], Criticality: need.Criticalities[i/4%4],
		UsefulUntil: fact.Date(start.AddDate(0, 6, i%300).Format(time.DateOnly)), LeadDays: i % 60,
		Sector: need.Sectors[i%len(need.Sectors)], Region: need.Regions[i%len(need.Regions)], HideRegion: i%3 == 0}
	if i%2 == 0 {
		a.Excluded = []string{"RU", "BY"}
	}
	for l := range 1 + i%3 {
		good := need.Goods[(i+l)%len(need.Goods)]
		lot := need.Lot{ID: string(rune('a' + l)), What: good.What, Unit: good.Unit, Quantity: int64(1 + i%1000), UsefulShare: 20, MostPartners: 3}
		if l%2 == 0 {
			cost, _ := money.FromMinor(int64(1_000_000+i), "EUR")
			lot.Cost = &cost
		}
		a.Lots = append(a.Lots, lot)
	}
	return a
}

// ref is a reference of the form in which the record makes them.
func ref(i int, of string) text.Ref {
	sum := sha256.Sum256(fmt.Append(nil, of, i))
	id := slices.Concat(sum[16:])
	return text.Ref{ID: hex.EncodeToString(id), Commit: hex.EncodeToString(sum[:])}
}
