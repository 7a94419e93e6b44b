package app

import (
	"context"
	"sync"

	"tallinn/aid/statement/statementhttp"
	"tallinn/fact"
)

// A past keeps the books as they stood at the positions asked for last: a
// reader who compares two statements asks for the same two again and again.
type past struct {
	mu   sync.Mutex
	kept []moment // the latest last
}

// A moment is the books of one realm as they stood at a position.
type moment struct {
	realm fact.Realm
	pos   fact.Pos
	books *Books
}

// mostMoments bounds the books that are kept, which are as large as those of
// the present.
const mostMoments = 4

// statementAt computes the books of this realm as they stood after the fact at
// pos: what was known then. It replays the record, one reader at a time.
func (h room) statementAt(ctx context.Context, pos fact.Pos) (statementhttp.Books, error) {
	b, err := h.past.at(ctx, h, pos)
	if err != nil {
		return statementhttp.Books{}, err
	}
	return statementhttp.Books{Parties: b.Parties, Milestones: b.Milestones, Rates: b.Rates, Flows: b.Flows}, nil
}

func (p *past) at(ctx context.Context, h room, pos fact.Pos) (*Books, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.kept {
		if m.realm == h.realm && m.pos == pos {
			return m.books, nil
		}
	}
	books := newBooks(h.realm)
	for from := fact.Pos(0); from <= pos; {
		facts, err := h.record.Facts(ctx, from, replayed)
		if err != nil {
			return nil, err
		}
		for _, k := range facts {
			from = k.Fact.Pos + 1
			if k.Fact.Realm == h.realm && k.Fact.Pos <= pos {
				books.Fold(k.Fact)
			}
		}
		if len(facts) == 0 {
			break
		}
	}
	if len(p.kept) >= mostMoments {
		p.kept = p.kept[1:]
	}
	p.kept = append(p.kept, moment{h.realm, pos, books})
	return books, nil
}

// replayed is how many facts are read at a time.
const replayed = 1000
