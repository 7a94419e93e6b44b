package webtest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// NeedBrowser, set to 1 in the environment, makes a missing browser a failure
// instead of a skip. `make test` sets it.
const NeedBrowser = "TALLINN_NEED_BROWSER"

// patience bounds one step of a page. Two cores may be busy with other tests.
const patience = 30 * time.Second

//go:embed axe.min.js
var axe string

// A Browser is one chromium with a profile of its own.
type Browser struct{ ctx context.Context }

// Open starts a browser that ends with t. Without chromium t is skipped, or
// fails when NeedBrowser is set.
func Open(t testing.TB) *Browser {
	t.Helper()
	path := find()
	if path == "" {
		const what = "chromium is not installed: apt-get install chromium-headless-shell"
		if os.Getenv(NeedBrowser) == "1" {
			t.Fatal(what)
		}
		t.Skip("SKIPPED WITHOUT A BROWSER: " + what)
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), flags(path, profile(t))...)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return &Browser{ctx}
}

// find is the path of a browser; empty when there is none. The shell without
// a window is the same engine for less than half the work, most of which goes
// into the profile that the whole browser makes for each reader.
func find() string {
	for _, name := range []string{"chromium-headless-shell", "chromium"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// flags keep the browser to the pages it is sent to: it asks nothing of the
// network by itself.
func flags(path, profile string) []chromedp.ExecAllocatorOption {
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Headless,
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.Flag("force-color-profile", "srgb"),
	}
	for _, name := range []string{"disable-quic", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-extensions",
		"disable-dev-shm-usage", "hide-scrollbars", "mute-audio"} {
		opts = append(opts, chromedp.Flag(name, true))
	}
	return opts
}

// profile is a fresh folder that is removed once the browser has let go of it.
func profile(t testing.TB) string {
	dir, err := os.MkdirTemp("", "tallinn-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 50 { // its processes write for a moment after it has ended
			if os.RemoveAll(dir) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	return dir
}

// A Look is how a reader looks at a page.
type Look struct {
	Width, Height int64 // CSS pixels; default 1280 by 900
	Dark          bool
	Lang          string // Accept-Language; default en
	NoScript      bool
	Print         bool // as on paper
}

// Phone and Desk are the widths that every page is tried at.
var (
	Phone = Look{Width: 390, Height: 844}
	Desk  = Look{Width: 1280, Height: 900}
)

// In is l in a language.
func (l Look) In(lang string) Look { l.Lang = lang; return l }

// AtNight is l in dark colours.
func (l Look) AtNight() Look { l.Dark = true; return l }

// A Page is one tab.
type Page struct {
	t     testing.TB
	ctx   context.Context
	close context.CancelFunc

	mu         sync.Mutex
	complaints []string
	expected   []string
}

// Page opens an empty tab, with no cookies of other tabs, that ends with t.
func (b *Browser) Page(t testing.TB, look Look) *Page {
	t.Helper()
	p := &Page{t: t}
	ctx, cancel := chromedp.NewContext(b.ctx,
		chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	t.Cleanup(cancel)
	p.ctx, p.close = ctx, cancel
	if err := chromedp.Do(ctx, look.apply()); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return p
}

// Close ends the tab before the test does, for tests that open many.
func (p *Page) Close() { p.close() }

// Turn changes how the reader looks at the page that is open, such as to see
// it on paper.
func (p *Page) Turn(look Look) {
	p.t.Helper()
	p.do("turn the page", look.apply())
}

func (l Look) apply() chromedp.Action[chromedp.Void] {
	if l.Width == 0 {
		l.Width, l.Height = Desk.Width, Desk.Height
	}
	scheme, media, lang := "light", "", l.Lang
	if l.Dark {
		scheme = "dark"
	}
	if l.Print {
		media = "print"
	}
	if lang == "" {
		lang = "en"
	}
	return chromedp.Steps(
		chromedp.EmulateViewport(l.Width, l.Height),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, e1 := cdp.Call(ctx, t, cdplog.Enable, cdp.Empty{})
			_, e2 := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media,
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			_, e3 := cdp.Call(ctx, t, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
				Headers: network.Headers{"Accept-Language": lang}})
			_, e4 := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled,
				emulation.SetScriptExecutionDisabledParams{Value: l.NoScript})
			return errors.Join(e1, e2, e3, e4)
		}))
}

