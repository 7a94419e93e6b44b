package statementhttp

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/party"
	"tallinn/web"
)

// Books are what a statement is computed from.
type Books struct {
	Parties    *party.Book
	Milestones *milestone.Book
	Rates      *rate.Table
	Flows      *flow.Book
}

// A Handler serves the account of one realm.
type Handler struct {
	// View calls fn with the books as they stand at position head, under the
	// record's read lock.
	View func(fn func(b Books, head fact.Pos))
	// Invite stands under the page's title, such as the way into a guided
	// walk; may be nil.
	Invite func(l web.Lang) templ.Component
	Now    func() time.Time
	Log    *slog.Logger

	once  sync.Once
	desks chan struct{} // one taken for each account or figure in the making
	wait  atomic.Int32  // how many wait for one

	mu   sync.Mutex
	kept map[question]*account
	head fact.Pos // of every account in kept
}

// Routes adds the pages and their tables to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	mux.Handle("GET /{$}", web.Handle(h.Log, h.statement))
	mux.Handle("GET /statement", web.Handle(h.Log, h.statement))
	mux.Handle("GET /statement/{table}", web.Handle(h.Log, h.table))
	mux.Handle("GET /figures/{name}", web.Handle(h.Log, h.figure))
	mux.Handle("GET /figures/{name}/rows.csv", web.Handle(h.Log, h.figureRows))
	mux.Handle("GET /figures/{name}/rates.csv", web.Handle(h.Log, h.figureRates))
	mux.Handle("GET /methods", web.Handle(h.Log, h.methods))
}

// A question is what a reader asks of the account.
type question struct {
	asOf     string
	boundary statement.Boundary
}

// ask reads a question; what is not said is today, of the mechanism.
//
// Errors: statement.ErrAsOf, statement.ErrBoundary.
func (h *Handler) ask(q url.Values) (question, error) {
	return h.question(q.Get("as_of"), q.Get("boundary"))
}

func (h *Handler) question(asOf, boundary string) (question, error) {
	out := question{h.today(), statement.Mechanism}
	var err error
	if asOf != "" {
		if out.asOf, err = statement.ParseAsOf(asOf); err != nil {
			return out, err
		}
	}
	if boundary != "" {
		out.boundary, err = statement.ParseBoundary(boundary)
	}
	return out, err
}

// today is the day in Kyiv, where the account is kept.
func (h *Handler) today() string { return h.Now().In(web.Kyiv).Format(time.DateOnly) }

// query is q as the parameters of an address.
func (q question) query() string {
	return url.Values{"as_of": {q.asOf}, "boundary": {q.boundary.Name}}.Encode()
}

func (q question) statement() statement.Query {
	return statement.Query{AsOf: q.asOf, Boundary: q.boundary, Currency: "EUR"}
}

// maxKept bounds the accounts that are kept; past it they are forgotten all
// at once, which a reader who walks through the days does not notice.
const maxKept = 64

// account answers q. A kept answer stands as long as nothing was recorded.
//
// Errors: web.ErrTooSlow.
func (h *Handler) account(ctx context.Context, q question) (*account, error) {
	var a *account
	h.View(func(_ Books, head fact.Pos) { a = h.recall(q, head) })
	if a != nil {
		return a, nil
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	h.View(func(b Books, head fact.Pos) {
		if a = h.recall(q, head); a == nil { // who entered before may have asked the same
			a = gather(b, head, q)
			h.keep(q, a)
		}
	})
	return a, nil
}

// Bounds of waiting for an account in the making. Nobody waits long where the
// flows are few; where they are many and each reader asks for another day, it
// is better to be told so in ten seconds than to be given up on in a minute.
const (
	maxWaiting = 1024 // readers
	waitTime   = 10 * time.Second
)

// enter takes a desk to compute at, one for each processor: more at a time
// would finish no sooner, and each holds its rows in memory. leave gives it
// back.
//
// Errors: web.ErrTooSlow when too many wait, or too long; that of ctx.
func (h *Handler) enter(ctx context.Context) (leave func(), err error) {
	h.once.Do(func() { h.desks = make(chan struct{}, runtime.GOMAXPROCS(0)) })
	defer h.wait.Add(-1)
	if h.wait.Add(1) > maxWaiting {
		return nil, web.ErrTooSlow
	}
	patience := time.NewTimer(waitTime)
	defer patience.Stop()
	select {
	case h.desks <- struct{}{}:
		return func() { <-h.desks }, nil
	case <-patience.C:
		return nil, web.ErrTooSlow
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *Handler) recall(q question, head fact.Pos) *account {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.head != head {
		return nil
	}
	return h.kept[q]
}

func (h *Handler) keep(q question, a *account) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.head != a.head || len(h.kept) >= maxKept || h.kept == nil {
		h.kept, h.head = map[question]*account{}, a.head
	}
	h.kept[q] = a
}
