package need_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/mechanism/capability"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/wording"
	"tallinn/money"
	"tallinn/text"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// A world is a book with the facts that made it, one an hour from noon on.
type world struct {
	t     testing.TB
	book  *need.Book
	facts []fact.Fact
	now   time.Time
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, book: need.NewBook(), now: noon}
	p := procedure.Default()
	p.From = "2026-01-01"
	w.tell(p)
	return w
}

func (w *world) tell(bodies ...fact.Body) *world {
	for _, body := range bodies {
		f := fact.Fact{Pos: fact.Pos(len(w.facts)), At: w.now, Kind: body.Kind(), Streams: body.Streams(), Body: body}
		w.facts = append(w.facts, f)
		w.book.Fold(f)
	}
	return w
}

// do expects the rule to decide something, and tells it.
func (w *world) do(bodies []fact.Body, err error) *world {
	w.t.Helper()
	if err != nil || len(bodies) == 0 {
		w.t.Fatalf("decided %v, %v", bodies, err)
	}
	return w.tell(bodies...)
}

func (w *world) need() need.Need {
	n, _ := w.book.Get("N-0001")
	return n
}

func (w *world) submit() *world {
	w.t.Helper()
	return w.do(need.Submit("N-0001", officer, w.procedure(), w.now, asked()))
}

func (w *world) procedure() procedure.Procedure {
	p := procedure.Procedure{Adopted: procedure.Default()}
	p.From = "2026-01-01"
	return p
}

// vote casts a vote in the present stage.
func (w *world) vote(s seat.Seat, v need.Verdict) *world {
	w.t.Helper()
	n := w.need()
	return w.do(n.Vote(s, w.now, ballot(n, v)))
}

// ballot is a complete vote in n's present stage.
func ballot(n need.Need, v need.Verdict) need.Ballot {
	b := need.Ballot{Stage: n.Stage, Round: n.Round, Verdict: v}
	switch v {
	case need.Pass:
		b.Scores = []need.Score{{"technical_capability", 4}, {"relevance", 5}}
		if n.Stage == "interagency" {
			b.Scores = []need.Score{{"strategic_importance", 3}}
		}
	case need.Return, need.Reject:
		b.Reason = ref(9)
	}
	return b
}

func asked() need.Asked {
	cost, _ := money.ParseAmount("120000", "EUR")
	return need.Asked{Title: ref(1), Summary: ref(2), Weakness: ref(3), Line: capability.Detection,
		Lots: []need.Lot{
			{ID: "a", What: "edr_seats", Quantity: 500, Unit: "seats", Cost: &cost, UsefulShare: 20, MostPartners: 3},
			{ID: "b", What: "training_places", Quantity: 12, Unit: "places", UsefulShare: 100, MostPartners: 1},
		},
		Urgency: need.Short, UsefulUntil: "2026-09-30", LeadDays: 14, Criticality: need.High,
		Sector: "energy", Region: "UA-63", HideRegion: true, Excluded: []string{"RU", "BY"}, RenewMonths: 12}
}

// ref is a reference as the record makes them.
func ref(n int) text.Ref {
	return text.Ref{ID: fmt.Sprintf("%032x", n), Commit: fmt.Sprintf("%064x", 1000+n)}
}

func sit(id seat.ID, role seat.Role, holder, body party.ID) seat.Seat {
	return seat.Seat{ID: id, Role: role, Holder: holder, Body: body, From: "2026-01-01", Until: "2026-12-31"}
}

var (
	officer  = sit("R-1000", seat.Officer, "power", "")
	stranger = sit("R-1001", seat.Officer, "water", "")
	tech     = []seat.Seat{
		sit("R-2001", seat.Technical, "cert", "technical-wg"),
		sit("R-2002", seat.Technical, "sssc", "technical-wg"),
		sit("R-2003", seat.Technical, "power", "technical-wg"), // the recipient's own
		sit("R-2004", seat.Technical, "lab", "technical-wg"),
	}
	inter = []seat.Seat{
		sit("R-3001", seat.Interagency, "mfa", "interagency-wg"),
		sit("R-3002", seat.Interagency, "nccc", "interagency-wg"),
		sit("R-3003", seat.Interagency, "mdt", "interagency-wg"),
	}
)

