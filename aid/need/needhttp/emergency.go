package needhttp

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json"

	"tallinn/aid/need"
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/party"
	"tallinn/mechanism/procedure"
	"tallinn/mechanism/wording"
	"tallinn/text"
	"tallinn/web"
	"tallinn/web/api"
	"tallinn/web/assets"
)

// The page of the emergency lane is small and the same for everybody, so that
// a phone may keep it: it opens without a line, and what is typed on it is
// sent when the line returns. It works without script as any form does.

// Emergency reports whether r is of the emergency lane, which goes on when the
// hub is asked for more than it can do.
func Emergency(r *http.Request) bool {
	path := strings.TrimPrefix(r.URL.Path, api.Prefix)
	return path == "/emergency" || strings.HasPrefix(path, "/emergency/") || path == "/emergencies" ||
		strings.HasPrefix(path, "/needs/") && strings.HasSuffix(path, "/emergency")
}

// Bounds of the three lines, in characters.
const (
	mostNeeded   = 2_000
	mostCallback = 60
)

// ErrLong refuses a line that is none or too long.
var ErrLong = fault.New(fault.Invalid, "need.emergency_line",
	"{{.field}} is empty or over {{.most}} characters; write it in 1 to {{.most}}")

// An alarm is what was typed.
type alarm struct {
	Key                   string
	Hit, Needed, Callback string
	For                   party.ID // recorded for this recipient; empty: the sender's own
}

func alarmOf(r *http.Request) alarm {
	q := r.PostForm
	one := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	return alarm{Key: q.Get("key"), Hit: one("hit"), Needed: strings.ReplaceAll(one("needed"), "\r\n", "\n"), Callback: one("callback"), For: party.ID(q.Get("for"))}
}

// problems is what is wrong with a, field by field.
func (a alarm) problems(l web.Lang) (out web.Wrongs) {
	for _, f := range []struct {
		name, text string
		most       int
		lines      bool
	}{{"hit", a.Hit, need.MostTitle, false}, {"needed", a.Needed, mostNeeded, true}, {"callback", a.Callback, mostCallback, false}} {
		if checkLine(f.name, f.text, f.most, f.lines) != nil {
			out = append(out, web.Wrong{Field: f.name, Text: web.T(l, "emergency.problem."+f.name, "most", f.most)})
		}
	}
	return out
}

func checkLine(name, s string, most int, lines bool) error {
	plain := s
	if lines {
		plain = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(s)
	}
	if n := utf8.RuneCountInString(s); n == 0 || n > most {
		return ErrLong.With("field", name).With("most", most)
	}
	return wording.Check(wording.Field{Name: name, Text: plain})
}

// alarms records a, once for its key.
func (h *Handler) alarms(ctx context.Context, a alarm) (need.ID, Result, error) {
	rd, err := h.acting(ctx)
	if err != nil {
		return "", Result{}, err
	}
	owner, op := rd.Seat.Holder, "need.alarm"
	if a.For != "" {
		owner, op = a.For, "need.alarm_for"
	}
	res, err := h.Decide(ctx, Command{ID: a.Key, Op: op, Owner: owner, Args: a}, func(tx Tx, b Books) ([]fact.Body, error) {
		if err := tx.Read(string(rd.Seat.ID), procedure.Stream(web.ReaderOf(ctx).Realm)); err != nil {
			return nil, err
		}
		by, _ := b.Seats.Get(rd.Seat.ID)
		whom, _ := b.Parties.Get(owner)
		p, _ := b.Procedures.InForce(string(fact.Day(tx.Now())))
		id, err := tx.NewID("N")
		if err != nil {
			return nil, err
		}
		said, err := a.seal(tx)
		if err != nil {
			return nil, err
		}
		return need.Alarm(need.ID(id), by, whom, p, tx.Now(), said)
	})
	if err != nil || len(res.IDs) == 0 {
		return "", res, err
	}
	return need.ID(res.IDs[0]), res, nil
}

// seal keeps the three lines beside the record.
func (a alarm) seal(tx Tx) (said need.Three, err error) {
	for _, f := range []struct {
		name  string
		text  string
		most  int
		lines bool
		into  *text.Ref
	}{{"hit", a.Hit, need.MostTitle, false, &said.Hit}, {"needed", a.Needed, mostNeeded, true, &said.Needed},
		{"callback", a.Callback, mostCallback, false, &said.Callback}} {
		if err := checkLine(f.name, f.text, f.most, f.lines); err != nil {
			return said, err
		}
		if *f.into, err = tx.Text(f.text); err != nil {
			return said, err
		}
	}
	return said, nil
}

