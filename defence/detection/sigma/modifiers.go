package sigma

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// modifiers are those of the specification's appendix, each with what it does
// to an item under construction. They are applied in the order written.
var modifiers = map[string]func(*building) error{
	"all":          func(b *building) error { b.item.All = true; return nil },
	"cased":        func(b *building) error { b.item.Cased = true; return nil },
	"neq":          func(b *building) error { b.item.Neg = true; return nil },
	"contains":     func(b *building) error { return b.affix(Pattern.Contains, RefContains) },
	"startswith":   func(b *building) error { return b.affix(Pattern.StartsWith, RefStarts) },
	"endswith":     func(b *building) error { return b.affix(Pattern.EndsWith, RefEnds) },
	"exists":       (*building).exists,
	"windash":      (*building).windash,
	"expand":       (*building).expand,
	"base64":       func(b *building) error { return b.encode(encode64) },
	"base64offset": func(b *building) error { return b.encode(encode64offset) },
	"wide":         func(b *building) error { return b.encode(encode16(false, "")) },
	"utf16le":      func(b *building) error { return b.encode(encode16(false, "")) },
	"utf16be":      func(b *building) error { return b.encode(encode16(true, "")) },
	"utf16":        func(b *building) error { return b.encode(encode16(false, "\xff\xfe")) },
	"re":           func(b *building) error { return b.retype(Regex) },
	"i":            func(b *building) error { return b.flag('i') },
	"m":            func(b *building) error { return b.flag('m') },
	"s":            func(b *building) error { return b.flag('s') },
	"cidr":         func(b *building) error { return b.retype(CIDR) },
	"lt":           func(b *building) error { return b.retype(Less) },
	"lte":          func(b *building) error { return b.retype(LessEq) },
	"gt":           func(b *building) error { return b.retype(More) },
	"gte":          func(b *building) error { return b.retype(MoreEq) },
	"fieldref":     (*building).fieldref,
	"minute":       func(b *building) error { return b.time(Minute) },
	"hour":         func(b *building) error { return b.time(Hour) },
	"day":          func(b *building) error { return b.time(Day) },
	"week":         func(b *building) error { return b.time(Week) },
	"month":        func(b *building) error { return b.time(Month) },
	"year":         func(b *building) error { return b.time(Year) },
}