func TestSubmit(t *testing.T) {
	old := officer
	old.Until = "2026-03-01"
	for _, tt := range []struct {
		name string
		by   seat.Seat
		id   need.ID
		p    procedure.Procedure
		err  error
	}{
		{"an officer", officer, "N-0001", newWorld(t).procedure(), nil},
		{"a partner", sit("R-9", seat.Programme, "EE", ""), "N-0001", newWorld(t).procedure(), need.ErrNotOfficer},
		{"nobody", seat.Seat{}, "N-0001", newWorld(t).procedure(), seat.ErrMissing},
		{"after the term", old, "N-0001", newWorld(t).procedure(), seat.ErrTerm},
		{"without an id", officer, "", newWorld(t).procedure(), need.ErrMissing},
		{"without a procedure", officer, "N-0001", procedure.Procedure{}, procedure.ErrMissing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := need.Submit(tt.id, tt.by, tt.p, noon, asked())
			want := []fact.Body{need.Submitted{Need: "N-0001", Owner: "power", Procedure: 1, Asked: asked()}}
			if tt.err != nil {
				want = nil
			}
			if !errors.Is(err, tt.err) || !reflect.DeepEqual(got, want) {
				t.Fatalf("Submit = %v, %v; want %v, %v", got, err, want, tt.err)
			}
			filled(t, err)
			if why := need.WhyNotSubmit(tt.by, noon); tt.id != "" && tt.p.Exists() && !errors.Is(why, tt.err) {
				t.Errorf("WhyNotSubmit = %v; want %v", why, tt.err)
			}
		})
	}
}

// filled: an error shows no empty place.
func filled(t *testing.T, err error) {
	t.Helper()
	if err != nil && strings.Contains(err.Error(), "{{") {
		t.Errorf("%q has an empty place", err)
	}
}

