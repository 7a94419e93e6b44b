package attachmenthttp

import (
	"context"
	"crypto/sha256"
	"io"

	"tallinn/aid/attachment"
	"tallinn/aid/need"
)

// send cleans and seals a file as it arrives, and then attaches it.
//
// Errors: those of attachment.Copy and of Files.Attach.
func (h *Handler) send(ctx context.Context, key string, id need.ID, part attachment.Part, name string, r io.Reader) (Result, error) {
	s := Sent{Need: id, Part: part, Name: name}
	if err := attachment.CheckName(name); err != nil {
		return Result{}, err
	}
	sum := sha256.New()
	blob, err := h.Files.Seal(ctx, id, func(w io.Writer) (err error) {
		s.Type, s.Size, err = attachment.Copy(w, io.TeeReader(r, sum), name)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	s.Blob, s.Hash = blob, [32]byte(sum.Sum(nil))
	return h.Files.Attach(ctx, key, s)
}
