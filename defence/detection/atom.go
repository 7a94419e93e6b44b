package detection

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"tallinn/defence/detection/sigma"
)

// A form is how an atom looks at a text.
type form uint8

const (
	exact    form = iota // the folded text is atom.text
	prefix               // … begins with it
	suffix               // … ends with it
	contains             // … holds it
	anyText              // any text at all: a lone star
	globForm             // atom.glob, folded or not
	regex                // atom.re
	cidr                 // atom.net
	number               // a number, compared by atom.op
	exists               // the field is there, or not: atom.want
	null                 // the field is absent, null, or (atom.want) empty
	ref                  // compared with the field atom.other
	none                 // of a needle: it cannot be found
)

// An atom is one comparison of one field with one value, shared by every
// rule that makes it. field is -1 for keywords: any value of the event.
type atom struct {
	field int32
	form  form
	cased bool
	want  bool
	time  sigma.TimePart
	op    sigma.Op
	ref   sigma.RefForm
	other int32
	text  string
	glob  glob
	net   netip.Prefix
	num   float64
	re    *regexp.Regexp
	must  []string    // folded texts without which re cannot match
	item  *sigma.Item // the first item that made it, for explanations
	value sigma.Value
}

// atomOf compiles one value of an item. emptyIsNull is the pipeline's answer
// to whether an empty text counts as null.
func atomOf(it *sigma.Item, v sigma.Value, emptyIsNull bool) (atom, error) {
	a := atom{cased: it.Cased, time: it.Time, op: v.Op, item: it, value: v}
	switch v.Op {
	case sigma.Match:
		if names := v.Pattern.Placeholders(); len(names) > 0 {
			return a, fmt.Errorf("placeholder %%%s%% has no value: give it one in a pipeline", names[0])
		}
		a.pattern(v.Pattern)
	case sigma.Regex:
		re, err := regexp.Compile(v.Text)
		if err != nil {
			return a, fmt.Errorf("%w: use only what matches in linear time", err)
		}
		a.form, a.re, a.must = regex, re, mandatory(v.Text)
	case sigma.CIDR:
		net, err := netip.ParsePrefix(v.Text)
		if err != nil {
			return a, fmt.Errorf("%q is no network: write an address and its length", v.Text)
		}
		a.form, a.net = cidr, net.Masked()
	case sigma.Less, sigma.LessEq, sigma.More, sigma.MoreEq, sigma.Equal:
		x, err := strconv.ParseFloat(v.Text, 64)
		if err != nil {
			return a, fmt.Errorf("%q is no number: write one", v.Text)
		}
		a.form, a.num = number, x
	case sigma.Exists:
		a.form, a.want = exists, v.Text == "true"
	case sigma.Null:
		a.form, a.want = null, emptyIsNull
	case sigma.FieldRef:
		a.form, a.ref = ref, v.Form
	}
	return a, nil
}

// pattern chooses the cheapest form that says the same as p.
func (a *atom) pattern(p sigma.Pattern) {
	if !a.cased {
		p = p.Map(fold)
	}
	text, plain := p.Plain()
	n := len(p)
	switch {
	case plain:
		a.form, a.text = exact, text
	case n == 1 && p[0].Kind == sigma.Star:
		a.form = anyText
	case n == 2 && p[0].Kind == sigma.Literal && p[1].Kind == sigma.Star:
		a.form, a.text = prefix, p[0].Text
	case n == 2 && p[0].Kind == sigma.Star && p[1].Kind == sigma.Literal:
		a.form, a.text = suffix, p[1].Text
	case n == 3 && p[0].Kind == sigma.Star && p[1].Kind == sigma.Literal && p[2].Kind == sigma.Star:
		a.form, a.text = contains, p[1].Text
	default:
		a.form, a.glob = globForm, glob(p)
	}
}

// key is the same for atoms that say the same.
func (a *atom) key() string {
	b := make([]byte, 0, 96)
	for _, n := range [...]int64{int64(a.field), int64(a.value.Op), int64(a.form), int64(a.time), int64(a.value.Form), int64(a.other)} {
		b = append(strconv.AppendInt(b, n, 10), '|')
	}
	b = append(strconv.AppendBool(strconv.AppendBool(b, a.cased), a.want), '|')
	b = append(append(b, a.value.Text...), '|')
	if a.form == globForm {
		b = append(b, sigma.Pattern(a.glob).String()...)
	}
	return string(append(b, a.text...))
}

// A needle is a text that must be found in a field before its atom can be
// true; sure says that finding it is all there is to the atom.
type needle struct {
	text string // folded
	form form   // exact, prefix, suffix or contains
	sure bool
	rate float64 // its commonness, once it was asked for
}

// needles returns texts of which one is in every value that fits a, or none
// when nothing is certain.
func (a *atom) needles() []needle {
	if a.time != sigma.NoPart {
		return nil
	}
	switch a.form {
	case exact, prefix, suffix, contains:
		if a.text == "" {
			return nil
		}
		return []needle{{text: fold(a.text), form: a.form, sure: !a.cased}}
	case globForm:
		best := ""
		for _, part := range a.glob {
			if part.Kind == sigma.Literal && len(part.Text) > len(best) {
				best = part.Text
			}
		}
		if best != "" {
			return []needle{{text: fold(best), form: contains}}
		}
	case regex:
		var out []needle
		for _, s := range required(a.re.String()) {
			out = append(out, needle{text: s, form: contains})
		}
		return out
	}
	return nil
}

// usualTexts stand in so many values that they make no needle rare.
var usualTexts = strings.NewReplacer(
	`c:\windows\`, "", `\windows`, "", `system32\`, "", `syswow64\`, "", `\program files`, "", `\appdata\`, "", `\users\`, "",
	`\microsoft`, "", `\currentversion`, "", `\software`, "", `\system\`, "", `\services\`, "", `hklm\`, "",
	"ntdll.dll", "", "kernelbase.dll", "", "svchost.exe", "", "lsass.exe", "", "powershell", "",
)

// isNumeral reports whether s is a number, decimal or as 0x1410.
func isNumeral(s string) bool {
	_, ok := numeric(s)
	return ok
}

// commonness estimates how often n is found: the longer, the more seldom,
// but for what is usual in every log.
func (n *needle) commonness() float64 {
	if n.rate > 0 {
		return n.rate
	}
	length := len(usualTexts.Replace(n.text))
	if n.form == exact && !isNumeral(n.text) {
		length *= 2 // nothing may stand round it; but logs are full of a few numbers
	}
	p := 1.0
	for range min(length, 24) {
		p *= 0.75
	}
	if n.form == exact {
		p = max(p, 0.02)
	}
	n.rate = p
	return p
}
