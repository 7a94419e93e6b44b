package identityhttp

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tallinn/identity"
	"tallinn/tlp"
	"tallinn/web"
	"tallinn/web/api"
)

// scopeOf is what a machine's token must be for, by the noun that a command of
// the API is about; what is not listed is no machine's. Reading is a scope of
// its own.
var scopeOf = map[string]identity.Scope{"needs": identity.ScopeNeed, "attachments": identity.ScopeNeed,
	"offers": identity.ScopeOffer, "reservations": identity.ScopeOffer, "flows": identity.ScopeFlow}

// nobodys are parts of the API about persons and their ways in, which no
// machine reads.
var nobodys = []string{"machines", "erasures", "recoveries"}

// ownActs are what a machine does to a need: what its owner does every day. To
// validate, show a weakness or change a marking is for persons.
var ownActs = []string{"", "likely", "resubmission", "withdrawal", "attachments", "detail", "related"}

// scoped is why a machine may not send r, or nil.
//
// Errors: identity.ErrScope.
func scoped(r *http.Request, m identity.Machine) error {
	noun, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, api.Prefix+"/"), "/")
	needed := identity.ScopeRead
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		needed = scopeOf[noun]
		id, act, _ := strings.Cut(rest, "/")
		if act == "" && id == "likely" {
			act = id
		}
		if noun == "needs" && !slices.Contains(ownActs, act) {
			needed = ""
		}
	}
	if slices.Contains(nobodys, noun) {
		needed = ""
	}
	if !m.May(needed) {
		if needed == "" {
			needed = "-"
		}
		return identity.ErrScope.With("scope", needed)
	}
	return nil
}

// addMachine makes a machine's token and shows it, this once.
func (h *Handler) addMachine(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	days, _ := strconv.Atoi(r.PostForm.Get("days"))
	m, token, err := h.newMachine(r.Context(), r.PostForm.Get("name"), r.PostForm["scope"], days)
	if err != nil {
		return err
	}
	p := web.PageOf(r)
	p.Title, p.Section, p.Marking = web.T(p.Lang, "machine.made"), "account", tlp.Red
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, p, tokenPage(p, m, token))
}

// newMachine makes one for the seat that the person acts from.
func (h *Handler) newMachine(ctx context.Context, name string, scopes []string, days int) (m identity.Machine, token string, err error) {
	s, err := selfOf(ctx)
	if err != nil {
		return m, "", err
	}
	if err := s.Fresh(h.Now()); err != nil {
		return m, "", err
	}
	var wanted []identity.Scope
	for _, one := range scopes {
		wanted = append(wanted, identity.Scope(one))
	}
	return h.People.AddMachine(ctx, s.ID, s.Seat, name, wanted, days)
}

func (h *Handler) endMachine(w http.ResponseWriter, r *http.Request) error {
	s, err := selfOf(r.Context())
	if err != nil {
		return err
	}
	if err := h.People.EndMachine(r.Context(), s.ID, r.PostFormValue("machine")); err != nil {
		return err
	}
	http.Redirect(w, r, "/account?done=revoked#machines", http.StatusSeeOther)
	return nil
}

func (v accountView) machineTable() web.Table {
	l := v.Lang
	t := web.Table{ID: "machines-list", Caption: web.T(l, "machine.list"), CaptionHidden: true, Empty: web.T(l, "machine.none"), Columns: []web.Column{
		{Head: web.T(l, "machine.name"), Lead: true}, {Head: web.T(l, "machine.seat")}, {Head: web.T(l, "machine.scopes")},
		{Head: web.T(l, "machine.used")}, {Head: web.T(l, "machine.expires")}, {Head: web.T(l, "account.act"), Beside: true, Align: web.Right}}}
	for _, m := range v.machines {
		used := web.None(web.T(l, "passkey.unused"))
		if !m.Used.IsZero() {
			used = web.Text(web.Time(l, m.Used))
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{web.Text(m.Name), web.Text(m.Seat), web.Text(scopeWords(l, m.Scopes)), used,
			web.Text(web.Time(l, m.Expires)), rowButton("/account/machines/end", "machine", m.ID, web.T(l, "machine.revoke"),
				web.T(l, "machine.revoke.which", "name", m.Name))}})
	}
	return t
}

