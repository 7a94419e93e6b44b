package record

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"tallinn/fact"
	"tallinn/text"
)

// Keys are the keys that texts are sealed under, each called by a name. They
// are kept apart from the store, so that destroying one erases what the store,
// its journal and its copies hold. Methods may be called at the same time.
//
// Package keyring keeps them.
type Keys interface {
	// Make returns the keys called names, and draws those that never were; all
	// are durable when it returns. A name whose key was destroyed is left out.
	Make(ctx context.Context, names []string) (map[string][]byte, error)
	// Key returns the key called name.
	//
	// Errors: text.ErrErased when it was destroyed; ErrNoKey.
	Key(ctx context.Context, name string) ([]byte, error)
}

// A Resealer is a store that may hold texts in clear, as the first programs
// kept them.
type Resealer interface {
	// InClear returns at most n texts that are kept in clear.
	InClear(ctx context.Context, n int) ([]text.Sealed, error)
	// Reseal puts each text in the place of the one with its ID. The old one
	// can then be read from none of the store's files.
	Reseal(ctx context.Context, texts []text.Sealed) error
}

// seal puts the texts of b into its batch, sealed. The keys are durable before
// anything under them is. When it reports false everyone has been answered.
func (b *build) seal() bool {
	if len(b.texts) == 0 {
		return true
	}
	if b.r.Keys == nil {
		b.lose(errors.New("record: opened without keys, which texts need"))
		return false
	}
	var names []string
	for _, t := range b.texts {
		if !slices.Contains(names, t.under) {
			names = append(names, t.under)
		}
	}
	locks, err := b.r.Keys.Make(context.Background(), names)
	if err != nil {
		b.lose(ErrKeys.Because(err))
		return false
	}
	if len(locks) < len(names) {
		b.loseErased(locks)
		return false
	}
	for _, t := range b.texts {
		sealed, err := t.Seal(b.r.Random, t.under, locks[t.under])
		if err != nil {
			b.lose(fmt.Errorf("record: seal text %s: %w", t.Ref.ID, err))
			return false
		}
		b.batch.Texts = append(b.batch.Texts, sealed)
	}
	return true
}

// loseErased refuses those who write under a key that was destroyed; the
// others decide again.
func (b *build) loseErased(locks map[string][]byte) {
	for _, q := range b.admitted {
		o := outcome{lost: true}
		if slices.ContainsFunc(q.draft.texts, func(t pending) bool { return locks[t.under] == nil }) {
			o = outcome{err: text.ErrErased}
		}
		q.done <- o
	}
}

// Text opens the text that a fact refers to.
//
// Errors: ErrNoText; text.ErrErased; a text that does not match the fact's
// commitment.
func (r *Record) Text(ctx context.Context, ref text.Ref) (string, error) {
	sealed, ok, err := r.sealed(ctx, ref.ID)
	switch {
	case err != nil:
		return "", fmt.Errorf("record: read text %s: %w", ref.ID, err)
	case !ok:
		return "", ErrNoText.With("id", ref.ID)
	case sealed.Ref != ref:
		return "", fmt.Errorf("record: text %s is not what the fact committed to", ref.ID)
	}
	plain, err := openText(ctx, r.Keys, sealed)
	return plain.Text, err
}

// openText opens t with the key that it names.
func openText(ctx context.Context, keys Keys, t text.Sealed) (text.Plain, error) {
	if t.Clear() {
		if p := t.Plain(); p.Opens() {
			return p, nil
		}
		return text.Plain{}, text.ErrBox
	}
	if keys == nil {
		return text.Plain{}, ErrNoKey.With("name", t.Under())
	}
	name := t.Under()
	if name == "" {
		return text.Plain{}, text.ErrBox
	}
	lock, err := keys.Key(ctx, name)
	if err != nil {
		return text.Plain{}, err
	}
	p, err := t.Open(lock)
	if err != nil {
		return p, fmt.Errorf("record: open text %s: %w", t.Ref.ID, err)
	}
	return p, nil
}

// sealClear seals what an early version kept in clear. It is done once; when
// it is interrupted the next Open goes on.
func (r *Record) sealClear(ctx context.Context) error {
	store, ok := r.Store.(Resealer)
	if !ok || r.Keys == nil {
		return nil
	}
	var homes map[text.Ref]string
	for {
		texts, err := store.InClear(ctx, pageSize)
		if err != nil || len(texts) == 0 {
			return err
		}
		if homes == nil {
			if homes, err = r.homes(ctx); err != nil {
				return err
			}
			r.Log.Info("texts of an earlier version are being sealed")
		}
		sealed, err := r.sealAll(ctx, texts, homes)
		if err != nil {
			return err
		}
		if err := store.Reseal(ctx, sealed); err != nil {
			return err
		}
	}
}

func (r *Record) sealAll(ctx context.Context, texts []text.Sealed, homes map[text.Ref]string) ([]text.Sealed, error) {
	under := func(t text.Sealed) string {
		if home := homes[t.Ref]; home != "" {
			return home
		}
		return "text/" + t.Ref.ID // no fact refers to it, and Check says so
	}
	var names []string
	for _, t := range texts {
		names = append(names, under(t))
	}
	slices.Sort(names)
	locks, err := r.Keys.Make(ctx, slices.Compact(names))
	if err != nil {
		return nil, err
	}
	out := make([]text.Sealed, len(texts))
	for i, t := range texts {
		lock, ok := locks[under(t)]
		if !ok {
			return nil, fmt.Errorf("record: text %s is in clear, and its key was destroyed", t.Ref.ID)
		}
		if out[i], err = t.Plain().Seal(r.Random, under(t), lock); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// homes are the home streams of the facts that refer to texts.
func (r *Record) homes(ctx context.Context) (map[text.Ref]string, error) {
	homes := map[text.Ref]string{}
	err := r.Store.Facts(ctx, 0, math.MaxInt, func(pos fact.Pos, raw []byte) error {
		var found []text.Ref
		findRefs(raw, func(ref text.Ref) { found = append(found, ref) })
		if found == nil {
			return nil
		}
		f, err := r.decode(pos, raw)
		for _, ref := range found {
			homes[ref] = f.Home()
		}
		return err
	})
	return homes, err
}