func TestAsked(t *testing.T) {
	zero, _ := money.ParseAmount("0", "EUR")
	for _, tt := range []struct {
		name  string
		spoil func(*need.Asked)
		err   error
	}{
		{"as it should be", func(*need.Asked) {}, nil},
		{"no weakness, no region, once", func(a *need.Asked) {
			a.Weakness, a.Region, a.HideRegion, a.Excluded, a.RenewMonths = text.Ref{}, "", false, nil, 0
		}, nil},
		{"no title", func(a *need.Asked) { a.Title = text.Ref{} }, need.ErrTexts},
		{"no summary", func(a *need.Asked) { a.Summary = text.Ref{} }, need.ErrTexts},
		{"no line", func(a *need.Asked) { a.Line = "" }, need.ErrLine},
		{"a line of another world", func(a *need.Asked) { a.Line = "weapons" }, need.ErrLine},
		{"no lots", func(a *need.Asked) { a.Lots = nil }, need.ErrLots},
		{"the most lots", func(a *need.Asked) { a.Lots = lots(need.MostLots) }, nil},
		{"one lot more", func(a *need.Asked) { a.Lots = lots(need.MostLots + 1) }, need.ErrLots},
		{"a lot twice", func(a *need.Asked) { a.Lots[1].ID = "a" }, need.ErrLotID},
		{"a lot without id", func(a *need.Asked) { a.Lots[0].ID = "" }, need.ErrLotID},
		{"a lot with a capital id", func(a *need.Asked) { a.Lots[0].ID = "A" }, need.ErrLotID},
		{"a lot with a long id", func(a *need.Asked) { a.Lots[0].ID = "abcdefghi" }, need.ErrLotID},
		{"goods in free text", func(a *need.Asked) { a.Lots[0].What = "antivirus for everyone" }, need.ErrGood},
		{"another unit", func(a *need.Asked) { a.Lots[0].Unit = "licences" }, need.ErrUnit},
		{"nothing", func(a *need.Asked) { a.Lots[0].Quantity = 0 }, need.ErrQuantity},
		{"less than nothing", func(a *need.Asked) { a.Lots[0].Quantity = -1 }, need.ErrQuantity},
		{"the most", func(a *need.Asked) { a.Lots[0].Quantity = need.MostQuantity }, nil},
		{"too much", func(a *need.Asked) { a.Lots[0].Quantity = need.MostQuantity + 1 }, need.ErrQuantity},
		{"a cost of nothing", func(a *need.Asked) { a.Lots[0].Cost = &zero }, need.ErrCost},
		{"a cost without currency", func(a *need.Asked) { a.Lots[0].Cost = &money.Amount{} }, need.ErrCost},
		{"no useful share", func(a *need.Asked) { a.Lots[0].UsefulShare = 0 }, need.ErrShare},
		{"more than all of it", func(a *need.Asked) { a.Lots[0].UsefulShare = 101 }, need.ErrShare},
		{"no partners", func(a *need.Asked) { a.Lots[0].MostPartners = 0 }, need.ErrPartners},
		{"a crowd", func(a *need.Asked) { a.Lots[0].MostPartners = need.MostPartners + 1 }, need.ErrPartners},
		{"an urgency of its own", func(a *need.Asked) { a.Urgency = "yesterday" }, need.ErrUrgency},
		{"no day", func(a *need.Asked) { a.UsefulUntil = "" }, need.ErrUseful},
		{"a month", func(a *need.Asked) { a.UsefulUntil = "2026-09" }, need.ErrUseful},
		{"no such day", func(a *need.Asked) { a.UsefulUntil = "2026-02-30" }, need.ErrUseful},
		{"today", func(a *need.Asked) { a.UsefulUntil, a.LeadDays = "2026-03-02", 0 }, nil},
		{"yesterday", func(a *need.Asked) { a.UsefulUntil, a.LeadDays = "2026-03-01", 0 }, need.ErrUseful},
		{"a lead time below zero", func(a *need.Asked) { a.LeadDays = -1 }, need.ErrLead},
		{"a lead time of years", func(a *need.Asked) { a.LeadDays = need.MostLeadDays + 1; a.UsefulUntil = "2099-01-01" }, need.ErrLead},
		{"just in time", func(a *need.Asked) { a.UsefulUntil = "2026-03-16" }, nil},
		{"a day too late", func(a *need.Asked) { a.UsefulUntil = "2026-03-15" }, need.ErrLead},
		{"a criticality of its own", func(a *need.Asked) { a.Criticality = "very" }, need.ErrCriticality},
		{"a sector of its own", func(a *need.Asked) { a.Sector = "army" }, need.ErrSector},
		{"a region abroad", func(a *need.Asked) { a.Region = "EE-37" }, need.ErrRegion},
		{"a region that is none", func(a *need.Asked) { a.Region = "UA-01" }, need.ErrRegion},
		{"hiding nothing", func(a *need.Asked) { a.Region = "" }, need.ErrHidden},
		{"an origin by name", func(a *need.Asked) { a.Excluded = []string{"Russia"} }, need.ErrOrigin},
		{"an origin twice", func(a *need.Asked) { a.Excluded = []string{"RU", "RU"} }, need.ErrOrigin},
		{"the whole world", func(a *need.Asked) { a.Excluded = world51() }, need.ErrOrigin},
		{"every year and a bit", func(a *need.Asked) { a.RenewMonths = need.MostRenew + 1 }, need.ErrRenew},
		{"backwards", func(a *need.Asked) { a.RenewMonths = -1 }, need.ErrRenew},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := asked()
			tt.spoil(&a)
			err := a.Check("2026-03-02")
			if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
				t.Fatalf("Check = %v; want %v", err, tt.err)
			}
			filled(t, err)
			got, err := need.Submit("N-0001", officer, newWorld(t).procedure(), noon, a)
			if !errors.Is(err, tt.err) || (err == nil) != (len(got) == 1) {
				t.Fatalf("Submit = %v, %v; want %v", got, err, tt.err)
			}
		})
	}
}

func lots(n int) (list []need.Lot) {
	for i := range n {
		list = append(list, need.Lot{ID: fmt.Sprintf("l%d", i), What: "servers", Quantity: 1, Unit: "devices", UsefulShare: 100, MostPartners: 1})
	}
	return list
}

func world51() (list []string) {
	for i := range 51 {
		list = append(list, string([]byte{'A' + byte(i/26), 'A' + byte(i%26)}))
	}
	return list
}

