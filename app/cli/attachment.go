package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"tallinn/aid/attachment"
	"tallinn/aid/attachment/attachmenthttp"
	"tallinn/fault"
)

// ErrFile says that a file cannot be read.
var ErrFile = fault.New(fault.Invalid, "cli.file",
	"{{.file}} cannot be read ({{.why}}); name a file that you may read")

type attachmentCmd struct {
	List     attachmentListCmd     `cmd:"" help:"Files of a need that the session's seat may see."`
	Add      attachmentAddCmd      `cmd:"" help:"Attach a file to a need. Place, time and camera are taken out of pictures."`
	Get      attachmentGetCmd      `cmd:"" help:"Write a file to standard output."`
	Withdraw attachmentWithdrawCmd `cmd:"" help:"Take a file back."`
}

type attachmentListCmd struct {
	Need string `arg:"" help:"The need's id, such as N-0417."`
}

func (c attachmentListCmd) Run(ctx context.Context, s *session) error {
	heads := []string{s.t("col.id"), s.t("attachment.file"), s.t("attachment.part")}
	return listed(ctx, s, needPath(c.Need, "/attachments"), nil, heads, func(a attachmenthttp.AttachmentJSON) []string {
		return []string{a.ID, a.Name, s.t("attachment.with." + a.Part)}
	})
}

type attachmentAddCmd struct {
	Need string `arg:"" help:"The need's id, such as N-0417."`
	File string `arg:"" help:"The file." type:"path"`
	Part string `help:"The part of the need that it is seen with: weakness or summary." enum:"weakness,summary" default:"weakness"`
	Name string `help:"What to call it; the file's own name when absent."`
	once
}

// Run sends the file as it is read.
func (c attachmentAddCmd) Run(ctx context.Context, s *session) (err error) {
	token := s.Getenv("TALLINN_TOKEN")
	if token == "" {
		return ErrNoSession
	}
	f, err := os.Open(c.File)
	if err != nil {
		return ErrFile.With("file", c.File).With("why", errors.Unwrap(err)).Because(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if c.Name == "" {
		c.Name = filepath.Base(c.File)
	}
	var a attachmenthttp.AttachmentJSON
	q := url.Values{"part": {c.Part}, "name": {c.Name}}
	// A little more than is taken, so that the hub can say that it is too much.
	raw, err := s.client.sendBytes(ctx, needPath(c.Need, "/attachments"), q, c.key(), token, io.LimitReader(f, attachment.MaxBytes+1), &a)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s %s", a.ID, a.Name)
	return nil
}

type attachmentGetCmd struct {
	ID string `arg:"" help:"The file's id, such as E-0417."`
}

func (c attachmentGetCmd) Run(ctx context.Context, s *session) error {
	return s.pour(ctx, "/api/v1/attachments/"+url.PathEscape(c.ID)+"/file")
}

// pour writes the bytes of an answer to standard output, as they arrive.
func (s *session) pour(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.client.hub+path, nil)
	if err != nil {
		return ErrNoHub.With("hub", s.client.hub).Because(err)
	}
	req.Header.Set("Accept-Language", s.client.lang)
	if token := s.Getenv("TALLINN_TOKEN"); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ErrNoHub.With("hub", s.client.hub).Because(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		if err != nil {
			return ErrNoHub.With("hub", s.client.hub).Because(err)
		}
		_, err = s.client.read(resp.StatusCode, raw, &struct{}{})
		return err
	}
	if _, err := io.Copy(s.Stdout, resp.Body); err != nil {
		return fmt.Errorf("cli: the file ended early: %w", err)
	}
	return nil
}

type attachmentWithdrawCmd struct {
	ID string `arg:"" help:"The file's id, such as E-0417."`
	once
}

func (c attachmentWithdrawCmd) Run(ctx context.Context, s *session) error {
	var out struct {
		ID string `json:"id"`
	}
	raw, err := s.client.act(ctx, "/api/v1/attachments/"+url.PathEscape(c.ID)+"/withdrawal", c.key(), struct{}{}, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s", s.t("attachment.fact.withdrawn.short", "id", out.ID))
	return nil
}
