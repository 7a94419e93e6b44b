package needhttp

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
	"tallinn/tlp"
	"tallinn/web"
)

// A laneAct is what is done about an emergency: a word of laneActs.
type laneAct string

const (
	takeIt  laneAct = "take"
	passIt  laneAct = "pass"
	confirm laneAct = "confirm"
	isWrong laneAct = "wrong"
)

// laneOps are the commands of the acts, which the policy is asked about.
var laneOps = map[laneAct]string{takeIt: "need.take", passIt: "need.pass", confirm: "need.confirm", isWrong: "need.disown"}

// ErrLaneAct refuses an act that is none.
var ErrLaneAct = fault.New(fault.Invalid, "need.lane_act",
	"{{.act}} is nothing that is done about an emergency; choose take, pass, confirm or wrong")

// laneDo records an act on the emergency id, once for its key.
func (h *Handler) laneDo(ctx context.Context, id need.ID, key string, act laneAct) (Result, error) {
	rd := h.Reader(ctx)
	if laneOps[act] == "" {
		return Result{}, ErrLaneAct.With("act", firstOf(string(act)))
	}
	c := Command{ID: key, Op: laneOps[act], Need: id, Args: []any{id, act}}
	return h.Decide(ctx, c, func(tx Tx, b Books) ([]fact.Body, error) {
		n, s, err := seated(tx, b, id, rd.Seat.ID)
		if err != nil {
			return nil, err
		}
		switch act {
		case confirm:
			return n.Confirm(s, tx.Now())
		case isWrong:
			return n.Withdraw(s, tx.Now(), need.RecordedWrongly)
		}
		hand, earlier, err := handOf(tx, b, n, s, rd.Deputy.ID)
		if err != nil {
			return nil, err
		}
		if act == takeIt {
			return n.Take(hand, tx.Now())
		}
		return n.Pass(hand, earlier, tx.Now())
	})
}

// handOf is who answers for the body of s, and the seats that answered for the
// others, all joined to tx.
func handOf(tx Tx, b Books, n need.Need, s seat.Seat, deputy seat.ID) (hand need.Hand, earlier []seat.Seat, err error) {
	for _, member := range b.Seats.InBody(s.Body) {
		if err := tx.Read(string(member.ID)); err != nil {
			return hand, nil, err
		}
	}
	hand.By = s
	hand.Deputy, _ = b.Seats.Get(deputy)
	on, _, _ := b.Seats.DutyOf(s.Body, tx.Now())
	hand.Duty = n.OnDuty(on)
	if n.Lane != nil {
		for _, p := range n.Lane.Passes {
			if err := tx.Read(string(p.Seat)); err != nil {
				return hand, nil, err
			}
			by, _ := b.Seats.Get(p.Seat)
			earlier = append(earlier, by)
		}
	}
	return hand, earlier, nil
}

// laneNow serves POST /needs/{id}/emergency.
func (h *Handler) laneNow(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	a, err := h.mineToChange(r)
	if err != nil {
		return err
	}
	act := laneAct(r.PostForm.Get("act"))
	res, err := h.laneDo(r.Context(), a.ID, r.PostForm.Get("key"), act)
	return h.answered(w, r, a.ID, url.Values{"done": {"lane-" + string(act)}}, res, err)
}

// An emergencyPart is what a need's page says of its emergency.
type emergencyPart struct {
	state    string // in a sentence
	tone     web.Tone
	items    []web.Item
	acts     []laneAct // that the reader may do now
	key      string    // of the form
	callback string
	detail   bool // the reader may say exactly what is asked for
}

// laneOf is what a reader sees of the emergency a; nil: it is none.
func (h *Handler) laneOf(ctx context.Context, l web.Lang, a *account) error {
	if a.Lane == nil {
		return nil
	}
	p := &emergencyPart{key: newKey()}
	if a.reader.sees(a.Head, need.Callback) || a.mine() {
		said, err := h.words(ctx, l, a.Lane.Callback)
		if err != nil {
			return err
		}
		p.callback = said
	}
	p.state, p.tone = a.laneState(l)
	p.detail = a.MayDetail(a.reader.Seat, a.now) == nil
	h.View(func(b Books) {
		p.items = a.laneItems(l, b)
		s := a.reader.Seat
		on, _, _ := b.Seats.DutyOf(s.Body, a.now)
		hand := need.Hand{By: s, Deputy: a.reader.Deputy, Duty: a.OnDuty(on)}
		if facts, err := a.Take(hand, a.now); err == nil && len(facts) > 0 {
			p.acts = append(p.acts, takeIt)
		}
		var earlier []seat.Seat
		for _, p := range a.Lane.Passes {
			by, _ := b.Seats.Get(p.Seat)
			earlier = append(earlier, by)
		}
		if _, err := a.Pass(hand, earlier, a.now); err == nil {
			p.acts = append(p.acts, passIt)
		}
	})
	if _, err := a.Confirm(a.reader.Seat, a.now); err == nil {
		p.acts = append(p.acts, confirm, isWrong)
	}
	a.lane = p
	return nil
}

