package need

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/money"
	"tallinn/text"
)

// A need is kept in well under a kilobyte: words that many needs share are
// numbers, references to texts are bytes and not digits. Only what is looked
// at is unpacked.

// A word stands for a string of Book.words; 0 for the empty one.
type word uint32

// words keeps each string once.
type words struct{ once[string, string] }

func (w *words) put(s string) word { return word(w.once.put(s, s)) }
func (w *words) get(i word) string { return w.once.get(uint32(i)) }

// once keeps each value once, by its key; 0 is that of the zero key.
type once[K comparable, V any] struct {
	list  []V
	index map[K]uint32
}

func newOnce[K comparable, V any]() once[K, V] {
	var key K
	var none V
	return once[K, V]{[]V{none}, map[K]uint32{key: 0}}
}

func (o *once[K, V]) put(key K, v V) uint32 {
	i, known := o.index[key]
	if !known {
		i = uint32(len(o.list))
		o.list = append(o.list, v)
		o.index[key] = i
	}
	return i
}

func (o *once[K, V]) get(i uint32) V { return o.list[i] }

// A ref is a text.Ref of the form in which the record makes them, in a third
// of the room. Any other stands in Book.odd, and is marked by oddID.
type ref struct {
	id     [16]byte
	commit [32]byte
}

var oddID = [16]byte(bytes.Repeat([]byte{0xff}, 16))

func (b *Book) pack(r text.Ref) (p ref) {
	_, err1 := hex.Decode(p.id[:], fitting(r.ID, len(p.id)))
	_, err2 := hex.Decode(p.commit[:], fitting(r.Commit, len(p.commit)))
	if r == (text.Ref{}) || err1 == nil && err2 == nil && p.id != oddID && b.unpack(p) == r {
		return p
	}
	p.id = oddID
	binary.BigEndian.PutUint64(p.commit[:], uint64(len(b.odd)))
	b.odd = append(b.odd, r)
	return p
}

// fitting is s if it has two digits for each of n bytes, else something that
// does not decode.
func fitting(s string, n int) []byte {
	if len(s) != 2*n {
		return []byte("-")
	}
	return []byte(s)
}

func (b *Book) unpack(p ref) text.Ref {
	switch p.id {
	case oddID:
		return b.odd[binary.BigEndian.Uint64(p.commit[:])]
	case [16]byte{}:
		if p.commit == [32]byte{} {
			return text.Ref{}
		}
	}
	return text.Ref{ID: hex.EncodeToString(p.id[:]), Commit: hex.EncodeToString(p.commit[:])}
}

// An item is a need as it is kept.
type item struct {
	id                       ID
	title, summary, weakness ref
	owner, line, urgency     word
	usefulUntil, criticality word
	sector, region, excluded word
	status                   word
	procedure, round         int32
	leadDays, renewMonths    int32
	passed                   uint8 // stages of this round that closed with Pass
	hideRegion, stuck        bool
	marking                  uint8 // a tlp.Marking
	to                       word  // of TLP:RED
	submitted, began, opened int64 // microseconds since 1970
	due, ended               int64 // 0: none
	pos, changed             fact.Pos
	lots                     []lot
	moves                    []move
	borne                    *borne // nil: nothing
	lane                     *lane  // nil: not of the emergency lane
	again                    *again // nil: no stage was opened again, and nobody asked
}

// borne is what bears a need out, which few needs have.
type borne struct{ evidence, incidents ref }

type lot struct {
	id, what, unit, currency word
	quantity, cost           int64
	share, partners          int32
}

// A move is a vote or a closing.
type move struct {
	pos    fact.Pos
	at     int64
	seat   word   // 0: a closing
	detail uint32 // of a vote its scores, in Book.scores; of a closing its votes
	call   uint32 // in Book.calls
	round  uint16
	beside bool // Book.beside has more of it
}

// A call is the stage and the verdict of a move.
type call struct {
	stage   string
	verdict Verdict
}

// beside is what few votes have.
type beside struct {
	castFor word
	reason  ref
}