// listen collects what the browser complains of: violations of the content
// security policy, errors of scripts, and answers that failed.
func (p *Page) listen(ev any) {
	said := ""
	switch e := ev.(type) {
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError || e.Entry.Level == cdplog.EntryLevelWarning {
			said = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			said = "console: " + describe(e.Args)
		}
	case *runtime.EventExceptionThrown:
		said = "exception: " + e.ExceptionDetails.Text
	case *page.EventJavascriptDialogOpening:
		said = "dialog: " + e.Message
	}
	if said != "" {
		p.mu.Lock()
		p.complaints = append(p.complaints, said)
		p.mu.Unlock()
	}
}

func describe(args []*runtime.RemoteObject) string {
	var all []string
	for _, a := range args {
		all = append(all, string(a.Value)+a.Description)
	}
	return strings.Join(all, " ")
}

// Expect allows complaints that contain text, such as that of a page that is
// meant to be missing.
func (p *Page) Expect(text string) { p.expected = append(p.expected, text) }

// Complaints are what the browser has complained of so far and was not
// expected to.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, said := range p.complaints {
		if !slices.ContainsFunc(p.expected, func(text string) bool { return strings.Contains(said, text) }) {
			all = append(all, said)
		}
	}
	return all
}

// do runs steps and fails the test when one does.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// Go opens address and waits until it has loaded.
func (p *Page) Go(address string) {
	p.t.Helper()
	p.do("open "+address, chromedp.Navigate(address))
}

// Click clicks the first element that selector finds, waiting for it.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Follow clicks a link or button and waits until the next page has loaded.
func (p *Page) Follow(selector string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		p.t.Fatalf("follow %s: %v", selector, err)
	}
}

// Back goes back one page and waits until it is there. A page that the
// browser had kept does not load again, so that its address is waited for.
func (p *Page) Back() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	from := Ask[string](p, "location.href")
	Ask[bool](p, "setTimeout(() => history.back()), true")
	for {
		// An error here is a page that is just going away.
		now, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? location.href : ""`))
		if err == nil && now != "" && now != from {
			return
		}
		if ctx.Err() != nil {
			p.t.Fatalf("go back: still at %s", from)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Await waits until a JavaScript expression holds, also while pages come and
// go. Of a page that the browser had kept, what a click leads to is waited for
// like this: it tells nobody that it loads.
func (p *Page) Await(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		// An error here is a page that is just going away.
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && holds {
			return
		}
		if ctx.Err() != nil {
			p.t.Fatalf("waited in vain for %s", expression)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Enter presses Enter where the focus is and waits until the page that this
// leads to has loaded.
func (p *Page) Enter() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.KeyEvent(kb.Enter)); err != nil {
		p.t.Fatalf("press Enter: %v", err)
	}
}

// Press types keys where the focus is; kb of chromedp names the special ones.
func (p *Page) Press(keys string) {
	p.t.Helper()
	for _, key := range keys {
		if unicode.IsPrint(key) && !unicode.IsMark(key) { // kb calls arrows by marks
			p.do("press "+string(key), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
				return strike(ctx, t, string(key))
			}))
			continue
		}
		p.do("press a key", chromedp.KeyEvent(string(key)))
	}
}

// strike sends a letter as one event that a page may refuse, as a keyboard
// does; chromedp sends its character apart, which arrives even when refused.
func strike(ctx context.Context, t *chromedp.Target, letter string) error {
	_, down := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeKeyDown, Key: letter, Text: letter})
	_, up := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeKeyUp, Key: letter})
	return errors.Join(down, up)
}

// Ask evaluates a JavaScript expression in p.
func Ask[T any](p *Page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("evaluate %.60q: %v", expression, err)
	}
	return v
}

// Screenshot writes a picture of the whole page to path.
func (p *Page) Screenshot(path string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatalf("screenshot: %v", err)
	}
	p.save(path, png)
}

// PDF writes the page as it prints to path.
func (p *Page) PDF(path string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if err != nil {
		p.t.Fatalf("print: %v", err)
	}
	p.save(path, pdf)
}

func (p *Page) save(path string, content []byte) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