// Modifiers are the names this package knows, sorted.
func Modifiers() []string {
	var names []string
	for name := range modifiers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// A building is an item between its YAML and its final form.
type building struct {
	item  *Item
	vals  []raw
	flags string
	form  RefForm
}

// A raw is a value while modifiers work on it. Its text is the scalar as
// written; pattern is set while it is a Sigma string.
type raw struct {
	op      Op
	text    string
	pattern Pattern
	kind    scalar
	encoded bool // changed by an encoding: text no longer says what pattern does
}

type scalar uint8

const (
	isString scalar = iota
	isNumber
	isBool
	isNull
)

var (
	errNumber   = errors.New("compares numbers, but the value is not one: write a number")
	errWildcard = errors.New("a value with wildcards cannot be encoded: write the text itself")
)

func (b *building) each(f func(*raw) error) error {
	for i := range b.vals {
		if b.vals[i].kind == isNull {
			return errors.New("null takes no modifier: put it in a search of its own")
		}
		if err := f(&b.vals[i]); err != nil {
			return err
		}
	}
	return nil
}

func (b *building) affix(f func(Pattern) Pattern, form RefForm) error {
	b.form = form
	return b.each(func(v *raw) error {
		switch v.op {
		case Match:
			v.pattern = f(v.pattern)
		case Regex, FieldRef: // a regex is searched for anyway; the form is kept in b
		default:
			return errors.New("contains, startswith and endswith need text: remove one of the modifiers")
		}
		return nil
	})
}

func (b *building) retype(op Op) error {
	return b.each(func(v *raw) error {
		if v.op != Match || v.encoded {
			if b.item.Time != NoPart && v.op == Equal {
				v.op = op
				return nil
			}
			return errors.New("these modifiers contradict each other: keep the one that is meant")
		}
		v.op = op
		return nil
	})
}

func (b *building) time(part TimePart) error {
	b.item.Time = part
	return b.each(func(v *raw) error {
		if v.op == Match {
			v.op = Equal
		}
		return nil
	})
}

func (b *building) flag(f rune) error {
	b.flags += string(f)
	return b.each(func(v *raw) error {
		if v.op != Regex {
			return fmt.Errorf("the flag %c belongs after re: write re|%c", f, f)
		}
		return nil
	})
}

func (b *building) exists() error {
	return b.each(func(v *raw) error {
		if v.kind != isBool {
			return errors.New("exists takes true or false: write one of them")
		}
		v.op = Exists
		v.text = strings.ToLower(v.text)
		return nil
	})
}

func (b *building) fieldref() error {
	return b.each(func(v *raw) error {
		if v.kind != isString || v.op != Match || v.text == "" {
			return errors.New("fieldref takes the name of a field: write one")
		}
		v.op = FieldRef
		return nil
	})
}

func (b *building) expand() error {
	return b.each(func(v *raw) error {
		if v.op != Match || v.encoded {
			return errors.New("expand works on text: put it before the other modifiers")
		}
		// Stars put round the value by an earlier contains stay where they are.
		p := ParsePattern(v.text, true)
		if n := len(v.pattern); n > 0 && v.pattern[0].Kind == Star {
			p = p.EndsWith()
		}
		if n := len(v.pattern); n > 0 && v.pattern[n-1].Kind == Star {
			p = p.StartsWith()
		}
		v.pattern = p
		return nil
	})
}

func (b *building) encode(f func(string) ([]string, error)) error {
	var out []raw
	err := b.each(func(v *raw) error {
		lead, core, trail := trimStars(v.pattern)
		s, plain := core.Plain()
		if !plain || v.op != Match {
			return errWildcard
		}
		forms, err := f(s)
		for _, form := range forms {
			p := Text(form)
			if lead {
				p = p.EndsWith()
			}
			if trail {
				p = p.StartsWith()
			}
			out = append(out, raw{pattern: p, text: form, encoded: true})
		}
		return err
	})
	b.vals = out
	return err
}

// trimStars takes one star off each end: contains before an encoding means
// the encoded text anywhere, in either order of the modifiers.
func trimStars(p Pattern) (lead bool, core Pattern, trail bool) {
	if len(p) > 0 && p[0].Kind == Star {
		lead, p = true, p[1:]
	}
	if n := len(p); n > 0 && p[n-1].Kind == Star {
		trail, p = true, p[:n-1]
	}
	return lead, p, trail
}

func encode64(s string) ([]string, error) {
	return []string{base64.StdEncoding.EncodeToString([]byte(s))}, nil
}

// encode64offset gives the part of the encoding that does not depend on what
// stands before and after s, for each of the three places s may start at.
func encode64offset(s string) ([]string, error) {
	var out []string
	for shift := range 3 {
		enc := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + s))
		start := [3]int{0, 2, 3}[shift]
		end := len(enc) - [3]int{0, 3, 2}[(len(s)+shift)%3]
		if start >= end {
			return nil, errors.New("too short for base64offset: nothing of it is certain; write a longer text")
		}
		out = append(out, enc[start:end])
	}
	return out, nil
}

func encode16(big bool, mark string) func(string) ([]string, error) {
	return func(s string) ([]string, error) {
		out := []byte(mark)
		for _, u := range utf16.Encode([]rune(s)) {
			if big {
				out = append(out, byte(u>>8), byte(u))
			} else {
				out = append(out, byte(u), byte(u>>8))
			}
		}
		return []string{string(out)}, nil
	}
}

// dashes are what windash exchanges for each other.
var dashes = []string{"-", "/", "–", "—", "―"}

// maxForms bounds what one value may become under windash.
const maxForms = 5 * 5 * 5 * 5 * 5

