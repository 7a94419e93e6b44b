package matchcli_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/matchcli"
)

func small(t *testing.T) matchcli.File {
	t.Helper()
	data, err := os.ReadFile("../testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	return matchcli.File{Name: "small.json", Reader: bytes.NewReader(data)}
}

// planned is a plan of the small instance, and what making it printed.
func planned(t *testing.T, d matchcli.Desk, o matchcli.MakeOptions) (plan []byte, said string) {
	t.Helper()
	var out, file bytes.Buffer
	d.Out = &out
	if err := matchcli.Make(d, o, small(t), &file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), out.String()
}

func file(data []byte) matchcli.File {
	return matchcli.File{Name: "plan.json", Reader: bytes.NewReader(data)}
}

func TestMakeVerifyExplainInBothLanguages(t *testing.T) {
	for _, tt := range []struct{ lang, made, verified, unmet, gets string }{
		{"en", "No plan can score above", "Verified: no plan can score above", "gets nothing of its", "gets all"},
		{"uk", "Жоден план не може мати оцінку понад", "Перевірено: жоден план", "не отримує нічого", "отримує всі"},
	} {
		d := matchcli.Desk{Lang: tt.lang}
		plan, said := planned(t, d, matchcli.MakeOptions{Moves: 20_000})
		if !strings.Contains(said, tt.made) {
			t.Errorf("make says %q; want %q", said, tt.made)
		}
		var out bytes.Buffer
		d.Out = &out
		if err := matchcli.Verify(d, small(t), file(plan)); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), tt.verified) || strings.Contains(out.String(), "%!") {
			t.Errorf("verify says %q; want %q", out.String(), tt.verified)
		}
		out.Reset()
		names := []string{"Q00009", "F0008", "Q00001:F0002", "Q00001:F0008"}
		if err := matchcli.Explain(d, matchcli.ExplainOptions{Names: names, Million: true, Earmarks: true}, small(t), file(plan)); err != nil {
			t.Fatal(err)
		}
		if err := matchcli.Explain(d, matchcli.ExplainOptions{}, small(t), file(plan)); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{tt.unmet, tt.gets, "F0008"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("explain in %s lacks %q", tt.lang, want)
			}
		}
		if strings.Contains(out.String(), "{{") || strings.Contains(out.String(), "\n\n") {
			t.Errorf("explain in %s leaves a place or a sentence empty", tt.lang)
		}
	}
}

func TestData(t *testing.T) {
	d := matchcli.Desk{JSON: true}
	plan, _ := planned(t, d, matchcli.MakeOptions{Moves: 5_000})
	var out bytes.Buffer
	d.Out = &out
	if err := matchcli.Explain(d, matchcli.ExplainOptions{Names: []string{"Q00001", "F0001"}}, small(t), file(plan)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"requirement": "Q00001"`, `"refused"`, `"offer": "F0001"`, `"capacity"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the data lacks %s: %s", want, out.String())
		}
	}
}

func TestWhatIf(t *testing.T) {
	plan, _ := planned(t, matchcli.Desk{}, matchcli.MakeOptions{Moves: 20_000})
	var out, repaired, changed bytes.Buffer
	d := matchcli.Desk{Out: &out}
	more := `{"id":"NEW","partner":"P99","kind":"money","currency":"EUR","amount_minor":100000000,"lines":null,"sectors":null,"regions":null,
		"beneficiaries":null,"valid_from_day":0,"valid_to_day":400,"civil_only":false,"origin":null,"min_ticket":0,"max_ticket":100000000}`
	w := matchcli.WhatIf{Add: []matchcli.File{{Name: "more.json", Reader: strings.NewReader(more)}}, Drop: []string{"Q00002"}, Unearmark: []string{"F0012:lines"}}
	if err := matchcli.RunWhatIf(d, w, small(t), file(plan), &repaired, &changed); err != nil {
		t.Fatal(err)
	}
	if err := matchcli.Verify(d, matchcli.File{Name: "changed", Reader: &changed}, file(repaired.Bytes())); err != nil {
		t.Fatal(err)
	}
	var a, b *certificate.Plan
	var err error
	if a, err = certificate.Parse("a", plan); err != nil {
		t.Fatal(err)
	}
	if b, err = certificate.Parse("b", repaired.Bytes()); err != nil {
		t.Fatal(err)
	}
	if b.Composite <= a.Composite {
		t.Errorf("with a million more the plan scores %d, without %d", b.Composite, a.Composite)
	}
	out.Reset()
	if err := matchcli.Diff(d, file(plan), file(repaired.Bytes())); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "← NEW: 0 →") {
		t.Errorf("diff does not show the new offer: %s", out.String())
	}
}

