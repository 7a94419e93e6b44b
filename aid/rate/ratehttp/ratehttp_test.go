package ratehttp

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"tallinn/aid/rate"
	"tallinn/fact"
	"tallinn/money"
	"tallinn/web"
	"tallinn/web/webtest"
)

func TestDescribe(t *testing.T) {
	for _, tt := range []struct {
		lang web.Lang
		body fact.Body
		want string
	}{
		{web.English, rate.Published{Base: money.EUR, On: "2025-07-02", Issuer: "ECB", Rates: map[money.Currency]money.Rate{"SEK": {}, "USD": {}}},
			"ECB reference rates for 2 July 2025: 2 currencies for one EUR"},
		{web.Ukrainian, rate.Published{Base: money.EUR, On: "2025-07-02", Issuer: "ECB", Rates: map[money.Currency]money.Rate{"SEK": {}, "USD": {}}},
			"Довідкові курси ЄЦБ на 2 липня 2025 р.: 2 валюти до EUR"},
		{web.English, rate.Corrected{Issuer: "ECB", On: "2025-07-02", Correction: fact.Correction{Pointer: "/rates",
			Was: jsontext.Value(`{"SEK":"11.2","USD":"1.1"}`), Now: jsontext.Value(`{"SEK":"11.3","USD":"1.1"}`), Reason: "mistyped"}},
			"ECB reference rates for 2 July 2025 corrected: SEK was “11.2”, now “11.3” (it was typed or copied wrongly)"},
	} {
		got, ok := Describe(tt.lang, fact.Fact{Body: tt.body}, nil)
		if !ok || webtest.Plain(got) != tt.want {
			t.Errorf("%q, %v; want %q", got, ok, tt.want)
		}
	}
}
