package cli

import (
	"context"

	"tallinn/aid/need/needhttp"
)

type needShowWeaknessCmd struct {
	ID       string `arg:"" help:"The need's id, such as N-0417."`
	Party    string `arg:"" help:"The partner's id as a party."`
	Basis    string `help:"consent, agreement or law." required:"" enum:"consent,agreement,law"`
	Document string `help:"The document, by its date and number." required:""`
	once
}

func (c needShowWeaknessCmd) Run(ctx context.Context, s *session) error {
	return s.weakness(ctx, needPath(c.ID, "/weakness"), c.key(), needhttp.ShowingJSON{Party: c.Party, Basis: c.Basis, Document: c.Document})
}

type needHideWeaknessCmd struct {
	ID    string `arg:"" help:"The need's id, such as N-0417."`
	Party string `arg:"" help:"The partner's id as a party."`
	once
}

func (c needHideWeaknessCmd) Run(ctx context.Context, s *session) error {
	return s.weakness(ctx, needPath(c.ID, "/weakness/end"), c.key(), needhttp.HidingJSON{Party: c.Party})
}

// weakness sends a command and says who sees the weakness after it.
func (s *session) weakness(ctx context.Context, path, key string, in any) error {
	var out needhttp.ShownJSON
	raw, err := s.client.act(ctx, path, key, in, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	for _, x := range out.Shown {
		s.line("%s %s", x.Party, x.Document)
	}
	if len(out.Shown) == 0 {
		s.line("%s", s.t("need.shown.none"))
	}
	return nil
}
