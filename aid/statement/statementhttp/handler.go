package statementhttp

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"

	"tallinn/aid/flow"
	"tallinn/aid/rate"
	"tallinn/aid/statement"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/milestone"
	"tallinn/mechanism/party"
	"tallinn/money"
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
	// At computes the books as they stood after the fact at pos: what was known
	// then. Nil: only the present is known.
	At func(ctx context.Context, pos fact.Pos) (Books, error)
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
	mux.Handle("GET /statement/pictures", web.Handle(h.Log, h.picturesPage))
	mux.Handle("GET /statement/{table}", web.Handle(h.Log, h.table))
	mux.Handle("GET /figures/{name}", web.Handle(h.Log, h.figure))
	mux.Handle("GET /figures/{name}/compare", web.Handle(h.Log, h.comparison))
	mux.Handle("GET /figures/{name}/rows.csv", web.Handle(h.Log, h.figureRows))
	mux.Handle("GET /figures/{name}/rates.csv", web.Handle(h.Log, h.figureRates))
	mux.Handle("GET /methods", web.Handle(h.Log, h.methods))
}

// A question is what a reader asks of the account.
type question struct {
	asOf     string
	boundary statement.Boundary
	currency money.Currency
	knownAt  fact.Pos // of the last fact that is taken into account; fact.None: all
}

// ask reads a question; what is not said is today, of the mechanism.
//
// Errors: statement.ErrAsOf, statement.ErrBoundary.
func (h *Handler) ask(q url.Values) (question, error) {
	return h.question(asked{q.Get("as_of"), q.Get("boundary"), q.Get("currency"), q.Get("known_at")})
}

// asked is a question as it was written.
type asked struct{ asOf, boundary, currency, knownAt string }

// ErrKnownAt refuses a position that is none.
var ErrKnownAt = fault.New(fault.Invalid, "statement.known_at",
	"{{.known_at}} is no position of the record; give the number of a fact, up to {{.head}}")

func (h *Handler) question(in asked) (question, error) {
	asOf, boundary := in.asOf, in.boundary
	out := question{asOf: h.today(), boundary: statement.Mechanism, knownAt: fact.None}
	var err error
	if out.currency, err = statement.ParseCurrency(in.currency); err != nil {
		return out, err
	}
	if out.knownAt, err = h.position(in.knownAt); err != nil {
		return out, err
	}
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

// position reads a position of the record; none is fact.None.
//
// Errors: ErrKnownAt.
func (h *Handler) position(s string) (fact.Pos, error) {
	if s == "" {
		return fact.None, nil
	}
	var head fact.Pos
	h.View(func(_ Books, at fact.Pos) { head = at })
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || fact.Pos(n) > head || h.At == nil {
		return fact.None, ErrKnownAt.With("known_at", strconv.QuoteToASCII(s[:min(len(s), 40)])).With("head", head)
	}
	return fact.Pos(n), nil
}

// today is the day in Kyiv, where the account is kept.
func (h *Handler) today() string { return h.Now().In(web.Kyiv).Format(time.DateOnly) }

// query is q as the parameters of an address.
func (q question) query() string {
	v := q.keep()
	v.Set("as_of", q.asOf)
	return v.Encode()
}

// keep are the parameters that a choice of another day leaves as they are.
func (q question) keep() url.Values {
	v := url.Values{"boundary": {q.boundary.Name}}
	if q.currency != money.EUR {
		v.Set("currency", string(q.currency))
	}
	if q.knownAt != fact.None {
		v.Set("known_at", strconv.FormatInt(int64(q.knownAt), 10))
	}
	return v
}

func (q question) statement() statement.Query {
	return statement.Query{AsOf: q.asOf, Boundary: q.boundary, Currency: q.currency}
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
	err = h.books(ctx, q, func(b Books, head fact.Pos) {
		if a = h.recall(q, head); a == nil { // who entered before may have asked the same
			a = gather(b, head, q)
			h.keep(q, a)
		}
	})
	return a, err
}

// books calls fn with the books that q is asked of, and the position of the
// record as it is now.
//
// Errors: those of At.
func (h *Handler) books(ctx context.Context, q question, fn func(b Books, head fact.Pos)) error {
	if q.knownAt == fact.None {
		h.View(fn)
		return nil
	}
	then, err := h.At(ctx, q.knownAt)
	if err != nil {
		return err
	}
	var head fact.Pos
	h.View(func(_ Books, at fact.Pos) { head = at })
	fn(then, head)
	return nil
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
