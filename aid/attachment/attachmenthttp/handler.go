package attachmenthttp

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tallinn/aid/attachment"
	"tallinn/aid/need"
	"tallinn/class"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/text"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// Books are what the pages are made of.
type Books struct {
	Needs       *need.Book
	Shown       *need.Showings
	Attachments *attachment.Book
}

// A Reader is who sends a request. The policy answers for the seat.
type Reader struct {
	Seat seat.Seat // zero: none
	// May reports whether the seat may read a part of a need.
	May func(n need.Head, p attachment.Part) bool
	// Shown reports whether the seat may read what is shown to its party of a
	// need's weakness.
	Shown func(class.Class) bool
}

// sees reports whether r may read a part of n.
func (r Reader) sees(b Books, n need.Head, p attachment.Part) bool {
	return r.May(n, p) || p == attachment.Weakness && r.Seat.Exists() && b.Shown.To(n.ID, r.Seat.Holder) && r.Shown(n.WeaknessTo(r.Seat.Holder))
}

// A Result says what a command did.
type Result struct {
	ID       attachment.ID
	Repeated bool // it had been recorded before
}

// A Sent file is sealed and durable, and no fact names it yet.
type Sent struct {
	Need need.ID
	Part attachment.Part
	Name string
	Type attachment.Type
	Size int64
	Blob string   // the hash of the ciphertext
	Hash [32]byte // of what was sent, so that the same command is told from another
}

// Files keeps files, and decides for the seat of the request, once for a key.
type Files interface {
	// Seal seals what write writes under the need's key, durably.
	Seal(ctx context.Context, id need.ID, write func(io.Writer) error) (blob string, err error)
	// Open gives what a blob of the need holds.
	//
	// Errors: text.ErrErased.
	Open(ctx context.Context, id need.ID, blob string) (io.ReadCloser, error)
	Attach(ctx context.Context, key string, s Sent) (Result, error)
	Withdraw(ctx context.Context, key string, id attachment.ID) (Result, error)
}

// A Handler serves the attachments of one realm.
type Handler struct {
	// View calls fn with the books as they stand, under the record's lock.
	View   func(fn func(Books))
	Files  Files
	Reader func(ctx context.Context) Reader
	// Text opens a text that lies beside the record.
	Text func(ctx context.Context, ref text.Ref) (string, error)
	// Gate lets a program with a token of a person's session through.
	Gate api.Gate
	Now  func() time.Time
	Log  *slog.Logger
}

var (
	// ErrNoSeat asks a visitor who they are.
	ErrNoSeat = fault.New(fault.Unauthenticated, "attachment.no_seat",
		"this is for those who act from a seat; sign in, and choose a seat")
	// ErrForm refuses a form that is none of ours.
	ErrForm = fault.New(fault.Invalid, "attachment.form",
		"the form did not arrive whole; open it again, choose the file and send it")
)

// Routes adds the pages to mux.
func (h *Handler) Routes(mux *http.ServeMux) {
	for pattern, fn := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /needs/{id}/attachments":     h.ask,
		"POST /needs/{id}/attachments":    h.attach,
		"GET /attachments/{id}":           h.download,
		"POST /attachments/{id}/withdraw": h.withdraw,
	} {
		mux.Handle(pattern, web.Handle(h.Log, fn))
	}
}

// A file is an attachment as its reader sees it.
type file struct {
	attachment.Attachment
	name string
}

// A view is the attachments of a need.
type view struct {
	web.Page
	need  need.ID
	files []file
	may   error // why the reader may not attach; nil: may
	own   bool  // the reader may withdraw
	key   string
	part  attachment.Part
	wrong error
	done  bool
}

