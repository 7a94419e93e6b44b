package cli

import (
	"context"

	"github.com/go-json-experiment/json"

	"tallinn/aid/need/needhttp"
	"tallinn/web"
	"tallinn/web/told"
)

type needLikelyCmd struct{}

// Run asks for what the need on standard input may ask for again.
func (c needLikelyCmd) Run(ctx context.Context, s *session) error {
	var in needhttp.AskedJSON
	if err := json.UnmarshalRead(s.Stdin, &in, json.RejectUnknownMembers(true)); err != nil {
		return ErrInput.Because(err)
	}
	text := map[string]any{"title": in.Title, "summary": in.Summary, "line": in.Line, "sector": in.Sector}
	var goods []string
	for _, l := range in.Lots {
		goods = append(goods, l.What)
	}
	text["goods"] = goods
	var out needhttp.AlikeJSON
	raw, err := s.client.act(ctx, "/api/v1/needs/likely", "", text, &out)
	if err != nil {
		return err
	}
	return s.alike(raw, out)
}

type needRelatedCmd struct {
	ID string `arg:"" help:"The need's id, such as N-0417."`
}

func (c needRelatedCmd) Run(ctx context.Context, s *session) error {
	var out needhttp.AlikeJSON
	raw, err := s.client.get(ctx, needPath(c.ID, "/related"), nil, &out)
	if err != nil {
		return err
	}
	return s.alike(raw, out)
}

type needRelateCmd struct {
	ID       string `arg:"" help:"The need's id, such as N-0417."`
	Other    string `arg:"" help:"The other need's id."`
	Relation string `arg:"" help:"same, related or different." enum:"same,related,different"`
	once
}

func (c needRelateCmd) Run(ctx context.Context, s *session) error {
	var out needhttp.AlikeJSON
	raw, err := s.client.act(ctx, needPath(c.ID, "/related"), c.key(), needhttp.RelationJSON{Other: c.Other, Relation: c.Relation}, &out)
	if err != nil {
		return err
	}
	return s.alike(raw, out)
}

// alike prints the needs beside one.
func (s *session) alike(raw []byte, out needhttp.AlikeJSON) error {
	if s.json {
		return s.raw(raw)
	}
	g := s.grid(s.t("col.id"), s.t("need.form.title"), s.t("need.field.owner"), s.t("need.related"))
	for _, n := range append(out.Related, out.Likely...) {
		said := s.t("need.likely")
		if n.Relation != "" {
			said = told.Word(s.lang, "need.relation", n.Relation)
		}
		owner := n.OwnerName
		if s.lang == web.Ukrainian && n.OwnerNameUk != "" {
			owner = n.OwnerNameUk
		}
		g.row(n.ID, n.Title, owner, said)
	}
	return g.flush()
}
