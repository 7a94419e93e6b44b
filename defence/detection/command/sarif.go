package command

import (
	"io"

	"github.com/go-json-experiment/json"

	"tallinn/defence/detection/scan"
)

// sarifPrinter writes one SARIF 2.1.0 log when all matches are known.
type sarifPrinter struct {
	w       io.Writer
	rules   []sarifRule
	index   map[string]int
	results []sarifResult
}

type sarifRule struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Short   sarifText `json:"shortDescription"`
	Full    sarifText `json:"fullDescription,omitzero"`
	HelpURI string    `json:"helpUri,omitzero"`
	Props   sarifBag  `json:"properties"`
}

type sarifBag struct {
	Tags    []string `json:"tags,omitzero"`
	Author  string   `json:"author,omitzero"`
	Licence string   `json:"license,omitzero"`
	Level   string   `json:"level,omitzero"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
	Props     sarifMatch      `json:"properties"`
}

type sarifMatch struct {
	Time   string `json:"time,omitzero"`
	Host   string `json:"host,omitzero"`
	Record string `json:"event_record_id,omitzero"`
	Index  int    `json:"record_index"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

// sarifLevels are SARIF's words for Sigma's levels (SARIF 2.1.0, 3.27.10).
var sarifLevels = map[string]string{"informational": "note", "low": "note", "medium": "warning", "high": "error", "critical": "error", "": "none"}

func newSARIF(w io.Writer) *sarifPrinter { return &sarifPrinter{w: w, index: map[string]int{}} }

func (p *sarifPrinter) match(m *scan.Match) error {
	r := m.Rule
	key := r.ID + "\x00" + r.File
	i, ok := p.index[key]
	if !ok {
		i = len(p.rules)
		p.index[key] = i
		p.rules = append(p.rules, sarifRule{ID: r.ID, Name: r.Title, Short: sarifText{r.Title}, Full: sarifText{r.Description},
			HelpURI: link(r), Props: sarifBag{Tags: r.Tags, Author: r.Author, Licence: licence(r), Level: r.Level}})
	}
	p.results = append(p.results, sarifResult{
		RuleID: r.ID, RuleIndex: i, Level: sarifLevels[m.Level],
		Message:   sarifText{r.Title + ": " + reasons(m.Reasons)},
		Locations: []sarifLocation{{sarifPhysical{sarifArtifact{m.File}}}},
		Props:     sarifMatch{timeText(m), m.Host, m.Record, m.Index},
	})
	return nil
}

func (p *sarifPrinter) end() error {
	type driver struct {
		Name  string      `json:"name"`
		URI   string      `json:"informationUri,omitzero"`
		Rules []sarifRule `json:"rules"`
	}
	type tool struct {
		Driver driver `json:"driver"`
	}
	type run struct {
		Tool    tool          `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	out := struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0",
		[]run{{tool{driver{Name: "tallinn detect", Rules: p.rules}}, p.results}}}
	b, err := json.Marshal(out, jsonOptions)
	if err == nil {
		_, err = p.w.Write(append(b, '\n'))
	}
	return err
}
