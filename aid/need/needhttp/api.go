package needhttp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/web"
	"tallinn/web/api"
)

// maxBody bounds what a program sends to submit a need, in bytes.
const maxBody = 64 << 10

// HeadJSON is a need in a list of the API.
type HeadJSON struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Owner       string `json:"owner" doc:"Id of the recipient"`
	OwnerName   string `json:"owner_name"`
	OwnerNameUk string `json:"owner_name_uk,omitempty"`
	Marking     string `json:"marking" enum:"TLP:CLEAR,TLP:GREEN,TLP:AMBER,TLP:AMBER+STRICT,TLP:RED"`
	Lane        string `json:"lane,omitempty" enum:"emergency,provisional" doc:"Of an emergency that the groups have not decided: whether duty members opened it to partners"`
	Status      string `json:"status" enum:"open,validated,returned,rejected,withdrawn"`
	Stage       string `json:"stage,omitempty" doc:"That it waits in, while it is open"`
	Round       int    `json:"round"`
	Procedure   int    `json:"procedure" doc:"The version that it is bound to"`
	Line        string `json:"line"`
	Sector      string `json:"sector"`
	Urgency     string `json:"urgency" enum:"immediate,short,medium,long"`
	Criticality string `json:"criticality" enum:"critical,high,moderate,low"`
	UsefulUntil string `json:"useful_until"`
	Submitted   string `json:"submitted" doc:"UTC"`
	Due         string `json:"due,omitempty" doc:"When its stage is overdue, UTC; that decides nothing"`
	Overdue     bool   `json:"overdue"`
	Ended       string `json:"ended,omitempty" doc:"UTC"`
}

// LotJSON is a part of a need.
type LotJSON struct {
	What         string    `json:"what" example:"edr_seats"`
	Quantity     int64     `json:"quantity" minimum:"1"`
	Unit         string    `json:"unit,omitempty" doc:"Told; not needed when sent"`
	Cost         *CostJSON `json:"cost,omitempty" doc:"Estimate for the whole lot"`
	UsefulShare  int       `json:"useful_share,omitempty,omitzero" minimum:"1" maximum:"100" default:"100" doc:"Per cent of the quantity below which nothing is gained"`
	MostPartners int       `json:"most_partners,omitempty,omitzero" minimum:"1" maximum:"100" default:"1"`
}

// CostJSON is an exact amount.
type CostJSON struct {
	Currency string `json:"currency" example:"EUR"`
	Value    string `json:"value" example:"12500.00"`
}

// StageJSON is how far a stage of the present round has come.
type StageJSON struct {
	Stage   string `json:"stage"`
	State   string `json:"state" enum:"ahead,open,closed,never"`
	Verdict string `json:"verdict,omitempty" enum:"pass,return,reject"`
	Cast    int    `json:"cast" doc:"How many seats have voted"`
	Quorum  int    `json:"quorum"`
	Seats   int    `json:"seats"`
	Due     string `json:"due,omitempty"`
}

// VoteJSON is a vote that stands, for those who may see votes.
type VoteJSON struct {
	Stage   string       `json:"stage"`
	Seat    string       `json:"seat"`
	For     string       `json:"for,omitempty" doc:"The seat that it counts for, when a deputy cast it"`
	Verdict string       `json:"verdict" enum:"pass,return,reject,abstain"`
	Scores  []need.Score `json:"scores,omitempty"`
	Reason  string       `json:"reason,omitempty"`
	At      string       `json:"at"`
	Fact    int64        `json:"fact"`
}

// NeedJSON is a need in the API.
type NeedJSON struct {
	HeadJSON
	Summary     string         `json:"summary"`
	Weakness    string         `json:"weakness,omitempty" doc:"For those who may see it"`
	Evidence    string         `json:"evidence,omitempty" doc:"What bears the need out, for those who may see its weakness"`
	Incidents   string         `json:"incidents,omitempty" doc:"What happened already, for those who may see its weakness"`
	Lots        []LotJSON      `json:"lots"`
	LeadDays    int            `json:"lead_days"`
	Region      string         `json:"region,omitempty" doc:"ISO 3166-2; absent: the whole country, or hidden"`
	HideRegion  bool           `json:"hide_region"`
	Excluded    []string       `json:"excluded,omitempty"`
	RenewMonths int            `json:"renew_months,omitempty,omitzero"`
	Stages      []StageJSON    `json:"stages"`
	Votes       []VoteJSON     `json:"votes,omitempty" doc:"That stand in this round, for those who may see them"`
	Readings    []ReadingJSON  `json:"readings,omitempty" doc:"Of what is TLP:RED, for its owner: who opened it, the last first"`
	Questions   []string       `json:"questions,omitempty" doc:"What a returned need is asked, or why it was rejected"`
	Emergency   *EmergencyJSON `json:"emergency,omitempty" doc:"Of a need that came by the emergency lane"`
	MayVote     bool           `json:"may_vote"`
	Fact        int64          `json:"fact" doc:"Position of the fact that submitted it"`
	Changed     int64          `json:"changed" doc:"Position of its last fact"`
}