// windash puts every dash in the place of each dash or slash that begins a
// word, all combinations. A dash inside a word is not a flag.
func (b *building) windash() error {
	var out []raw
	err := b.each(func(v *raw) error {
		if v.op != Match || v.encoded {
			return errors.New("windash works on text: put it before encodings and never with re")
		}
		forms := []Pattern{nil}
		start := true
		for _, part := range v.pattern {
			if part.Kind != Literal {
				forms = extend(forms, []Part{part})
				start = true
				continue
			}
			for _, piece := range splitDashes(part.Text, start) {
				var options []Part
				for _, o := range piece {
					options = append(options, Part{Literal, o})
				}
				forms = extend(forms, options)
				if len(forms) > maxForms {
					return errors.New("windash would make too many forms: split the value")
				}
			}
			start = false
		}
		for _, p := range forms {
			out = append(out, raw{pattern: p, text: p.String()})
		}
		return nil
	})
	b.vals = out
	return err
}

func extend(forms []Pattern, options []Part) []Pattern {
	var out []Pattern
	for _, f := range forms {
		for _, o := range options {
			out = append(out, f.Join(Pattern{o}))
		}
	}
	return out
}

// splitDashes cuts s into pieces with their alternatives: plain text has one,
// a dash before a word and after none has five. start says that s begins the
// text or follows a wildcard.
func splitDashes(s string, start bool) [][]string {
	var out [][]string
	runes := []rune(s)
	from := 0
	for i, r := range runes {
		before := i == 0 && start || i > 0 && !wordRune(runes[i-1])
		after := i+1 < len(runes) && wordRune(runes[i+1])
		if !slices.Contains(dashes, string(r)) || !before || !after {
			continue
		}
		if from < i {
			out = append(out, []string{string(runes[from:i])})
		}
		out = append(out, dashes)
		from = i + 1
	}
	if from < len(runes) {
		out = append(out, []string{string(runes[from:])})
	}
	return out
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// finish turns the raw values into the item's, checking each.
func (b *building) finish() error {
	for _, v := range b.vals {
		value, err := b.value(v)
		if err != nil {
			return err
		}
		b.item.Values = append(b.item.Values, value)
	}
	if b.item.Keywords() {
		return b.keywords()
	}
	return nil
}

func (b *building) value(v raw) (Value, error) {
	if v.kind == isNull {
		return Value{Op: Null}, nil
	}
	out := Value{Op: v.op, Text: v.text, Number: v.kind == isNumber}
	switch v.op {
	case Match:
		out.Pattern, out.Text = v.pattern, ""
	case Regex:
		out.Text = withFlags(v.text, b.flags)
		return out, CheckRegex(out.Text)
	case CIDR:
		if _, err := netip.ParsePrefix(v.text); err != nil {
			return out, fmt.Errorf("%q is no network: write an address and its length, such as 10.0.0.0/8", v.text)
		}
	case Less, LessEq, More, MoreEq, Equal:
		if _, err := strconv.ParseFloat(v.text, 64); err != nil {
			return out, errNumber
		}
	case FieldRef:
		out.Form = b.form
	}
	return out, nil
}

// keywords are looked for anywhere in any value.
func (b *building) keywords() error {
	for i := range b.item.Values {
		v := &b.item.Values[i]
		switch v.Op {
		case Match:
			v.Pattern = v.Pattern.Contains()
		case Regex:
		default:
			return errors.New("keywords are text or regular expressions: name the field for anything else")
		}
	}
	return nil
}

func withFlags(expr, flags string) string {
	if flags == "" {
		return expr
	}
	return "(?" + flags + ")" + expr
}

// CheckRegex refuses what cannot be matched in linear time (back references,
// look-around) or would take too much memory.
func CheckRegex(expr string) error {
	if _, err := syntax.Parse(expr, syntax.Perl); err != nil {
		return fmt.Errorf("%w: use only what matches in linear time: no look-around, no back reference", err)
	}
	return nil
}
