package match
import ("testing";"os";"time";"tallinn/aid/match/instance";"tallinn/aid/match/verify";"tallinn/aid/match/certificate")
func TestQuickRepair(t *testing.T) {
	f := os.Getenv("Q"); if f=="" {t.Skip()}
	data, _ := os.ReadFile(f)
	in, _ := instance.Parse(f, data)
	p, err := Make(in, Options{Moves: 300000})
	if err != nil { t.Fatal(err) }
	for _, what := range []string{"drop","add","same"} {
	in2 := *in
	in2.Offers = append([]instance.Offer(nil), in.Offers...); in2.Requirements = append([]instance.Requirement(nil), in.Requirements...)
	if what=="drop" { in2.Offers[17].Amount -= in2.Offers[17].Amount/3; in2.Offers[17].Units -= in2.Offers[17].Units/3 }
	if what=="add" { q := in2.Requirements[5]; q.ID="NEW"; q.Weight*=3; q.Points*=3; in2.Requirements=append(in2.Requirements,q) }
	instance.Encode(&in2)
	t0:=time.Now()
	p2, err := Make(&in2, Options{Previous: p, Locked: lockAll(p, p.Allocations[3].Requirement), Declined: []instance.Pair{{p.Allocations[10].Requirement,p.Allocations[10].Offer}}, Progress: func(p Progress){ t.Log(p.Phase, p.Score, p.Bound, time.Since(t0)) }})
	if err != nil { t.Fatal(err) }
	d := Diff(p,p2)
	t.Log(what, time.Since(t0), d.Same, d.Before, d.After, d.KeptPPM, d.Composite, p2.Bound)
	if _, err := verify.Check(&in2, p2); err != nil { t.Fatal(err) }
	}
}

func lockAll(p *certificate.Plan, r string) (l []certificate.Allocation) { for _, a := range p.Allocations { if a.Requirement==r { l = append(l,a) } }; return }
