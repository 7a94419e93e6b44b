package match

import (
	"os"
	"strconv"
	"tallinn/aid/match/instance"
	"testing"
	"time"
)

func load(t testing.TB, name string) *instance.Instance {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Skip(err)
	}
	in, err := instance.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestProto(t *testing.T) {
	f := os.Getenv("PROTO")
	if f == "" {
		t.Skip()
	}
	t0 := time.Now()
	in := load(t, f)
	t.Log("read", time.Since(t0))
	t0 = time.Now()
	m := newModel(in)
	t.Log("model", len(m.pairs), time.Since(t0))
	t0 = time.Now()
	x := m.whole(m.composite(), 2)
	price := m.firstPrices(&x.b)
	t.Log("first", time.Since(t0))
	t0 = time.Now()
	no := func() bool { return false }
	for _, n := range []int{20, 5} {
		if len(x.needs)/n < 500 {
			continue
		}
		k := newMarket(x.sample(n), price, no)
		k.settle(schedule{envInt("K1", 500), 50000, 500})
		price = k.best
		t.Log(n, k.bound.points(x.b.shift), time.Since(t0))
	}
	k := newMarket(x, price, no)
	k.settle(schedule{envInt("K", 1000), int64(envInt("HI", 50000)), int64(envInt("LO", 100))})
	t.Log(k.bound.points(x.b.shift), time.Since(t0))
	t0 = time.Now()
	m.sortPairs(k.best)
	b := x.b
	l := newLayout(m, &b)
	se := newSearch(l, k.best, envInt("W", 2), no)
	t.Log("sorted", time.Since(t0))
	se.construct()
	bound := k.bound.points(b.shift)
	show := func(tag string) {
		v := l.total() >> b.shift
		t.Logf("%s %d gap %.4f%% %v", tag, v, 100*float64(bound-v)/float64(bound), time.Since(t0))
	}
	show("construct")
	R := envInt("R", 10)
	P := envInt("P", 1)
	for i := range R {
		se.heat = l.total() / int64(len(m.needs)) * int64(envInt("H", 20)) / 1000 * int64(R-i) / int64(R)
		se.credit = int64(envInt("CR", 1024))
		se.round(P, int64(envInt("M", 100000)))
		se.settle()
		show("round")
	}
	if b := os.Getenv("BEST"); b != "" {
	}
}
func envInt(n string, d int) int {
	if v, err := strconv.Atoi(os.Getenv(n)); err == nil {
		return v
	}
	return d
}
