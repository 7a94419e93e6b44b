package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"tallinn/aid/flow"
	"tallinn/aid/flow/flowhttp"
	"tallinn/aid/need"
	"tallinn/aid/offer"
	"tallinn/class"
	"tallinn/exchange/fields"
	"tallinn/exchange/listhttp"
	"tallinn/exchange/sheet"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/wording"
	"tallinn/money"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/text"
	"tallinn/tlp"
	"tallinn/web"
)

// A checked row may be recorded, as far as could be seen when it was checked.
type checked struct {
	fields.Thing
	doubts []flow.DoubtWhy // that its reason answers
}

// A checker reads rows and asks the rules about each, as the record stands. It
// serves one reading.
type checker struct {
	lists
	reader *fields.Reader
	by     seat.Seat
	now    time.Time
	doubts *flow.Doubter
}

func (l lists) checker(ctx context.Context, of batch.Noun, plan fields.Plan) *checker {
	c := &checker{lists: l, by: l.acting(ctx).seat, now: l.cfg.Now()}
	c.reader = fields.NewReader(of, plan, l.words())
	if of == batch.Flows {
		l.View(l.realm, func(b *Books) { c.doubts = b.flowShelf().Doubter(b.worth) })
	}
	return c
}

// flowShelf is the book in which flows of this realm's sides begin.
func (b *Books) flowShelf() *flow.Book {
	if b.realm == fact.Exercise {
		return b.Flows
	}
	return b.Held
}

// worth is what an amount comes to in euros.
func (b *Books) worth(a money.Amount, on fact.Date) (money.Exact, bool) {
	x, _, ok := b.Rates.Convert(a, money.EUR, on.First())
	return x, ok
}

// check is what a row says, and everything wrong with it.
func (c *checker) check(r sheet.Row) (checked, []listhttp.Problem) {
	thing, wrong := c.reader.Read(r)
	out := checked{Thing: thing}
	var found []listhttp.Problem
	for _, p := range wrong {
		found = append(found, problemOf(p))
	}
	if len(found) > 0 {
		return out, found // the rules would refuse what is not there
	}
	var err error
	if out.doubts, err = c.ask(thing); err != nil {
		found = append(found, problemOf(c.reader.At(err)))
	}
	return out, found
}

// ask asks the rules whether a row may be recorded.
func (c *checker) ask(t fields.Thing) (doubts []flow.DoubtWhy, err error) {
	switch {
	case t.Need != nil:
		return nil, c.askNeed(*t.Need)
	case t.Offer != nil:
		wanted := t.Offer.Opened
		wanted.Offer = "P"
		if wanted.From == "" {
			wanted.From = fact.Day(c.now)
		}
		if err := offer.CheckTerms(t.Offer.Terms); err != nil {
			return nil, err
		}
		_, err := offer.Open(c.by, c.now, wanted)
		return nil, err
	case t.Mention != nil:
		wanted := *t.Mention
		wanted.Mention, wanted.Said.Source.File = "S", "I"
		_, err := flow.RecordMention(flow.Mention{}, wanted)
		return nil, err
	case t.Flow != nil:
		return c.askFlow(t.Flow)
	}
	return nil, batch.ErrNoun
}

// there stands for a text that is not sealed yet.
var there = text.Ref{ID: "-", Commit: "-"}

func (c *checker) askNeed(n fields.Need) error {
	if err := need.WhyNotSubmit(c.by, c.now); err != nil {
		return err
	}
	if err := n.Texts.Check(); err != nil {
		return err
	}
	asked := n.Asked
	asked.Title, asked.Summary = there, there
	return asked.Check(string(fact.Day(c.now)))
}

func (c *checker) askFlow(f *fields.Flow) (doubts []flow.DoubtWhy, err error) {
	c.View(c.realm, func(b *Books) {
		_, err = b.flowShelf().Announce("F", c.realm, f.Recorded, f.Another, c.by, c.now)
	})
	if err != nil {
		return nil, err
	}
	doubts = flowhttp.DoubtWords(c.doubts.Doubts(f.Recorded))
	c.doubts.Add(f.Recorded)
	if len(doubts) > 0 && f.Reason == "" {
		var words []string
		for _, d := range doubts {
			words = append(words, string(d))
		}
		return nil, flow.ErrLook.With("doubts", strings.Join(words, ", "))
	}
	return doubts, nil
}