func scopeWords(l web.Lang, scopes []identity.Scope) string {
	var out []string
	for _, s := range scopes {
		out = append(out, web.T(l, "machine.scope."+string(s)))
	}
	return strings.Join(out, "; ")
}

// terms are how long a form proposes a machine's token to hold, in days.
var terms = []int{30, 90, 180, 365}

// MachineJSON is a machine in the API. Its token is told when it is made, and
// never again.
type MachineJSON struct {
	ID      string   `json:"id" example:"machine/0123456789abcdef0123"`
	Name    string   `json:"name"`
	Seat    string   `json:"seat" doc:"That it acts from, while its maker sits there"`
	Scopes  []string `json:"scopes"`
	Made    string   `json:"made" format:"date-time"`
	Expires string   `json:"expires" format:"date-time"`
	Used    string   `json:"used,omitempty" format:"date-time" doc:"To within minutes; absent: never"`
	Token   string   `json:"token,omitempty" doc:"Told this once"`
}

func machineJSON(m identity.Machine, token string) MachineJSON {
	out := MachineJSON{ID: m.ID, Name: m.Name, Seat: m.Seat, Scopes: []string{}, Made: m.Made.UTC().Format(time.RFC3339),
		Expires: m.Expires.UTC().Format(time.RFC3339), Token: token}
	for _, s := range m.Scopes {
		out.Scopes = append(out.Scopes, string(s))
	}
	if !m.Used.IsZero() {
		out.Used = m.Used.UTC().Format(time.RFC3339)
	}
	return out
}

type (
	machinesInput struct {
		api.LangInput
		api.PageInput
	}
	newMachineInput struct {
		api.LangInput
		Body struct {
			Name   string   `json:"name" minLength:"1" maxLength:"60"`
			Scopes []string `json:"scopes" minItems:"1" maxItems:"4" doc:"read, need, offer, flow"`
			Days   int      `json:"days" minimum:"1" maximum:"365" doc:"How long it holds"`
		}
	}
	endMachineInput struct {
		api.LangInput
		Body struct {
			ID string `json:"id"`
		}
	}
	machinesOutput   struct{ Body api.List[MachineJSON] }
	newMachineOutput struct {
		CacheControl string `header:"Cache-Control"`
		Body         MachineJSON
	}
	endMachineOutput struct {
		Body struct {
			ID string `json:"id"`
		}
	}
)

// API adds the operations on machines. A command has no idempotency key: a
// token is told once, and what was lost on its way is revoked by its name.
func (h *Handler) API(a huma.API) {
	api.Get(a, "/machines", "list-machines", "The machines of the session's person", h.apiMachines)
	api.Post(a, "/machines", "add-machine", "Make a machine's token for the session's seat", 4<<10, h.Gate, h.apiAddMachine)
	api.Post(a, "/machines/revocations", "revoke-machine", "Revoke a machine's token at once", 1<<10, h.Gate, h.apiEndMachine)
}

func (h *Handler) apiMachines(ctx context.Context, in *machinesInput) (*machinesOutput, error) {
	s, ok := SessionOf(ctx)
	if !ok || s.Guest {
		return nil, web.ErrNotFound
	}
	list, err := h.People.Machines(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	page, err := api.Cut(list, in.PageInput)
	if err != nil {
		return nil, err
	}
	out := &machinesOutput{api.List[MachineJSON]{Items: []MachineJSON{}, Next: page.Next, Total: page.Total}}
	for _, m := range page.Items {
		out.Body.Items = append(out.Body.Items, machineJSON(m, ""))
	}
	return out, nil
}

func (h *Handler) apiAddMachine(ctx context.Context, in *newMachineInput) (*newMachineOutput, error) {
	m, token, err := h.newMachine(ctx, in.Body.Name, in.Body.Scopes, in.Body.Days)
	if err != nil {
		return nil, err
	}
	return &newMachineOutput{"no-store", machineJSON(m, token)}, nil
}

func (h *Handler) apiEndMachine(ctx context.Context, in *endMachineInput) (*endMachineOutput, error) {
	s, err := selfOf(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.People.EndMachine(ctx, s.ID, in.Body.ID); err != nil {
		return nil, err
	}
	out := &endMachineOutput{}
	out.Body.ID = in.Body.ID
	return out, nil
}
