package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/need"
	"tallinn/aid/need/needhttp"
	"tallinn/fault"
	"tallinn/web"
	"tallinn/web/told"
)

var (
	// ErrNoSession says that a command needs somebody to act.
	ErrNoSession = fault.New(fault.Unauthenticated, "cli.no_session",
		"this is done by somebody who acts from a seat; set TALLINN_TOKEN to the token of your session")
	// ErrInput says that what was given on standard input is no need.
	ErrInput = fault.New(fault.Invalid, "cli.need_input",
		"standard input is not the JSON of a need; the description of POST /api/v1/needs at /api/openapi.json says what it holds")
	// ErrScoreForm refuses a score that is not written criterion=points.
	ErrScoreForm = fault.New(fault.Invalid, "cli.score",
		"{{.score}} is no score; write criterion=points, such as relevance=4")
)

// once are the flags of commands that decide.
type once struct {
	Key string `help:"Names this command: the same key again records nothing twice. Drawn when absent." placeholder:"KEY"`
}

func (o once) key() string {
	if o.Key != "" {
		return o.Key
	}
	return rand.Text()
}

type needCmd struct {
	List         needListCmd         `cmd:"" help:"Needs that the session's seat may see, the latest first."`
	Show         needShowCmd         `cmd:"" help:"One need, as JSON."`
	Submit       needSubmitCmd       `cmd:"" help:"Submit a need: its JSON on standard input."`
	Resubmit     needResubmitCmd     `cmd:"" help:"Answer a returned need: its JSON on standard input."`
	Vote         needVoteCmd         `cmd:"" help:"Vote on a need."`
	Likely       needLikelyCmd       `cmd:"" help:"Needs that the need on standard input may ask for again; nothing is recorded."`
	Related      needRelatedCmd      `cmd:"" help:"Needs beside one: related, or that look alike."`
	Relate       needRelateCmd       `cmd:"" help:"Say how a need is to another."`
	ShowWeakness needShowWeaknessCmd `cmd:"" help:"Show a need's weakness to a partner, on a legal basis."`
	HideWeakness needHideWeaknessCmd `cmd:"" help:"Show a need's weakness to a partner no longer."`
	Reopen       needReopenCmd       `cmd:"" help:"Ask that a closed stage of a need be opened again, or agree to it."`
	Mark         needMarkCmd         `cmd:"" help:"Mark a need anew under TLP 2.0, with all its parts."`
	Withdraw     needWithdrawCmd     `cmd:"" help:"Withdraw a need."`
}

type needListCmd struct {
	Limit   int    `help:"How many at most." default:"200"`
	After   string `help:"Where to go on: what the page before named." placeholder:"NEXT"`
	Stage   string `help:"technical, interagency, validated, returned, rejected or withdrawn."`
	Line    string `help:"A line of capability."`
	Sector  string `help:"A sector."`
	Urgency string `help:"immediate, short, medium or long."`
	Mine    string `help:"own: of the seat's institution; waits: for the seat's vote."`
}

func (c needListCmd) Run(ctx context.Context, s *session) error {
	q := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	for name, value := range map[string]string{"after": c.After, "stage": c.Stage, "line": c.Line, "sector": c.Sector,
		"urgency": c.Urgency, "mine": c.Mine} {
		if value != "" {
			q.Set(name, value)
		}
	}
	heads := []string{s.t("col.id"), s.t("need.form.title"), s.t("need.field.owner"), s.t("need.field.stage")}
	return listed(ctx, s, "/api/v1/needs", q, heads, func(n needhttp.HeadJSON) []string {
		owner := n.OwnerName
		if s.lang == web.Ukrainian && n.OwnerNameUk != "" {
			owner = n.OwnerNameUk
		}
		return []string{n.ID, n.Title, owner, s.needStage(n)}
	})
}

// needStage is where a need stands, in a word.
func (s *session) needStage(n needhttp.HeadJSON) string {
	switch n.Lane {
	case "emergency":
		return s.t("emergency.chip")
	case need.Provisional:
		return s.t("emergency.chip.provisional")
	}
	if n.Stage == "" {
		return s.t("need.status." + n.Status)
	}
	return told.Word(s.lang, "procedure.stage", n.Stage)
}

type needShowCmd struct {
	ID string `arg:"" help:"The need's id, such as N-0417."`
}

func (c needShowCmd) Run(ctx context.Context, s *session) error {
	return s.shown(ctx, needPath(c.ID, ""))
}

func needPath(id, more string) string { return "/api/v1/needs/" + url.PathEscape(id) + more }

type needSubmitCmd struct{ once }

func (c needSubmitCmd) Run(ctx context.Context, s *session) error {
	return s.asked(ctx, "/api/v1/needs", c.key())
}

type needResubmitCmd struct {
	ID string `arg:"" help:"The need's id, such as N-0417."`
	once
}

func (c needResubmitCmd) Run(ctx context.Context, s *session) error {
	return s.asked(ctx, needPath(c.ID, "/resubmission"), c.key())
}

