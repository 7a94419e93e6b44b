package cli

import (
	"context"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fault"
	"tallinn/mechanism/correction/correctionhttp"
	"tallinn/web/api"
)

// ErrSet says that what was to be changed is not told as it should be.
var ErrSet = fault.New(fault.Invalid, "cli.set",
	"{{.set}} does not say what should read how; write the member and its value, such as --set amount=\"100000 EUR\", --set on=2026-10-01 or --set asked/lots/0/quantity=50")

type correctionCmd struct {
	Ask    correctionAskCmd    `cmd:"" help:"Mend what your seat has said; whoever has countersigned is asked first."`
	List   correctionListCmd   `cmd:"" help:"Corrections that your seat has a part in."`
	Show   correctionShowCmd   `cmd:"" help:"One correction."`
	Answer correctionAnswerCmd `cmd:"" help:"Agree to a correction, refuse it, or withdraw it."`
}

type correctionAskCmd struct {
	Fact   int64    `arg:"" help:"Position of the fact that is wrong; an item's history names it."`
	Set    []string `help:"What should read how: member=value, once for each; no value takes the member away." required:"" sep:"none" placeholder:"MEMBER=VALUE"`
	Reason string   `help:"mistyped, source_changed, duplicate or reclassified." default:"mistyped" enum:"mistyped,source_changed,duplicate,reclassified"`
	once
}

func (c correctionAskCmd) Run(ctx context.Context, s *session) error {
	var changes []map[string]any
	for _, set := range c.Set {
		member, value, ok := strings.Cut(set, "=")
		if !ok || member == "" {
			return ErrSet.With("set", set)
		}
		changes = append(changes, map[string]any{"pointer": "/" + strings.TrimPrefix(member, "/"), "now": settled(member, value)})
	}
	return s.corrected(ctx, "/api/v1/corrections", c.key(), map[string]any{"fact": c.Fact, "changes": changes, "reason": c.Reason})
}

// settled is a value as it is typed: an amount with its currency, JSON, or a
// word.
func settled(member, value string) any {
	if value == "" {
		return nil
	}
	if amount, currency, two := strings.Cut(value, " "); two && len(currency) == 3 {
		return spoken(amount + " " + currency).json()
	}
	if v := jsontext.Value(value); (v.Kind() == '0' || v.Kind() == '[' || v.Kind() == '{') && v.IsValid() {
		return v
	}
	return value
}

// corrected sends a command on a correction and says how it stands after it.
func (s *session) corrected(ctx context.Context, path, key string, in any) error {
	var out correctionhttp.CorrectionJSON
	raw, err := s.client.act(ctx, path, key, in, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	if out.ID == "" {
		s.line("%s", s.t("correction.done.now", "item", out.Item))
		return nil
	}
	return s.tellCorrection(out)
}

func (s *session) tellCorrection(c correctionhttp.CorrectionJSON) error {
	s.line("%s %s: %s", c.ID, c.Item, s.t("correction.state."+c.State))
	g := s.grid(s.t("correction.field.changes"), s.t("told.was"), s.t("told.now"))
	for _, change := range c.Changes {
		g.row(strings.TrimPrefix(change.Pointer, "/"), plainly(change.Was), plainly(change.Now))
	}
	if err := g.flush(); err != nil {
		return err
	}
	for _, p := range c.Lacks {
		s.line("%s: %s", s.t("correction.field.lacks"), p)
	}
	return nil
}

// plainly is a value on one line.
func plainly(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case string:
		return v
	}
	raw, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return ""
	}
	return string(raw)
}

type correctionListCmd struct{}

func (correctionListCmd) Run(ctx context.Context, s *session) error {
	var list api.List[correctionhttp.CorrectionJSON]
	raw, err := s.client.get(ctx, "/api/v1/corrections", nil, &list)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	g := s.grid(s.t("correction.field.id"), s.t("correction.field.item"), s.t("correction.field.state"), s.t("correction.field.asked"))
	for _, c := range list.Items {
		g.row(c.ID, c.Item, s.t("correction.state."+c.State), c.Party)
	}
	return g.flush()
}

type correctionShowCmd struct {
	ID string `arg:"" help:"The correction's id, such as C-0417."`
}

func (c correctionShowCmd) Run(ctx context.Context, s *session) error {
	var out correctionhttp.CorrectionJSON
	raw, err := s.client.get(ctx, "/api/v1/corrections/"+url.PathEscape(c.ID), nil, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	return s.tellCorrection(out)
}

type correctionAnswerCmd struct {
	ID     string `arg:"" help:"The correction's id, such as C-0417."`
	Answer string `arg:"" help:"agree, refuse or withdraw." enum:"agree,refuse,withdraw"`
	once
}

func (c correctionAnswerCmd) Run(ctx context.Context, s *session) error {
	return s.corrected(ctx, "/api/v1/corrections/"+url.PathEscape(c.ID)+"/answers", c.key(), map[string]string{"answer": c.Answer})
}
