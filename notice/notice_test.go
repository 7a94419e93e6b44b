package notice_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/notice"
)

func kyiv(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestWhen(t *testing.T) {
	zone := kyiv(t)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, zone) }
	night := notice.Choice{Quiet: true, From: 22 * 60, Until: 7 * 60}
	noon := notice.Choice{Quiet: true, From: 12 * 60, Until: 13 * 60}
	digest := notice.Choice{Digest: true}
	for _, tt := range []struct {
		name      string
		choice    notice.Choice
		now, want time.Time
		urgent    bool
	}{
		{"at once", notice.Choice{}, at(3, 3, 0), at(3, 3, 0), false},
		{"before midnight", night, at(3, 23, 0), at(4, 7, 0), false},
		{"after midnight", night, at(4, 3, 0), at(4, 7, 0), false},
		{"as the night ends", night, at(4, 7, 0), at(4, 7, 0), false},
		{"as it begins", night, at(4, 22, 0), at(5, 7, 0), false},
		{"at noon", noon, at(4, 12, 30), at(4, 13, 0), false},
		{"an emergency at night", night, at(4, 3, 0), at(4, 3, 0), true},
		{"digest of today", digest, at(4, 3, 0), at(4, 8, 0), false},
		{"digest of tomorrow", digest, at(4, 8, 0), at(5, 8, 0), false},
		{"digest, late sleeper", notice.Choice{Digest: true, Quiet: true, From: 0, Until: 9 * 60}, at(4, 3, 0), at(4, 9, 0), false},
		{"an emergency in no digest", digest, at(4, 3, 0), at(4, 3, 0), true},
		{"the night without three o'clock", notice.Choice{Quiet: true, From: 22 * 60, Until: 3*60 + 30}, at(29, 1, 0), at(29, 4, 30), false},
	} {
		if got := tt.choice.When(tt.now, zone, tt.urgent); !got.Equal(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got.In(zone), tt.want)
		}
	}
}

// TestWhenQuiet: whatever somebody chooses, nothing but an emergency comes in
// their quiet hours, nothing before its time, and nothing later than two days.
func TestWhenQuiet(t *testing.T) {
	zone := kyiv(t)
	rapid.Check(t, func(t *rapid.T) {
		c := notice.Choice{Digest: rapid.Bool().Draw(t, "digest"), Quiet: rapid.Bool().Draw(t, "quiet"),
			From: rapid.IntRange(0, 1439).Draw(t, "from"), Until: rapid.IntRange(0, 1439).Draw(t, "until")}
		if !c.Valid() {
			t.Skip()
		}
		now := time.Unix(rapid.Int64Range(1.7e9, 1.9e9).Draw(t, "now"), 0)
		got := c.When(now, zone, false)
		if got.Before(now) || got.Sub(now) > 49*time.Hour {
			t.Fatalf("%+v at %v: %v", c, now.In(zone), got.In(zone))
		}
		local := got.In(zone)
		minute := local.Hour()*60 + local.Minute()
		inside := c.From < c.Until && minute >= c.From && minute < c.Until || c.From > c.Until && (minute >= c.From || minute < c.Until)
		if c.Quiet && inside {
			t.Fatalf("%+v at %v: told at %v", c, now.In(zone), local)
		}
		if !c.When(now, zone, true).Equal(now) {
			t.Fatal("an emergency waits")
		}
	})
}

func TestPause(t *testing.T) {
	last := time.Duration(0)
	for n := 1; n < 40; n++ {
		short, long := notice.Pause(n, 0), notice.Pause(n, 1)
		if short < last || long < short || long > 23*time.Minute {
			t.Errorf("after %d failures: %v to %v", n, short, long)
		}
		last = short
	}
}
