package cli

import (
	"context"

	"tallinn/mechanism/erasure/erasurehttp"
)

type personCmd struct {
	Recover personRecoverCmd `cmd:"" help:"Let in again who has lost every way in: ask, and let a second person confirm."`
	Erase   personEraseCmd   `cmd:"" help:"Erase a person for good: ask, and let a second person confirm."`
}

type personEraseCmd struct {
	ID      string `arg:"" help:"The person's number, such as person/0123456789abcdef0123."`
	Confirm bool   `help:"Confirm what another person has asked for."`
	once
}

func (c personEraseCmd) Run(ctx context.Context, s *session) error {
	var out erasurehttp.ErasureJSON
	raw, err := s.client.act(ctx, "/api/v1/erasures", c.key(), map[string]any{"person": c.ID, "confirm": c.Confirm}, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s", s.t("erasure.done."+out.State))
	return nil
}