func TestCutAndProgress(t *testing.T) {
	var terminal bytes.Buffer
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { now = now.Add(time.Millisecond); return now }
	plan, said := planned(t, matchcli.Desk{Now: clock, Progress: &terminal}, matchcli.MakeOptions{Seconds: 1, Moves: 1 << 30})
	if !bytes.Contains(plan, []byte(`"cut": true`)) || !strings.Contains(said, "cut short") {
		t.Errorf("a plan cut by time does not say so: %s", said)
	}
	if !strings.Contains(terminal.String(), "% below") {
		t.Errorf("progress is %q", terminal.String())
	}
	interrupted := func() bool { return true }
	if _, said := planned(t, matchcli.Desk{Interrupted: interrupted}, matchcli.MakeOptions{}); !strings.Contains(said, "cut short") {
		t.Errorf("an interrupted plan does not say so: %s", said)
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	plan, _ := planned(t, matchcli.Desk{}, matchcli.MakeOptions{Moves: 1000})
	previous := func() *matchcli.File { f := file(plan); return &f }
	for name, o := range map[string]matchcli.MakeOptions{
		"moves below nothing": {Moves: -1},
		"seconds, no clock":   {Seconds: 5},
		"accept nothing":      {Accepted: []string{"Q00001"}},
		"accept unserved":     {Previous: previous(), Accepted: []string{"none"}},
		"decline a word":      {Previous: previous(), Declined: []string{"Q00001"}},
	} {
		if err := matchcli.Make(matchcli.Desk{}, o, small(t), &bytes.Buffer{}); !errors.Is(err, matchcli.ErrOption) {
			t.Errorf("%s: %v; want ErrOption", name, err)
		}
	}
	if err := matchcli.Make(matchcli.Desk{}, matchcli.MakeOptions{Previous: previous(), Declined: []string{"Q1:F1"}}, small(t), &bytes.Buffer{}); !errors.Is(err, instance.ErrUnknown) {
		t.Errorf("decline of the unknown: %v", err)
	}
	if err := matchcli.Explain(matchcli.Desk{}, matchcli.ExplainOptions{Names: []string{"none"}}, small(t), file(plan)); !errors.Is(err, matchcli.ErrName) {
		t.Errorf("explain of the unknown: %v", err)
	}
}

func TestAcceptAndDecline(t *testing.T) {
	plan, _ := planned(t, matchcli.Desk{}, matchcli.MakeOptions{Moves: 20_000})
	parsed, err := certificate.Parse("plan", plan)
	if err != nil {
		t.Fatal(err)
	}
	accepted, declined := parsed.Allocations[5], parsed.Allocations[0]
	previous := file(plan)
	repaired, _ := planned(t, matchcli.Desk{}, matchcli.MakeOptions{Previous: &previous, Accepted: []string{accepted.Requirement},
		Declined: []string{declined.Requirement + ":" + declined.Offer}})
	after, err := certificate.Parse("repaired", repaired)
	if err != nil {
		t.Fatal(err)
	}
	if len(after.Locked) == 0 || len(after.Declined) != 1 {
		t.Errorf("locked %v, declined %v", after.Locked, after.Declined)
	}
	if err := matchcli.Verify(matchcli.Desk{Out: &bytes.Buffer{}}, small(t), file(repaired)); err != nil {
		t.Error(err)
	}
}
