// Package notice says what goes out to people about what waits on their desks,
// and when. A notice is content-free: how many items wait, the first clock, and
// a link; whoever reads it over a shoulder, or in a mail server, learns nothing
// else. It is pure.
//
// From a fact to a reader: app listens to the record and asks the desk what now
// waits for whom; outbox keeps one entry a person, item and channel, so that
// nothing is told twice and an outage loses nothing; mail, push and webhook
// hand a batch over.
package notice

import (
	"errors"
	"time"
)

// A Channel is a way to a person.
type Channel string

const (
	Mail    Channel = "mail"
	Push    Channel = "push"
	Webhook Channel = "webhook"
)

// Channels lists them.
var Channels = []Channel{Mail, Push, Webhook}

// A Choice is how a person wants to be told. The zero Choice is at once, at
// any hour.
type Choice struct {
	Digest bool // once a day, at DigestHour
	Quiet  bool // nothing between From and Until but emergencies
	From   int  // minutes after midnight, 0 to 1439
	Until  int  // likewise; before From: it ends on the next day
}

// DigestHour is when a digest goes out, on the person's clock.
const DigestHour = 8

// Valid reports whether c's hours are of a day.
func (c Choice) Valid() bool {
	return c.From >= 0 && c.From < 24*60 && c.Until >= 0 && c.Until < 24*60 && (!c.Quiet || c.From != c.Until)
}

// When is the first moment from now on at which a person may be told, on the
// clock of zone. What is urgent is told at once.
func (c Choice) When(now time.Time, zone *time.Location, urgent bool) time.Time {
	if urgent {
		return now
	}
	at := now
	if c.Digest {
		at = next(now, zone, DigestHour*60)
	}
	if c.Quiet && c.quietAt(at.In(zone)) {
		at = next(at, zone, c.Until)
	}
	return at
}

func (c Choice) quietAt(t time.Time) bool {
	minute := t.Hour()*60 + t.Minute()
	if c.From < c.Until {
		return minute >= c.From && minute < c.Until
	}
	return minute >= c.From || minute < c.Until
}

// next is the first moment after t at which the clock of zone says minute. On
// a day whose clock leaves it out it is a little later.
func next(t time.Time, zone *time.Location, minute int) time.Time {
	local := t.In(zone)
	for day := 0; ; day++ {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, minute/60, minute%60, 0, 0, zone)
		if at.After(t) {
			return at
		}
	}
}

// A Message is one notice as it is handed over.
type Message struct {
	// ID is the same whenever the same notice is handed over again, so that the
	// other side can see that it has it.
	ID      string
	Subject string
	Text    string
	Link    string
	Count   int
	Due     time.Time // zero: no clock
	Urgent  bool
	At      time.Time // when it is handed over
}

// An Address is where a person is found on a channel.
type Address struct {
	To     string // a mail address, or a URL
	Secret string // the channel's own: keys of a browser, or a webhook's secret
}

// ErrGone says that an address will never take a notice again.
var ErrGone = errors.New("notice: this address does not exist any more")

// Pause is how long to wait after the n-th failure, from 1: 5 s, doubling to
// 15 min, and up to half of it more by share, which is from 0 to 1, so that
// what failed together does not come back together.
func Pause(n int, share float64) time.Duration {
	d := min(5*time.Second<<min(max(n-1, 0), 10), 15*time.Minute)
	return d + time.Duration(share*float64(d)/2)
}
