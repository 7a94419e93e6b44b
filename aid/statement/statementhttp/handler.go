package statementhttp

import (
	"log/slog"
	"net/http"
	"net/url"
	"sync"
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
func (h *Handler) account(q question) *account {
	var a *account
	h.View(func(b Books, head fact.Pos) {
		if a = h.recall(q, head); a == nil {
			a = gather(b, head, q)
			h.keep(q, a)
		}
	})
	return a
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
