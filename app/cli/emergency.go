package cli

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"tallinn/aid/need/needhttp"
	"tallinn/fault"
	"tallinn/mechanism/seat/seathttp"
	"tallinn/web"
)

// ErrDuty refuses hours that are none.
var ErrDuty = fault.New(fault.Invalid, "cli.duty",
	"{{.time}} is no moment; write it like 2026-03-02T18:00:00+02:00")

type emergencyCmd struct {
	Ask     emergencyAskCmd     `cmd:"" help:"Ask for help by the emergency lane, in three lines."`
	Take    emergencyTakeCmd    `cmd:"" help:"Say that you look at an emergency: the others are not called for an hour."`
	Pass    emergencyPassCmd    `cmd:"" help:"Let an emergency pass for your group until the group decides."`
	Confirm emergencyConfirmCmd `cmd:"" help:"Confirm what was recorded for your institution after a call."`
	Wrong   emergencyWrongCmd   `cmd:"" help:"Say that what was recorded for your institution is wrong, which ends it."`
	Detail  emergencyDetailCmd  `cmd:"" help:"Say exactly what an emergency asks for: the JSON of a need on standard input."`
	Duty    emergencyDutyCmd    `cmd:"" help:"Put a seat of a group on duty."`
}

type emergencyAskCmd struct {
	Hit      string `help:"What is hit, in one line." required:""`
	Needed   string `help:"What is needed." required:""`
	Callback string `help:"The number to call." required:""`
	For      string `help:"The institution that it is recorded for after a call; without it your own." placeholder:"PARTY"`
	once
}

func (c emergencyAskCmd) Run(ctx context.Context, s *session) error {
	return s.alarmed(ctx, "/api/v1/emergencies", c.key(), needhttp.AlarmJSON{Hit: c.Hit, Needed: c.Needed, Callback: c.Callback, For: c.For})
}

// alarmed sends a command of the lane and says how the emergency stands.
func (s *session) alarmed(ctx context.Context, path, key string, in any) error {
	var n needhttp.NeedJSON
	raw, err := s.client.act(ctx, path, key, in, &n)
	if err != nil {
		return err
	}
	if s.json || n.Emergency == nil {
		return s.raw(raw)
	}
	until, _ := time.Parse(time.RFC3339, n.Emergency.RatifyBy) // absent unless it is provisional
	s.line("%s %s", n.ID, s.t("emergency.is."+n.Emergency.State, "until", web.Time(s.lang, until)))
	return nil
}

// emergencyOne names an emergency.
type emergencyOne struct {
	ID string `arg:"" help:"The need's id, such as N-0417."`
	once
}

func (c emergencyOne) act(ctx context.Context, s *session, act string) error {
	return s.alarmed(ctx, needPath(c.ID, "/emergency"), c.key(), map[string]string{"act": act})
}

type (
	emergencyTakeCmd    struct{ emergencyOne }
	emergencyPassCmd    struct{ emergencyOne }
	emergencyConfirmCmd struct{ emergencyOne }
	emergencyWrongCmd   struct{ emergencyOne }
	emergencyDetailCmd  struct{ emergencyOne }
)

func (c emergencyTakeCmd) Run(ctx context.Context, s *session) error { return c.act(ctx, s, "take") }

func (c emergencyPassCmd) Run(ctx context.Context, s *session) error { return c.act(ctx, s, "pass") }

func (c emergencyConfirmCmd) Run(ctx context.Context, s *session) error {
	return c.act(ctx, s, "confirm")
}

func (c emergencyWrongCmd) Run(ctx context.Context, s *session) error { return c.act(ctx, s, "wrong") }

func (c emergencyDetailCmd) Run(ctx context.Context, s *session) error {
	var in needhttp.AskedJSON
	if err := json.UnmarshalRead(s.Stdin, &in, json.RejectUnknownMembers(true)); err != nil {
		return ErrInput.Because(err)
	}
	return s.alarmed(ctx, needPath(c.ID, "/detail"), c.key(), in)
}

type emergencyDutyCmd struct {
	Seat  string `arg:"" help:"The seat's id, such as R-0417."`
	From  string `help:"Its first moment, such as 2026-03-02T18:00:00+02:00; without it now." placeholder:"TIME"`
	Hours int    `help:"How many hours it lasts." default:"12"`
	once
}

func (c emergencyDutyCmd) Run(ctx context.Context, s *session) error {
	from := time.Now().UTC().Truncate(time.Second)
	if c.From != "" {
		said, err := time.Parse(time.RFC3339, c.From)
		if err != nil {
			return ErrDuty.With("time", strconv.Quote(c.From))
		}
		from = said.UTC()
	}
	until := from.Add(time.Duration(c.Hours) * time.Hour)
	var out seathttp.SeatJSON
	raw, err := s.client.act(ctx, "/api/v1/seats/"+url.PathEscape(c.Seat)+"/duty", c.key(), map[string]time.Time{"from": from, "until": until}, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s %s", out.ID, s.t("seat.duty.now", "until", web.Time(s.lang, until)))
	return nil
}
