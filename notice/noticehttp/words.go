package noticehttp

import (
	"slices"

	"tallinn/notice"
)

// known is what was done, of those that the page has words for.
func known(what string) string {
	if slices.Contains([]string{"choice", "added", "removed", "test", "push"}, what) {
		return what
	}
	return "choice"
}

func chosen(c notice.Choice) string {
	if c.Digest {
		return "digest"
	}
	return "once"
}

// Quiet hours that nobody has chosen yet are shown as a night's.
const (
	nightFrom  = 22 * 60
	nightUntil = 7 * 60
)

func from(c notice.Choice) string {
	if c.From == c.Until {
		return clock(nightFrom)
	}
	return clock(c.From)
}

func until(c notice.Choice) string {
	if c.From == c.Until {
		return clock(nightUntil)
	}
	return clock(c.Until)
}
