package pack_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/pack"
	"tallinn/defence/detection/sigma"
)

func sampleRules(t *testing.T) []*sigma.Rule {
	t.Helper()
	names, err := filepath.Glob("../testdata/sample/rules/*.yml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var rules []*sigma.Rule
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, sigma.Parse(name, b).Rules...)
	}
	filtered := sigma.Parse("f", []byte("title: f\nlogsource: {product: windows}\nfilter:\n  rules: any\n  s: {User|startswith: adm_}\n  condition: not s\n"))
	if len(filtered.Filters) != 1 {
		t.Fatal(filtered.Refused)
	}
	return append(rules, sigma.Apply(rules[:1], filtered.Filters)...)
}

func TestRoundTrip(t *testing.T) {
	want := &pack.Pack{Source: "here", Link: "https://x/", Licence: "L", Rules: sampleRules(t)}
	var b, again bytes.Buffer
	if err := pack.Save(&b, want); err != nil {
		t.Fatal(err)
	}
	if err := pack.Save(&again, want); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Fatal("the same pack is written in two ways", err)
	}
	got, err := pack.Load(&b)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range want.Rules {
		if len(r.Custom) == 0 {
			r.Custom = nil
		}
		if !reflect.DeepEqual(got.Rules[i], r) {
			t.Errorf("%s:\n%+v\n%+v", r.File, got.Rules[i], r)
		}
	}
}

func TestRefusals(t *testing.T) {
	var b bytes.Buffer
	if err := pack.Save(&b, &pack.Pack{Rules: sampleRules(t)}); err != nil {
		t.Fatal(err)
	}
	whole := b.String()
	for _, tt := range []struct {
		name, text string
		want       error
	}{
		{"nothing", "", pack.ErrDamaged},
		{"cut", whole[:len(whole)-1], pack.ErrDamaged},
		{"changed", whole[:200] + "x" + whole[201:], pack.ErrDamaged},
		{"newer", strings.Replace(whole, "tallinn-pack 1", "tallinn-pack 2", 1), pack.ErrVersion},
	} {
		if _, err := pack.Parse([]byte(tt.text)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestEmbedded(t *testing.T) {
	p, err := pack.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	e, refused := detection.New(p.Rules)
	t.Logf("%d rules of %s, %d refused", len(e.Rules()), p.Source, len(refused))
	if len(e.Rules()) < 3000 || p.Licence == "" || p.Link == "" {
		t.Errorf("%d rules, licence %q, link %q", len(e.Rules()), p.Licence, p.Link)
	}
	for _, r := range p.Rules {
		if r.Author == "" {
			t.Errorf("%s has no author: the licence asks for one", r.File)
		}
	}
}
