package sigma

import (
	"fmt"
	"strings"
)

// maxDepth bounds how deep a condition may nest.
const maxDepth = 64

// A conditionParser reads one condition by recursive descent. Precedence,
// least binding first: or, and, not, "1 of".
type conditionParser struct {
	tokens []string
	names  []string // detections, in order
	depth  int
}

// ParseCondition reads text, a condition over the detections called names.
func ParseCondition(text string, names []string) (*Node, error) {
	tokens, err := tokenise(text)
	if err != nil {
		return nil, err
	}
	p := &conditionParser{tokens: tokens, names: names}
	node, err := p.or()
	if err == nil && len(p.tokens) > 0 {
		err = fmt.Errorf("condition: unexpected %q: join the parts by and, or", p.tokens[0])
	}
	return node, err
}

func tokenise(text string) ([]string, error) {
	var tokens []string
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			i++
		case c == '(' || c == ')':
			tokens = append(tokens, text[i:i+1])
			i++
		case isWord(c) || c == '*' || c == '-' || c == '.':
			j := i
			for j < len(text) && (isWord(text[j]) || strings.IndexByte("*-.", text[j]) >= 0) {
				j++
			}
			tokens = append(tokens, text[i:j])
			i = j
		case c == '|':
			return nil, fmt.Errorf("condition: aggregations after | left the specification: write a correlation rule")
		default:
			return nil, fmt.Errorf("condition: %q has no meaning here: remove it", string(c))
		}
	}
	if len(tokens) == 0 {
		return nil, fmt.Errorf("condition: it is empty: name a search")
	}
	return tokens, nil
}

func (p *conditionParser) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return strings.ToLower(p.tokens[0])
}

func (p *conditionParser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	return t
}

func (p *conditionParser) or() (*Node, error)  { return p.joined(Or, "or", p.and) }
func (p *conditionParser) and() (*Node, error) { return p.joined(And, "and", p.not) }

func (p *conditionParser) joined(kind NodeKind, word string, operand func() (*Node, error)) (*Node, error) {
	first, err := operand()
	if err != nil || p.peek() != word {
		return first, err
	}
	node := &Node{Kind: kind, Kids: []*Node{first}}
	for p.peek() == word {
		p.next()
		kid, err := operand()
		if err != nil {
			return nil, err
		}
		node.Kids = append(node.Kids, kid)
	}
	return node, nil
}

func (p *conditionParser) not() (*Node, error) {
	if p.peek() != "not" {
		return p.operand()
	}
	p.next()
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("condition: nested deeper than %d: simplify it", maxDepth)
	}
	kid, err := p.not()
	p.depth--
	if err != nil {
		return nil, err
	}
	return &Node{Kind: Not, Kids: []*Node{kid}}, nil
}

func (p *conditionParser) operand() (*Node, error) {
	switch word := p.peek(); {
	case word == "(":
		return p.group()
	case word == "":
		return nil, fmt.Errorf("condition: it ends where a search was expected: name one")
	case (word == "1" || word == "any" || word == "all") && len(p.tokens) > 1 && strings.EqualFold(p.tokens[1], "of"):
		return p.of()
	case word == ")" || word == "and" || word == "or":
		return nil, fmt.Errorf("condition: %q stands where a search was expected: name one", word)
	}
	name := p.next()
	for _, n := range p.names {
		if n == name {
			return &Node{Kind: Ref, Name: name}, nil
		}
	}
	return nil, fmt.Errorf("condition: no search is called %q: correct the name", name)
}

func (p *conditionParser) group() (*Node, error) {
	p.next()
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("condition: nested deeper than %d: simplify it", maxDepth)
	}
	node, err := p.or()
	p.depth--
	if err != nil {
		return nil, err
	}
	if p.next() != ")" {
		return nil, fmt.Errorf("condition: a closing bracket is missing: add it")
	}
	return node, nil
}

// of reads "1 of them", "all of selection*". "them" skips names that begin
// with an underscore, and so does a pattern that does not begin with one.
func (p *conditionParser) of() (*Node, error) {
	kind := Or
	if strings.EqualFold(p.next(), "all") {
		kind = And
	}
	p.next() // of
	pattern := p.next()
	if pattern == "" || pattern == "(" || pattern == ")" {
		return nil, fmt.Errorf("condition: \"of\" needs a pattern or them: write one")
	}
	node := &Node{Kind: kind}
	for _, n := range p.names {
		if selects(pattern, n) {
			node.Kids = append(node.Kids, &Node{Kind: Ref, Name: n})
		}
	}
	if len(node.Kids) == 0 {
		return nil, fmt.Errorf("condition: no search fits %q: correct the pattern", pattern)
	}
	return node, nil
}

func selects(pattern, name string) bool {
	if strings.EqualFold(pattern, "them") {
		return !strings.HasPrefix(name, "_")
	}
	return glob(pattern, name)
}

// glob matches name against pattern, where * stands for any characters.
func glob(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name = name[i+len(part):]
	}
	return strings.HasSuffix(name, last)
}
