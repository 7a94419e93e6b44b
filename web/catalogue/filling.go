package catalogue

import (
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
)

// A filling is a text taken apart at its places, once: a list of a hundred
// rows fills hundreds of texts, and a general template takes longer for each
// than the rest of its row.
type filling []piece

// A piece is words, or a place by its name.
type piece struct{ words, place string }

// readied takes every form of every message apart.
func readied(messages map[string]*i18n.Message) map[string]map[plural.Form]filling {
	all := make(map[string]map[plural.Form]filling, len(messages))
	for key, m := range messages {
		all[key] = map[plural.Form]filling{}
		for form, text := range map[plural.Form]string{plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two,
			plural.Few: m.Few, plural.Many: m.Many, plural.Other: m.Other} {
			if text != "" {
				all[key][form] = takeApart(text)
			}
		}
	}
	return all
}

// takeApart reads a text, whose places are all of the form {{.name}}.
func takeApart(text string) (f filling) {
	for {
		words, rest, some := strings.Cut(text, "{{.")
		if words != "" {
			f = append(f, piece{words: words})
		}
		if !some {
			return f
		}
		var name string
		name, text, _ = strings.Cut(rest, "}}")
		f = append(f, piece{place: name})
	}
}

// with is the text with args in its places. A place that args do not fill says
// so, and a test of every page finds it.
func (f filling) with(args []any) string {
	if len(f) == 1 && f[0].place == "" {
		return f[0].words
	}
	var b strings.Builder
	for _, p := range f {
		if p.place == "" {
			b.WriteString(p.words)
			continue
		}
		switch v := valueOf(args, p.place).(type) {
		case string:
			b.WriteString(v)
		default:
			fmt.Fprint(&b, v)
		}
	}
	return b.String()
}

func valueOf(args []any, place string) any {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == place {
			return args[i+1]
		}
	}
	return "⟦" + place + "⟧"
}
