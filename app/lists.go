package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	pathpkg "path"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"tallinn/class"
	"tallinn/exchange/fields"
	"tallinn/exchange/listhttp"
	"tallinn/exchange/sheet"
	"tallinn/fact"
	"tallinn/mechanism/batch"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/record/blobs"
	"tallinn/text"
)

// lists takes in lists for whoever sends a request.
type lists struct{ room }

// listDoor is the pages and the API of imports in this realm.
func (h room) listDoor() *listhttp.Handler {
	return &listhttp.Handler{Lists: lists{h}, Gate: h.gate, Log: h.cfg.Log}
}

// keyName is the name of the key under which an institution's files lie until
// they are imported.
func (l lists) keyName(owner string) string { return "party/" + owner + "/imports" }

// Keep reads a file into its normal form and seals that. The first row says
// what the file was.
func (l lists) Keep(ctx context.Context, name string, data []byte) (string, error) {
	a := l.acting(ctx)
	if err := l.mayImport(a); err != nil {
		return "", err
	}
	key := l.keyName(string(a.seat.Holder))
	locks, err := l.keys.Make(ctx, []string{key})
	if err != nil {
		return "", record.ErrKeys.Because(err)
	}
	if locks[key] == nil {
		return "", text.ErrErased
	}
	// What the file is stands first and is known last: it is read twice.
	kind, err := sheet.Read(data, func(sheet.Row) error { return nil })
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(data)
	return l.blobs.Put(locks[key], func(out io.Writer) error {
		w := sheet.NewWriter(out)
		about, err := json.Marshal(listhttp.File{Name: firstOf(fileName(name), 200), Digest: hex.EncodeToString(digest[:]), Kind: kind})
		if err != nil {
			return err
		}
		if err := w.Write(sheet.Row{Cells: []string{string(about)}}); err != nil {
			return err
		}
		if _, err := sheet.Read(data, w.Write); err != nil {
			return err
		}
		return w.Flush()
	})
}

// fileName is the name of a file without the folders that some browsers send.
func fileName(name string) string {
	return cmp.Or(strings.TrimSpace(pathpkg.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), "\\", "/"))), "list")
}

// mayImport is why a may import nothing at all, or nil.
func (l lists) mayImport(a actor) error {
	if !a.seat.Exists() {
		return listhttp.ErrNoSeat
	}
	var err error
	for _, noun := range batch.Nouns {
		if err = batch.WhyNot(noun, a.seat, l.cfg.Now()); err == nil {
			return nil
		}
	}
	return err
}

// Nouns are those of which the sender of a request may import lists.
func (l lists) Nouns(ctx context.Context) (out []batch.Noun) {
	a := l.acting(ctx)
	for _, noun := range batch.Nouns {
		if a.seat.Exists() && batch.WhyNot(noun, a.seat, l.cfg.Now()) == nil {
			out = append(out, noun)
		}
	}
	return out
}

// errStopReading ends the reading of rows early.
var errStopReading = errors.New("app: enough was read")

// Read gives the rows of a file that the sender's institution sent.
//
// Errors: listhttp.ErrNoFile; those of take.
func (l lists) Read(ctx context.Context, blob string, take func(sheet.Row) error) (listhttp.File, error) {
	return l.read(ctx, string(l.acting(ctx).seat.Holder), blob, take)
}

func (l lists) read(ctx context.Context, owner, blob string, take func(sheet.Row) error) (f listhttp.File, err error) {
	in, err := l.open(ctx, owner, blob)
	if err != nil {
		return f, err
	}
	defer in.Close()
	about := false
	err = sheet.Rows(in, func(r sheet.Row) error {
		if about {
			return take(r)
		}
		about = true
		return json.Unmarshal([]byte(r.Cells[0]), &f)
	})
	if errors.Is(err, errStopReading) || errors.Is(err, listhttp.ErrEnough) {
		err = nil
	}
	if errors.Is(err, blobs.ErrDamaged) {
		err = listhttp.ErrNoFile.Because(err) // it is another institution's
	}
	return f, err
}

