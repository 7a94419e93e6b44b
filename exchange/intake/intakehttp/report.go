package intakehttp

import (
	"tallinn/exchange/intake"
	"tallinn/exchange/table"
	"tallinn/web"
)

// A ReportJSON says what an import did.
type ReportJSON struct {
	Counts   []intake.Count   `json:"counts" doc:"One for each file"`
	Problems []RowProblemJSON `json:"problems,omitempty" doc:"Of the rows that were left out"`
	Dropped  int              `json:"dropped,omitzero" required:"false" doc:"Problems past the bound of the list"`
	Gone     []intake.Gone    `json:"gone,omitempty" doc:"Rows that were imported once and are no longer in their file; they are kept"`
	Recorded bool             `json:"recorded"`
}

// A RowProblemJSON is one thing wrong with a file.
type RowProblemJSON struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitzero" required:"false" doc:"Counted from 1; absent when the file as a whole is meant"`
	Column string `json:"column,omitempty" doc:"Absent when the row as a whole is meant"`
	Code   string `json:"code" doc:"Stable"`
	Reason string `json:"reason" doc:"In the reader's language"`
	Remedy string `json:"remedy" doc:"In the reader's language"`
}

func reportJSON(l web.Lang, r intake.Report) ReportJSON {
	out := ReportJSON{Counts: r.Counts, Dropped: r.Dropped, Gone: r.Gone, Recorded: r.Recorded}
	for _, p := range r.Problems {
		reason, remedy := table.Split(web.FaultText(l, p.Fault))
		out.Problems = append(out.Problems, RowProblemJSON{File: p.File, Line: p.Line, Column: p.Column,
			Code: p.Code(), Reason: reason, Remedy: web.Sentence(remedy)})
	}
	return out
}