// laneItems are who has answered, and whom the call has reached.
func (a account) laneItems(l web.Lang, b Books) (out []web.Item) {
	for _, stage := range a.Stages {
		said := web.T(l, "emergency.answer.none")
		if p, passed := a.Lane.Pass(stage.ID); passed {
			said = web.T(l, "emergency.answer.passed", "by", a.voterIn(l, b, p.Seat, p.For), "at", web.Time(l, p.At))
		} else if a.InLane() {
			said = a.reachWords(l, b, stage.ID, stage.Body)
		}
		out = append(out, web.Item{Term: web.T(l, "emergency.answer", "stage", stageWord(l, stage.ID)), Detail: web.Text(said)})
	}
	if a.Lane.RecordedBy != "" {
		by, _ := b.Parties.Get(a.Lane.RecordedBy)
		said := web.T(l, "emergency.unconfirmed", "by", by.NameIn(string(l)), "until", web.Time(l, a.ConfirmBy()))
		if !a.Lane.Confirmed.IsZero() {
			said = web.T(l, "emergency.confirmed", "by", by.NameIn(string(l)), "at", web.Time(l, a.Lane.Confirmed))
		}
		out = append(out, web.Item{Term: web.T(l, "emergency.recorded"), Detail: web.Text(said)})
	}
	return out
}

func (a account) reachWords(l web.Lang, b Books, stage string, body party.ID) string {
	reach, next := a.Reach(stage, a.now)
	on, _, has := b.Seats.DutyOf(body, a.now)
	has = has && a.OnDuty(on) != ""
	words := []string{web.T(l, "emergency.reach."+reaches[reach])}
	if !has && reach < need.ToBody {
		words[0] = web.T(l, "emergency.reach.nobody")
	} else if has && reach == need.ToDuty {
		words[0] = web.T(l, "emergency.reach.duty", "seat", a.voterIn(l, b, on.ID, ""))
	}
	if t, taken := a.Lane.Take(stage); taken {
		words = append(words, web.T(l, "emergency.taken", "by", a.voterIn(l, b, t.Seat, t.For), "at", web.Time(l, t.At)))
	}
	if !next.IsZero() {
		words = append(words, web.T(l, "emergency.reach.next", "at", web.Time(l, next)))
	}
	return strings.Join(words, " ")
}

// voterIn is a seat that answers, in words, and for whom.
func (a account) voterIn(l web.Lang, b Books, by, castFor seat.ID) string {
	words := func(id seat.ID) string {
		s, _ := b.Seats.Get(id)
		holder, _ := b.Parties.Get(s.Holder)
		return seatWords(l, s, holder)
	}
	return voterWords(l, need.Voted{Seat: by, For: castFor}, words)
}

// laneDone says what the reader's own act has done, as things now stand.
func (v itemView) laneDone(what string) string {
	l, id, by := v.Lang, string(v.ID), v.reader.Seat.ID
	if v.Lane == nil {
		return ""
	}
	answered := func(seat, castFor seat.ID) bool { return seat == by || castFor == by }
	var so bool
	switch what {
	case "emergency":
		so = v.mine() && v.InLane()
	case "recorded":
		so = v.Lane.RecordedBy == v.reader.Seat.Holder && v.reader.Seat.Exists()
	case "lane-take":
		so = slices.ContainsFunc(v.Lane.Takes, func(t need.Take) bool { return answered(t.Seat, t.For) })
	case "lane-pass":
		if so = slices.ContainsFunc(v.Lane.Passes, func(p need.Passing) bool { return answered(p.Seat, p.For) }); so && !v.Provisional.IsZero() {
			what = "lane-open"
		}
	case "lane-confirm":
		so = v.mine() && !v.Lane.Confirmed.IsZero()
	case "lane-wrong":
		so = v.mine() && v.Status == need.Gone
	case "lane-detail":
		so = v.MayDetail(v.reader.Seat, v.now) == nil
	}
	if !so {
		return ""
	}
	return web.T(l, "emergency.done."+what, "id", id)
}

