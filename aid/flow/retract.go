package flow

import (
	"time"

	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/seat"
	"tallinn/mechanism/wording"
)

// ErrLeaned refuses to take back what others have built upon.
var ErrLeaned = fault.New(fault.Conflict, "flow.leaned",
	"others have confirmed {{.flow}}, or link to it, or it has moved on; correct it, or say what you know of it now")

// Retract takes back a flow that only the holder of by has said anything of,
// and on which nothing depends yet: no other side's word, no link, no status
// that it moved to, no valuation, no reservation.
//
// Errors: those of speaks; ErrLeaned.
func (f Flow) Retract(by seat.Seat, now time.Time) ([]fact.Body, error) {
	side, err := f.speaks(by, now)
	if err != nil {
		return nil, err
	}
	for _, w := range f.Words() {
		if w.Side != side {
			return nil, ErrLeaned.With("flow", f.Recorded.Flow)
		}
	}
	if f.Link != nil || f.Said != nil || len(f.Words()) == 0 ||
		len(f.Parents)+len(f.Children)+len(f.Advances)+len(f.Signed)+len(f.Valuations)+len(f.Asserted) > 0 {
		return nil, ErrLeaned.With("flow", f.Recorded.Flow)
	}
	return Withdraw(f, wording.Mistyped)
}
