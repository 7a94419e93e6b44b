package correctionhttp

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/mechanism/correction"
	"tallinn/web"
	"tallinn/web/api"
)

// ChangeJSON is one member that a correction changes.
type ChangeJSON struct {
	Pointer string `json:"pointer" doc:"Into the body of the fact (RFC 6901)" example:"/amount"`
	Was     any    `json:"was" required:"false" doc:"As it stands; of an answer only"`
	Now     any    `json:"now" doc:"As it should read; null takes it away"`
}

// CorrectionJSON is a correction that was asked for. One that nobody had to
// agree to has no id, and is done.
type CorrectionJSON struct {
	ID      string       `json:"id,omitempty" example:"C-0417"`
	Item    string       `json:"item" example:"F-0032"`
	Fact    int64        `json:"fact" doc:"Position of the fact that is mended"`
	State   string       `json:"state" enum:"waits,done,refused,withdrawn,lapsed"`
	Changes []ChangeJSON `json:"changes,omitempty"`
	Reason  string       `json:"reason,omitempty"`
	Party   string       `json:"party,omitempty" doc:"Who asked"`
	Lacks   []string     `json:"lacks,omitempty" doc:"Who has yet to agree"`
	Agreed  []string     `json:"agreed,omitempty"`
	Until   string       `json:"until,omitempty" format:"date-time" doc:"When it lapses"`
	Answers bool         `json:"answers,omitempty,omitzero" doc:"The sender may agree or refuse"`
}

// CorrectionKey names a command. It is exported because huma fills in nothing
// else.
type CorrectionKey struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
}

type (
	correctionsInput struct {
		api.LangInput
		api.PageInput
	}
	correctionInput struct {
		api.LangInput
		ID string `path:"id" example:"C-0417"`
	}
	askCorrectionInput struct {
		api.LangInput
		CorrectionKey
		Body struct {
			Fact    int64        `json:"fact" minimum:"0" doc:"Position of the fact that is wrong"`
			Changes []ChangeJSON `json:"changes" minItems:"1" maxItems:"20"`
			Reason  string       `json:"reason" enum:"mistyped,source_changed,duplicate,reclassified"`
		}
	}
	answerCorrectionInput struct {
		api.LangInput
		CorrectionKey
		ID   string `path:"id" example:"C-0417"`
		Body struct {
			Answer string `json:"answer" enum:"agree,refuse,withdraw"`
		}
	}
	correctionsOutput   struct{ Body api.List[CorrectionJSON] }
	correctionOutput    struct{ Body CorrectionJSON }
	correctionActOutput struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     CorrectionJSON
	}
)

// API adds the operations.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/corrections", "list-corrections", "Corrections that the session's seat has a part in, the last one first", h.apiList)
	api.Get(a, "/corrections/{id}", "get-correction", "One correction", h.apiOne)
	api.Post(a, "/corrections", "ask-correction", "Mend what the session's seat has said; who has countersigned is asked first", 32<<10, h.Gate, h.apiAsk)
	api.Post(a, "/corrections/{id}/answers", "answer-correction", "Agree to a correction, refuse it, or withdraw it", 1<<10, h.Gate, h.apiAnswer)
}

func (e entry) json() CorrectionJSON {
	out := CorrectionJSON{ID: string(e.Asked.Correction), Item: e.Item, Fact: int64(e.Changes[0].Fact), State: string(e.state),
		Reason: e.Changes[0].Reason, Party: string(e.Party), Answers: e.answers, Until: e.Until().UTC().Format(time.RFC3339)}
	for _, c := range e.Changes {
		if e.red {
			break
		}
		out.Changes = append(out.Changes, ChangeJSON{c.Pointer, open(c.Was), open(c.Now)})
	}
	for _, p := range e.Lacks() {
		out.Lacks = append(out.Lacks, string(p))
	}
	for _, p := range e.Correction.Agreed {
		out.Agreed = append(out.Agreed, string(p))
	}
	return out
}

// open is v as an answer writes it.
func open(v jsontext.Value) (out any) {
	if json.Unmarshal(v, &out) != nil {
		return string(v)
	}
	return out
}

func (h *Handler) apiList(ctx context.Context, in *correctionsInput) (*correctionsOutput, error) {
	list := h.entries(ctx, web.English)
	page, err := api.Cut(list, in.PageInput)
	if err != nil {
		return nil, err
	}
	out := &correctionsOutput{api.List[CorrectionJSON]{Items: make([]CorrectionJSON, 0, len(page.Items)), Next: page.Next, Total: page.Total}}
	for _, e := range page.Items {
		out.Body.Items = append(out.Body.Items, e.json())
	}
	return out, nil
}

func (h *Handler) apiOne(ctx context.Context, in *correctionInput) (*correctionOutput, error) {
	e, err := h.one(ctx, web.English, correction.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return &correctionOutput{e.json()}, nil
}

func (h *Handler) apiAsk(ctx context.Context, in *askCorrectionInput) (*correctionActOutput, error) {
	w := Wanted{Fact: fact.Pos(in.Body.Fact), Reason: in.Body.Reason}
	for _, c := range in.Body.Changes {
		now, err := json.Marshal(c.Now, json.Deterministic(true))
		if err != nil {
			return nil, ErrJSON
		}
		v := jsontext.Value(now)
		if v.Canonicalize() != nil {
			return nil, ErrJSON
		}
		w.Changes = append(w.Changes, Change{c.Pointer, v})
	}
	res, err := h.Ask(ctx, in.Key, w)
	if err != nil {
		return nil, err
	}
	out := &correctionActOutput{Body: CorrectionJSON{Item: res.Item, Fact: in.Body.Fact, State: string(correction.Done)}}
	if res.ID != "" {
		e, err := h.one(ctx, web.English, res.ID)
		if err != nil {
			return nil, err
		}
		out.Body = e.json()
	}
	if res.Repeated {
		out.Repeated = "true"
	}
	return out, nil
}

func (h *Handler) apiAnswer(ctx context.Context, in *answerCorrectionInput) (*correctionActOutput, error) {
	id := correction.ID(in.ID)
	if _, err := h.one(ctx, web.English, id); err != nil {
		return nil, err
	}
	repeated, err := h.Answer(ctx, in.Key, id, Answer(in.Body.Answer))
	if err != nil {
		return nil, err
	}
	e, err := h.one(ctx, web.English, id)
	if err != nil {
		return nil, err
	}
	out := &correctionActOutput{Body: e.json()}
	if repeated {
		out.Repeated = "true"
	}
	return out, nil
}