// open opens what an institution's imports keep.
func (l lists) open(ctx context.Context, owner, blob string) (io.ReadCloser, error) {
	lock, err := l.keys.Key(ctx, l.keyName(owner))
	if err != nil || owner == "" || !isBlob(blob) {
		return nil, listhttp.ErrNoFile.Because(err)
	}
	in, err := l.blobs.Open(blob, lock)
	if err != nil {
		return nil, listhttp.ErrNoFile.Because(err)
	}
	return in, nil
}

// isBlob reports whether s has the form of the name of a blob.
func isBlob(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) == 2*sha256.Size && s == strings.ToLower(s)
}

// Same is the import of the same file that still stands.
func (l lists) Same(ctx context.Context, of batch.Noun, digest string) (same batch.Import, ok bool) {
	owner := l.acting(ctx).seat.Holder
	l.View(l.realm, func(b *Books) { same, ok = b.Imports.Same(owner, of, digest) })
	return same, ok
}

// Begin begins an import and lets it run.
func (l lists) Begin(ctx context.Context, key string, w listhttp.Wanted) (batch.ID, bool, error) {
	if err := w.Plan.Check(w.Of); err != nil {
		return "", false, err
	}
	rows := 0
	file, err := l.Read(ctx, w.Blob, func(r sheet.Row) error {
		if r.Line > w.Plan.Head {
			rows++
		}
		return nil
	})
	if err != nil {
		return "", false, err
	}
	plan, err := json.Marshal(w.Plan, json.Deterministic(true))
	if err != nil {
		return "", false, fmt.Errorf("app: encode the plan of an import: %w", err)
	}
	by := l.acting(ctx).seat
	res, err := l.decide(ctx, command{key: key, op: "import.begin", args: w, may: l.act(by.Holder)},
		func(tx *record.Tx, b *Books) ([]fact.Body, error) {
			s, err := b.by(tx, by.ID)
			if err != nil {
				return nil, err
			}
			if err := tx.Read(l.keyName(string(s.Holder))); err != nil {
				return nil, err
			}
			begun := batch.Begun{Of: w.Of, Digest: file.Digest, Rows: rows, Blob: w.Blob, SkipBad: w.SkipBad}
			if _, err := b.Imports.Begin(begun, s, tx.Now()); err != nil {
				return nil, err
			}
			id, err := tx.NewID("I")
			if err != nil {
				return nil, err
			}
			begun.Import = batch.ID(id)
			if begun.Name, err = tx.Text(file.Name); err != nil {
				return nil, err
			}
			if begun.Plan, err = tx.Text(string(plan)); err != nil {
				return nil, err
			}
			return b.Imports.Begin(begun, s, tx.Now())
		})
	if err != nil || len(res.IDs) == 0 {
		return "", false, err
	}
	id := batch.ID(res.IDs[0])
	if !res.Repeated {
		l.start(ctx, id, phaseCheck)
	}
	return id, res.Repeated, nil
}

// act is what the policy is asked about an import of owner.
func (l lists) act(owner party.ID) func(*Books) (policy.Action, class.Class) {
	return func(*Books) (policy.Action, class.Class) { return policy.Import, batch.ClassOf(l.realm, owner) }
}

// one is the import called id, if the sender may see it.
//
// Errors: batch.ErrMissing.
func (l lists) one(ctx context.Context, id batch.ID) (i batch.Import, err error) {
	may := l.reads(l.acting(ctx).principal(l.realm))
	l.View(l.realm, func(b *Books) { i, _ = b.Imports.Get(id) })
	if !i.Exists() || !may(i.Class(l.realm)) {
		return batch.Import{}, batch.ErrMissing
	}
	return i, nil
}

