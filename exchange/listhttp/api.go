package listhttp

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tallinn/exchange/fields"
	"tallinn/exchange/sheet"
	"tallinn/mechanism/batch"
	"tallinn/web"
	"tallinn/web/api"
)

// PlanJSON says how a list is understood.
type PlanJSON struct {
	Head         int               `json:"head,omitzero" required:"false" doc:"Line of the row of heads; absent: it is guessed, and the columns with it"`
	Columns      []string          `json:"columns,omitempty" maxItems:"100" doc:"The field that each column is; empty: left out. Absent: guessed"`
	Same         map[string]string `json:"same,omitempty" doc:"What is the same for all rows, by field"`
	DecimalComma bool              `json:"decimal_comma,omitzero" required:"false" doc:"Amounts have a decimal comma"`
	MonthFirst   bool              `json:"month_first,omitzero" required:"false" doc:"Days are written with the month first"`
}

// ListFileJSON is a file as it was found to be.
type ListFileJSON struct {
	File     string     `json:"file" doc:"Names it for a day"`
	Name     string     `json:"name"`
	Digest   string     `json:"digest" doc:"SHA-256, hexadecimal"`
	Kind     sheet.Kind `json:"kind"`
	Imported string     `json:"imported,omitempty" doc:"The import of this very file that still stands"`
}

// RowFaultJSON is one thing wrong with a row.
type RowFaultJSON struct {
	Row    int    `json:"row,omitzero" required:"false"`
	Column string `json:"column,omitempty" doc:"The head of the column"`
	Field  string `json:"field,omitempty"`
	Cell   string `json:"cell,omitempty"`
	Item   string `json:"item,omitempty" doc:"Of undoing: what was kept"`
	Code   string `json:"code" doc:"Stable"`
	Detail string `json:"detail" doc:"In the reader's language"`
}

// TrialJSON is what was found in the first rows.
type TrialJSON struct {
	File     ListFileJSON   `json:"file"`
	Of       string         `json:"of"`
	Plan     PlanJSON       `json:"plan" doc:"As it was guessed or given"`
	Heads    []string       `json:"heads"`
	Lacks    []string       `json:"lacks" doc:"Fields that every row needs and none has"`
	Looked   int            `json:"looked" doc:"Rows"`
	Bad      int            `json:"bad" doc:"Of these"`
	More     bool           `json:"more" doc:"Rows that were not looked at"`
	Problems []RowFaultJSON `json:"problems"`
}

// ImportJSON is an import.
type ImportJSON struct {
	ID       string `json:"id" example:"I-0417"`
	Of       string `json:"of" enum:"need,offer,flow,mention"`
	Name     string `json:"name" doc:"Of the file"`
	Rows     int    `json:"rows"`
	State    string `json:"state" enum:"goes,cut,refused,stopped,partly,ended,undone" doc:"cut: it was cut off and can be gone on with; refused: rows had problems and nothing was recorded"`
	Phase    string `json:"phase,omitempty" enum:"check,record,undo"`
	Done     int    `json:"done,omitzero" required:"false" doc:"Rows of this phase"`
	Problems int    `json:"problems,omitzero" required:"false" doc:"So far, while it goes on"`
	Made     int    `json:"made,omitzero" required:"false"`
	Left     int    `json:"left,omitzero" required:"false" doc:"Rows that were not recorded"`
	Gone     int    `json:"gone,omitzero" required:"false" doc:"Withdrawn when it was undone"`
	Kept     int    `json:"kept,omitzero" required:"false" doc:"Could not be withdrawn"`
	At       string `json:"at" doc:"UTC"`
	Fact     int64  `json:"fact"`
}

// ListKey names a command. It is exported because huma fills in nothing else.
type ListKey struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
}