func TestTexts(t *testing.T) {
	for _, tt := range []struct {
		name string
		said need.Texts
		err  error
	}{
		{"full", need.Texts{"EDR for 500 desks", "Two\nlines", "VPN\tfrom 2019", "", ""}, nil},
		{"no weakness", need.Texts{"Захист", "Опис", "", "", ""}, nil},
		{"no title", need.Texts{"", "Summary", "", "", ""}, need.ErrTexts},
		{"a blank title", need.Texts{" ", "Summary", "", "", ""}, need.ErrTexts},
		{"a title of two lines", need.Texts{"a\nb", "Summary", "", "", ""}, need.ErrTexts},
		{"a long title", need.Texts{strings.Repeat("ї", need.MostTitle+1), "Summary", "", "", ""}, need.ErrTexts},
		{"the longest title", need.Texts{strings.Repeat("ї", need.MostTitle), "Summary", "", "", ""}, nil},
		{"no summary", need.Texts{"Title", "", "", "", ""}, need.ErrTexts},
		{"a long summary", need.Texts{"Title", strings.Repeat("x", need.MostSummary+1), "", "", ""}, need.ErrTexts},
		{"a long weakness", need.Texts{"Title", "x", strings.Repeat("x", need.MostWeakness+1), "", ""}, need.ErrTexts},
		{"long evidence", need.Texts{"Title", "x", "", strings.Repeat("x", need.MostEvidence+1), ""}, need.ErrTexts},
		{"long incidents", need.Texts{"Title", "x", "", "", strings.Repeat("x", need.MostIncidents+1)}, need.ErrTexts},
		{"a bell", need.Texts{"Title", "a\ab", "", "", ""}, wording.ErrCharacters},
		{"no UTF-8", need.Texts{"Title", "a\xffb", "", "", ""}, wording.ErrCharacters},
	} {
		if err := tt.said.Check(); !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
			t.Errorf("%s: %v; want %v", tt.name, err, tt.err)
		}
	}
	if need.CheckReason("Which VPN?") != nil || !errors.Is(need.CheckReason("\n "), need.ErrTexts) {
		t.Error("a reason is checked wrongly")
	}
}

