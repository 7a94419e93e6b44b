package cli

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tallinn/aid/edition/editionhttp"
	"tallinn/web"
)

type editionCmd struct {
	List     editionListCmd     `cmd:"" help:"Released editions, and drafts that the session's seat has a part in."`
	Show     editionShowCmd     `cmd:"" help:"An edition by its number, or a draft by its id."`
	Draft    editionDraftCmd    `cmd:"" help:"Draft an edition, for the front office."`
	Clear    editionClearCmd    `cmd:"" help:"Say how the figures of your party are stated."`
	Sign     editionSignCmd     `cmd:"" help:"Sign the wording of a draft, for a co-chair; the second side's signature releases it."`
	Withdraw editionWithdrawCmd `cmd:"" help:"Withdraw a draft, for the front office or a co-chair."`
}

func editionPath(id, more string) string { return "/api/v1/editions/" + url.PathEscape(id) + more }

type editionListCmd struct {
	Limit int    `help:"How many at most." default:"200"`
	After string `help:"Where to go on: what the page before named." placeholder:"NEXT"`
}

func (c editionListCmd) Run(ctx context.Context, s *session) error {
	q := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	if c.After != "" {
		q.Set("after", c.After)
	}
	heads := []string{s.t("edition.number"), s.t("edition.as_of"), s.t("edition.total"), s.t("edition.until")}
	return listed(ctx, s, "/api/v1/editions", q, heads, func(e editionhttp.EditionJSON) []string {
		return []string{s.editionName(e), e.AsOf, s.editionTotal(e), e.Until}
	})
}

func (s *session) editionName(e editionhttp.EditionJSON) string {
	if e.Number == 0 {
		return s.t("edition.draft", "id", e.ID)
	}
	return s.t("edition.no", "n", e.Number)
}

func (s *session) editionTotal(e editionhttp.EditionJSON) string {
	if e.Content == nil {
		return ""
	}
	return s.euros(e.Content.Total, e.Content.Least)
}

// euros is an exact amount of an edition, to cents.
func (s *session) euros(exact string, least bool) string {
	whole, cents, _ := strings.Cut(exact, ".")
	amount := web.Money(s.lang, whole+"."+(cents + "00")[:2], "EUR")
	if least {
		return s.t("edition.more_than", "amount", amount)
	}
	return amount
}

type editionShowCmd struct {
	ID string `arg:"" help:"Its number, or the id of a draft, such as E-0417."`
}

func (c editionShowCmd) Run(ctx context.Context, s *session) error {
	return s.edition(ctx, func(out *editionhttp.EditionJSON) ([]byte, error) {
		return s.client.get(ctx, editionPath(c.ID, ""), nil, out)
	})
}

// edition prints what an operation answers of an edition.
func (s *session) edition(_ context.Context, ask func(*editionhttp.EditionJSON) ([]byte, error)) error {
	var e editionhttp.EditionJSON
	raw, err := ask(&e)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s, %s, %s", s.editionName(e), e.AsOf, e.State)
	g := s.grid()
	for _, a := range e.Asked {
		answer := s.t("edition.silent")
		if a.Mode != "" {
			answer = s.t("edition.mode." + a.Mode)
		}
		g.row(a.Party, answer, a.Floor)
	}
	if e.Own != nil {
		g.row(e.Own.Party, s.euros(e.Own.Sum, false), e.Own.Mode)
	}
	if c := e.Content; c != nil {
		g.row(s.t("edition.total"), s.euros(c.Total, c.Least))
		for _, p := range c.Partners {
			g.row(p.Of[0], s.euros(p.Value, p.Mode == "more"))
		}
		for _, parts := range [][]editionhttp.EditionPartJSON{c.Lines, c.Years} {
			for _, p := range parts {
				g.row(strings.Join(p.Of, ", "), s.euros(p.Value, false))
			}
		}
		if c.Since != nil {
			for _, p := range c.Since.By {
				g.row(strings.Join(p.Of, ", "), s.euros(p.Value, false))
			}
		}
	}
	if err := g.flush(); err != nil || e.Digest == "" {
		return err
	}
	s.line("SHA-256 %s", e.Digest)
	return nil
}

type editionDraftCmd struct {
	AsOf  string        `help:"The day of the account." required:"" placeholder:"YYYY-MM-DD"`
	Until time.Duration `help:"How long the parties have to answer." default:"336h"`
	once
}

func (c editionDraftCmd) Run(ctx context.Context, s *session) error {
	in := map[string]any{"as_of": c.AsOf, "until": time.Now().UTC().Add(c.Until).Format(time.RFC3339)}
	return s.edition(ctx, func(out *editionhttp.EditionJSON) ([]byte, error) {
		return s.client.act(ctx, "/api/v1/editions", c.key(), in, out)
	})
}

type editionClearCmd struct {
	ID    string `arg:"" help:"The draft's id, such as E-0417."`
	Mode  string `arg:"" help:"row, total, more or nothing." enum:"row,total,more,nothing"`
	Floor string `help:"Of more: an amount in euros below your total." placeholder:"VALUE"`
	once
}

func (c editionClearCmd) Run(ctx context.Context, s *session) error {
	in := map[string]any{"mode": c.Mode}
	if c.Floor != "" {
		in["floor"] = c.Floor
	}
	return s.edition(ctx, func(out *editionhttp.EditionJSON) ([]byte, error) {
		return s.client.act(ctx, editionPath(c.ID, "/clearances"), c.key(), in, out)
	})
}

type editionSignCmd struct {
	ID     string `arg:"" help:"The draft's id, such as E-0417."`
	Digest string `arg:"" help:"SHA-256 of what you have read: the last line of edition show."`
	once
}

func (c editionSignCmd) Run(ctx context.Context, s *session) error {
	return s.edition(ctx, func(out *editionhttp.EditionJSON) ([]byte, error) {
		return s.client.act(ctx, editionPath(c.ID, "/signatures"), c.key(), map[string]string{"digest": c.Digest}, out)
	})
}

type editionWithdrawCmd struct {
	ID  string `arg:"" help:"The draft's id, such as E-0417."`
	Why string `help:"mistaken, outdated or refused." required:"" enum:"mistaken,outdated,refused"`
	once
}

func (c editionWithdrawCmd) Run(ctx context.Context, s *session) error {
	return s.edition(ctx, func(out *editionhttp.EditionJSON) ([]byte, error) {
		return s.client.act(ctx, editionPath(c.ID, "/withdrawals"), c.key(), map[string]string{"why": c.Why}, out)
	})
}
