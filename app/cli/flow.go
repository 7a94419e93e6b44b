package cli

import (
	"context"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/flow/flowhttp"
	"tallinn/mechanism/party/partyhttp"
	"tallinn/web"
	"tallinn/web/api"
)

// listFlags read a list page by page.
type listFlags struct {
	AsOf  string `help:"The day that is meant; today when absent." placeholder:"YYYY-MM-DD"`
	Limit int    `help:"How many at most." default:"200"`
	After string `help:"Where to go on: what the page before named." placeholder:"NEXT"`
}

func (f listFlags) query() url.Values {
	q := url.Values{"limit": {strconv.Itoa(f.Limit)}}
	for name, value := range map[string]string{"as_of": f.AsOf, "after": f.After} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// listed prints a list of the API: raw with --json, else a row an item, and
// where to go on.
func listed[T any](ctx context.Context, s *session, path string, q url.Values, heads []string, row func(T) []string) error {
	var list api.List[T]
	raw, err := s.client.get(ctx, path, q, &list)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	g := s.grid(heads...)
	for _, item := range list.Items {
		g.row(row(item)...)
	}
	if err := g.flush(); err != nil {
		return err
	}
	if list.Next != "" {
		s.line("%s", s.t("cli.more", "total", list.Total, "next", list.Next))
	}
	return nil
}

// shown prints one item: the API's answer, for an item has more members than
// a terminal has columns.
func (s *session) shown(ctx context.Context, path string) error {
	var any jsontext.Value
	raw, err := s.client.get(ctx, path, nil, &any)
	if err != nil {
		return err
	}
	return s.raw(raw)
}

type flowCmd struct {
	List     flowListCmd    `cmd:"" help:"Flows, in the currency that was spoken."`
	Show     flowShowCmd    `cmd:"" help:"One flow with its history, as JSON."`
	Mentions mentionListCmd `cmd:"" help:"Public mentions: said, and no flow."`

	Announce flowAnnounceCmd `cmd:"" help:"Record a flow of your party's: its JSON on standard input."`
	Assert   flowAssertCmd   `cmd:"" help:"Say what your party knows of a flow."`
	Settle   flowSettleCmd   `cmd:"" help:"Sign what both sides are to say."`
	Link     flowLinkCmd     `cmd:"" help:"Say how much of a flow pays for another."`
	Unlink   flowUnlinkCmd   `cmd:"" help:"Take a link back."`
	Value    flowValueCmd    `cmd:"" help:"Say what goods are worth."`
	Join     flowJoinCmd     `cmd:"" help:"Say that your own flow is another one."`
	Desk     flowDeskCmd     `cmd:"" help:"What is open between the sides, awaits your word, or may be the same."`
}

type flowListCmd struct {
	listFlags
	Status   string `help:"pledge, commitment or paid."`
	Scope    string `help:"mechanism, before launch, military or satellite."`
	Provider string `help:"A party's id, such as EE."`
}

func (c flowListCmd) Run(ctx context.Context, s *session) error {
	q := c.query()
	for name, value := range map[string]string{"status": c.Status, "scope": c.Scope, "provider": c.Provider} {
		if value != "" {
			q.Set(name, value)
		}
	}
	heads := []string{s.t("col.id"), s.t("col.day"), s.t("flows.between"), s.t("flows.spoken"), s.t("flows.status")}
	return listed(ctx, s, "/api/v1/flows", q, heads, func(f flowhttp.FlowJSON) []string {
		return []string{f.ID, f.On, s.partyName(f.Provider) + " → " + s.partyName(f.Receiver),
			web.Money(s.lang, f.Amount.Value, f.Amount.Currency), s.t("status." + f.Status)}
	})
}

func (s *session) partyName(p flowhttp.PartyNameJSON) string {
	if s.lang == web.Ukrainian && p.NameUk != "" {
		return p.NameUk
	}
	return p.Name
}

type flowShowCmd struct {
	ID string `arg:"" help:"The flow's id, such as F-0032."`
}

func (c flowShowCmd) Run(ctx context.Context, s *session) error {
	return s.shown(ctx, "/api/v1/flows/"+url.PathEscape(c.ID))
}

type mentionListCmd struct{ listFlags }

func (c mentionListCmd) Run(ctx context.Context, s *session) error {
	heads := []string{s.t("col.id"), s.t("col.day"), s.t("mentions.what"), s.t("mentions.amount"), s.t("mentions.why")}
	return listed(ctx, s, "/api/v1/mentions", c.query(), heads, func(m flowhttp.MentionJSON) []string {
		amount := s.t("amount.none")
		if m.Amount != nil {
			amount = web.Money(s.lang, m.Amount.Value, m.Amount.Currency)
		}
		return []string{m.ID, m.On, m.Said.Provider + " → " + m.Said.Receiver, amount, s.t("why." + m.Why)}
	})
}

type partyCmd struct {
	List partyListCmd `cmd:"" help:"Parties by name."`
	Show partyShowCmd `cmd:"" help:"One party, as JSON."`
}

type partyListCmd struct {
	listFlags
	Type string `help:"state, organisation, body, account, company or class."`
	Role string `help:"partner, recipient member or observer; member for any of them."`
}

func (c partyListCmd) Run(ctx context.Context, s *session) error {
	q := c.query()
	for name, value := range map[string]string{"type": c.Type, "role": c.Role} {
		if value != "" {
			q.Set(name, value)
		}
	}
	heads := []string{s.t("col.id"), s.t("col.name"), s.t("members.role"), s.t("partners.since")}
	return listed(ctx, s, "/api/v1/parties", q, heads, func(p partyhttp.PartyJSON) []string {
		name, role, since := p.Name, "", ""
		if s.lang == web.Ukrainian && p.NameUk != "" {
			name = p.NameUk
		}
		if p.Member != nil {
			role, since = p.Member.Role, p.Member.Since
		}
		return []string{p.ID, name, role, since}
	})
}

type partyShowCmd struct {
	ID string `arg:"" help:"The party's id, such as EE."`
}

func (c partyShowCmd) Run(ctx context.Context, s *session) error {
	return s.shown(ctx, "/api/v1/parties/"+url.PathEscape(c.ID))
}
