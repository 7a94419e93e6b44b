// Package procedure holds the rules by which needs are validated, adopted as
// facts: the stages, who votes in each, the criteria with an anchor for every
// score, quorum and time. A need is bound to the procedure in force when it
// was submitted. It is pure.
package procedure