// TestVote: given votes, when another is cast, then facts or an error. A
// column of facts is their kinds.
func TestVote(t *testing.T) {
	ended := tech[0]
	ended.Ended = &seat.End{On: "2026-03-02"}
	elsewhere := tech[0]
	elsewhere.Body = "another-wg"
	spoiled := func(change func(*need.Ballot)) func(need.Need) need.Ballot {
		return func(n need.Need) need.Ballot {
			b := ballot(n, need.Pass)
			change(&b)
			return b
		}
	}
	pass := spoiled(func(*need.Ballot) {})
	as := func(v need.Verdict) func(need.Need) need.Ballot {
		return func(n need.Need) need.Ballot { return ballot(n, v) }
	}
	for _, tt := range []struct {
		name  string
		given func(*world)
		when  seat.Seat
		cast  func(need.Need) need.Ballot
		then  string
		err   error
	}{
		{"first vote", nil, tech[0], pass, "need.voted", nil},
		{"the same again", func(w *world) { w.vote(tech[0], need.Pass) }, tech[0], pass, "", nil},
		{"another one", func(w *world) { w.vote(tech[0], need.Pass) }, tech[0], as(need.Abstain), "need.voted", nil},
		{"quorum", func(w *world) { w.vote(tech[0], need.Pass) }, tech[1], pass, "need.voted need.stage_closed", nil},
		{"one against one", func(w *world) { w.vote(tech[0], need.Reject) }, tech[1], pass, "need.voted", nil},
		{"two against one", func(w *world) { w.vote(tech[0], need.Reject).vote(tech[1], need.Pass) }, tech[3], pass, "need.voted need.stage_closed", nil},
		{"changed to agree", func(w *world) { w.vote(tech[0], need.Reject).vote(tech[1], need.Pass) }, tech[0], pass, "need.voted need.stage_closed", nil},
		{"abstentions are no voices", func(w *world) { w.vote(tech[0], need.Abstain) }, tech[1], pass, "need.voted", nil},
		{"and do not stand in the way", func(w *world) { w.vote(tech[0], need.Abstain).vote(tech[1], need.Pass) }, tech[3], pass, "need.voted need.stage_closed", nil},
		{"the last stage", func(w *world) { w.through().vote(inter[0], need.Pass) }, inter[1], pass, "need.voted need.stage_closed need.validated", nil},
		{"returned", func(w *world) { w.vote(tech[0], need.Return) }, tech[1], as(need.Return), "need.voted need.stage_closed need.returned", nil},
		{"rejected", func(w *world) { w.through().vote(inter[0], need.Reject) }, inter[2], as(need.Reject), "need.voted need.stage_closed need.rejected", nil},
		{"return with scores", nil, tech[0], spoiled(func(b *need.Ballot) { b.Verdict, b.Reason = need.Return, ref(5) }), "need.voted", nil},

		{"not there", func(w *world) { w.book = need.NewBook() }, tech[0], pass, "", need.ErrMissing},
		{"validated", func(w *world) { w.through().vote(inter[0], need.Pass).vote(inter[1], need.Pass) }, inter[2], pass, "", need.ErrNotOpen},
		{"withdrawn", func(w *world) { w.do(w.need().Withdraw(officer, w.now, need.MetElsewhere)) }, tech[0], pass, "", need.ErrNotOpen},
		{"a stage too late", func(w *world) { w.through() }, inter[0], spoiled(func(b *need.Ballot) { b.Stage = "technical" }), "", need.ErrStale},
		{"after its stage closed", func(w *world) { w.through() }, tech[3], spoiled(func(b *need.Ballot) { b.Stage = "technical" }), "", need.ErrStale},
		{"a round too late", func(w *world) { w.again() }, tech[0], spoiled(func(b *need.Ballot) { b.Round = 1 }), "", need.ErrStale},
		{"a round too early", nil, tech[0], spoiled(func(b *need.Ballot) { b.Round = 2 }), "", need.ErrStale},
		{"no seat", nil, seat.Seat{}, pass, "", seat.ErrMissing},
		{"out of use", nil, ended, pass, "", seat.ErrEnded},
		{"the other group", nil, inter[0], pass, "", need.ErrNotYourStage},
		{"another body", nil, elsewhere, pass, "", need.ErrNotYourStage},
		{"its owner", nil, officer, pass, "", need.ErrNotYourStage},
		{"own need", nil, tech[2], pass, "", need.ErrOwnVote},
		{"no verdict", nil, tech[0], as("maybe"), "", need.ErrVerdict},
		{"no scores", nil, tech[0], spoiled(func(b *need.Ballot) { b.Scores = nil }), "", need.ErrScores},
		{"one score", nil, tech[0], spoiled(func(b *need.Ballot) { b.Scores = b.Scores[:1] }), "", need.ErrScores},
		{"one score twice", nil, tech[0], spoiled(func(b *need.Ballot) { b.Scores[1] = b.Scores[0] }), "", need.ErrScores},
		{"a score of its own", nil, tech[0], spoiled(func(b *need.Ballot) { b.Scores[1].Criterion = "beauty" }), "", need.ErrScores},
		{"six of five", nil, tech[0], spoiled(func(b *need.Ballot) { b.Scores[1].Score = 6 }), "", need.ErrScore},
		{"below zero", nil, tech[0], spoiled(func(b *need.Ballot) { b.Scores[0].Score = -1 }), "", need.ErrScore},
		{"an abstention with scores", nil, tech[0], spoiled(func(b *need.Ballot) { b.Verdict = need.Abstain }), "", need.ErrNoScores},
		{"return without a word", nil, tech[0], spoiled(func(b *need.Ballot) { b.Verdict, b.Scores = need.Return, nil }), "", need.ErrWhy},
		{"reject without a word", nil, tech[0], spoiled(func(b *need.Ballot) { b.Verdict, b.Scores = need.Reject, nil }), "", need.ErrWhy},
		{"return with half the scores", nil, tech[0], spoiled(func(b *need.Ballot) { b.Verdict, b.Reason, b.Scores = need.Return, ref(5), b.Scores[:1] }), "", need.ErrScores},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).submit()
			if tt.given != nil {
				tt.given(w)
			}
			n := w.need()
			before := w.need()
			got, err := n.Vote(tt.when, w.now, tt.cast(n))
			if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) || kinds(got) != tt.then {
				t.Fatalf("Vote = %s, %v; want %s, %v", kinds(got), err, tt.then, tt.err)
			}
			filled(t, err)
			if !reflect.DeepEqual(n, before) {
				t.Error("the rule changed the need that it looked at")
			}
		})
	}
}

// through brings a need through the first stage.
func (w *world) through() *world { return w.vote(tech[0], need.Pass).vote(tech[1], need.Pass) }

// again brings a need back, and into its second round.
func (w *world) again() *world {
	w.vote(tech[0], need.Return).vote(tech[1], need.Return)
	return w.do(w.need().Resubmit(officer, w.now, asked()))
}

func kinds(bodies []fact.Body) string {
	var list []string
	for _, b := range bodies {
		list = append(list, b.Kind())
	}
	return strings.Join(list, " ")
}

