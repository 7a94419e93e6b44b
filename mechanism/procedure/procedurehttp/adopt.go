package procedurehttp

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/web"
	"tallinn/web/query"
	"tallinn/web/told"
)

// A Command names an act, once.
type Command struct {
	ID, Op string
	Args   any
}

// A Tx is what a rule may do beside deciding.
type Tx interface {
	Now() time.Time
	Read(streams ...string) error
}

// An Acting is who sends a request, and the seat that they act from.
type Acting struct {
	Person string
	Seat   seat.Seat
}

// chairs reports whether a may propose and adopt.
func (a Acting) chairs() bool { return a.Seat.Role == seat.CoChair }

// A proposing is the part of the page on which co-chairs change the procedure.
type proposing struct {
	may     bool
	key     string
	basis   procedure.Adopted // that the form begins with
	waits   procedure.Proposal
	mine    bool // the reader has proposed it
	done    string
	refusal error
}

// basis is what a new version begins with: what is in force, or the standard.
func (b Books) basis(today string) procedure.Adopted {
	out := procedure.Default()
	if p, ok := b.Procedures.InForce(today); ok {
		out = p.Adopted
	}
	out.Version, out.From = len(b.Procedures.All())+1, fact.Date(today)
	return out
}

func proposingOf(a Acting, b Books, now time.Time) proposing {
	p := proposing{may: a.chairs(), key: rand.Text(), basis: b.basis(query.Today(now))}
	if w := b.Procedures.Proposal(); w.Waits(now) {
		p.waits, p.mine = w, w.By == a.Person
	}
	return p
}

// change serves POST /procedure.
func (h *Handler) change(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	key, done := r.PostForm.Get("key"), r.PostForm.Get("do")
	var err error
	switch done {
	case "adopt":
		at, _ := strconv.ParseInt(r.PostForm.Get("fact"), 10, 64)
		_, err = h.agree(r.Context(), key, fact.Pos(at))
	default:
		done = "propose"
		_, err = h.propose(r.Context(), key, h.wanted(r))
	}
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		return h.render(w, r, web.Status(err), "", err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/procedure?done="+done, http.StatusSeeOther)
	return nil
}

// wanted is the version that a form asks for. What is no number is refused by
// the rule, as zero.
func (h *Handler) wanted(r *http.Request) (out procedure.Adopted) {
	h.View(func(b Books) { out = b.basis(query.Today(h.Now())) })
	out.From = fact.Date(strings.TrimSpace(r.PostForm.Get("from")))
	out.Stages = append([]procedure.Stage(nil), out.Stages...)
	for i := range out.Stages {
		s := &out.Stages[i]
		for name, into := range map[string]*int{"quorum": &s.Quorum, "seats": &s.Seats, "hours": &s.Hours} {
			*into, _ = strconv.Atoi(strings.TrimSpace(r.PostForm.Get(name + "-" + s.ID)))
		}
	}
	return out
}

// propose asks another co-chair for wanted, once for a key.
func (h *Handler) propose(ctx context.Context, key string, wanted procedure.Adopted) (repeated bool, err error) {
	a := h.Acting(ctx)
	wanted.Exercise = web.ReaderOf(ctx).Exercise()
	return h.Decide(ctx, Command{key, "procedure.propose", wanted}, func(tx Tx, b Books) ([]fact.Body, error) {
		by, err := h.by(tx, b, a, wanted)
		if err != nil {
			return nil, err
		}
		for _, s := range wanted.Stages {
			if _, named := procedure.Bodies[s.Body]; !named {
				if p, _ := b.Parties.Get(s.Body); !p.Exists() {
					return nil, procedure.ErrStage.With("stage", s.ID)
				}
			}
		}
		return procedure.Propose(b.Procedures, by, wanted, tx.Now())
	})
}

// agree adopts what was proposed at a position, once for a key; the groups of
// the standard procedure become parties with it.
func (h *Handler) agree(ctx context.Context, key string, at fact.Pos) (repeated bool, err error) {
	a := h.Acting(ctx)
	return h.Decide(ctx, Command{key, "procedure.adopt", at}, func(tx Tx, b Books) ([]fact.Body, error) {
		p := b.Procedures.Proposal()
		by, err := h.by(tx, b, a, p.Wanted)
		if err != nil {
			return nil, err
		}
		adopted, err := procedure.Agree(b.Procedures, by, a.Person, at, tx.Now())
		if err != nil {
			return nil, err
		}
		var out []fact.Body
		for _, s := range p.Wanted.Stages {
			name, named := procedure.Bodies[s.Body]
			known, _ := b.Parties.Get(s.Body)
			if !named || known.Exists() {
				continue
			}
			if err := tx.Read(s.Body.Stream()); err != nil {
				return nil, err
			}
			group, err := party.Register(known, party.Registered{Party: s.Body, Type: party.Organisation, Name: name.En, NameUk: name.Uk,
				Country: "UA", Source: fact.Source{Cite: "procedure of validation", File: "procedure", Row: string(s.Body)}})
			if err != nil {
				return nil, err
			}
			out = append(out, group...)
		}
		return append(out, adopted...), nil
	})
}

// by is the seat of a, joined to tx with the history of the procedure.
func (h *Handler) by(tx Tx, b Books, a Acting, wanted procedure.Adopted) (seat.Seat, error) {
	if !a.Seat.Exists() {
		return seat.Seat{}, procedure.ErrSeat
	}
	if err := tx.Read(string(a.Seat.ID), wanted.Streams()[0]); err != nil {
		return seat.Seat{}, err
	}
	by, _ := b.Seats.Get(a.Seat.ID)
	return by, nil
}

// entries ask what a new version changes: from when, and of each stage the
// quorum, the seats and the time.
func (v view) entries() []web.Entry {
	l, out := v.Lang, []web.Entry{{ID: "from", Label: web.T(v.Lang, "procedure.propose.from"), Kind: web.AsDay, Value: string(v.change.basis.From)}}
	for _, s := range v.change.basis.Stages {
		for _, f := range []struct {
			name string
			n    int
		}{{"quorum", s.Quorum}, {"seats", s.Seats}, {"hours", s.Hours}} {
			out = append(out, web.Entry{ID: f.name + "-" + s.ID, Kind: web.AsNumber, Value: strconv.Itoa(f.n),
				Label: web.T(l, "procedure.propose."+f.name, "stage", told.Word(l, "procedure.stage", s.ID))})
		}
	}
	return out
}

// differs are the stages of the version that waits, in a sentence each.
func (v view) differs() []web.Item {
	var out []web.Item
	for _, s := range v.change.waits.Wanted.Stages {
		out = append(out, web.Item{Term: v.stageTitle(s), Detail: web.Text(web.T(v.Lang, "procedure.quorum.of", "quorum", s.Quorum, "seats", s.Seats) +
			"; " + web.N(v.Lang, "procedure.hours.n", s.Hours))})
	}
	return out
}
