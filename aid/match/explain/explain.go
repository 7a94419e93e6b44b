package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tallinn/aid/match"
)

// A writer collects sentences in one language.
type writer struct {
	lang  string
	lines []string
}

// say adds a phrase with its places filled: name, value, name, value.
func (w *writer) say(key string, places ...any) {
	text := pick(phrases[key], w.lang)
	for i := 0; i+1 < len(places); i += 2 {
		text = strings.ReplaceAll(text, "{{"+places[i].(string)+"}}", fmt.Sprint(places[i+1]))
	}
	w.lines = append(w.lines, text)
}

func (w *writer) rule(name string) string { return pick(rules[name], w.lang) }

func pick(pair [2]string, lang string) string {
	if lang == Ukrainian {
		return pair[1]
	}
	return pair[0]
}

// Requirement says why a requirement is served as it is, and what would
// change it.
func Requirement(lang string, a match.Reason) []string {
	w := &writer{lang: lang}
	w.say(a.Status, "r", a.Requirement, "given", a.Given, "wanted", a.Wanted)
	for _, o := range a.Chosen {
		w.option("chosen", o)
	}
	for _, o := range a.Next {
		w.option("next", o)
	}
	if a.Cause != "" {
		w.say(a.Cause, "value", a.Value, "cheapest", a.Cheapest)
	}
	w.refused(a.Refused)
	for _, f := range a.OneRule {
		w.say("change", "o", f.Offer, "rule", w.rule(f.Rule), "free", f.Free)
	}
	if a.Cause == match.TooDear && a.Cheapest > a.Value {
		w.say("more", "more", a.Cheapest-a.Value)
	}
	return w.lines
}

func (w *writer) option(key string, o match.Option) {
	w.say(key, "o", o.Offer, "p", o.Partner, "lots", o.Lots, "value", o.Value, "price", o.Price)
	if o.Loss != nil {
		w.say("loss", "free", o.Free, "q", o.Loss.Requirement, "qlots", o.Loss.Lots, "points", o.Loss.Points)
	} else if key != "chosen" && o.Free > 0 {
		w.say("free", "free", o.Free)
	}
}

func (w *writer) refused(by map[string]int64) {
	for _, name := range slices.Sorted(maps.Keys(by)) {
		w.say("refused", "rule", w.rule(name), "n", by[name])
	}
}

// Pair says why an offer does not serve a requirement.
func Pair(lang string, a match.WhyNot) []string {
	w := &writer{lang: lang}
	switch {
	case a.Used > 0:
		w.say("used", "o", a.Offer, "r", a.Requirement, "lots", a.Used)
	case a.Option == nil:
		w.say("rule", "o", a.Offer, "r", a.Requirement, "rule", w.rule(a.Rule))
	default:
		w.say("may", "o", a.Offer, "r", a.Requirement, "lots", a.Option.Lots, "value", a.Option.Value, "price", a.Option.Price)
		if l := a.Option.Loss; l != nil {
			w.say("loss", "free", a.Option.Free, "q", l.Requirement, "qlots", l.Lots, "points", l.Points)
		} else {
			w.say("free", "free", a.Option.Free)
		}
	}
	return w.lines
}

// Offer says what an offer is used for, and why not for more.
func Offer(lang string, a match.OfferReason) []string {
	w := &writer{lang: lang}
	w.say("offer", "o", a.Offer, "p", a.Partner, "used", a.Capacity-a.Left, "capacity", a.Capacity, "left", a.Left, "price", a.Price)
	for _, u := range a.Serves {
		w.say("serves", "r", u.Requirement, "lots", u.Lots, "units", u.Units)
	}
	if a.Price == 0 {
		w.say("narrow", "may", a.May)
	} else {
		w.say("mayserve", "may", a.May)
	}
	w.refused(a.Refused)
	return w.lines
}

// Million says what more money without an earmark would cover.
func Million(lang string, amount int64, g match.Gain) []string {
	w := &writer{lang: lang}
	w.say("million", "amount", amount, "points", g.Points, "completed", g.Completed, "estimate", g.Estimate)
	for _, c := range g.Covers {
		w.say("covers", "r", c.Requirement, "o", c.Offer, "before", c.Before, "after", c.After)
	}
	return w.lines
}

// Relaxations says which earmarks gain most when they are taken off.
func Relaxations(lang string, list []match.Gain) []string {
	w := &writer{lang: lang}
	for _, g := range list {
		w.say("relax", "o", g.Offer, "earmark", w.rule(g.Earmark), "points", g.Points, "estimate", g.Estimate)
	}
	return w.lines
}
