package api

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"tallinn/fault"
	"tallinn/web"
)

// Faults of one place of a request.
var (
	errTwice = fault.New(fault.Invalid, "api.member_twice",
		"the member {{.member}} stands twice; keep one of the two")
	errUTF8 = fault.New(fault.Invalid, "api.utf8",
		"byte {{.byte}} is not UTF-8; encode the whole body as UTF-8")
	errDepth = fault.New(fault.Invalid, "api.depth",
		"the body is nested too deeply at byte {{.byte}}; send what /api/openapi.json describes")
	errSyntax = fault.New(fault.Invalid, "api.json",
		"the body is no JSON from byte {{.byte}} on; send one whole JSON object and nothing after it")
	errUnknown = fault.New(fault.Invalid, "api.member_unknown",
		"this member is not known here; remove it, or mend its name")
	errParameter = fault.New(fault.Invalid, "api.parameter_unknown",
		"this operation has no such parameter; remove it, or mend its name")
	errRequired = fault.New(fault.Invalid, "api.required",
		"{{.name}} is missing; add it")
	errBoolean = fault.New(fault.Invalid, "api.boolean",
		"this is not true or false; write one of the two, without quotes")
	errInteger = fault.New(fault.Invalid, "api.integer",
		"this is not a whole number; write digits alone, such as 200")
	errNumber = fault.New(fault.Invalid, "api.number",
		"this is not a number; write digits, without quotes")
	errString = fault.New(fault.Invalid, "api.string",
		"this is not a text; put it in double quotes")
	errBase64 = fault.New(fault.Invalid, "api.base64",
		"this is not base64; encode the bytes of the file as base64 (RFC 4648, section 4)")
	errArray = fault.New(fault.Invalid, "api.array",
		"this is not a list; put it in square brackets")
	errObject = fault.New(fault.Invalid, "api.object",
		"this is not an object; put its members in braces")
	errLeast = fault.New(fault.Invalid, "api.least",
		"this is less than {{.least}}; give at least that")
	errMost = fault.New(fault.Invalid, "api.most",
		"this is more than {{.most}}; give at most that")
	errLong = fault.New(fault.Invalid, "api.long",
		"this is longer than {{.most}} characters; shorten it")
	errShort = fault.New(fault.Invalid, "api.short",
		"this is shorter than {{.least}} characters; write it out")
	errWord = fault.New(fault.Invalid, "api.word",
		"this word is not taken here; write one of: {{.words}}")
	errValue = fault.New(fault.Invalid, "api.value",
		"this does not fit the description of the operation; compare it with /api/openapi.json")
)

// A saying is a message of huma, or of strict, and the fault that says the
// same to people. The message's one place, if any, fills the place called arg.
type saying struct {
	message *regexp.Regexp
	fault   *fault.Error
	arg     string
}

func says(format string, f *fault.Error, arg string) saying {
	form := regexp.QuoteMeta(format)
	for _, verb := range []string{"%v", "%d", "%s"} {
		form = strings.ReplaceAll(form, verb, "(.*)")
	}
	return saying{regexp.MustCompile("(?s)^" + form + "$"), f, arg}
}

var sayings = []saying{
	says(saidTwice, errTwice, "member"), says(saidUTF8, errUTF8, "byte"),
	says(saidDepth, errDepth, "byte"), says(saidSyntax, errSyntax, "byte"),
	says(validation.MsgUnexpectedProperty, errUnknown, ""),
	says("unknown query parameter", errParameter, ""),
	says(validation.MsgExpectedRequiredProperty, errRequired, "name"),
	says(validation.MsgExpectedBoolean, errBoolean, ""), says("invalid boolean", errBoolean, ""),
	says(validation.MsgExpectedInteger, errInteger, ""), says("invalid integer", errInteger, ""),
	says(validation.MsgExpectedNumber, errNumber, ""), says("invalid float", errNumber, ""),
	says(validation.MsgExpectedString, errString, ""),
	says(validation.MsgExpectedBase64String, errBase64, ""),
	says(validation.MsgExpectedArray, errArray, ""),
	says(validation.MsgExpectedObject, errObject, ""),
	says(validation.MsgExpectedMinimumNumber, errLeast, "least"),
	says(validation.MsgExpectedMaximumNumber, errMost, "most"),
	says(validation.MsgExpectedMinLength, errShort, "least"),
	says(validation.MsgExpectedMaxLength, errLong, "most"),
	says(validation.MsgExpectedOneOf, errWord, "words"),
}

// detail says e to a reader of lang. A message that is not in sayings is
// withheld: it may tell of our types.
func detail(lang web.Lang, e *huma.ErrorDetail) Detail {
	f := errValue
	for _, s := range sayings {
		if m := s.message.FindStringSubmatch(e.Message); m != nil {
			f = s.fault
			if s.arg != "" && len(m) > 1 {
				f = f.With(s.arg, m[1])
			}
			break
		}
	}
	return Detail{Location: place(e.Location), Code: f.Code(), Message: web.FaultText(lang, f)}
}

// place is a location as an answer may repeat it: the names in it may be the
// sender's own.
func place(location string) string {
	const most = 200
	location = strings.ToValidUTF8(location, "\uFFFD")
	if utf8.RuneCountInString(location) > most {
		location = string([]rune(location)[:most]) + "…"
	}
	return location
}

// clipped quotes a part of the input, no longer than an error should be.
func clipped(s string) string {
	const most = 60
	s = strings.ToValidUTF8(s, "\uFFFD")
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(s)
}