// An alarmView is the page of the emergency lane.
type alarmView struct {
	lang     web.Lang
	alarm    alarm
	seat     string // that the page was opened from
	problems web.Wrongs
	refusal  string // why nothing was recorded; empty: nothing was refused
	signIn   bool   // the reader has to sign in first
}

// askAlarm serves GET /emergency. Of its reader it holds only the seat that it
// is opened from, under which alone it is then sent.
func (h *Handler) askAlarm(w http.ResponseWriter, r *http.Request) error {
	return renderAlarm(w, r, http.StatusOK, alarmView{alarm: alarm{Key: newKey()}, seat: string(h.Reader(r.Context()).Seat.ID)})
}

// renderAlarm writes the page without the frame, which is larger than all of
// it.
func renderAlarm(w http.ResponseWriter, r *http.Request, status int, v alarmView) error {
	v.lang = web.LangOf(r)
	var page bytes.Buffer
	if err := alarmPage(v).Render(r.Context(), &page); err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Language", string(v.lang))
	head.Add("Vary", "Accept-Language, Cookie")
	head.Set("Cache-Control", "no-store") // the page's own worker keeps a copy
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // a failure here is the reader's line
	return nil
}

// alarmWords are what the page's script says, by name. Its places are %name,
// for they are filled in by the script.
func alarmWords(l web.Lang) templ.Attributes {
	out := templ.Attributes{}
	for _, name := range []string{"saved", "waiting", "sending", "refused", "received", "expired", "erased", "unkept", "signin"} {
		out["data-"+name] = web.T(l, "emergency.state."+name)
	}
	return out
}

// A receipt says that an emergency was recorded.
type receipt struct {
	Need     string `json:"need"`
	Href     string `json:"href"`
	Repeated bool   `json:"repeated"`
}

// alarmNow serves POST /emergency: to the page's script with a receipt, to a
// plain form with the need's page.
func (h *Handler) alarmNow(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	own := string(h.Reader(r.Context()).Seat.ID)
	v := alarmView{alarm: alarmOf(r), seat: own}
	// What a phone has kept goes out under the seat that it was written from,
	// and not as whoever is signed in there when the line returns.
	if from := r.PostFormValue("seat"); from != "" && own != "" && from != own {
		return ErrOtherSeat.With("seat", from).With("own", own)
	}
	v.alarm.For = "" // for others there is a page of its own
	script := strings.Contains(r.Header.Get("Accept"), "application/json")
	if v.problems = v.alarm.problems(web.LangOf(r)); len(v.problems) > 0 && !script {
		return renderAlarm(w, r, http.StatusUnprocessableEntity, v)
	}
	id, res, err := h.alarms(r.Context(), v.alarm)
	switch {
	case err == nil && script:
		return writeReceipt(w, receipt{string(id), href(id, ""), res.Repeated})
	case err == nil:
		redirect(w, r, id, map[string][]string{"done": {"emergency"}}, res)
		return nil
	case script || web.Status(err) >= http.StatusInternalServerError:
		return err
	case errors.Is(err, ErrReused):
		v.alarm.Key = newKey()
	}
	v.refusal = web.FaultText(web.LangOf(r), err)
	v.signIn = web.Status(err) == http.StatusUnauthorized
	return renderAlarm(w, r, web.Status(err), v)
}

func writeReceipt(w http.ResponseWriter, what receipt) error {
	raw, err := json.Marshal(what)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(raw)
	return nil
}

// alarmWorker serves GET /emergency/worker.js, which goes on when no page is
// open. Its address stays, and names the files that the page needs.
func alarmWorker(w http.ResponseWriter, _ *http.Request) {
	head := w.Header()
	head.Set("Content-Type", "text/javascript; charset=utf-8")
	head.Set("Cache-Control", "no-cache")
	head.Set("Service-Worker-Allowed", "/emergency")
	var files []string
	for _, name := range []string{assets.EmergencyStyle, assets.Emergency} {
		files = append(files, strconv.Quote(assets.URL(name)))
	}
	_, _ = w.Write([]byte("self.FILES = [" + strings.Join(files, ", ") + "];\n")) // a reader who has gone needs nothing
	_, _ = w.Write(assets.Read(assets.EmergencyWorker))
}
