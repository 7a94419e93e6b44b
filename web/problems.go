package web

import (
	"log/slog"
	"net/http"
	"strconv"

	"tallinn/fault"
	"tallinn/tlp"
)

// Problems serves GET /problems/{code}, which is where the type of a Problem
// leads: what the fault says, in the reader's language, with its places open,
// and the status it is answered with. faults are all those of the program.
func Problems(log *slog.Logger, faults []*fault.Error) http.Handler {
	byCode := make(map[string]*fault.Error, len(faults))
	for _, f := range faults {
		byCode[f.Code()] = f
	}
	return Handle(log, func(w http.ResponseWriter, r *http.Request) error {
		code := r.PathValue("code")
		f, ok := byCode[code]
		if !ok && code != codeInternal {
			return ErrNotFound
		}
		p := PageOf(r)
		p.Title, p.Marking = T(p.Lang, "problem.title", "code", code), tlp.Clear
		text, status := T(p.Lang, "error.internal"), http.StatusInternalServerError
		if ok {
			text, status = FaultText(p.Lang, f), Status(f)
		}
		items := []Item{
			{Term: T(p.Lang, "problem.says"), Detail: Text(text)},
			{Term: T(p.Lang, "problem.status"), Detail: Text(strconv.Itoa(status) + " " + statusTitle(p.Lang, status))},
			{Term: T(p.Lang, "problem.code"), Detail: Mono(code)},
		}
		return Render(w, r, p, problemPage(p, items))
	})
}

// Faults are those of this package.
func Faults() []*fault.Error {
	return []*fault.Error{ErrNotFound, ErrMethod, ErrTooLarge, ErrCrossOrigin, ErrTooSlow, ErrBusy, ErrTooMany}
}
