// Package intakehttp takes tables of public sources through the API, from the
// holder of an importer-operator's token.
package intakehttp

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/exchange/intake"
	"tallinn/exchange/publicdata"
	"tallinn/exchange/table"
	"tallinn/identity"
	"tallinn/web"
	"tallinn/web/api"
)

// maxBody bounds an import: six tables of at most 4 MiB each, as JSON.
const maxBody = 32 << 20

// A Handler serves the imports.
type Handler struct {
	Mechanism func(ctx context.Context, files publicdata.Files, skipBad bool) (publicdata.Report, error)
	Rates     func(ctx context.Context, name string, data []byte, skipBad bool) (intake.Report, error)
	Rate      func(ctx context.Context, typed RateBody) (intake.Report, error)
	Tokens    interface {
		Need(role identity.Role, token string) error
	}
}

// A MechanismBody is what is imported.
type MechanismBody struct {
	Files   map[string][]byte `json:"files" doc:"Each CSV table by name, such as members.csv, in base64: its bytes are judged as they are"`
	SkipBad bool              `json:"skip_bad,omitempty" doc:"Leave rows with a problem out; otherwise one bad row and nothing is recorded"`
}

// A RatesBody is a file of reference rates.
type RatesBody struct {
	File    string `json:"file" maxLength:"200" doc:"Its name, which facts cite"`
	Data    []byte `json:"data" doc:"The ECB's CSV in base64: date, then units of each currency for one euro"`
	SkipBad bool   `json:"skip_bad,omitempty"`
}

// A RateBody is one day's rates, typed from a source.
type RateBody struct {
	Issuer  string            `json:"issuer" maxLength:"40" example:"NBU" doc:"Who published them"`
	Base    string            `json:"base" example:"UAH"`
	On      string            `json:"on" example:"2025-07-02" doc:"Their day"`
	Inverse bool              `json:"inverse,omitempty,omitzero" doc:"Units of the base for one of each currency, as the National Bank of Ukraine quotes them; else units of each for one of the base"`
	Rates   map[string]string `json:"rates" doc:"As printed, by currency"`
	Source  string            `json:"source" maxLength:"500" doc:"Where they were read"`
}

type (
	mechanismInput struct {
		api.LangInput
		Body MechanismBody
	}
	ratesInput struct {
		api.LangInput
		Body RatesBody
	}
	rateInput struct {
		api.LangInput
		Body RateBody
	}
	output struct{ Body ReportJSON }
)

// API adds the imports.
func (h *Handler) API(a huma.API) {
	api.Post(a, "/imports/mechanism", "import-mechanism", "Record the tables of public facts on the mechanism", maxBody, h.gate, h.mechanism)
	api.Post(a, "/imports/rates", "import-rates", "Record the European Central Bank's reference rates", maxBody, h.gate, h.rates)
	api.Post(a, "/imports/rate", "import-rate", "Record one day's reference rates, typed from their source", 16<<10, h.gate, h.rate)
}

func (h *Handler) rate(ctx context.Context, in *rateInput) (*output, error) {
	report, err := h.Rate(ctx, in.Body)
	return answer(in.Lang(), report, err)
}

func (h *Handler) gate(token string) error { return h.Tokens.Need(identity.Importer, token) }

func (h *Handler) mechanism(ctx context.Context, in *mechanismInput) (*output, error) {
	report, err := h.Mechanism(ctx, in.Body.Files, in.Body.SkipBad)
	return answer(in.Lang(), report.Report, err)
}

func (h *Handler) rates(ctx context.Context, in *ratesInput) (*output, error) {
	report, err := h.Rates(ctx, in.Body.File, in.Body.Data, in.Body.SkipBad)
	return answer(in.Lang(), report, err)
}

// answer lists every problem of a refused import in the reader's language.
func answer(l web.Lang, report intake.Report, err error) (*output, error) {
	if errors.Is(err, intake.ErrProblems) {
		return nil, api.Detailed(err, details(l, report.Problems))
	}
	if err != nil {
		return nil, err
	}
	return &output{reportJSON(l, report)}, nil
}

func details(l web.Lang, problems []table.Problem) []api.Detail {
	out := make([]api.Detail, 0, len(problems))
	for _, p := range problems {
		out = append(out, api.Detail{Location: p.Place(), Code: p.Code(), Message: web.FaultText(l, p.Fault)})
	}
	return out
}
