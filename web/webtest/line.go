package webtest

import (
	"context"
	"errors"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// A Line is the network that a page has, as chromium feigns it. The zero Line
// is no line at all.
type Line struct {
	Bits    float64       // a second, either way
	Latency time.Duration // from a request to its answer's first byte
}

// BadLine is a phone's, far from its mast.
var BadLine = Line{Bits: 400_000, Latency: 400 * time.Millisecond}

// On gives the page a line.
func (p *Page) On(l Line) {
	p.t.Helper()
	c := network.Conditions{Offline: l.Bits == 0, Latency: float64(l.Latency.Milliseconds()), DownloadThroughput: l.Bits / 8, UploadThroughput: l.Bits / 8}
	p.do("change the line", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, e1 := cdp.Call(ctx, t, network.Enable, network.EnableParams{})
		_, e2 := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{&c}})
		_, e3 := cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: c.Offline, Latency: c.Latency,
			DownloadThroughput: c.DownloadThroughput, UploadThroughput: c.UploadThroughput})
		return errors.Join(e1, e2, e3)
	}))
}
