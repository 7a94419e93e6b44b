package app

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"tallinn/aid/attachment"
	"tallinn/aid/attachment/attachmenthttp"
	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fact"
	"tallinn/policy"
	"tallinn/policy/reads"
	"tallinn/record"
	"tallinn/record/blobs"
	"tallinn/text"
)

// attachments are the pages and the API of files in this realm.
func (h room) attachments() *attachmenthttp.Handler {
	return &attachmenthttp.Handler{Files: files{h}, Text: h.record.Text, Gate: h.gate, Now: h.cfg.Now, Log: h.cfg.Log,
		View: func(fn func(attachmenthttp.Books)) {
			h.View(h.realm, func(b *Books) { fn(attachmenthttp.Books{Needs: b.Needs, Shown: b.Shown, Attachments: b.Attachments}) })
		},
		Reader: func(ctx context.Context) attachmenthttp.Reader {
			a := h.acting(ctx)
			who := a.principal(h.realm)
			return attachmenthttp.Reader{Seat: a.seat, Shown: h.reads(who), May: func(n need.Head, p attachment.Part) bool {
				return h.policy.May(who, policy.Read, n.ClassOf(needParts[p]))
			}}
		}}
}

// needParts are the parts of a need that files are seen with.
var needParts = map[attachment.Part]need.Part{attachment.Summary: need.Summary, attachment.Weakness: need.Weakness}

// files keeps files for whoever sends a request.
type files struct{ room }

func (f files) Seal(ctx context.Context, id need.ID, write func(io.Writer) error) (string, error) {
	locks, err := f.keys.Make(ctx, []string{string(id)})
	if err != nil {
		return "", record.ErrKeys.Because(err)
	}
	lock, ok := locks[string(id)]
	if !ok {
		return "", text.ErrErased
	}
	return f.blobs.Put(lock, write)
}

func (f files) Open(ctx context.Context, id need.ID, blob string) (io.ReadCloser, error) {
	var n need.Head
	f.View(f.realm, func(b *Books) { n, _ = b.Needs.Head(id) })
	if n.Red() {
		if err := f.readings.Add(ctx, reads.Reading{Item: string(id), Seat: string(f.acting(ctx).seat.ID), At: f.cfg.Now()}); err != nil {
			return nil, err
		}
	}
	lock, err := f.keys.Key(ctx, string(id))
	if err != nil {
		return nil, err
	}
	r, err := f.blobs.Open(blob, lock)
	if errors.Is(err, blobs.ErrNone) {
		return nil, attachment.ErrMissing.Because(err)
	}
	return r, err
}

func (f files) Attach(ctx context.Context, key string, s attachmenthttp.Sent) (attachmenthttp.Result, error) {
	type args struct {
		Need need.ID
		Part attachment.Part
		Name string
		Hash [32]byte
	}
	by := f.acting(ctx).seat.ID
	return f.decide(ctx, key, "attachment.attach", args{s.Need, s.Part, s.Name, s.Hash}, s.Need, func(tx *record.Tx, b *Books) ([]fact.Body, error) {
		if err := tx.Read(named(string(s.Need))...); err != nil {
			return nil, err
		}
		n, _ := b.Needs.Head(s.Need)
		who, err := b.by(tx, by)
		if err != nil {
			return nil, err
		}
		a := attachment.Attached{Need: s.Need, Part: s.Part, Type: s.Type, Size: s.Size, Blob: s.Blob}
		if _, err := b.Attachments.Attach(n, who, tx.Now(), a); err != nil {
			return nil, err
		}
		id, err := tx.NewID("E")
		if err != nil {
			return nil, err
		}
		a.Attachment = attachment.ID(id)
		if a.Name, err = tx.Text(s.Name); err != nil {
			return nil, err
		}
		return b.Attachments.Attach(n, who, tx.Now(), a)
	})
}

func (f files) Withdraw(ctx context.Context, key string, id attachment.ID) (attachmenthttp.Result, error) {
	by := f.acting(ctx).seat.ID
	var a attachment.Attachment
	f.View(f.realm, func(b *Books) { a, _ = b.Attachments.Get(id) })
	res, err := f.decide(ctx, key, "attachment.withdraw", id, a.Need, func(tx *record.Tx, b *Books) ([]fact.Body, error) {
		if err := tx.Read(named(string(id), string(a.Need))...); err != nil {
			return nil, err
		}
		n, _ := b.Needs.Head(a.Need)
		who, err := b.by(tx, by)
		if err != nil {
			return nil, err
		}
		return b.Attachments.Withdraw(id, n, who, tx.Now())
	})
	res.ID = id
	return res, err
}

// decide records what rule decides about a file of a need. Whoever may submit
// the need may.
func (f files) decide(ctx context.Context, key, op string, args any, id need.ID, rule func(*record.Tx, *Books) ([]fact.Body, error)) (attachmenthttp.Result, error) {
	res, err := f.room.decide(ctx, command{key: key, op: op, args: args, may: func(b *Books) (policy.Action, class.Class) {
		n, _ := b.Needs.Head(id)
		return policy.Submit, n.Class
	}}, rule)
	out := attachmenthttp.Result{Repeated: res.Repeated}
	if len(res.IDs) > 0 {
		out.ID = attachment.ID(res.IDs[0])
	}
	return out, err
}

// orphanAge is how long a file may lie that no fact names: longer than any
// request takes, and than another hub is behind.
const orphanAge = 24 * time.Hour

// sweepBlobs removes files that no fact names.
func (h *Hub) sweepBlobs() {
	removed, err := h.blobs.Sweep(h.cfg.Now().Add(-orphanAge), func(blob string) (kept bool) {
		h.record.View(func() {
			for _, b := range h.state.realms {
				kept = kept || b.Attachments.Names(blob) || b.Imports.Names(blob)
			}
		})
		return kept
	})
	if err != nil {
		h.cfg.Log.Warn("files that no fact names could not be removed", "error", err)
	}
	if removed > 0 {
		h.cfg.Log.Info("files that no fact names were removed", "files", removed)
	}
}

// sweepDaily sweeps until ctx ends.
func (h *Hub) sweepDaily(ctx context.Context) {
	for {
		h.sweepBlobs()
		select {
		case <-ctx.Done():
			return
		case <-time.After(orphanAge):
		}
	}
}

// Attachments are the files that a record names, for whoever looks through a
// data folder without a hub.
type Attachments struct{ sums map[attachment.ID]string }

// Fold takes a fact.
func (a *Attachments) Fold(f fact.Fact) {
	switch b := f.Body.(type) {
	case attachment.Attached:
		if a.sums == nil {
			a.sums = map[attachment.ID]string{}
		}
		a.sums[b.Attachment] = b.Blob
	case attachment.Withdrawn:
		delete(a.sums, b.Attachment)
	}
}

// Sums are the blobs of files that were not withdrawn.
func (a *Attachments) Sums() []string { return slices.Sorted(maps.Values(a.sums)) }