// A recordView is the page on which an emergency is recorded after a call.
type recordView struct {
	web.Page
	alarm    alarm
	owners   []web.Option
	problems web.Wrongs
	refusal  error
}

// recorders are those whose seat may record for others.
//
// Errors: ErrNoSeat, ErrRecorder.
func (h *Handler) recorder(ctx context.Context) error {
	rd, err := h.acting(ctx)
	if err == nil && !rd.Records {
		return ErrRecorder
	}
	return err
}

// ErrRecorder refuses to record an emergency of another institution.
var ErrRecorder = fault.New(fault.Denied, "need.recorder",
	"an emergency of another institution is recorded by the front office or the national response team after a call; call them, or ask for your own")

// askRecord serves GET /emergency/record.
func (h *Handler) askRecord(w http.ResponseWriter, r *http.Request) error {
	if err := h.recorder(r.Context()); err != nil {
		return err
	}
	return h.renderRecord(w, r, http.StatusOK, recordView{alarm: alarm{Key: newKey()}})
}

func (h *Handler) renderRecord(w http.ResponseWriter, r *http.Request, status int, v recordView) error {
	l := web.LangOf(r)
	title := web.T(l, "emergency.record")
	v.Page = h.page(r, title, tlp.AmberStrict, web.Crumb{Text: title})
	v.owners = h.recipients(l)
	return web.RenderAs(w, r, status, v.Page, recordPage(v))
}

// recipients are the institutions for which a seat of an officer acts: those
// that can confirm.
func (h *Handler) recipients(l web.Lang) []web.Option {
	var out []web.Option
	h.View(func(b Books) {
		seen := map[party.ID]bool{}
		for _, s := range b.Seats.ByRole(seat.Officer, string(fact.Day(h.Now()))) {
			if p, known := b.Parties.Get(s.Holder); known && !seen[s.Holder] {
				seen[s.Holder] = true
				out = append(out, web.Option{Value: string(s.Holder), Text: p.NameIn(string(l))})
			}
		}
	})
	slices.SortFunc(out, func(a, b web.Option) int { return cmp.Compare(a.Text, b.Text) })
	return append([]web.Option{{Text: web.T(l, "emergency.none.for")}}, out...)
}

// recordNow serves POST /emergency/record.
func (h *Handler) recordNow(w http.ResponseWriter, r *http.Request) error {
	if err := h.recorder(r.Context()); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	l := web.LangOf(r)
	v := recordView{alarm: alarmOf(r)}
	v.problems = v.alarm.problems(l)
	if !slices.ContainsFunc(h.recipients(l)[1:], func(o web.Option) bool { return o.Value == string(v.alarm.For) }) {
		v.problems = append(web.Wrongs{{Field: "for", Text: web.T(l, "emergency.problem.for")}}, v.problems...)
	}
	if len(v.problems) > 0 {
		return h.renderRecord(w, r, http.StatusUnprocessableEntity, v)
	}
	id, res, err := h.alarms(r.Context(), v.alarm)
	if err != nil && web.Status(err) < http.StatusInternalServerError {
		v.refusal, v.alarm.Key = err, newKey()
		return h.renderRecord(w, r, web.Status(err), v)
	}
	if err == nil {
		redirect(w, r, id, url.Values{"done": {"recorded"}}, res)
	}
	return err
}

func (v recordView) entries() []web.Entry {
	l := v.Lang
	entry := func(name, value string, kind web.EntryKind) web.Entry {
		return web.Entry{ID: name, Label: web.T(l, "emergency.field."+name), Hint: web.T(l, "emergency.hint."+name), Value: value, Kind: kind, Wrong: v.problems.At(name)}
	}
	whom := entry("for", string(v.alarm.For), web.AsChoice)
	whom.Options = v.owners
	return []web.Entry{whom, entry("hit", v.alarm.Hit, web.AsLine), entry("needed", v.alarm.Needed, web.AsLines), entry("callback", v.alarm.Callback, web.AsLine)}
}

// firstOf bounds what an error repeats of its input.
func firstOf(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
