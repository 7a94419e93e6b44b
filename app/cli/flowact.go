package cli

import (
	"context"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"

	"tallinn/aid/flow/flowhttp"
	"tallinn/fault"
	"tallinn/web"
)

// ErrFlow says that what was given on standard input is no flow.
var ErrFlow = fault.New(fault.Invalid, "cli.flow_input",
	"standard input is not the JSON of a flow; the description of POST /api/v1/flows at /api/openapi.json says what it holds")

func flowPath(id, more string) string { return "/api/v1/flows/" + url.PathEscape(id) + more }

// spoken is an amount as it is typed: "9800000 EUR".
type spoken string

func (a spoken) json() *flowhttp.MoneyJSON {
	value, currency, _ := strings.Cut(strings.TrimSpace(string(a)), " ")
	if value == "" {
		return nil
	}
	return &flowhttp.MoneyJSON{Value: value, Currency: currency}
}

// acted sends a command on a flow and says how it stands after it.
func (s *session) acted(ctx context.Context, path, key string, in any) error {
	var f flowhttp.FlowJSON
	raw, err := s.client.act(ctx, path, key, in, &f)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	open := ""
	if f.Open {
		open = "; " + s.t("flow.desk.open")
	}
	counts := s.t("flow.amount.none")
	if f.Counts != nil {
		counts = web.Money(s.lang, f.Counts.Value, f.Counts.Currency)
	}
	if f.Status == "" { // not for everyone yet
		s.line("%s", f.ID)
		return nil
	}
	s.line("%s %s, %s, %s%s", f.ID, s.t("status."+f.Status), counts, s.t("basis."+f.Basis), open)
	return nil
}

type flowAnnounceCmd struct{ once }

func (c flowAnnounceCmd) Run(ctx context.Context, s *session) error {
	var in flowhttp.AnnounceJSON
	if err := json.UnmarshalRead(s.Stdin, &in, json.RejectUnknownMembers(true)); err != nil {
		return ErrFlow.Because(err)
	}
	return s.acted(ctx, "/api/v1/flows", c.key(), in)
}

type flowSayFlags struct {
	ID     string `arg:"" help:"The flow's id, such as F-0032."`
	Amount spoken `help:"In the currency of the flow, such as \"9800000 EUR\"."`
	Status string `help:"pledge, commitment or paid." default:"commitment" enum:"pledge,commitment,paid"`
	On     string `help:"Since when." required:"" placeholder:"YYYY-MM-DD"`
}

func (f flowSayFlags) say() flowhttp.SayJSON {
	return flowhttp.SayJSON{Amount: f.Amount.json(), Status: f.Status, On: f.On}
}

type flowAssertCmd struct {
	flowSayFlags
	Denied  bool   `help:"You know of no such flow."`
	Reason  string `help:"Why an amount that asks for a second look is right."`
	Preview bool   `help:"Only show what it would change."`
	once
}

func (c flowAssertCmd) Run(ctx context.Context, s *session) error {
	in := c.say()
	if in.Denied, in.Reason = c.Denied, c.Reason; c.Denied {
		in.Amount, in.Status = nil, ""
	}
	if !c.Preview {
		return s.acted(ctx, flowPath(c.ID, "/words"), c.key(), in)
	}
	var out flowhttp.PreviewJSON
	raw, err := s.client.act(ctx, flowPath(c.ID, "/preview"), c.key(), in, &out)
	if err != nil || s.json {
		if err == nil {
			err = s.raw(raw)
		}
		return err
	}
	g := s.grid(s.t("flow.say.figure"), s.t("flow.say.before"), s.t("flow.say.after"))
	for _, change := range out.Changes {
		g.row(change.Figure, change.Before, change.After)
	}
	for _, d := range out.Doubts {
		g.row(s.t("flow.doubt." + d))
	}
	return g.flush()
}

type flowSettleCmd struct {
	flowSayFlags
	once
}

func (c flowSettleCmd) Run(ctx context.Context, s *session) error {
	return s.acted(ctx, flowPath(c.ID, "/signatures"), c.key(), c.say())
}

type flowLinkCmd struct {
	Parent string `arg:"" help:"The flow that pays."`
	Child  string `arg:"" help:"The flow that it pays for."`
	Amount spoken `help:"Of the flow that pays, such as \"135000000 SEK\"." required:""`
	Part   spoken `help:"Of the flow that it pays for; the same amount when absent."`
	How    string `help:"passed_on or reimbursed." default:"passed_on" enum:"passed_on,reimbursed"`
	On     string `help:"Since when." required:"" placeholder:"YYYY-MM-DD"`
	once
}

func (c flowLinkCmd) Run(ctx context.Context, s *session) error {
	in := map[string]any{"child": c.Child, "amount": c.Amount.json(), "how": c.How, "on": c.On}
	if part := c.Part.json(); part != nil {
		in["part"] = part
	}
	return s.acted(ctx, flowPath(c.Parent, "/links"), c.key(), in)
}

type flowUnlinkCmd struct {
	Parent string `arg:"" help:"The flow that pays."`
	Child  string `arg:"" help:"The flow that it pays for."`
	Reason string `help:"mistyped, duplicate, reclassified or source_changed." required:"" enum:"mistyped,duplicate,reclassified,source_changed"`
	once
}

func (c flowUnlinkCmd) Run(ctx context.Context, s *session) error {
	return s.acted(ctx, flowPath(c.Parent, "/unlinkings"), c.key(), map[string]string{"child": c.Child, "reason": c.Reason})
}

type flowValueCmd struct {
	ID     string `arg:"" help:"The flow's id, such as F-0032."`
	Method string `help:"invoice, list_price or statement." required:"" enum:"invoice,list_price,statement"`
	Amount spoken `help:"Such as \"70000 EUR\"; absent: no value by this method, which is not zero."`
	On     string `help:"Since when." required:"" placeholder:"YYYY-MM-DD"`
	once
}

func (c flowValueCmd) Run(ctx context.Context, s *session) error {
	in := map[string]any{"method": c.Method, "on": c.On}
	if a := c.Amount.json(); a != nil {
		in["amount"] = a
	}
	return s.acted(ctx, flowPath(c.ID, "/values"), c.key(), in)
}

type flowJoinCmd struct {
	ID   string `arg:"" help:"Your own flow."`
	Into string `arg:"" help:"The flow that it is."`
	once
}

func (c flowJoinCmd) Run(ctx context.Context, s *session) error {
	return s.acted(ctx, flowPath(c.ID, "/joinings"), c.key(), map[string]string{"into": c.Into})
}

type flowDeskCmd struct{}

func (flowDeskCmd) Run(ctx context.Context, s *session) error {
	var d flowhttp.FlowDeskJSON
	raw, err := s.client.get(ctx, "/api/v1/flow-desk", nil, &d)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	g := s.grid()
	for _, group := range []struct {
		key  string
		list []flowhttp.FlowJSON
	}{{"flow.desk.open", d.Open}, {"flow.desk.awaits", d.Awaits}} {
		for _, f := range group.list {
			g.row(s.t(group.key), f.ID, s.partyName(f.Provider)+" → "+s.partyName(f.Receiver), f.Amount.Value+" "+f.Amount.Currency)
		}
	}
	for _, p := range d.Pairs {
		g.row(s.t("flow.desk.pairs"), p.Own, p.Into)
	}
	return g.flush()
}
