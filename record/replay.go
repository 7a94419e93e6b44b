package record

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"tallinn/fact"
)

// replayBatch is how many facts are read, decoded and folded at a time.
const replayBatch = 512

// replay folds the whole store, in three steps that overlap: one goroutine
// reads rows, as many as there are processors decode them, and this one folds
// them in order.
func (r *Record) replay(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	head, err := r.Store.Head(ctx)
	if err != nil {
		return fmt.Errorf("record: read the head: %w", err)
	}
	r.index.grow(int(head) + 1)
	p := startPipeline(ctx, r)
	for batch := range p.ordered {
		<-batch.decoded
		if batch.err != nil {
			return fmt.Errorf("record: replay: %w", batch.err)
		}
		for _, f := range batch.facts {
			r.foldOne(f)
			r.head.Store(int64(f.Pos))
		}
		p.free(batch)
	}
	if err := <-p.read; err != nil {
		return fmt.Errorf("record: replay: %w", err)
	}
	return ctx.Err()
}

// A pipeline carries batches from the reader through the decoders. Each batch
// is in both channels: todo for any decoder, ordered for the folder.
type pipeline struct {
	r       *Record
	todo    chan *batch
	ordered chan *batch
	spare   chan *batch
	read    chan error // the reader's result, once
}

type batch struct {
	first   fact.Pos
	bytes   []byte // all rows, one after another
	ends    []int  // where each row ends
	facts   []fact.Fact
	err     error
	decoded chan struct{}
}

func startPipeline(ctx context.Context, r *Record) *pipeline {
	workers := runtime.GOMAXPROCS(0)
	depth := 4 * workers
	p := &pipeline{r: r, todo: make(chan *batch, depth), ordered: make(chan *batch, depth),
		spare: make(chan *batch, 2*depth), read: make(chan error, 1)}
	go func() {
		defer close(p.ordered)
		defer close(p.todo)
		p.read <- p.rows(ctx)
	}()
	for range workers {
		go func() {
			for b := range p.todo {
				b.decode(r)
				close(b.decoded)
			}
		}()
	}
	return p
}

// rows reads every row into batches. A gap ends the reading.
func (p *pipeline) rows(ctx context.Context) error {
	next, b := fact.Pos(0), p.fresh(0)
	err := p.r.Store.Facts(ctx, 0, math.MaxInt, func(pos fact.Pos, raw []byte) error {
		if pos != next {
			return fmt.Errorf("gap in the store: position %d follows %d", pos, next-1)
		}
		next++
		b.bytes = append(b.bytes, raw...)
		b.ends = append(b.ends, len(b.bytes))
		if len(b.ends) < replayBatch {
			return nil
		}
		full := b
		b = p.fresh(next)
		return p.send(ctx, full)
	})
	if err != nil || len(b.ends) == 0 {
		return err
	}
	return p.send(ctx, b)
}

func (p *pipeline) send(ctx context.Context, b *batch) error {
	for _, c := range []chan *batch{p.ordered, p.todo} {
		select {
		case c <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (p *pipeline) fresh(first fact.Pos) *batch {
	var b *batch
	select {
	case b = <-p.spare:
	default:
		b = &batch{ends: make([]int, 0, replayBatch), facts: make([]fact.Fact, 0, replayBatch)}
	}
	b.first, b.decoded = first, make(chan struct{})
	return b
}

// free gives b's memory to a later batch. What was folded holds no part of
// it: decoding copies.
func (p *pipeline) free(b *batch) {
	clear(b.facts)
	b.bytes, b.ends, b.facts = b.bytes[:0], b.ends[:0], b.facts[:0]
	select {
	case p.spare <- b:
	default:
	}
}

func (b *batch) decode(r *Record) {
	from := 0
	for i, end := range b.ends {
		f, err := r.decode(b.first+fact.Pos(i), b.bytes[from:end])
		if err != nil {
			b.err = err
			return
		}
		b.facts = append(b.facts, f)
		from = end
	}
}