func problemOf(p fields.Problem) listhttp.Problem {
	return listhttp.Problem{Line: p.Line, Column: p.Column, Field: p.Field, Cell: p.Cell, Code: p.Fault.Code(), Args: argsOf(p.Fault)}
}

// problem is what a rule found wrong with a row that was checked before.
func (c *checker) problem(line int, f *fault.Error) listhttp.Problem {
	field := fields.FieldOf(c.reader.Noun, f)
	return listhttp.Problem{Line: line, Field: field, Column: c.reader.Plan.Column(field), Code: f.Code(), Args: argsOf(f)}
}

// may is what the policy is asked about a row, as about a form.
func (t checked) may(realm fact.Realm, owner party.ID) func(*Books) (policy.Action, class.Class) {
	return func(*Books) (policy.Action, class.Class) {
		switch {
		case t.Need != nil:
			return policy.Submit, need.Fresh(realm, owner)
		case t.Offer != nil:
			return policy.Offer, class.Class{Realm: realm, Noun: "offer", Marking: tlp.Amber, Owner: string(owner)}
		case t.Flow != nil:
			f := flow.Flow{Recorded: t.Flow.Recorded}
			var sides []string
			for _, s := range flow.Sides {
				if id := f.Party(s); id != "" {
					sides = append(sides, string(id))
				}
			}
			return policy.Assert, class.Class{Realm: realm, Noun: "flow", Marking: tlp.Amber, Audience: class.Audience(sides...)}
		}
		return policy.Mention, class.Class{Realm: realm, Noun: "mention", Marking: tlp.Clear}
	}
}

// imported is the rule of one row: that of the form for one such thing, whose
// facts bear the import's id.
func (b *Books) imported(tx *record.Tx, i batch.Import, t checked) ([]fact.Body, error) {
	by, err := b.by(tx, seat.ID(tx.Command().Seat))
	if err != nil {
		return nil, err
	}
	id := i.Begun.Import
	switch {
	case t.Need != nil:
		return b.importNeed(tx, id, by, *t.Need)
	case t.Offer != nil:
		wanted := t.Offer.Opened
		wanted.Import = id
		return b.openOffer(by.ID, wanted, t.Offer.Terms)(tx)
	case t.Flow != nil:
		return b.importFlow(tx, id, by, t)
	}
	wanted := *t.Mention
	wanted.Import, wanted.Said.Source.File = id, string(id)
	drawn, err := tx.NewID("S")
	if err != nil {
		return nil, err
	}
	wanted.Mention = flow.MentionID(drawn)
	return flow.RecordMention(flow.Mention{}, wanted)
}

func (b *Books) importNeed(tx *record.Tx, id batch.ID, by seat.Seat, n fields.Need) ([]fact.Body, error) {
	if err := tx.Read(b.procedureStream()); err != nil {
		return nil, err
	}
	if err := need.WhyNotSubmit(by, tx.Now()); err != nil {
		return nil, err
	}
	if err := n.Texts.Check(); err != nil {
		return nil, err
	}
	drawn, err := tx.NewID("N")
	if err != nil {
		return nil, err
	}
	asked := n.Asked
	for _, t := range []struct {
		into *text.Ref
		said string
	}{{&asked.Title, n.Texts.Title}, {&asked.Summary, n.Texts.Summary}, {&asked.Weakness, n.Texts.Weakness},
		{&asked.Evidence, n.Texts.Evidence}, {&asked.Incidents, n.Texts.Incidents}} {
		if t.said == "" {
			continue
		}
		if *t.into, err = tx.Text(t.said); err != nil {
			return nil, err
		}
	}
	p, _ := b.Procedures.InForce(string(fact.Day(tx.Now())))
	out, err := need.Submit(need.ID(drawn), by, p, tx.Now(), asked)
	for k := range out {
		if s, ok := out[k].(need.Submitted); ok {
			s.Import = id
			out[k] = s
		}
	}
	return out, err
}

