package match

import (
	"os"
	"tallinn/aid/match/certificate"
	"tallinn/aid/match/instance"
	"tallinn/aid/match/verify"
	"testing"
	"time"
)

func TestQuick(t *testing.T) {
	f := os.Getenv("Q")
	if f == "" {
		t.Skip()
	}
	data, _ := os.ReadFile(f)
	in, err := instance.Parse(f, data)
	if err != nil {
		t.Fatal(err)
	}
	t0 := time.Now()
	p, err := Make(in, Options{Progress: func(p Progress) { t.Log(p.Phase, p.Score, p.Bound, verify.Below(p.Score, p.Bound), time.Since(t0)) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(p.Composite, p.Bound, time.Since(t0))
	for k, g := range p.Goals {
		t.Log(k, g.Value, g.Bound)
	}
	b, err := certificate.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	p2, err := certificate.Parse("p", b)
	if err != nil {
		t.Fatal(err)
	}
	t0 = time.Now()
	r, err := verify.Check(in, p2)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.Below, len(b), time.Since(t0))
}