// One is the import called id with how far it is.
func (l lists) One(ctx context.Context, id batch.ID) (out listhttp.Import, err error) {
	i, err := l.one(ctx, id)
	if err != nil {
		return out, err
	}
	out = listhttp.Import{Import: i, Name: l.textOf(ctx, i.Name), Plan: l.plan(ctx, i)}
	out.WhyNotUndo = i.WhyNotUndo(l.acting(ctx).seat, l.cfg.Now())
	if j := l.jobs.get(id); j != nil {
		p := j.progress()
		out.Goes = &p
	}
	return out, nil
}

// All are the imports of the sender's institution, the latest first.
func (l lists) All(ctx context.Context) (out []listhttp.Import) {
	owner := l.acting(ctx).seat.Holder
	var found []batch.Import
	l.View(l.realm, func(b *Books) {
		for i := range b.Imports.Of(owner) {
			if found = append(found, i); len(found) == listhttp.Most {
				break
			}
		}
	})
	for _, i := range found {
		one := listhttp.Import{Import: i, Name: l.textOf(ctx, i.Name)}
		if j := l.jobs.get(i.Begun.Import); j != nil {
			p := j.progress()
			one.Goes = &p
		}
		out = append(out, one)
	}
	return out
}

// textOf opens a text; empty when it was erased.
func (l lists) textOf(ctx context.Context, ref text.Ref) string {
	s, err := l.record.Text(ctx, ref)
	if err != nil {
		return ""
	}
	return s
}

// plan is how the columns of an import were understood.
func (l lists) plan(ctx context.Context, i batch.Import) (p fields.Plan) {
	if err := json.Unmarshal([]byte(l.textOf(ctx, i.Plan)), &p); err != nil {
		return fields.Plan{}
	}
	return p
}

// Made are the things that an import made, the first of them, and how many
// there are.
func (l lists) Made(ctx context.Context, id batch.ID, most int) (out []string, all int, err error) {
	if _, err := l.one(ctx, id); err != nil {
		return nil, 0, err
	}
	for _, pos := range l.record.Stream(string(id)) {
		if all++; len(out) >= most {
			continue
		}
		_, f, err := l.record.Fact(ctx, pos)
		if err != nil {
			return nil, 0, err
		}
		if noun := batchOf(f); noun != "" {
			out = append(out, f.Home())
		}
	}
	return out, all, nil
}

// batchOf is the noun of a fact that an import made; empty: the import's own.
func batchOf(f fact.Fact) string {
	noun, _, _ := strings.Cut(f.Kind, ".")
	if noun == "import" {
		return ""
	}
	return noun
}

// Report is what was wrong with rows, or could not be withdrawn.
func (l lists) Report(ctx context.Context, id batch.ID, undo bool) (r listhttp.Report, err error) {
	i, err := l.one(ctx, id)
	if err != nil {
		return r, err
	}
	blob := ""
	switch {
	case undo && i.Undone != nil:
		blob = i.Undone.Blob
	case !undo && i.Ended != nil:
		blob = i.Ended.Blob
	}
	if blob == "" {
		return r, nil
	}
	in, err := l.open(ctx, string(i.Owner), blob)
	if errors.Is(err, listhttp.ErrNoFile) {
		r.Lost = true
		return r, nil
	}
	if err != nil {
		return r, err
	}
	defer in.Close()
	return r, json.UnmarshalRead(in, &r)
}

// keepReport seals a report under the institution's key.
func (l lists) keepReport(ctx context.Context, owner string, r listhttp.Report) (string, error) {
	if len(r.Problems) == 0 {
		return "", nil
	}
	lock, err := l.keys.Key(ctx, l.keyName(owner))
	if err != nil {
		return "", err
	}
	return l.blobs.Put(lock, func(out io.Writer) error { return json.MarshalWrite(out, r) })
}

// rowKey names the command of a row for ever.
func rowKey(id batch.ID, line int) string { return string(id) + " row " + strconv.Itoa(line) }

// procedureStream is read by whoever submits.
func (b *Books) procedureStream() string { return procedure.Stream(b.realm) }

// Reader understands rows as they would be recorded.
func (l lists) Reader(of batch.Noun, plan fields.Plan) *fields.Reader {
	return fields.NewReader(of, plan, l.words())
}
