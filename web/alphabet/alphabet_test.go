package alphabet

import (
	"slices"
	"testing"

	"tallinn/web"
)

func TestSort(t *testing.T) {
	for _, tt := range []struct {
		lang web.Lang
		list []string
		want []string
	}{
		{web.English, []string{"Poland", "denmark", "Österreich", "Norway", "Netherlands"},
			[]string{"denmark", "Netherlands", "Norway", "Österreich", "Poland"}},
		// Є after Е, І after И, Ї after І, Ґ after Г: by code point all four stand elsewhere.
		{web.Ukrainian, []string{"Їжак", "Італія", "Єгипет", "Естонія", "Іспанія", "Франція", "Ґана", "Данія", "Ганновер", "Жаба"},
			[]string{"Ганновер", "Ґана", "Данія", "Естонія", "Єгипет", "Жаба", "Іспанія", "Італія", "Їжак", "Франція"}},
	} {
		got := slices.Clone(tt.list)
		Sort(tt.lang, got, func(s string) string { return s })
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.lang, got, tt.want)
		}
	}
}