// read is what the request's reader sees of a need's files.
//
// Errors: web.ErrNotFound when the need is not there, or hidden.
func (h *Handler) read(ctx context.Context, l web.Lang, id need.ID) (v view, err error) {
	rd, seen := h.Reader(ctx), false
	v = view{need: id, key: rand.Text(), part: attachment.Weakness}
	h.View(func(b Books) {
		n, _ := b.Needs.Head(id)
		if seen = n.Exists() && rd.May(n, attachment.Summary); !seen {
			return
		}
		v.may = attachment.WhyNotAttach(n, len(b.Attachments.Of(id)), rd.Seat, h.Now())
		v.own = n.OwnedBy(rd.Seat, h.Now()) == nil
		for _, a := range b.Attachments.Of(id) {
			if rd.sees(b, n, a.Part) {
				v.files = append(v.files, file{Attachment: a})
			}
		}
	})
	if !seen {
		return v, web.ErrNotFound
	}
	for i := range v.files {
		if v.files[i].name, err = h.name(ctx, l, v.files[i].Attachment); err != nil {
			return v, err
		}
	}
	return v, nil
}

// name is what its owner calls a file; of one that was erased, that it was.
func (h *Handler) name(ctx context.Context, l web.Lang, a attachment.Attachment) (string, error) {
	name, err := h.Text(ctx, a.Name)
	if errors.Is(err, text.ErrErased) {
		return web.T(l, "attachment.erased"), nil
	}
	return name, err
}

// OfNeed is the part of a need's page.
func (h *Handler) OfNeed(r *http.Request, p web.Page, id need.ID) (templ.Component, error) {
	v, err := h.read(r.Context(), p.Lang, id)
	if err != nil || len(v.files) == 0 && v.may != nil {
		return nil, err
	}
	v.Page = p
	return needPart(v), nil
}

// ask serves GET /needs/{id}/attachments.
func (h *Handler) ask(w http.ResponseWriter, r *http.Request) error {
	return h.show(w, r, http.StatusOK, nil)
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request, status int, wrong error) error {
	v, err := h.read(r.Context(), web.LangOf(r), need.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v.wrong, v.done = wrong, r.URL.Query().Has("done")
	v.Page = web.PageOf(r)
	v.Title, v.Section, v.Marking = web.T(v.Lang, "attachment.title"), "needs", tlp.AmberStrict
	v.Crumbs = []web.Crumb{{Text: web.T(v.Lang, "need.list"), Href: "/needs"},
		{Text: string(v.need), Href: needHref(v.need)}, {Text: v.Title}}
	return web.RenderAs(w, r, status, v.Page, page(v))
}

// attach serves POST /needs/{id}/attachments. The fields come before the file.
func (h *Handler) attach(w http.ResponseWriter, r *http.Request) error {
	id := need.ID(r.PathValue("id"))
	v, err := h.read(r.Context(), web.LangOf(r), id)
	if err != nil {
		return err
	}
	if v.may == nil {
		v.may = h.take(r, id)
	}
	if v.may != nil && web.Status(v.may) < http.StatusInternalServerError {
		w.Header().Set("Connection", "close") // the rest of the file is not waited for
		return h.show(w, r, web.Status(v.may), v.may)
	}
	if v.may != nil {
		return v.may
	}
	http.Redirect(w, r, needHref(id)+"/attachments?done=1", http.StatusSeeOther)
	return nil
}

// take reads the form as it arrives.
func (h *Handler) take(r *http.Request, id need.ID) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return ErrForm
	}
	fields := map[string]string{}
	for range 10 {
		p, err := parts.NextPart()
		if err != nil {
			return ErrForm
		}
		if p.FormName() == "file" {
			_, err := h.send(r.Context(), fields["key"], id, attachment.Part(fields["part"]), p.FileName(), p)
			return err
		}
		if err := field(p, fields); err != nil {
			return err
		}
	}
	return ErrForm
}

func field(p *multipart.Part, into map[string]string) error {
	b, err := io.ReadAll(io.LimitReader(p, 1000))
	if err != nil {
		return ErrForm
	}
	into[p.FormName()] = string(b)
	return nil
}

