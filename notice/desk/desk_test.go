package desk_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tallinn/notice/desk"
)

var noon = time.Date(2026, 4, 14, 12, 0, 0, 0, time.UTC)

func TestOrder(t *testing.T) {
	items := []desk.Item{
		{Kind: desk.Answer, ID: "N-0004"},
		{Kind: desk.Vote, ID: "N-0003", Due: noon.Add(time.Hour)},
		{Kind: desk.Vote, ID: "N-0001", Due: noon.Add(-time.Hour)},
		{Kind: desk.Overdue, ID: "N-0002", Due: noon.Add(time.Hour)},
	}
	got, rest := desk.Order(items)
	var ids []string
	for _, i := range got {
		ids = append(ids, i.ID)
	}
	if want := []string{"N-0001", "N-0002", "N-0003", "N-0004"}; !slices.Equal(ids, want) || rest != 0 {
		t.Errorf("Order gives %v, %d more; want %v", ids, rest, want)
	}
	if !got[0].Late(noon) || got[1].Late(noon) || !got[1].Pressing(noon) || got[3].Pressing(noon) {
		t.Error("a clock is misread")
	}
}

// TestNothingIsLost: whatever waits is shown, or counted.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3*desk.Most).Draw(t, "n")
		items := make([]desk.Item, n)
		for i := range items {
			items[i] = desk.Item{Kind: rapid.SampledFrom(desk.Kinds).Draw(t, "kind"), ID: rapid.StringMatching(`N-[0-9]{4}`).Draw(t, "id")}
			if rapid.Bool().Draw(t, "clock") {
				items[i].Due = noon.Add(time.Duration(rapid.IntRange(-100, 100).Draw(t, "hours")) * time.Hour)
			}
		}
		shown, rest := desk.Order(items)
		if len(shown)+rest != n || len(shown) > desk.Most {
			t.Fatalf("%d shown and %d more of %d", len(shown), rest, n)
		}
		for i := 1; i < len(shown); i++ {
			a, b := shown[i-1].Due, shown[i].Due
			if a.IsZero() && !b.IsZero() || !b.IsZero() && b.Before(a) {
				t.Fatalf("%v stands before %v", a, b)
			}
		}
	})
}
