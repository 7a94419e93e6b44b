package match
import ("testing";"os";"time";"tallinn/aid/match/instance";"tallinn/aid/match/verify")
func TestG(t *testing.T) {
	f := os.Getenv("Q"); if f=="" {t.Skip()}
	data, _ := os.ReadFile(f)
	in, _ := instance.Parse(f, data)
	t0:=time.Now()
	p, err := Make(in, Options{ByGoals: true})
	if err != nil { t.Fatal(err) }
	t.Log(p.Composite, p.Bound, time.Since(t0))
	for k,g := range p.Goals { fl := int64(-1); if g.Floor!=nil {fl=*g.Floor}; t.Log(k,g.Value,g.Bound,fl) }
	if _, err := verify.Check(in, p); err != nil { t.Fatal(err) }
}