// AskedJSON is what is asked for, as a program sends it.
type AskedJSON struct {
	Title       string    `json:"title"`
	Summary     string    `json:"summary"`
	Weakness    string    `json:"weakness,omitempty"`
	Evidence    string    `json:"evidence,omitempty"`
	Incidents   string    `json:"incidents,omitempty"`
	Line        string    `json:"line"`
	Lots        []LotJSON `json:"lots" minItems:"1" maxItems:"20"`
	Urgency     string    `json:"urgency"`
	UsefulUntil string    `json:"useful_until" doc:"YYYY-MM-DD"`
	LeadDays    int       `json:"lead_days"`
	Criticality string    `json:"criticality"`
	Sector      string    `json:"sector"`
	Region      string    `json:"region,omitempty"`
	HideRegion  bool      `json:"hide_region,omitempty,omitzero"`
	Excluded    []string  `json:"excluded,omitempty"`
	RenewMonths int       `json:"renew_months,omitempty,omitzero"`

	Related []RelationJSON `json:"related,omitempty" maxItems:"20" doc:"How it is to needs that are there already, see likely-needs; only when it is submitted first"`
}

// BallotJSON is a vote, as a program sends it.
type BallotJSON struct {
	Stage   string       `json:"stage" doc:"That is voted in: a vote for another is refused"`
	Round   int          `json:"round"`
	Verdict string       `json:"verdict" enum:"pass,return,reject,abstain"`
	Scores  []need.Score `json:"scores,omitempty" doc:"One a criterion"`
	Reason  string       `json:"reason,omitempty" doc:"Of return and reject"`
}

// KeyInput names a command. It is exported because huma fills in nothing else.
type KeyInput struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
}

type needsInput struct {
	api.LangInput
	api.PageInput
	Stage   string `query:"stage" doc:"A stage such as technical, or provisional, validated, returned, rejected, withdrawn"`
	Line    string `query:"line"`
	Sector  string `query:"sector"`
	Urgency string `query:"urgency"`
	Mine    string `query:"mine" doc:"own: of the seat's institution; waits: for the seat's vote"`
}

type (
	// NeedInput names a need.
	NeedInput struct {
		api.LangInput
		ID string `path:"id" example:"N-0417"`
	}
	submitInput struct {
		api.LangInput
		KeyInput
		Body AskedJSON
	}
	resubmitInput struct {
		NeedInput
		KeyInput
		Body AskedJSON
	}
	voteInput struct {
		NeedInput
		KeyInput
		Body BallotJSON
	}
	withdrawInput struct {
		NeedInput
		KeyInput
		Body struct {
			Reason string `json:"reason" enum:"no_longer_needed,met_elsewhere,asked_twice,asked_by_mistake"`
		}
	}
	needsOutput struct{ Body api.List[HeadJSON] }
	needOutput  struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     NeedJSON
	}
)

// API adds the operations on needs.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/needs", "list-needs", "Needs that the sender may see, the latest first", h.apiNeeds)
	api.Get(a, "/needs/{id}", "get-need", "One need as the sender may see it", h.apiNeed)
	api.Post(a, "/needs", "submit-need", "Submit a need from the session's seat", maxBody, h.Gate, h.apiSubmit)
	api.Post(a, "/needs/{id}/votes", "vote-need", "Vote on a need from the session's seat", maxBody, h.Gate, h.apiVote)
	api.Post(a, "/needs/{id}/resubmission", "resubmit-need", "Answer a returned need", maxBody, h.Gate, h.apiResubmit)
	api.Get(a, "/needs/{id}/weakness", "list-weakness-shown", "Partners whom the sender's institution shows a need's weakness", h.apiShown)
	api.Post(a, "/needs/{id}/weakness", "show-weakness", "Show a need's weakness to a partner, on a legal basis", maxBody, h.Gate, h.apiShow)
	api.Post(a, "/needs/{id}/weakness/end", "hide-weakness", "Show a need's weakness to a partner no longer", maxBody, h.Gate, h.apiHide)
	api.Post(a, "/needs/likely", "likely-needs", "Needs that the sender may see and that a text may ask for again; nothing is recorded", maxBody, h.Gate, h.apiLikely)
	api.Get(a, "/needs/{id}/related", "list-related-needs", "Needs beside one that the sender may see: related, or that look alike", h.apiRelated)
	api.Post(a, "/needs/{id}/related", "relate-need", "Say how a need is to another: same, related or different", maxBody, h.Gate, h.apiRelate)
	api.Post(a, "/needs/{id}/marking", "mark-need", "Mark a need anew under TLP 2.0, with all its parts", maxBody, h.Gate, h.apiMark)
	api.Post(a, "/needs/{id}/reopening", "ask-reopening", "Ask that a closed stage of a need be opened again", maxBody, h.Gate, h.apiReopen)
	api.Post(a, "/needs/{id}/reopening/agreement", "agree-reopening", "Agree, as a second person, that a closed stage be opened again", maxBody, h.Gate, h.apiAgreeReopen)
	h.laneAPI(a)
	api.Post(a, "/needs/{id}/withdrawal", "withdraw-need", "Withdraw a need", maxBody, h.Gate, h.apiWithdraw)
}