type (
	fileInput struct {
		api.LangInput
		Name string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"Of the file"`
		body io.Reader
	}
	trialInput struct {
		api.LangInput
		Body struct {
			File string   `json:"file"`
			Of   string   `json:"of,omitempty" enum:"need,offer,flow,mention" doc:"Absent: what the heads name best"`
			Plan PlanJSON `json:"plan,omitzero" required:"false"`
		}
	}
	beginInput struct {
		api.LangInput
		ListKey
		Body struct {
			File    string   `json:"file"`
			Of      string   `json:"of" enum:"need,offer,flow,mention"`
			Plan    PlanJSON `json:"plan,omitzero" required:"false"`
			SkipBad bool     `json:"skip_bad,omitzero" required:"false" doc:"Leave rows with a problem out; otherwise one bad row and nothing is recorded"`
		}
	}
	idInput struct {
		api.LangInput
		ID string `path:"id" example:"I-0417"`
	}
	actInput struct {
		api.LangInput
		ListKey
		ID   string `path:"id" example:"I-0417"`
		Body struct {
			Act string `json:"act" enum:"stop,resume,undo"`
		}
	}
	listFileOutput struct{ Body ListFileJSON }
	trialOutput    struct{ Body TrialJSON }
	importOutput   struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     ImportJSON
	}
	importsOutput  struct{ Body api.List[ImportJSON] }
	problemsOutput struct{ Body RowFaultsJSON }
	exportInput    struct {
		api.LangInput
		List   string `path:"list" enum:"needs,offers,flows,mentions" example:"flows"`
		Form   string `query:"form" enum:"csv,xlsx,json" default:"csv"`
		Filter string `query:"filter" maxLength:"2000" doc:"As in the address of the list's page, such as line=training&urgency=short"`
	}
)

// RowFaultsJSON is what was wrong with an import.
type RowFaultsJSON struct {
	Items   []RowFaultJSON `json:"items" doc:"Rows that were not recorded"`
	Kept    []RowFaultJSON `json:"kept" doc:"What undoing could not withdraw"`
	Dropped int            `json:"dropped,omitzero" required:"false" doc:"Problems past the bound of the list"`
}

// Resolve keeps the body for reading as it arrives.
func (in *fileInput) Resolve(ctx huma.Context) []error {
	in.body = ctx.BodyReader()
	return nil
}

// API adds the operations on lists.
func (h *Handler) API(a huma.API) {
	api.Upload(a, "/imports/files", "send-list", "Send a list to be imported: its bytes as they are; records nothing", h.Gate, h.apiSend)
	api.Post(a, "/imports/trials", "try-list", "How a list is understood, and what is wrong with its first rows; records nothing", 256<<10, h.Gate, h.apiTry)
	api.Post(a, "/imports", "begin-import", "Begin to import a list", 256<<10, h.Gate, h.apiBegin)
	api.Get(a, "/imports", "list-imports", "Imports of the session's institution, the latest first", h.apiList)
	api.Get(a, "/imports/{id}", "get-import", "An import, and how far it is", h.apiOne)
	api.Get(a, "/imports/{id}/problems", "get-import-problems", "What was wrong with its rows, by cell", h.apiProblems)
	api.Get(a, "/exports/{list}", "export-list", "A list that the sender may see, filtered as its page is, in the form asked for", h.apiExport)
	api.Post(a, "/imports/{id}/acts", "act-on-import", "Stop an import, go on with one that was cut off, or undo it", 1<<10, h.Gate, h.apiAct)
}

func (h *Handler) apiSend(ctx context.Context, in *fileInput) (*listFileOutput, error) {
	if len(h.Lists.Nouns(ctx)) == 0 {
		return nil, ErrNoSeat
	}
	blob, err := h.keep(ctx, strings.TrimSpace(in.Name), in.body)
	if err != nil {
		return nil, err
	}
	f, err := h.Lists.Read(ctx, blob, func(sheet.Row) error { return ErrEnough })
	return &listFileOutput{ListFileJSON{File: blob, Name: f.Name, Digest: f.Digest, Kind: f.Kind}}, err
}

// planOf is the plan that a program gave, with what it left open guessed.
func (h *Handler) planOf(ctx context.Context, blob, of string, given PlanJSON) (v planView, err error) {
	v = planView{blob: blob, nouns: h.Lists.Nouns(ctx)}
	if len(v.nouns) == 0 {
		return v, ErrNoSeat
	}
	if v.sample, err = h.sample(ctx, blob); err != nil {
		return v, err
	}
	if v.of = batch.Noun(of); of == "" {
		v.of = v.likeliest()
	}
	g := guesser(v.of)
	if at := slices.Index(v.lines, given.Head); at >= 0 {
		v.plan = g.At(v.rows, v.lines, at)
	} else {
		v.plan = g.Guess(v.rows, v.lines)
	}
	if given.Columns != nil {
		v.plan.Columns = given.Columns
		v.plan.Comma, v.plan.Month = given.DecimalComma, given.MonthFirst
	}
	for field, s := range given.Same {
		v.plan.Same[field] = s
	}
	v.plan.Comma, v.plan.Month = v.plan.Comma || given.DecimalComma, v.plan.Month || given.MonthFirst
	v.clipHeads()
	return v, v.plan.Check(v.of)
}

func (h *Handler) apiTry(ctx context.Context, in *trialInput) (*trialOutput, error) {
	v, err := h.planOf(ctx, in.Body.File, in.Body.Of, in.Body.Plan)
	if err != nil {
		return nil, err
	}
	trial, err := h.Lists.Try(ctx, v.of, v.plan, v.blob, tried)
	if err != nil {
		return nil, err
	}
	out := TrialJSON{File: ListFileJSON{File: v.blob, Name: v.file.Name, Digest: v.file.Digest, Kind: v.file.Kind}, Of: string(v.of), Heads: v.plan.Heads,
		Plan:  PlanJSON{Head: v.plan.Head, Columns: v.plan.Columns, Same: v.plan.Same, DecimalComma: v.plan.Comma, MonthFirst: v.plan.Month},
		Lacks: append([]string{}, v.plan.Missing(v.of)...), Looked: trial.Looked, Bad: trial.Bad, More: trial.More, Problems: faultsJSON(in.Lang(), v.plan, trial.Problems)}
	if same, ok := h.Lists.Same(ctx, v.of, v.file.Digest); ok {
		out.File.Imported = string(same.Begun.Import)
	}
	return &trialOutput{out}, nil
}

func faultsJSON(l web.Lang, plan fields.Plan, list []Problem) []RowFaultJSON {
	out := make([]RowFaultJSON, 0, len(list))
	for _, p := range list {
		j := RowFaultJSON{Row: p.Line, Field: p.Field, Cell: p.Cell, Item: p.Item, Code: p.Code, Detail: p.In(l)}
		if p.Item == "" {
			j.Column = headOf(l, plan, p)
		}
		out = append(out, j)
	}
	return out
}

func (h *Handler) apiBegin(ctx context.Context, in *beginInput) (*importOutput, error) {
	v, err := h.planOf(ctx, in.Body.File, in.Body.Of, in.Body.Plan)
	if err != nil {
		return nil, err
	}
	id, repeated, err := h.start(ctx, in.Lang(), in.Key, Wanted{Blob: v.blob, Of: v.of, Plan: v.plan, SkipBad: in.Body.SkipBad})
	if err != nil {
		return nil, err
	}
	out, err := h.answer(ctx, id)
	if err == nil && repeated {
		out.Repeated = "true"
	}
	return out, err
}

func (h *Handler) answer(ctx context.Context, id batch.ID) (*importOutput, error) {
	i, err := h.Lists.One(ctx, id)
	if err != nil {
		return nil, err
	}
	return &importOutput{Body: i.json()}, nil
}

func (i Import) json() ImportJSON {
	out := ImportJSON{ID: string(i.Begun.Import), Of: string(i.Of), Name: i.Name, Rows: i.Rows, State: stateWord(i), At: i.At.Format(time.RFC3339), Fact: int64(i.Pos)}
	if i.Goes != nil && !i.Goes.Over {
		out.Phase, out.Done, out.Problems = i.Goes.Phase, i.Goes.Done, i.Goes.Problems
	}
	if i.Ended != nil {
		out.Made, out.Left = i.Ended.Made, i.Ended.Left
	}
	if i.Undone != nil {
		out.Gone, out.Kept = i.Undone.Gone, i.Undone.Kept
	}
	return out
}

func (h *Handler) apiList(ctx context.Context, _ *struct{ api.LangInput }) (*importsOutput, error) {
	out := api.List[ImportJSON]{Items: []ImportJSON{}}
	for _, i := range h.Lists.All(ctx) {
		out.Items = append(out.Items, i.json())
	}
	out.Total = len(out.Items)
	return &importsOutput{out}, nil
}

func (h *Handler) apiOne(ctx context.Context, in *idInput) (*importOutput, error) {
	return h.answer(ctx, batch.ID(in.ID))
}

func (h *Handler) apiProblems(ctx context.Context, in *idInput) (*problemsOutput, error) {
	id := batch.ID(in.ID)
	i, err := h.Lists.One(ctx, id)
	if err != nil {
		return nil, err
	}
	r, err := h.Lists.Report(ctx, id, false)
	if err != nil {
		return nil, err
	}
	undone, err := h.Lists.Report(ctx, id, true)
	if err != nil {
		return nil, err
	}
	return &problemsOutput{RowFaultsJSON{Items: faultsJSON(in.Lang(), i.Plan, r.Problems), Kept: faultsJSON(in.Lang(), i.Plan, undone.Problems), Dropped: r.Dropped + undone.Dropped}}, nil
}

// apiExport gives the list as its page's address does.
func (h *Handler) apiExport(_ context.Context, in *exportInput) (*huma.StreamResponse, error) {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		inner := r.Clone(r.Context())
		inner.URL = &url.URL{Path: "/" + in.List + "." + in.Form, RawQuery: in.Filter}
		inner.RequestURI = inner.URL.RequestURI()
		h.Tables.ServeHTTP(w, inner)
	}}, nil
}

func (h *Handler) apiAct(ctx context.Context, in *actInput) (*importOutput, error) {
	if err := h.do(ctx, batch.ID(in.ID), in.Body.Act); err != nil {
		return nil, err
	}
	return h.answer(ctx, batch.ID(in.ID))
}
