package cli

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"tallinn/search/searchhttp"
)

type searchCmd struct {
	Words []string `arg:"" help:"Words, each as it begins or in any of its forms; an id such as N-0417; an amount."`
	Kind  string   `help:"Only things of this kind: need, offer, reservation, flow, mention, project, party, seat, procedure or page."`
	Limit int      `help:"How many at most." default:"20"`
}

func (c searchCmd) Run(ctx context.Context, s *session) error {
	q := url.Values{"q": {strings.Join(c.Words, " ")}, "limit": {strconv.Itoa(c.Limit)}}
	if c.Kind != "" {
		q.Set("kind", c.Kind)
	}
	var found searchhttp.FoundJSON
	raw, err := s.client.get(ctx, "/api/v1/search", q, &found)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	g := s.grid(s.t("search.kind"), s.t("col.id"), s.t("search.what"), s.t("search.marking"))
	for _, x := range found.Items {
		g.row(s.t("search.kind."+x.Kind), x.ID, x.Title, x.Marking)
	}
	if err := g.flush(); err != nil {
		return err
	}
	if found.Total > len(found.Items) {
		s.line("%s", s.t("search.more", "shown", len(found.Items)))
	}
	if !found.Complete {
		s.line("%s", s.t("search.behind"))
	}
	return nil
}