// Scores are kept in the order of the criteria, whatever order they came in.
func TestVoteHasOneForm(t *testing.T) {
	w := newWorld(t).submit()
	n := w.need()
	b := ballot(n, need.Pass)
	slices.Reverse(b.Scores)
	got, err := n.Vote(tech[0], noon, b)
	want := need.Voted{Need: "N-0001", Stage: "technical", Round: 1, Seat: "R-2001",
		Scores: []need.Score{{"technical_capability", 4}, {"relevance", 5}}, Verdict: need.Pass}
	if err != nil || !reflect.DeepEqual(got, []fact.Body{want}) {
		t.Errorf("Vote = %+v, %v; want %+v", got, err, want)
	}
}

// What a deputy casts counts for the seat that is away, in the place of its
// own vote, and says so.
func TestVoteForAnother(t *testing.T) {
	w := newWorld(t).submit().vote(tech[0], need.Reject)
	n := w.need()
	b := ballot(n, need.Pass)
	b.Deputy = "R-3001"
	got, err := n.Vote(tech[0], noon, b)
	if err != nil || len(got) != 1 {
		t.Fatalf("Vote = %+v, %v", got, err)
	}
	w.do(got, nil)
	standing := w.need().Standing("technical")
	if len(standing) != 1 || standing[0].Seat != "R-3001" || standing[0].For != tech[0].ID || standing[0].Verdict != need.Pass {
		t.Errorf("%+v stand", standing)
	}
	if v := w.need().ViewFor(tech[0], noon); v.Mine == nil || v.Mine.Caster() != tech[0].ID {
		t.Error("the seat does not know the vote that was cast for it")
	}
}

func TestOwner(t *testing.T) {
	validated := func(w *world) { w.through().vote(inter[0], need.Pass).vote(inter[1], need.Pass) }
	returned := func(w *world) { w.vote(tech[0], need.Return).vote(tech[1], need.Return) }
	rejected := func(w *world) { w.vote(tech[0], need.Reject).vote(tech[1], need.Reject) }
	withdrawn := func(w *world) { w.do(w.need().Withdraw(officer, w.now, need.AskedTwice)) }
	open := func(*world) {}
	late := officer
	late.From = "2026-03-03"
	group := sit("R-2003", seat.Technical, "power", "technical-wg")
	for _, tt := range []struct {
		name               string
		given              func(*world)
		by                 seat.Seat
		withdraw, resubmit error
	}{
		{"open", open, officer, nil, need.ErrNotReturned},
		{"returned", returned, officer, nil, nil},
		{"validated", validated, officer, nil, need.ErrNotReturned},
		{"rejected", rejected, officer, need.ErrOver, need.ErrOver},
		{"withdrawn", withdrawn, officer, need.ErrOver, need.ErrOver},
		{"another officer", returned, stranger, need.ErrNotOwner, need.ErrNotOwner},
		{"the owner's other seat", returned, group, need.ErrNotOwner, need.ErrNotOwner},
		{"before the term", returned, late, seat.ErrTerm, seat.ErrTerm},
		{"nobody", returned, seat.Seat{}, seat.ErrMissing, seat.ErrMissing},
		{"not there", func(w *world) { w.book = need.NewBook() }, officer, need.ErrMissing, need.ErrMissing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).submit()
			tt.given(w)
			n := w.need()
			got, err := n.Withdraw(tt.by, w.now, need.NoLongerNeeded)
			if !errors.Is(err, tt.withdraw) || (err == nil) != (kinds(got) == "need.withdrawn") {
				t.Errorf("Withdraw = %v, %v; want %v", got, err, tt.withdraw)
			}
			filled(t, err)
			got, err = n.Resubmit(tt.by, w.now, asked())
			if !errors.Is(err, tt.resubmit) || (err == nil) != (kinds(got) == "need.resubmitted") {
				t.Errorf("Resubmit = %v, %v; want %v", got, err, tt.resubmit)
			}
			filled(t, err)
			v := n.ViewFor(tt.by, w.now)
			if !errors.Is(v.WhyNotWithdraw, tt.withdraw) || !errors.Is(v.WhyNotResubmit, tt.resubmit) {
				t.Errorf("the page says %v, %v", v.WhyNotWithdraw, v.WhyNotResubmit)
			}
		})
	}
	w := newWorld(t).submit()
	if _, err := w.need().Withdraw(officer, w.now, "bored"); !errors.Is(err, need.ErrWithdrawal) {
		t.Errorf("a free reason: %v", err)
	}
	returned(w)
	bad := asked()
	bad.Lots = nil
	if _, err := w.need().Resubmit(officer, w.now, bad); !errors.Is(err, need.ErrLots) {
		t.Errorf("resubmitted without lots: %v", err)
	}
}
