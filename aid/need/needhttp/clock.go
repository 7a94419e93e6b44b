package needhttp

import (
	"slices"
	"time"

	"tallinn/aid/need"
	"tallinn/mechanism/procedure"
	"tallinn/web"
	"tallinn/web/told"
)

// clock says how long a stage has, or by how much it is over: in hours, from
// three days on in days.
func clock(l web.Lang, due, now time.Time) string {
	left, key := due.Sub(now), "need.due."
	if left <= 0 {
		left, key = -left, "need.over."
	}
	switch hours := int(left.Hours()); {
	case hours < 1:
		return web.N(l, key+"minutes", int(left.Minutes()))
	case hours < 72:
		return web.N(l, key+"hours", hours)
	default:
		return web.N(l, key+"days", hours/24)
	}
}

// soon is when a clock calls for attention.
const soon = 24 * time.Hour

// clockCell is the clock of a list.
func clockCell(l web.Lang, h need.Head, now time.Time) web.Cell {
	switch {
	case h.Status != need.Open:
		return nil
	case h.Overdue(now):
		return web.StatusChip(web.Danger, clock(l, h.Due, now))
	case h.Stuck:
		return web.StatusChip(web.Danger, web.T(l, "need.stuck"))
	case h.Due.Sub(now) < soon:
		return web.StatusChip(web.Attention, clock(l, h.Due, now))
	}
	return web.Text(clock(l, h.Due, now))
}

// tones of the statuses in which a need waits for no group.
var tones = map[need.Status]web.Tone{need.Valid: web.Good, need.Back: web.Attention,
	need.Denied: web.Danger, need.Gone: web.Neutral}

// stageCell is the stage as a word with a dot for each stage that there is.
func stageCell(l web.Lang, h need.Head, p procedure.Procedure) web.Cell {
	if h.Status != need.Open {
		return web.StatusChip(tones[h.Status], statusWord(l, h.Status))
	}
	if h.InLane() {
		return emergencyChip(l, h)
	}
	passed := slices.IndexFunc(p.Stages, func(s procedure.Stage) bool { return s.ID == h.Stage })
	return web.Dots(passed+1, len(p.Stages)+1, stageWord(l, h.Stage))
}

// stageCells are those of one list, in which many needs stand at the same
// stage.
type stageCells map[stageKey]web.Cell

type stageKey struct {
	status    need.Status
	stage     string
	procedure int
	lane      string // of an emergency
}

func (s stageCells) of(l web.Lang, r row) web.Cell {
	key := stageKey{r.Status, r.Stage, r.Procedure, laneOfHead(r.Head)}
	if s[key] == nil {
		s[key] = web.Drawn(stageCell(l, r.Head, r.bound))
	}
	return s[key]
}

// emergencyChip says that a need came by the emergency lane and is not decided.
func emergencyChip(l web.Lang, h need.Head) web.Cell {
	if h.Provisional.IsZero() {
		return web.StatusChip(web.Danger, web.T(l, "emergency.chip"))
	}
	return web.StatusChip(web.Attention, web.T(l, "emergency.chip.provisional"))
}

func stageWord(l web.Lang, stage string) string { return told.Word(l, "procedure.stage", stage) }

func statusWord(l web.Lang, s need.Status) string { return told.Word(l, "need.status", s) }
