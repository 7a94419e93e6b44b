package sigma

import "strings"

// PartKind is what a part of a pattern stands for.
type PartKind uint8

const (
	Literal     PartKind = iota // Text
	Star                        // any characters, none included, line breaks too
	One                         // exactly one character
	Placeholder                 // Text is its name, to be filled by a pipeline
)

// A Part is a piece of a Pattern.
type Part struct {
	Kind PartKind
	Text string
}

// A Pattern is a Sigma string with its wildcards and escapes resolved. Two
// literals never stand side by side, nor two stars.
type Pattern []Part

// Text is a pattern that matches s and nothing else.
func Text(s string) Pattern {
	if s == "" {
		return nil
	}
	return Pattern{{Literal, s}}
}

// ParsePattern reads a Sigma string (specification, "Escape Character"): *
// and ? are wildcards, a backslash before one of them or before another
// backslash makes it plain, and any other backslash is itself. With
// placeholders, %name% stands for one, and \% for a percent sign.
func ParsePattern(s string, placeholders bool) Pattern {
	var p Pattern
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			p = append(p, Part{Literal, lit.String()})
			lit.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && escapes(s[i+1], placeholders):
			i++
			lit.WriteByte(s[i])
		case c == '*':
			flush()
			p = p.add(Part{Kind: Star})
		case c == '?':
			flush()
			p = append(p, Part{Kind: One})
		case c == '%' && placeholders:
			name, ok := placeholder(s[i+1:])
			if !ok {
				lit.WriteByte(c)
				continue
			}
			flush()
			p = append(p, Part{Placeholder, name})
			i += len(name) + 1
		default:
			lit.WriteByte(c)
		}
	}
	flush()
	return p
}

func escapes(c byte, placeholders bool) bool {
	return c == '*' || c == '?' || c == '\\' || placeholders && c == '%'
}

// placeholder reads the name before the closing % of rest.
func placeholder(rest string) (string, bool) {
	end := strings.IndexByte(rest, '%')
	if end < 1 {
		return "", false
	}
	for i := range end {
		if c := rest[i]; !isWord(c) && c != '-' && c != '.' {
			return "", false
		}
	}
	return rest[:end], true
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// add appends part, keeping stars single and literals joined.
func (p Pattern) add(part Part) Pattern {
	if n := len(p); n > 0 {
		last := &p[n-1]
		if part.Kind == Star && last.Kind == Star {
			return p
		}
		if part.Kind == Literal && last.Kind == Literal {
			last.Text += part.Text
			return p
		}
	}
	return append(p, part)
}

// Join returns p followed by q.
func (p Pattern) Join(q Pattern) Pattern {
	out := append(Pattern(nil), p...)
	for _, part := range q {
		out = out.add(part)
	}
	return out
}

// Plain reports whether p has no wildcard and no placeholder, and its text.
func (p Pattern) Plain() (string, bool) {
	switch {
	case len(p) == 0:
		return "", true
	case len(p) == 1 && p[0].Kind == Literal:
		return p[0].Text, true
	}
	return "", false
}

// Placeholders are the names p still waits for.
func (p Pattern) Placeholders() []string {
	var names []string
	for _, part := range p {
		if part.Kind == Placeholder {
			names = append(names, part.Text)
		}
	}
	return names
}

// Contains is p anywhere in a text.
func (p Pattern) Contains() Pattern { return p.StartsWith().EndsWith() }

// StartsWith is p at the beginning of a text.
func (p Pattern) StartsWith() Pattern { return p.Join(Pattern{{Kind: Star}}) }

// EndsWith is p at the end of a text.
func (p Pattern) EndsWith() Pattern { return Pattern{{Kind: Star}}.Join(p) }

// String writes p as Sigma would, so that ParsePattern reads it back.
func (p Pattern) String() string {
	var b strings.Builder
	for _, part := range p {
		switch part.Kind {
		case Star:
			b.WriteByte('*')
		case One:
			b.WriteByte('?')
		case Placeholder:
			b.WriteString("%" + part.Text + "%")
		case Literal:
			escape(&b, part.Text)
		}
	}
	return b.String()
}

func escape(b *strings.Builder, s string) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '*' || c == '?' {
			b.WriteByte('\\')
		}
		if c == '\\' && (i+1 == len(s) || escapes(s[i+1], false)) {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
}

// Map applies f to the literals of p.
func (p Pattern) Map(f func(string) string) Pattern {
	out := make(Pattern, 0, len(p))
	for _, part := range p {
		if part.Kind == Literal {
			part.Text = f(part.Text)
			if part.Text == "" {
				continue
			}
		}
		out = out.add(part)
	}
	return out
}