// importFlow records a flow, or, where its reference is that of one that
// stands, the word about it. Its amount was looked at twice when the row was
// checked; why it is right is kept beside the record.
func (b *Books) importFlow(tx *record.Tx, id batch.ID, by seat.Seat, t checked) ([]fact.Body, error) {
	wanted := t.Flow.Recorded
	wanted.Import = id
	if err := tx.Read("party/"+string(wanted.Provider), "party/"+string(wanted.Receiver)); err != nil {
		return nil, err
	}
	drawn, err := tx.NewID("F")
	if err != nil {
		return nil, err
	}
	wanted.Flow = flow.ID(drawn)
	if len(t.doubts) > 0 {
		ref, err := tx.Text(t.Flow.Reason)
		if err != nil {
			return nil, err
		}
		wanted.Look = &flow.Look{Doubts: t.doubts, Reason: ref}
	}
	another := t.Flow.Another
	if alike := b.flowShelf().Alike(wanted); len(alike) > 0 {
		// Rows of one list are each another flow, however alike: their writer
		// keeps them apart. Two of one reference would be one.
		own := true
		for _, a := range alike {
			f, _ := b.flowShelf().Get(a.Flow)
			if own = own && f.Recorded.Import == id; a.Reference && f.Recorded.Import == id {
				return nil, ErrReference.With("flow", a.Flow)
			}
		}
		another = another || own
	}
	out, err := b.flowShelf().Announce(wanted.Flow, b.realm, wanted, another, by, tx.Now())
	if err == nil && len(out) > 0 {
		if word, about := out[0].(flow.Asserted); about {
			return out, tx.Read(string(word.Flow))
		}
	}
	return out, err
}

// ErrReference refuses a row that would be the flow of another row.
var ErrReference = fault.New(fault.Conflict, "import.reference",
	"another row of the list, now {{.flow}}, has the same reference between the same two; one agreement in several payments is one row with its whole, or give each payment a reference of its own")

// ErrDepends keeps what others have acted upon.
var ErrDepends = fault.New(fault.Conflict, "import.depends",
	"others have acted upon {{.item}} already; open it, and end it there if it must end")

// takenBack withdraws what a fact of an import made, where nothing depends on
// it yet. What was ended meanwhile needs nothing more.
func (b *Books) takenBack(tx *record.Tx, f fact.Fact) ([]fact.Body, error) {
	by, err := b.by(tx, seat.ID(tx.Command().Seat))
	if err != nil {
		return nil, err
	}
	item := f.Home()
	if err := tx.Read(item); err != nil {
		return nil, err
	}
	switch body := f.Body.(type) {
	case need.Submitted:
		n, _ := b.Needs.Get(body.Need)
		switch {
		case n.Status == need.Gone:
			return nil, nil
		case n.Status != need.Open || len(n.Votes) > 0 || len(b.Offers.ByNeed(n.ID)) > 0 || len(b.Attachments.Of(n.ID)) > 0:
			return nil, ErrDepends.With("item", item)
		}
		return n.Withdraw(by, tx.Now(), need.AskedByMistake)
	case offer.Opened:
		o, _ := b.Offers.Get(body.Offer)
		switch {
		case o.Closed != nil:
			return nil, nil
		case len(b.Offers.ByOffer(body.Offer)) > 0:
			return nil, ErrDepends.With("item", item)
		}
		return b.Offers.Close(body.Offer, by, tx.Now(), offer.ByMistake)
	case flow.Recorded:
		w, _ := b.shelfOf(body.Flow, by).Get(body.Flow)
		if w.Gone {
			return nil, nil
		}
		return w.Retract(by, tx.Now())
	case flow.Mentioned:
		m, _ := b.Flows.Mention(body.Mention)
		if m.Gone {
			return nil, nil
		}
		return flow.WithdrawMention(m, wording.Mistyped)
	}
	return nil, ErrDepends.With("item", item)
}

