package milestonehttp

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/fact"
	"tallinn/mechanism/milestone"
	"tallinn/web"
	"tallinn/web/webtest"
)

func TestDescribe(t *testing.T) {
	for _, tt := range []struct {
		lang web.Lang
		body fact.Body
		want string
	}{
		{web.English, milestone.Recorded{Milestone: "M-0001", On: "2023-12-20", Event: "public launch"},
			"Event of 20 December 2023 recorded: public launch"},
		{web.Ukrainian, milestone.Recorded{Milestone: "M-0001", On: "2023-12", Event: "public launch"},
			"Записано подію, грудень 2023 р.: «public launch»"},
		{web.English, milestone.Corrected{Milestone: "M-0001", Correction: fact.Correction{Pointer: "/on",
			Was: jsontext.Value(`"2023-12"`), Now: jsontext.Value(`"2023-12-20"`), Reason: "source_changed"}},
			"M-0001 corrected: Date was “December 2023”, now “20 December 2023” (the source now reads differently)"},
	} {
		got, ok := Describe(tt.lang, fact.Fact{Body: tt.body}, nil)
		if !ok || webtest.Plain(got) != tt.want {
			t.Errorf("%q, %v; want %q", got, ok, tt.want)
		}
	}
}