func moment(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

// ask puts what is asked for into it.
func (b *Book) ask(it *item, a Asked) {
	i := b.byID[it.id]
	for _, w := range it.words() {
		b.dropFacet(w.facet, w.word, i)
	}
	it.title, it.summary, it.weakness = b.pack(a.Title), b.pack(a.Summary), b.pack(a.Weakness)
	it.line, it.urgency, it.criticality = b.put(string(a.Line)), b.put(string(a.Urgency)), b.put(string(a.Criticality))
	it.usefulUntil, it.sector, it.region = b.put(string(a.UsefulUntil)), b.put(a.Sector), b.put(a.Region)
	it.excluded, it.hideRegion = b.put(strings.Join(a.Excluded, ",")), a.HideRegion
	it.leadDays, it.renewMonths = int32(a.LeadDays), int32(a.RenewMonths)
	it.borne = nil
	if (a.Evidence != text.Ref{} || a.Incidents != text.Ref{}) {
		it.borne = &borne{b.pack(a.Evidence), b.pack(a.Incidents)}
	}
	it.lots = make([]lot, 0, len(a.Lots))
	for _, l := range a.Lots {
		p := lot{id: b.put(l.ID), what: b.put(l.What), unit: b.put(l.Unit), quantity: l.Quantity,
			share: int32(l.UsefulShare), partners: int32(l.MostPartners)}
		if l.Cost != nil {
			p.currency, p.cost = b.put(string(l.Cost.Currency())), l.Cost.Minor()
		}
		it.lots = append(it.lots, p)
	}
	for _, w := range it.words() {
		b.putFacet(w.facet, w.word, i)
	}
}

// asked is what it asks for.
func (b *Book) asked(it *item) Asked {
	a := Asked{Title: b.unpack(it.title), Summary: b.unpack(it.summary), Weakness: b.unpack(it.weakness),
		Line: capability.Line(b.get(it.line)), Urgency: Urgency(b.get(it.urgency)), Criticality: Criticality(b.get(it.criticality)),
		UsefulUntil: fact.Date(b.get(it.usefulUntil)), LeadDays: int(it.leadDays), Sector: b.get(it.sector),
		Region: b.get(it.region), HideRegion: it.hideRegion, RenewMonths: int(it.renewMonths)}
	if it.excluded != 0 {
		a.Excluded = strings.Split(b.get(it.excluded), ",")
	}
	if it.borne != nil {
		a.Evidence, a.Incidents = b.unpack(it.borne.evidence), b.unpack(it.borne.incidents)
	}
	a.Lots = b.lots(it)
	return a
}

func (b *Book) lots(it *item) []Lot {
	out := make([]Lot, 0, len(it.lots))
	for _, p := range it.lots {
		l := Lot{ID: b.get(p.id), What: b.get(p.what), Unit: b.get(p.unit), Quantity: p.quantity,
			UsefulShare: int(p.share), MostPartners: int(p.partners)}
		if p.currency != 0 {
			if cost, err := money.FromMinor(p.cost, money.Currency(b.get(p.currency))); err == nil {
				l.Cost = &cost
			}
		}
		out = append(out, l)
	}
	return out
}

func (b *Book) head(it *item) Head {
	h := Head{ID: it.id, Owner: party.ID(b.get(it.owner)), Status: Status(b.get(it.status)), Round: int(it.round),
		Procedure: int(it.procedure), Line: capability.Line(b.get(it.line)), Urgency: Urgency(b.get(it.urgency)),
		Criticality: Criticality(b.get(it.criticality)), Sector: b.get(it.sector), Region: b.get(it.region),
		HideRegion: it.hideRegion, UsefulUntil: fact.Date(b.get(it.usefulUntil)), Submitted: moment(it.submitted),
		Began: moment(it.began), Opened: moment(it.opened), Due: moment(it.due), Ended: moment(it.ended), Stuck: it.stuck, Class: b.classOf(it), Pos: it.pos, Changed: it.changed}
	if s, ok := b.stageOf(it); ok {
		h.Stage = s.ID
	}
	if it.lane != nil {
		h.Emergency = true
		if h.Status == Open {
			h.Provisional = it.lane.provisional
		}
	}
	return h
}

// whole is everything of it.
func (b *Book) whole(it *item) Need {
	n := Need{Head: b.head(it), Asked: b.asked(it)}
	if !n.Red() {
		n.Title = n.Asked.Title
	}
	if p, ok := b.procedures.Version(n.Procedure); ok {
		n.Stages = p.Stages
	}
	if it.lane != nil {
		own := it.lane.Lane
		n.Lane = &own
	}
	if it.again != nil {
		n.asking, n.Reopenings = it.again.asked, it.again.opened
	}
	n.Votes = b.votes(it)
	for i := range it.moves {
		if m := &it.moves[i]; m.seat == 0 {
			c := b.calls.get(m.call)
			n.Closings = append(n.Closings, Closing{StageClosed{n.ID, c.stage, int(m.round), c.verdict, int(m.detail)}, moment(m.at), m.pos})
		}
	}
	return n
}

func (b *Book) votes(it *item) (out []Vote) {
	for i := range it.moves {
		if m := &it.moves[i]; m.seat != 0 {
			out = append(out, b.vote(it.id, m))
		}
	}
	return out
}

func (b *Book) vote(id ID, m *move) Vote {
	c := b.calls.get(m.call)
	v := Vote{Voted{Need: id, Stage: c.stage, Round: int(m.round), Seat: seat.ID(b.get(m.seat)),
		Scores: b.scores.get(m.detail), Verdict: c.verdict}, moment(m.at), m.pos}
	if m.beside {
		more := b.beside[m.pos]
		v.For, v.Reason = seat.ID(b.get(more.castFor)), b.unpack(more.reason)
	}
	return v
}

// sheet is the key of a list of scores.
func sheet(scores []Score) string {
	var key []byte
	for _, x := range scores {
		key = strconv.AppendQuote(key, x.Criterion)
		key = strconv.AppendInt(key, int64(x.Score), 10)
	}
	return string(key)
}
