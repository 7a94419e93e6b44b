package cli

import (
	"bufio"
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"tallinn/fault"
	"tallinn/mechanism/seat/seathttp"
	"tallinn/web"
)

var (
	// ErrSeat says that what was given on standard input is no seat.
	ErrSeat = fault.New(fault.Invalid, "cli.seat_input",
		"standard input is not the JSON of a seat; the description of POST /api/v1/seats at /api/openapi.json says what it holds")
	// ErrAdmission says that what was given on standard input is no admission.
	ErrAdmission = fault.New(fault.Invalid, "cli.admission_input",
		"standard input is not the JSON of an institution; the description of POST /api/v1/institutions at /api/openapi.json says what it holds")
	// ErrNameInput asks for a name, which would be seen among the arguments.
	ErrNameInput = fault.New(fault.Invalid, "cli.name_input",
		"write the person's name on standard input, alone on its line, or say with --of on which seat the person sits already")
)

type seatCmd struct {
	List seatListCmd `cmd:"" help:"Seats that the session's seat may see."`
	Show seatShowCmd `cmd:"" help:"One seat, as JSON."`

	Admit      seatAdmitCmd      `cmd:"" help:"Enter an institution from its letter, with two seats: its JSON on standard input."`
	Open       seatOpenCmd       `cmd:"" help:"Give an institution a seat, and sit somebody there: its JSON on standard input."`
	Assign     seatAssignCmd     `cmd:"" help:"Sit somebody on a seat: somebody new, whose name is on standard input, or with --of a colleague."`
	Delegate   seatDelegateCmd   `cmd:"" help:"Let a colleague act for a seat, for a time."`
	Undelegate seatUndelegateCmd `cmd:"" help:"Take a delegation back."`
	End        seatEndCmd        `cmd:"" help:"Take a seat out of use."`
}

type seatShowCmd struct {
	ID string `arg:"" help:"The seat's id, such as R-0417."`
}

func (c seatShowCmd) Run(ctx context.Context, s *session) error {
	return s.shown(ctx, seatPath(c.ID, ""))
}

type seatListCmd struct {
	Limit int    `help:"How many at most." default:"1000"`
	After string `help:"Where to go on: what the page before named." placeholder:"NEXT"`
	Role  string `help:"Such as technical."`
	Body  string `help:"The id of a group."`
	State string `help:"acts, ahead, past or ended."`
}

func (c seatListCmd) Run(ctx context.Context, s *session) error {
	q := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	for name, value := range map[string]string{"after": c.After, "role": c.Role, "body": c.Body, "state": c.State} {
		if value != "" {
			q.Set(name, value)
		}
	}
	heads := []string{s.t("col.id"), s.t("seat.field.role"), s.t("seat.field.holder"), s.t("seat.field.state")}
	return listed(ctx, s, "/api/v1/seats", q, heads, func(x seathttp.SeatJSON) []string {
		return []string{x.ID, s.t("seat.role." + x.Role), s.holder(x), s.t("seat.state." + x.State)}
	})
}

func seatPath(id, more string) string { return "/api/v1/seats/" + url.PathEscape(id) + more }

// seated sends a command and says how the seat stands after it.
// Whoever is new on it needs a sheet to come in by.
func (s *session) seated(ctx context.Context, path, key string, in any, somebodyNew bool) error {
	var x seathttp.SeatJSON
	raw, err := s.client.act(ctx, path, key, in, &x)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.seatLine(x)
	if somebodyNew {
		s.sheets("/seats/sheets?seat=" + x.ID)
	}
	return nil
}

func (s *session) seatLine(x seathttp.SeatJSON) {
	deputy := ""
	if x.Deputy != nil {
		deputy = "; " + s.t("cli.seat.deputy", "seat", x.Deputy.Seat, "until", x.Deputy.Until)
	}
	s.line("%s %s, %s, %s%s", x.ID, s.t("seat.role."+x.Role), s.holder(x), s.t("seat.state."+x.State), deputy)
}