// download serves GET /attachments/{id}: never anything that a browser shows
// or runs.
func (h *Handler) download(w http.ResponseWriter, r *http.Request) error {
	d, err := h.open(r.Context(), attachment.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	defer d.in.Close()
	d.headers(w.Header().Set)
	h.pour(w, d)
	return nil
}

// A download is a file that is about to be given out.
type download struct {
	attachment.Attachment
	name string
	in   io.ReadCloser
}

// open opens the file called id for the request's reader.
//
// Errors: attachment.ErrMissing, text.ErrErased.
func (h *Handler) open(ctx context.Context, id attachment.ID) (d download, err error) {
	if d.Attachment, err = h.seen(ctx, id); err != nil {
		return d, err
	}
	if d.name, err = h.Text(ctx, d.Name); err != nil {
		return d, err
	}
	d.in, err = h.Files.Open(ctx, d.Need, d.Blob)
	return d, err
}

func (d download) headers(set func(name, value string)) {
	set("Content-Type", types[d.Type])
	set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.saved()}))
	set("Content-Security-Policy", "default-src 'none'; sandbox")
	set("X-Content-Type-Options", "nosniff")
	set("Cache-Control", "private, no-store")
}

// pour gives the file out. When it ends early what was sent cannot be taken
// back: the line is cut, so that nobody takes half a file for the whole.
func (h *Handler) pour(w io.Writer, d download) {
	if _, err := io.Copy(w, d.in); err != nil {
		h.Log.Error("an attachment ended early", "attachment", d.Attachment.Attachment, "error", err)
		panic(http.ErrAbortHandler)
	}
}

// types are what files are called to a browser: nothing that it runs.
var types = map[attachment.Type]string{attachment.PDF: "application/pdf", attachment.PNG: "image/png", attachment.JPEG: "image/jpeg",
	attachment.Plain: "text/plain; charset=utf-8", attachment.CSV: "text/csv; charset=utf-8", attachment.Office: "application/octet-stream"}

// endings of names by type; the first is what another ending is followed by.
var endings = map[attachment.Type][]string{attachment.PDF: {".pdf"}, attachment.PNG: {".png"}, attachment.JPEG: {".jpg", ".jpeg"},
	attachment.Plain: {".txt", ".log", ".md", ".ini", ".conf", ".yaml", ".yml", ".json"}, attachment.CSV: {".csv"},
	attachment.Office: {".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"}}

// saved is the name under which the file is put on its reader's disk: a text
// that is called page.html would be run there when it is opened.
func (d download) saved() string {
	ends := endings[d.Type]
	if slices.Contains(ends, strings.ToLower(path.Ext(d.name))) || len(ends) == 0 {
		return d.name
	}
	return d.name + ends[0]
}

// seen is the attachment called id, which the reader may see.
//
// Errors: attachment.ErrMissing.
func (h *Handler) seen(ctx context.Context, id attachment.ID) (a attachment.Attachment, err error) {
	rd, ok := h.Reader(ctx), false
	h.View(func(b Books) {
		var n need.Head
		if a, ok = b.Attachments.Get(id); ok {
			n, ok = b.Needs.Head(a.Need)
			ok = ok && rd.May(n, attachment.Summary) && rd.sees(b, n, a.Part)
		}
	})
	if !ok {
		return a, attachment.ErrMissing
	}
	return a, nil
}

// withdraw serves POST /attachments/{id}/withdraw.
func (h *Handler) withdraw(w http.ResponseWriter, r *http.Request) error {
	a, err := h.seen(r.Context(), attachment.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return ErrForm
	}
	if _, err := h.Files.Withdraw(r.Context(), r.PostForm.Get("key"), a.Attachment); err != nil {
		return err
	}
	http.Redirect(w, r, needHref(a.Need)+"/attachments?done=1", http.StatusSeeOther)
	return nil
}

func needHref(id need.ID) string { return "/needs/" + string(id) }
