package needhttp

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/need"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/api"
)

// AlarmJSON is an emergency, as a program sends it.
type AlarmJSON struct {
	Hit      string `json:"hit" doc:"What is hit, in one line"`
	Needed   string `json:"needed" doc:"What is needed"`
	Callback string `json:"callback" doc:"The number to call"`
	For      string `json:"for,omitempty" doc:"Recorded for this institution after a call; absent: the sender's own"`
}

// EmergencyJSON is what the emergency lane says of a need.
type EmergencyJSON struct {
	State       string       `json:"state" enum:"waiting,provisional,ratified,reversed,withdrawn"`
	Callback    string       `json:"callback,omitempty" doc:"The number to call, for those who may see it"`
	RecordedBy  string       `json:"recorded_by,omitempty" doc:"Who recorded it for its owner after a call"`
	Confirmed   string       `json:"confirmed,omitempty" doc:"When the owner confirmed that, UTC"`
	ConfirmBy   string       `json:"confirm_by,omitempty" doc:"When the owner should have confirmed it, UTC"`
	Provisional string       `json:"provisional,omitempty" doc:"Since when it is valid provisionally, UTC"`
	RatifyBy    string       `json:"ratify_by,omitempty" doc:"When the groups should have ratified or reversed it, UTC; that decides nothing"`
	Answers     []AnswerJSON `json:"answers" doc:"Of the duty members, one a stage"`
	May         []string     `json:"may,omitempty" doc:"What the sender may do now: take, pass, confirm, wrong"`
}

// AnswerJSON is how far the call for a duty member's answer has come.
type AnswerJSON struct {
	Stage  string `json:"stage"`
	Called string `json:"called,omitempty" enum:"duty,deputy,body,desk"`
	Next   string `json:"next,omitempty" doc:"When the call goes further, UTC"`
	Taken  string `json:"taken,omitempty" doc:"When somebody took it last, UTC"`
	Passed string `json:"passed,omitempty" doc:"When the duty member let it pass, UTC"`
}

type (
	alarmInput struct {
		api.LangInput
		KeyInput
		Body AlarmJSON
	}
	laneInput struct {
		NeedInput
		KeyInput
		Body struct {
			Act string `json:"act" enum:"take,pass,confirm,wrong"`
		}
	}
)

func (h *Handler) laneAPI(a huma.API) {
	api.Post(a, "/emergencies", "ask-emergency", "Ask for help by the emergency lane, or record it for an institution after a call", maxBody, h.Gate, h.apiAlarm)
	api.Post(a, "/needs/{id}/emergency", "answer-emergency", "Take an emergency, let it pass provisionally, or confirm what was recorded", maxBody, h.Gate, h.apiLane)
	api.Post(a, "/needs/{id}/detail", "detail-emergency", "Say exactly what an emergency asks for", maxBody, h.Gate, h.apiDetail)
}

func (h *Handler) apiAlarm(ctx context.Context, in *alarmInput) (*needOutput, error) {
	a := alarm{Key: in.Key, Hit: in.Body.Hit, Needed: in.Body.Needed, Callback: in.Body.Callback, For: party.ID(in.Body.For)}
	if a.For != "" {
		if err := h.recorder(ctx); err != nil {
			return nil, err
		}
	}
	id, res, err := h.alarms(ctx, a)
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), id, res)
}

func (h *Handler) apiLane(ctx context.Context, in *laneInput) (*needOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	res, err := h.laneDo(ctx, a.ID, in.Key, laneAct(in.Body.Act))
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), a.ID, res)
}

func (h *Handler) apiDetail(ctx context.Context, in *resubmitInput) (*needOutput, error) {
	a, err := h.seen(ctx, in.NeedInput)
	if err != nil {
		return nil, err
	}
	f := in.Body.form(in.Key)
	if err := h.whole(in.Lang(), f); err != nil {
		return nil, err
	}
	res, err := h.details(ctx, a.ID, f)
	if err != nil {
		return nil, err
	}
	return h.answerWith(ctx, in.Lang(), a.ID, res)
}

// emergency is what the API says of a's emergency; nil: it is none.
func (a account) emergency() *EmergencyJSON {
	if a.Lane == nil {
		return nil
	}
	out := &EmergencyJSON{State: a.laneWord(), RecordedBy: string(a.Lane.RecordedBy), Confirmed: moment(a.Lane.Confirmed)}
	if a.lane != nil {
		out.Callback = a.lane.callback
		for _, act := range a.lane.acts {
			out.May = append(out.May, string(act))
		}
	}
	if a.Unconfirmed() {
		out.ConfirmBy = moment(a.ConfirmBy())
	}
	if !a.Provisional.IsZero() {
		out.Provisional, out.RatifyBy = moment(a.Provisional), moment(a.Provisional.Add(need.RatifyTime))
	}
	for _, stage := range a.Stages {
		out.Answers = append(out.Answers, a.answerJSON(stage.ID))
	}
	return out
}

func (a account) answerJSON(stage string) AnswerJSON {
	out := AnswerJSON{Stage: stage}
	if t, taken := a.Lane.Take(stage); taken {
		out.Taken = moment(t.At)
	}
	if p, passed := a.Lane.Pass(stage); passed {
		out.Passed = moment(p.At)
	} else if a.InLane() {
		var next time.Time
		var reach need.Reach
		reach, next = a.Reach(stage, a.now)
		out.Called, out.Next = reaches[reach], moment(next)
	}
	return out
}

// reaches are the words of need.Reach.
var reaches = []string{"duty", "deputy", "body", "desk"}

// laneWord is how an emergency stands, in a word; its sentence stands in the
// catalogue under "emergency.is." and the word.
func (a account) laneWord() string {
	switch {
	case a.Status == need.Valid:
		return "ratified"
	case a.Status == need.Gone:
		return "withdrawn"
	case !a.InLane():
		return "reversed"
	case !a.Provisional.IsZero():
		return "provisional"
	}
	return "waiting"
}

var laneTones = map[string]web.Tone{"ratified": web.Good, "withdrawn": web.Neutral, "reversed": web.Danger, "provisional": web.Attention, "waiting": web.Danger}

// laneState is laneWord as a sentence, with its tone.
func (a account) laneState(l web.Lang) (string, web.Tone) {
	word := a.laneWord()
	return web.T(l, "emergency.is."+word, "until", web.Time(l, a.Provisional.Add(need.RatifyTime))), laneTones[word]
}