// mayUndo is what the policy is asked before what a fact made is taken back.
func (l lists) mayUndo(f fact.Fact, owner party.ID) func(*Books) (policy.Action, class.Class) {
	return func(b *Books) (policy.Action, class.Class) {
		switch body := f.Body.(type) {
		case need.Submitted:
			n, _ := b.Needs.Head(body.Need)
			return policy.Withdraw, n.Class
		case offer.Opened:
			o, _ := b.Offers.Get(body.Offer)
			return policy.Offer, o.Class
		case flow.Mentioned:
			return policy.Mention, class.Class{Realm: l.realm, Noun: "mention", Marking: tlp.Clear}
		}
		return policy.Assert, class.Class{Realm: l.realm, Noun: "flow", Marking: tlp.Amber, Audience: class.Audience(string(owner))}
	}
}

// vocabulary is what cells may say, in both languages: words of closed lists by
// their codes and texts, and the names of parties.
type vocabulary struct {
	lists   map[string]map[string]string
	stems   map[string][]stemmed
	codes   map[string][]string
	parties map[string]party.ID
}

// A stemmed word is one text of a word of a list, by how its words begin.
type stemmed struct {
	word  string
	stems []string
}

// words are the vocabulary of this realm as it stands.
func (l lists) words() *vocabulary {
	v := &vocabulary{lists: map[string]map[string]string{}, stems: map[string][]stemmed{}, codes: listhttp.Words(), parties: map[string]party.ID{}}
	for name, codes := range v.codes {
		known := map[string]string{}
		for _, c := range codes {
			known[fields.Fold(c)] = c
			for _, lang := range web.Langs {
				text := listhttp.WordIn(lang, name, c)
				known[fields.Fold(text)] = c
				v.stems[name] = append(v.stems[name], stemmed{c, stemsOf(text)})
			}
		}
		v.lists[name] = known
	}
	twice := map[string]bool{}
	l.View(l.realm, func(b *Books) {
		for _, p := range b.Parties.All() {
			id := p.Registered.Party
			v.parties[fields.Fold(string(id))] = id
			for _, name := range []string{p.Name, p.NameUk} {
				key := fields.Fold(name)
				if other, ok := v.parties[key]; ok && other != id {
					twice[key] = true
				}
				v.parties[key] = id
			}
		}
	})
	for key := range twice { // two of one name: say which by its id
		delete(v.parties, key)
	}
	delete(v.parties, "")
	return v
}

// stemsOf are how the words of a text begin, which is the same in most of
// their forms.
func stemsOf(text string) (out []string) {
	for w := range strings.FieldsSeq(fields.Fold(strings.NewReplacer("(", " ", ")", " ").Replace(text))) {
		if r := []rune(w); len(r) > 4 {
			w = string(r[:4])
		}
		out = append(out, w)
	}
	return out
}

// Word is the word of a list that a cell says: by its code, by its text, or by
// at least half of the words of its text, where that is one word only.
func (v *vocabulary) Word(list, s string) (string, bool) {
	if w, ok := v.lists[list][fields.Fold(s)]; ok {
		return w, ok
	}
	said, found := stemsOf(s), ""
	for _, w := range v.stems[list] {
		all := len(said) > 0 && 2*len(said) >= len(w.stems)
		for _, stem := range said {
			all = all && slices.Contains(w.stems, stem)
		}
		if !all || found == w.word {
			continue
		}
		if found != "" {
			return "", false
		}
		found = w.word
	}
	return found, found != ""
}

func (v *vocabulary) Examples(list string) string {
	codes := slices.Clone(v.codes[list])
	if len(codes) > 8 {
		codes = append(codes[:8], "…")
	}
	return strings.Join(codes, ", ")
}

func (v *vocabulary) Party(s string) (party.ID, bool) {
	id, ok := v.parties[fields.Fold(s)]
	return id, ok
}