func (s *session) holder(x seathttp.SeatJSON) string {
	if s.lang == web.Ukrainian && x.NameUk != "" {
		return x.NameUk
	}
	return x.Name
}

// sheets says where the sheets are printed by which new people come in.
func (s *session) sheets(path string) {
	s.line("%s", s.t("cli.seat.sheets", "page", s.client.hub+path))
}

type seatAdmitCmd struct{ once }

func (c seatAdmitCmd) Run(ctx context.Context, s *session) error {
	var in seathttp.AdmitJSON
	if err := json.UnmarshalRead(s.Stdin, &in, json.RejectUnknownMembers(true)); err != nil {
		return ErrAdmission.Because(err)
	}
	var out seathttp.AdmittedJSON
	raw, err := s.client.act(ctx, "/api/v1/institutions", c.key(), in, &out)
	if err != nil {
		return err
	}
	if s.json {
		return s.raw(raw)
	}
	s.line("%s", out.Party)
	for _, x := range out.Seats {
		s.seatLine(x)
	}
	s.sheets(out.Sheets)
	return nil
}

type seatOpenCmd struct{ once }

func (c seatOpenCmd) Run(ctx context.Context, s *session) error {
	var in seathttp.OpenSeatJSON
	if err := json.UnmarshalRead(s.Stdin, &in, json.RejectUnknownMembers(true)); err != nil {
		return ErrSeat.Because(err)
	}
	return s.seated(ctx, "/api/v1/seats", c.key(), in, true)
}

type seatAssignCmd struct {
	ID string `arg:"" help:"The seat's id, such as R-0417."`
	Of string `help:"Another seat of the institution, on which the person sits." placeholder:"SEAT"`
	once
}

// Run takes a name from standard input: among the arguments other users of
// the machine would read it.
func (c seatAssignCmd) Run(ctx context.Context, s *session) error {
	in := seathttp.SitJSON{Of: c.Of}
	if c.Of == "" {
		lines := bufio.NewScanner(s.Stdin)
		lines.Scan()
		if in.Name = strings.TrimSpace(lines.Text()); in.Name == "" {
			return ErrNameInput
		}
	}
	return s.seated(ctx, seatPath(c.ID, "/sitting"), c.key(), in, c.Of == "")
}

type seatDelegateCmd struct {
	ID    string   `arg:"" help:"The seat's id, such as R-0417."`
	To    string   `help:"The deputy's own seat, of the same institution." required:"" placeholder:"SEAT"`
	Power []string `help:"What the deputy may do, once for each: vote; ask, answer; or give." required:"" enum:"vote,ask,answer,give"`
	Until string   `help:"The last day." required:"" placeholder:"YYYY-MM-DD"`
	once
}

func (c seatDelegateCmd) Run(ctx context.Context, s *session) error {
	return s.seated(ctx, seatPath(c.ID, "/deputy"), c.key(), seathttp.DelegateJSON{To: c.To, Powers: c.Power, Until: c.Until}, false)
}

type seatUndelegateCmd struct {
	ID string `arg:"" help:"The seat's id, such as R-0417."`
	once
}

func (c seatUndelegateCmd) Run(ctx context.Context, s *session) error {
	return s.seated(ctx, seatPath(c.ID, "/deputy/end"), c.key(), struct{}{}, false)
}

type seatEndCmd struct {
	ID     string `arg:"" help:"The seat's id, such as R-0417."`
	Reason string `help:"term_over, replaced, dissolved or opened_by_mistake." required:"" enum:"term_over,replaced,dissolved,opened_by_mistake"`
	On     string `help:"From which day; today when absent." placeholder:"YYYY-MM-DD"`
	once
}

func (c seatEndCmd) Run(ctx context.Context, s *session) error {
	return s.seated(ctx, seatPath(c.ID, "/end"), c.key(), seathttp.EndSeatJSON{On: c.On, Reason: c.Reason}, false)
}