func (h *Handler) apiNeeds(ctx context.Context, in *needsInput) (*needsOutput, error) {
	f, err := h.filter(url.Values{"stage": {in.Stage}, "line": {in.Line}, "sector": {in.Sector}, "urgency": {in.Urgency}, "mine": {in.Mine}})
	if err != nil {
		return nil, err
	}
	rd := h.Reader(ctx)
	var page api.List[need.ID]
	var rows []row
	h.View(func(b Books) {
		classes, narrow := f.classes(b, rd), f.narrow(b, rd)
		page, err = api.Page(b.Needs.CountFound(classes, narrow), in.PageInput, func(first, end int) []need.ID {
			return b.Needs.Slice(classes, narrow, first, end)
		})
		rows = rowsOf(b, page.Items)
	})
	if err != nil {
		return nil, err
	}
	if err := h.entitle(ctx, web.English, rows); err != nil {
		return nil, err
	}
	out := &needsOutput{api.List[HeadJSON]{Items: make([]HeadJSON, 0, len(rows)), Next: page.Next, Total: page.Total}}
	for _, r := range rows {
		out.Body.Items = append(out.Body.Items, r.json(h.Now()))
	}
	return out, nil
}

func (h *Handler) apiNeed(ctx context.Context, in *NeedInput) (*needOutput, error) {
	return h.answerWith(ctx, in.Lang(), need.ID(in.ID), Result{})
}

// answerWith answers with the need as it stands after a command.
func (h *Handler) answerWith(ctx context.Context, l web.Lang, id need.ID, res Result) (*needOutput, error) {
	a, err := h.one(ctx, l, id)
	if err != nil {
		return nil, err
	}
	out := &needOutput{Body: a.json()}
	if res.Repeated {
		out.Repeated = "true"
	}
	return out, nil
}

func (h *Handler) apiSubmit(ctx context.Context, in *submitInput) (*needOutput, error) {
	if _, err := h.maySubmit(ctx); err != nil {
		return nil, err
	}
	f := in.Body.form(in.Key)
	if err := h.whole(in.Lang(), f); err != nil {
		return nil, err
	}
	for _, r := range in.Body.Related {
		f.Related = append(f.Related, relation(r))
	}
	id, res, err := h.record(ctx, f, false)
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), id, res)
}

// whole refuses a form with everything that is wrong in it.
func (h *Handler) whole(l web.Lang, f form) error {
	var details []api.Detail
	for _, p := range f.problems(l, string(fact.Day(h.Now()))) {
		details = append(details, api.Detail{Location: "body." + p.Field, Message: p.Text})
	}
	if details == nil {
		return nil
	}
	return api.Detailed(web.WithStatus(http.StatusUnprocessableEntity, api.ErrRequest), details)
}

func (h *Handler) apiResubmit(ctx context.Context, in *resubmitInput) (*needOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	f := in.Body.form(in.Key)
	if err := h.whole(in.Lang(), f); err != nil {
		return nil, err
	}
	res, err := h.answer(ctx, a.ID, f)
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), a.ID, res)
}

// seen is the need that a program wants to act on, which its seat must see.
func (h *Handler) seen(ctx context.Context, in NeedInput) (account, error) {
	a, err := h.glance(ctx, in.Lang(), need.ID(in.ID))
	if err == nil && !a.reader.Seat.Exists() {
		err = ErrNoSeat
	}
	return a, err
}

func (h *Handler) apiVote(ctx context.Context, in *voteInput) (*needOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	b := ballot{Key: in.Key, Stage: in.Body.Stage, Round: in.Body.Round, Seen: notAsked, Verdict: in.Body.Verdict,
		Reason: in.Body.Reason, Scores: map[string]string{}}
	for _, s := range in.Body.Scores {
		if _, twice := b.Scores[s.Criterion]; twice {
			return nil, need.ErrScores.With("criteria", a.criteria(in.Lang()))
		}
		b.Scores[s.Criterion] = strconv.Itoa(s.Score)
	}
	res, err := h.cast(ctx, a.ID, b)
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), a.ID, res)
}

func (h *Handler) apiWithdraw(ctx context.Context, in *withdrawInput) (*needOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	res, err := h.end(ctx, a.ID, in.Key, need.Withdrawal(in.Body.Reason))
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), a.ID, res)
}
