package sqlite_test

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"tallinn/fact"
	"tallinn/record"
	"tallinn/record/disktest"
	"tallinn/record/keyring"
	"tallinn/record/recordtest"
	"tallinn/record/sqlite"
)

// A hubOn is a record on a disk that fails when it is told to.
type hubOn struct {
	t     *testing.T
	dir   string
	store *sqlite.Store
	keys  *keyring.Ring
	*record.Record
}

// openOn opens the record in dir, or says why not.
func openOn(t *testing.T, dir string) (*hubOn, error) {
	t.Helper()
	h := &hubOn{t: t, dir: dir}
	var err error
	if h.store, err = sqlite.Open(t.Context(), sqlite.Config{Dir: dir}); err != nil {
		return nil, err
	}
	if h.keys, err = keyring.Open(t.Context(), dir, cryptorand.Reader); err != nil {
		return nil, errors.Join(err, h.store.Close())
	}
	h.Record, err = record.Open(t.Context(), record.Config{Store: h.store, Keys: h.keys, Registry: recordtest.Registry(),
		State: recordtest.NewBank(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, errors.Join(err, h.keys.Close(), h.store.Close())
	}
	return h, nil
}

// decide opens the account of a command, with a sealed note.
func (h *hubOn) decide(id string) error {
	_, err := h.Decide(context.Background(), recordtest.Command(id, "open"), func(tx *record.Tx) ([]fact.Body, error) {
		note, err := tx.Text("note of " + id)
		return []fact.Body{recordtest.Opened{Account: id, Owner: id, Note: note}}, err
	})
	return err
}

// close ends it; on a broken disk that may fail, and nothing depends on it.
func (h *hubOn) close() {
	_ = h.Record.Close()
	_ = h.keys.Close()
	_ = h.store.Close()
}

// A trial is one run on a disk of which one operation fails.
type trial struct {
	t            *testing.T
	disk         *disktest.Disk
	dir          string
	acknowledged map[string]bool
	name         string
}

// folder is one of the trial's own, beside the others: no disk lies in another.
func (r *trial) folder(name string) string { return filepath.Join(r.dir, name) }

// work starts, decides, restarts and decides again, until something fails.
func (r *trial) work() {
	for life := range 2 {
		h, err := openOn(r.t, filepath.Join(r.folder("disk"), "data"))
		if err != nil {
			r.survives(r.disk, "cut")
			return
		}
		for i := range 3 {
			r.decide(h, fmt.Sprint(life, "-", i))
		}
		if life == 0 {
			h.close()
			continue
		}
		r.refusing(h)
		r.killed(h)
	}
}

// decide notes what is acknowledged. When the store has failed, everything is
// refused from then on, and can still be read.
func (r *trial) decide(h *hubOn, id string) {
	stopped := h.Stopped() != nil
	err := h.decide(id)
	switch {
	case err == nil:
		r.acknowledged[id] = true
		if stopped {
			r.t.Errorf("%s: %s was recorded after the store had failed", r.name, id)
		}
	case stopped && !errors.Is(err, record.ErrStopped):
		r.t.Errorf("%s: after the store failed: %v; want ErrStopped", r.name, err)
	}
}

// refusing reads a record whose store may have failed.
func (r *trial) refusing(h *hubOn) {
	kept, err := h.Facts(r.t.Context(), 0, 100)
	if err != nil || len(kept) < len(r.acknowledged) {
		r.t.Errorf("%s: %d facts can be read, %v; %d were acknowledged", r.name, len(kept), err, len(r.acknowledged))
	}
}

// killed goes on after a kill on a disk that is sound again. What the first
// life had acknowledged must survive a cut of power later, and so must what is
// built on what the first life had only written.
func (r *trial) killed(h *hubOn) {
	disk := r.disk.Killed(r.t, r.folder("killed"))
	h.close()
	r.survives(r.disk, "cut")
	again, err := openOn(r.t, filepath.Join(r.folder("killed"), "data"))
	if err != nil {
		r.t.Fatalf("%s: does not start again: %v", r.name, err)
	}
	defer again.close()
	for _, id := range []string{"0-0", "1-0", "1-2", "after"} { // some were refused, or were in doubt
		if err := again.decide(id); err != nil {
			r.t.Errorf("%s: on a disk that is sound again: %v", r.name, err)
		}
		r.acknowledged[id] = true
	}
	r.survives(disk, "cut-after-kill")
}

// survives holds what a cut of power leaves against what was acknowledged.
func (r *trial) survives(disk *disktest.Disk, folder string) {
	to := r.folder(folder)
	if err := disk.Cut(to); err != nil {
		r.t.Fatal(err)
	}
	disktest.New(r.t, to) // a sound one: it spares real syncs
	h, err := openOn(r.t, filepath.Join(to, "data"))
	if err != nil {
		r.t.Errorf("%s: %s: does not open: %v", r.name, folder, err)
		return
	}
	defer h.close()
	report, err := record.Check(r.t.Context(), h.store, recordtest.Registry(), h.keys)
	if err != nil || !report.Clean() {
		r.t.Errorf("%s: %s: %v, %v", r.name, folder, report.Violations, err)
	}
	for id := range r.acknowledged {
		if _, ok, err := h.store.Command(r.t.Context(), id); !ok || err != nil {
			r.t.Errorf("%s: %s: %s was acknowledged and is lost, %v", r.name, folder, id, err)
		}
	}
}

// TestDisk makes every operation of a record's life fail in turn, each in
// every way: nothing is acknowledged that a cut of power could take.
//
// ASVS 2.3.3
func TestDisk(t *testing.T) {
	t.Parallel()
	step, kinds := 28, 1 // one operation in 28, in one way; "make crash" takes all in all ways
	if os.Getenv(crashRounds) != "" {
		step, kinds = 1, 2*len(disktest.Faults)
	}
	for n, kind := step, 0; ; n += step {
		for range kinds {
			kind++
			if tryDisk(t, n, disktest.Faults[kind%len(disktest.Faults)], kind%2 == 0) {
				continue
			}
			if n < 50 {
				t.Errorf("the disk was asked for fewer than %d operations", n)
			}
			return
		}
	}
}

// tryDisk reports whether there was an operation n to fail.
func tryDisk(t *testing.T, n int, fault disktest.Fault, onwards bool) bool {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Mkdir(filepath.Join(dir, "disk"), 0o700); err != nil {
		t.Fatal(err)
	}
	disk := disktest.New(t, filepath.Join(dir, "disk"))
	disk.Fail(n, fault, onwards)
	r := &trial{t: t, disk: disk, dir: dir, acknowledged: map[string]bool{}, name: fmt.Sprint("operation ", n, " ", fault, " onwards ", onwards)}
	r.work()
	return disk.Failed() != ""
}
