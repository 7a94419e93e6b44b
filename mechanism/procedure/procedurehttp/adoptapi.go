package procedurehttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/fact"
	"tallinn/mechanism/procedure"
	"tallinn/web/api"
	"tallinn/web/query"
)

// ProposalJSON is a version that waits for another co-chair.
type ProposalJSON struct {
	Version  int               `json:"version"`
	From     string            `json:"from" doc:"The day from which it is to hold; from its adoption, if that is later"`
	Stages   []procedure.Stage `json:"stages"`
	Until    string            `json:"until" format:"date-time" doc:"When it lapses"`
	Position int64             `json:"fact" doc:"Position of the fact that proposed it; name it to adopt this and no other"`
}

type (
	proposalOutput struct {
		Body struct {
			Proposal *ProposalJSON `json:"proposal,omitempty" doc:"Absent: none waits"`
		}
	}
	proposeInput struct {
		api.LangInput
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
		Body struct {
			From   string            `json:"from,omitempty" doc:"The day from which it is to hold; absent: today"`
			Stages []procedure.Stage `json:"stages,omitempty" maxItems:"6" doc:"Absent: those in force, or those of the standard procedure when none is"`
		}
	}
	adoptInput struct {
		api.LangInput
		Key  string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
		Body struct {
			Fact int64 `json:"fact" doc:"Position of the fact that proposed it"`
		}
	}
	changedOutput struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     struct {
			State string `json:"state" enum:"proposed,adopted"`
		}
	}
)

func (h *Handler) changeAPI(a huma.API) {
	api.Get(a, "/procedures/proposal", "show-procedure-proposal", "The version of the procedure that waits for another co-chair", h.apiProposal)
	api.Post(a, "/procedures", "propose-procedure", "Propose the next version of the procedure, as a co-chair", 256<<10, h.Gate, h.apiPropose)
	api.Post(a, "/procedures/adoption", "adopt-procedure", "Adopt what another co-chair has proposed", 1<<10, h.Gate, h.apiAdopt)
}

func (h *Handler) apiProposal(context.Context, *api.LangInput) (*proposalOutput, error) {
	out, now := new(proposalOutput), h.Now()
	h.View(func(b Books) {
		if p := b.Procedures.Proposal(); p.Waits(now) {
			out.Body.Proposal = &ProposalJSON{p.Wanted.Version, string(p.Wanted.From), p.Wanted.Stages,
				p.At.Add(procedure.ProposalTime).UTC().Format("2006-01-02T15:04:05Z"), int64(p.Pos)}
		}
	})
	return out, nil
}

func (h *Handler) apiPropose(ctx context.Context, in *proposeInput) (*changedOutput, error) {
	var wanted procedure.Adopted
	h.View(func(b Books) { wanted = b.basis(query.Today(h.Now())) })
	if in.Body.From != "" {
		wanted.From = fact.Date(in.Body.From)
	}
	if len(in.Body.Stages) > 0 {
		wanted.Stages = in.Body.Stages
	}
	repeated, err := h.propose(ctx, in.Key, wanted)
	return changed("proposed", repeated), err
}

func (h *Handler) apiAdopt(ctx context.Context, in *adoptInput) (*changedOutput, error) {
	repeated, err := h.agree(ctx, in.Key, fact.Pos(in.Body.Fact))
	return changed("adopted", repeated), err
}

func changed(state string, repeated bool) *changedOutput {
	out := new(changedOutput)
	out.Body.State = state
	if repeated {
		out.Repeated = "true"
	}
	return out
}
