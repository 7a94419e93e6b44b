package recordtest

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"tallinn/fact"
	"tallinn/record"
)

// A teller is a record over a bank.
type teller struct {
	*record.Record
	*Bank
	t *testing.T
}

// hire opens a record on s with a bank of its own. It is closed when t ends.
func hire(t *testing.T, s record.Store, change ...func(*record.Config)) *teller {
	t.Helper()
	bank := NewBank()
	cfg := record.Config{Store: s, Registry: Registry(), State: bank, Keys: TheKeys, Log: slog.New(slog.DiscardHandler)}
	for _, fn := range change {
		fn(&cfg)
	}
	r, err := record.Open(t.Context(), cfg)
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	return &teller{r, bank, t}
}

// do decides under a command whose arguments are its id.
func (w *teller) do(id string, rule record.Rule) record.Result {
	w.t.Helper()
	res, err := w.Decide(w.t.Context(), Command(id, "do", id), rule)
	if err != nil {
		w.t.Fatalf("command %s: %v", id, err)
	}
	return res
}

// refused decides and expects want.
func (w *teller) refused(id string, want error, rule record.Rule) {
	w.t.Helper()
	if _, err := w.Decide(w.t.Context(), Command(id, "do", id), rule); !errors.Is(err, want) {
		w.t.Errorf("command %s: %v; want %v", id, err, want)
	}
}

// open opens an account and puts amount on it.
func (w *teller) open(owner string, amount int64) string {
	w.t.Helper()
	id := w.do("open "+owner, w.Open(owner)).IDs[0]
	if amount > 0 {
		w.do("pay "+owner, w.Pay(id, amount))
	}
	return id
}

// clean expects the store to be without violations.
func clean(t *testing.T, s record.Store) record.Report {
	t.Helper()
	report, err := record.Check(context.Background(), s, Registry(), TheKeys)
	must(t, err)
	for _, v := range report.Violations {
		t.Error(v)
	}
	return report
}

// A hooked store does something else in places.
type hooked struct {
	record.Store
	append func(record.Batch) error // before appending; its error is returned
	after  func(record.Batch) error // after appending
	now    func() time.Time
	looked atomic.Int64 // commands looked up
}

func (h *hooked) Append(ctx context.Context, b record.Batch) error {
	if h.append != nil {
		if err := h.append(b); err != nil {
			return err
		}
	}
	err := h.Store.Append(ctx, b)
	if err == nil && h.after != nil {
		return h.after(b)
	}
	return err
}

func (h *hooked) Command(ctx context.Context, id string) (record.Remembered, bool, error) {
	h.looked.Add(1)
	return h.Store.Command(ctx, id)
}

func (h *hooked) Now(ctx context.Context) (time.Time, error) {
	if h.now != nil {
		return h.now(), nil
	}
	return h.Store.Now(ctx)
}

// nothing is a rule with nothing to record.
func nothing(*record.Tx) ([]fact.Body, error) { return nil, nil }

// eventually waits for ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
