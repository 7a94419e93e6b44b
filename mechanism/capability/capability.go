// Package capability names the lines of capability that aid builds. Needs ask
// along them, offers are earmarked to them, flows are counted by them. It is
// pure.
package capability

// A Line is a capability that aid builds. The empty Line is "not broken
// down": an unsplit flow stays at the parent level (rule 8).
type Line string

const (
	Training       Line = "training"
	Detection      Line = "detection"
	Response       Line = "response"
	Infrastructure Line = "infrastructure"
	Connectivity   Line = "connectivity"
	Continuity     Line = "continuity"
	Coordination   Line = "coordination"
)

// Lines lists every line, in the order of tables.
var Lines = []Line{Training, Detection, Response, Infrastructure, Connectivity, Continuity, Coordination}
