package statementhttp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tallinn/mechanism/party"
	"tallinn/web"
)

// shown is how many decimals a figure is rounded to when it is shown.
const shown = 2

const partnerPrefix = "statement.partner."

// partnerOf is the party that a partner's figure is about.
func partnerOf(name string) (party.ID, bool) {
	id, ok := strings.CutPrefix(name, partnerPrefix)
	return party.ID(id), ok
}

// accountOf is the party that an account's figure is about.
func accountOf(name string) party.ID {
	return party.ID(strings.TrimPrefix(name, "statement.account."))
}

// spokenOf are the parties that a figure's name speaks of.
func spokenOf(name string) []party.ID {
	if id, ok := partnerOf(name); ok {
		return []party.ID{id}
	}
	if giver, ok := strings.CutPrefix(name, "statement.path."); ok {
		giver, _ = cutLast(giver)
		giver, _ = cutLast(giver)
		return []party.ID{party.ID(giver)}
	}
	if strings.HasPrefix(name, "statement.account.") {
		return []party.ID{accountOf(name)}
	}
	return nil
}

// about is the last part of a figure's name: a year, a line, a scope.
func about(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// label says in l what a figure is a figure of.
func label(l web.Lang, f figure, name func(web.Lang, party.ID) string) string {
	if id, ok := partnerOf(f.name); ok {
		return name(l, id)
	}
	switch f.def.Key {
	case "statement.path":
		return labelOfPath(l, f, name)
	case "statement.account":
		return name(l, accountOf(f.name))
	case "statement.year":
		if a := about(f.name); a != "none" {
			return a
		}
		return web.T(l, "year.none")
	case "statement.line":
		return web.T(l, "line."+about(f.name))
	case "statement.scope":
		return web.T(l, "scope."+about(f.name))
	case "statement.status":
		return web.T(l, "status."+about(f.name))
	case "statement.basis":
		return web.T(l, "basis."+about(f.name))
	}
	return web.T(l, f.def.Key)
}

// capital is s as a title begins.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// money is a figure's value as l writes it, rounded; "no amount found" is
// never a zero.
func (f figure) money(l web.Lang) string {
	if !f.found {
		return web.T(l, "figure.none")
	}
	return web.Money(l, f.value.Round(shown), f.currency)
}

func (f figure) href(q question) string { return "/figures/" + f.name + "?" + q.query() }

func (l list) href(q question) string { return "/figures/" + l.name + "?" + q.query() }

// definition says what a figure means. "Not broken down" and "year not stated"
// are the opposite of a line and a year, and have words of their own.
func definition(l web.Lang, f figure) string {
	key := "definition." + strings.TrimPrefix(f.def.Key, "statement.")
	switch f.def.Key {
	case "statement.line", "statement.year":
	default:
		return web.T(l, key)
	}
	if about(f.name) == "none" {
		key += ".none"
	}
	return web.T(l, key)
}

type partyID = party.ID