// asked sends the need on standard input.
func (s *session) asked(ctx context.Context, path, key string) error {
	var in needhttp.AskedJSON
	if err := json.UnmarshalRead(s.Stdin, &in, json.RejectUnknownMembers(true)); err != nil {
		return ErrInput.Because(err)
	}
	return s.decided(ctx, path, key, in)
}

// decided sends a command and says where the need stands after it.
func (s *session) decided(ctx context.Context, path, key string, in any) error {
	var n needhttp.NeedJSON
	raw, err := s.client.act(ctx, path, key, in, &n)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s %s", n.ID, s.needStage(n.HeadJSON))
	return nil
}

// act sends a command of the session's seat under its key.
func (c *client) act(ctx context.Context, path, key string, in, out any) (jsontext.Value, error) {
	token := c.getenv("TALLINN_TOKEN")
	if token == "" {
		return nil, ErrNoSession
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, errors.Join(ErrInput, err)
	}
	named := *c
	named.key = key
	return named.do(ctx, "POST", path, nil, token, body, out)
}

// anyone is act for what needs no session; one that there is is told.
func (c *client) anyone(ctx context.Context, path, key string, in, out any) (jsontext.Value, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, errors.Join(ErrInput, err)
	}
	named := *c
	named.key = key
	return named.do(ctx, "POST", path, nil, c.getenv("TALLINN_TOKEN"), body, out)
}

type needVoteCmd struct {
	ID      string   `arg:"" help:"The need's id, such as N-0417."`
	Verdict string   `arg:"" help:"pass, return, reject or abstain." enum:"pass,return,reject,abstain"`
	Score   []string `help:"criterion=points, once for each criterion of the stage." placeholder:"CRITERION=POINTS" sep:"none"`
	Reason  string   `help:"What is asked, or why it is rejected."`
	once
}

// Run votes in the stage that the need waits in as it is read now.
func (c needVoteCmd) Run(ctx context.Context, s *session) error {
	var n needhttp.NeedJSON
	if _, err := s.client.get(ctx, needPath(c.ID, ""), nil, &n); err != nil {
		return err
	}
	in := map[string]any{"stage": n.Stage, "round": n.Round, "verdict": c.Verdict}
	if c.Reason != "" {
		in["reason"] = c.Reason
	}
	var scores []map[string]any
	for _, one := range c.Score {
		criterion, points, ok := strings.Cut(one, "=")
		score, err := strconv.Atoi(points)
		if !ok || err != nil {
			return ErrScoreForm.With("score", strconv.Quote(one))
		}
		scores = append(scores, map[string]any{"criterion": criterion, "score": score})
	}
	if scores != nil {
		in["scores"] = scores
	}
	return s.decided(ctx, needPath(c.ID, "/votes"), c.key(), in)
}

type needWithdrawCmd struct {
	ID     string `arg:"" help:"The need's id, such as N-0417."`
	Reason string `help:"no_longer_needed, met_elsewhere, asked_twice or asked_by_mistake." required:"" enum:"no_longer_needed,met_elsewhere,asked_twice,asked_by_mistake"`
	once
}

func (c needWithdrawCmd) Run(ctx context.Context, s *session) error {
	return s.decided(ctx, needPath(c.ID, "/withdrawal"), c.key(), map[string]string{"reason": c.Reason})
}

type needReopenCmd struct {
	ID     string `arg:"" help:"The need's id, such as N-0417."`
	Stage  string `help:"The closed stage, such as technical."`
	Reason string `help:"new_facts, wrong_votes, conflict_of_interest or not_by_the_procedure."`
	Why    string `help:"What is wrong, in words."`
	Agree  bool   `help:"Agree, as a second person, to what was asked."`
	once
}

func (c needReopenCmd) Run(ctx context.Context, s *session) error {
	if c.Agree {
		return s.decided(ctx, needPath(c.ID, "/reopening/agreement"), c.key(), struct{}{})
	}
	return s.decided(ctx, needPath(c.ID, "/reopening"), c.key(), needhttp.ReopeningJSON{Stage: c.Stage, Reason: c.Reason, Why: c.Why})
}

type needMarkCmd struct {
	ID      string   `arg:"" help:"The need's id, such as N-0417."`
	Marking string   `arg:"" help:"CLEAR, GREEN, AMBER, AMBER+STRICT or RED." enum:"CLEAR,GREEN,AMBER,AMBER+STRICT,RED"`
	To      []string `help:"Of RED: a seat that may read it, once for each; yours is always among them." placeholder:"SEAT"`
	once
}

func (c needMarkCmd) Run(ctx context.Context, s *session) error {
	in := map[string]any{"marking": "TLP:" + c.Marking}
	if len(c.To) > 0 {
		in["to"] = c.To
	}
	var n needhttp.NeedJSON
	raw, err := s.client.act(ctx, needPath(c.ID, "/marking"), c.key(), in, &n)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s %s", n.ID, n.Marking)
	return nil
}
