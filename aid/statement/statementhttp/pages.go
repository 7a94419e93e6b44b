package statementhttp

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"

	"tallinn/web"
)

// A writing is what a statement page is written for, besides its account:
// nothing else may decide what stands in it. The frame around it is each
// reader's own.
type writing struct {
	lang  web.Lang
	today string
}

// pages are the statement pages of one account as they were first written:
// writing one takes ten times as long as sending it.
type pages struct {
	mu      sync.Mutex
	written map[writing][]byte
}

// written is the page that write makes for k, made once and kept as long as
// its account. Whoever asks while it is made waits for it.
func (a *account) written(k writing, write func() templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		page, err := a.pages.of(ctx, k, write)
		if err != nil {
			return err
		}
		_, err = w.Write(page)
		return err
	})
}

func (p *pages) of(ctx context.Context, k writing, write func() templ.Component) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if page, ok := p.written[k]; ok {
		return page, nil
	}
	var page bytes.Buffer
	if err := write().Render(ctx, &page); err != nil {
		return nil, err
	}
	if len(p.written) > len(web.Langs) || p.written == nil { // the day has changed since
		p.written = map[writing][]byte{}
	}
	p.written[k] = page.Bytes()
	return page.Bytes(), nil
}
