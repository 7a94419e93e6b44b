package attachmenthttp

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/aid/attachment"
	"tallinn/aid/need"
	"tallinn/web/api"
)

// AttachmentJSON is a file of a need in the API.
type AttachmentJSON struct {
	ID   string `json:"id" example:"E-0417"`
	Need string `json:"need"`
	Part string `json:"part" enum:"summary,weakness" doc:"The part of the need that it is seen with"`
	Name string `json:"name"`
	Type string `json:"type" enum:"pdf,png,jpeg,text,csv,office" doc:"By its content"`
	Size int64  `json:"size" doc:"In bytes"`
	At   string `json:"at" doc:"UTC"`
	File string `json:"file" doc:"The path to download it from"`
	Fact int64  `json:"fact"`
}

type (
	// NeedInput names a need.
	NeedInput struct {
		api.LangInput
		ID string `path:"id" example:"N-0417"`
	}
	// KeyInput names a command. It is exported because huma fills in nothing
	// else.
	KeyInput struct {
		Key string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Names the command: the same key again gives the first answer and records nothing"`
	}
	attachInput struct {
		NeedInput
		KeyInput
		Part string `query:"part" enum:"summary,weakness" default:"weakness"`
		Name string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"Of the file"`
		body io.Reader
	}
	withdrawInput struct {
		api.LangInput
		KeyInput
		ID string `path:"id" example:"E-0417"`
	}
	fileInput struct {
		api.LangInput
		ID string `path:"id" example:"E-0417"`
	}
	listOutput struct{ Body api.List[AttachmentJSON] }
	oneOutput  struct {
		Repeated string `header:"Idempotent-Replay" doc:"true: this key was recorded before, and this is what came of it"`
		Body     AttachmentJSON
	}
	doneOutput struct{ Body WithdrawnJSON }
)

// WithdrawnJSON names what was taken back.
type WithdrawnJSON struct {
	ID string `json:"id"`
}

// Resolve keeps the body for reading as it arrives.
func (in *attachInput) Resolve(ctx huma.Context) []error {
	in.body = ctx.BodyReader()
	return nil
}

// API adds the operations on attachments.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/needs/{id}/attachments", "list-attachments", "Files of a need that the sender may see", h.apiList)
	api.Upload(a, "/needs/{id}/attachments", "attach-file", "Attach a file to a need: its bytes as they are", h.Gate, h.apiAttach)
	api.Get(a, "/attachments/{id}/file", "get-attachment", "A file: its bytes as they are", h.apiFile)
	api.Post(a, "/attachments/{id}/withdrawal", "withdraw-attachment", "Take a file back", 1<<10, h.Gate, h.apiWithdraw)
}

func (h *Handler) apiList(ctx context.Context, in *NeedInput) (*listOutput, error) {
	v, err := h.read(ctx, in.Lang(), need.ID(in.ID))
	if err != nil {
		return nil, err
	}
	out := &listOutput{api.List[AttachmentJSON]{Items: []AttachmentJSON{}, Total: len(v.files)}}
	for _, f := range v.files {
		out.Body.Items = append(out.Body.Items, f.json())
	}
	return out, nil
}

func (f file) json() AttachmentJSON {
	return AttachmentJSON{ID: string(f.Attachment.Attachment), Need: string(f.Need), Part: string(f.Part), Name: f.name, Type: string(f.Type),
		Size: f.Size, At: f.At.Format(time.RFC3339), File: api.Prefix + fileHref(f.Attachment.Attachment) + "/file", Fact: int64(f.Pos)}
}

func fileHref(id attachment.ID) string { return "/attachments/" + string(id) }

func (h *Handler) apiAttach(ctx context.Context, in *attachInput) (*oneOutput, error) {
	v, err := h.read(ctx, in.Lang(), need.ID(in.ID))
	switch {
	case err != nil:
		return nil, err
	case v.may != nil:
		return nil, v.may
	}
	res, err := h.send(ctx, in.Key, v.need, attachment.Part(in.Part), strings.TrimSpace(in.Name), in.body)
	if err != nil {
		return nil, err
	}
	a, err := h.seen(ctx, res.ID)
	if err != nil {
		return nil, err
	}
	f := file{Attachment: a}
	if f.name, err = h.name(ctx, in.Lang(), a); err != nil {
		return nil, err
	}
	out := &oneOutput{Body: f.json()}
	if res.Repeated {
		out.Repeated = "true"
	}
	return out, nil
}

func (h *Handler) apiFile(ctx context.Context, in *fileInput) (*huma.StreamResponse, error) {
	d, err := h.open(ctx, attachment.ID(in.ID))
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer d.in.Close()
		d.headers(ctx.SetHeader)
		ctx.SetStatus(http.StatusOK)
		h.pour(ctx.BodyWriter(), d)
	}}, nil
}

func (h *Handler) apiWithdraw(ctx context.Context, in *withdrawInput) (*doneOutput, error) {
	if !h.Reader(ctx).Seat.Exists() {
		return nil, ErrNoSeat
	}
	a, err := h.seen(ctx, attachment.ID(in.ID))
	if err != nil {
		return nil, err
	}
	if _, err := h.Files.Withdraw(ctx, in.Key, a.Attachment); err != nil {
		return nil, err
	}
	out := &doneOutput{}
	out.Body.ID = in.ID
	return out, nil
}
