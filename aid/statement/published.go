package statement

import (
	"tallinn/aid/flow"
	"tallinn/money"
)

// mentions splits what was said in public by asOf, by date: totals that
// others published of the mechanism, and everything else. A total whose scope
// is unclear is none of the mechanism.
func mentions(b *flow.Book, asOf string) (published, other []flow.Mention) {
	for m := range b.MentionsByDay() {
		switch {
		case m.Gone || !m.On.HeldBy(asOf):
		case m.Total && m.Scope == flow.Mechanism:
			published = append(published, m)
		default:
			other = append(other, m)
		}
	}
	return published, other
}

// A Note says where published totals do not reconcile (rule 9): not what is
// right, for no method was published, but what does not fit. Its text stands
// in the catalogue under its key.
type Note struct {
	Key      string         // "statement.note.rest", ...
	Mentions []flow.Mention // what it compares, in the order its text names them
	Result   money.Amount   // the difference or sum that its text names; may be none
}

// The keys of notes.
const (
	// NoteRest: the later total, less what it says was added, is below the
	// earlier total. Mentions: later total, addition, earlier total. Result:
	// later less addition.
	NoteRest = "statement.note.rest"
	// NoteWording: the same figure in different words. Mentions: the two.
	NoteWording = "statement.note.wording"
	// NoteSum: an addition was published beside a total that it is part of.
	// Mentions: total, addition, later total. Result: total and addition, more
	// than the later total, and so not to be added.
	NoteSum = "statement.note.sum"
)

// row names an imported row of the public contributions.
type row string

const (
	total2024     row = "tot-2024-eur"   // 20 December 2024, euros
	total2025Oct  row = "tot-2025-10"    // Paris, as the press had it
	added2025     row = "new-2025-paris" // Paris, as the press had it
	joint2025     row = "tot-2025-10-31" // joint statement
	jointAdded    row = "new-2025-10-31" // joint statement
	total2025Dec  row = "tot-2025-12"    // the second anniversary
	contributions     = "contributions.csv"
)

// Reconcile compares the totals that were published. A note appears only when
// every row that it compares is among them, has an amount, and does not fit:
// before the rows, or after their correction, there is none.
func Reconcile(published []flow.Mention) []Note {
	var out []Note
	find := func(rows ...row) []flow.Mention { return pickRows(published, rows) }
	if m := find(joint2025, jointAdded, total2024); m != nil {
		rest, ok := m[0].Amount.Sub(*m[1].Amount)
		if ok && sameCurrency(m) && rest.Cmp(*m[2].Amount) < 0 {
			out = append(out, Note{NoteRest, m, rest})
		}
	}
	if m := find(joint2025, total2025Dec); m != nil {
		if *m[0].Amount == *m[1].Amount && m[0].Said.Status != m[1].Said.Status {
			out = append(out, Note{Key: NoteWording, Mentions: m})
		}
	}
	if m := find(total2025Oct, added2025, joint2025); m != nil {
		both, err := m[0].Amount.Add(*m[1].Amount)
		if err == nil && sameCurrency(m) && both.Cmp(*m[2].Amount) > 0 {
			out = append(out, Note{NoteSum, m, both})
		}
	}
	return out
}

// pickRows returns the mentions that rows made, in their order, or nil when
// one is missing or has no amount.
func pickRows(published []flow.Mention, rows []row) []flow.Mention {
	var out []flow.Mention
	for _, r := range rows {
		for _, m := range published {
			s := m.Said.Source
			if s.File == contributions && s.Row == string(r) && m.Amount != nil {
				out = append(out, m)
				break
			}
		}
	}
	if len(out) < len(rows) {
		return nil
	}
	return out
}

func sameCurrency(m []flow.Mention) bool {
	for _, other := range m[1:] {
		if other.Amount.Currency() != m[0].Amount.Currency() {
			return false
		}
	}
	return true
}
