package need

import (
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
type words struct {
	list  []string
	index map[string]word
}

func newWords() words { return words{[]string{""}, map[string]word{"": 0}} }

func (w *words) put(s string) word {
	i, ok := w.index[s]
	if !ok {
		i = word(len(w.list))
		s = strings.Clone(s)
		w.list = append(w.list, s)
		w.index[s] = i
	}
	return i
}

func (w *words) get(i word) string { return w.list[i] }

// A ref is a text.Ref of the form in which the record makes them, in half the
// room; any other is kept as it is.
type ref struct {
	id     [16]byte
	commit [32]byte
	odd    *text.Ref
}

func pack(r text.Ref) (p ref) {
	_, err1 := hex.Decode(p.id[:], fitting(r.ID, len(p.id)))
	_, err2 := hex.Decode(p.commit[:], fitting(r.Commit, len(p.commit)))
	if err1 != nil || err2 != nil || p.unpack() != r {
		return ref{odd: &r}
	}
	return p
}

// fitting is s if it has two digits for each byte, else something that does
// not decode.
func fitting(s string, bytes int) []byte {
	if len(s) != 2*bytes {
		return []byte("-")
	}
	return []byte(s)
}

func (p ref) unpack() text.Ref {
	if p.odd != nil {
		return *p.odd
	}
	if p == (ref{}) {
		return text.Ref{}
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
	submitted, began, opened int64 // microseconds since 1970
	due, ended               int64 // 0: none
	pos, changed             fact.Pos
	lots                     []lot
	moves                    []move
}

type lot struct {
	id, what, unit, currency word
	quantity, cost           int64
	share, partners          int32
}

// A move is a vote or a closing.
type move struct {
	pos     fact.Pos
	at      int64
	seat    word   // 0: a closing
	detail  uint32 // of a vote its scores, as a word; of a closing its votes
	verdict word
	stage   word
	round   uint16
	beside  bool // Book.beside has more of it
}

// beside is what few votes have.
type beside struct {
	castFor seat.ID
	reason  text.Ref
}

func moment(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

// ask puts what is asked for into it.
func (b *Book) ask(it *item, a Asked) {
	it.title, it.summary, it.weakness = pack(a.Title), pack(a.Summary), pack(a.Weakness)
	it.line, it.urgency, it.criticality = b.put(string(a.Line)), b.put(string(a.Urgency)), b.put(string(a.Criticality))
	it.usefulUntil, it.sector, it.region = b.put(string(a.UsefulUntil)), b.put(a.Sector), b.put(a.Region)
	it.excluded, it.hideRegion = b.put(strings.Join(a.Excluded, ",")), a.HideRegion
	it.leadDays, it.renewMonths = int32(a.LeadDays), int32(a.RenewMonths)
	it.lots = make([]lot, 0, len(a.Lots))
	for _, l := range a.Lots {
		p := lot{id: b.put(l.ID), what: b.put(l.What), unit: b.put(l.Unit), quantity: l.Quantity,
			share: int32(l.UsefulShare), partners: int32(l.MostPartners)}
		if l.Cost != nil {
			p.currency, p.cost = b.put(string(l.Cost.Currency())), l.Cost.Minor()
		}
		it.lots = append(it.lots, p)
	}
}

// asked is what it asks for.
func (b *Book) asked(it *item) Asked {
	a := Asked{Title: it.title.unpack(), Summary: it.summary.unpack(), Weakness: it.weakness.unpack(),
		Line: capability.Line(b.get(it.line)), Urgency: Urgency(b.get(it.urgency)), Criticality: Criticality(b.get(it.criticality)),
		UsefulUntil: fact.Date(b.get(it.usefulUntil)), LeadDays: int(it.leadDays), Sector: b.get(it.sector),
		Region: b.get(it.region), HideRegion: it.hideRegion, RenewMonths: int(it.renewMonths)}
	if it.excluded != 0 {
		a.Excluded = strings.Split(b.get(it.excluded), ",")
	}
	for _, p := range it.lots {
		l := Lot{ID: b.get(p.id), What: b.get(p.what), Unit: b.get(p.unit), Quantity: p.quantity,
			UsefulShare: int(p.share), MostPartners: int(p.partners)}
		if cost, err := money.FromMinor(p.cost, money.Currency(b.get(p.currency))); err == nil {
			l.Cost = &cost
		}
		a.Lots = append(a.Lots, l)
	}
	return a
}

func (b *Book) head(it *item) Head {
	h := Head{ID: it.id, Owner: party.ID(b.get(it.owner)), Status: Status(b.get(it.status)), Round: int(it.round),
		Procedure: int(it.procedure), Line: capability.Line(b.get(it.line)), Urgency: Urgency(b.get(it.urgency)),
		Criticality: Criticality(b.get(it.criticality)), Sector: b.get(it.sector), Region: b.get(it.region),
		HideRegion: it.hideRegion, UsefulUntil: fact.Date(b.get(it.usefulUntil)), Submitted: moment(it.submitted),
		Began: moment(it.began), Opened: moment(it.opened), Due: moment(it.due), Ended: moment(it.ended), Stuck: it.stuck, Pos: it.pos, Changed: it.changed}
	if s, ok := b.stageOf(it); ok {
		h.Stage = s.ID
	}
	return h
}

// whole is everything of it.
func (b *Book) whole(it *item) Need {
	n := Need{Head: b.head(it), Asked: b.asked(it)}
	n.Title = n.Asked.Title
	if p, ok := b.procedures.Version(n.Procedure); ok {
		n.Stages = p.Stages
	}
	n.Votes = b.votes(it)
	for i := range it.moves {
		if m := &it.moves[i]; m.seat == 0 {
			n.Closings = append(n.Closings, Closing{StageClosed{n.ID, b.get(m.stage), int(m.round),
				Verdict(b.get(m.verdict)), int(m.detail)}, moment(m.at), m.pos})
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
	v := Vote{Voted{Need: id, Stage: b.get(m.stage), Round: int(m.round), Seat: seat.ID(b.get(m.seat)),
		Scores: b.scores.get(m.detail), Verdict: Verdict(b.get(m.verdict))}, moment(m.at), m.pos}
	if m.beside {
		more := b.beside[m.pos]
		v.For, v.Reason = more.castFor, more.reason
	}
	return v
}

// sheets keeps each list of scores once.
type sheets struct {
	list  [][]Score
	index map[string]uint32
}

func newSheets() sheets { return sheets{[][]Score{nil}, map[string]uint32{"": 0}} }

func (s *sheets) put(scores []Score) uint32 {
	var key []byte
	for _, x := range scores {
		key = strconv.AppendQuote(key, x.Criterion)
		key = strconv.AppendInt(key, int64(x.Score), 10)
	}
	i, ok := s.index[string(key)]
	if !ok {
		i = uint32(len(s.list))
		s.list = append(s.list, scores)
		s.index[string(key)] = i
	}
	return i
}

func (s *sheets) get(i uint32) []Score { return s.list[i] }
