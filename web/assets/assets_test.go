package assets

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// blocks are the custom properties of each :root block of tokens.css: light,
// the system's dark, the chosen dark, the sizes, print.
func blocks(t *testing.T) []map[string]string {
	t.Helper()
	var all []map[string]string
	for _, body := range regexp.MustCompile(`(?s):root[^{]*\{([^}]*)\}`).FindAllStringSubmatch(string(mustRead("tokens.css")), -1) {
		m := map[string]string{}
		for _, p := range regexp.MustCompile(`--([a-z0-9-]+): ([^;]+);`).FindAllStringSubmatch(body[1], -1) {
			m[p[1]] = p[2]
		}
		all = append(all, m)
	}
	if len(all) != 5 {
		t.Fatalf("tokens.css has %d :root blocks, want 5", len(all))
	}
	return all
}

func TestDarkStandsTwiceTheSame(t *testing.T) {
	b := blocks(t)
	if fmt.Sprint(b[1]) != fmt.Sprint(b[2]) {
		t.Errorf("dark colours differ:\nsystem %v\nchosen %v", b[1], b[2])
	}
	for name := range b[0] {
		if b[1][name] == "" {
			t.Errorf("--%s has no dark value", name)
		}
		if b[4][name] == "" {
			t.Errorf("--%s has no value on paper", name)
		}
	}
}

// TestContrast holds WCAG 2.2 (1.4.3, 1.4.6, 1.4.11) on the tokens, in light,
// dark and print.
func TestContrast(t *testing.T) {
	b := blocks(t)
	for i, scheme := range map[int]string{0: "light", 1: "dark", 4: "print"} {
		for _, c := range []struct {
			ink, ground string
			least       float64
		}{
			{"ink", "paper", 7}, {"ink", "raised", 7}, {"ink", "sunk", 7}, {"ink", "accent-soft", 7},
			{"ink", "attention-soft", 7}, {"ink", "danger-soft", 7}, {"ink", "good-soft", 7},
			{"muted", "paper", 4.5}, {"muted", "raised", 4.5}, {"muted", "sunk", 4.5}, {"muted", "accent-soft", 4.5},
			{"accent", "paper", 4.5}, {"accent", "raised", 4.5}, {"accent", "accent-soft", 4.5}, {"on-accent", "accent", 4.5},
			{"attention", "attention-soft", 4.5}, {"danger", "paper", 4.5}, {"good", "paper", 4.5},
			{"line-strong", "raised", 3}, {"line-strong", "paper", 3},
		} {
			if got := contrast(b[i][c.ink], b[i][c.ground]); got < c.least {
				t.Errorf("%s: %s on %s is %.2f:1, want %v:1", scheme, c.ink, c.ground, got, c.least)
			}
		}
	}
}

// TestChartColours: any two of the eight can be told apart with full sight and
// with each of the three colour blindnesses, and each from the paper.
func TestChartColours(t *testing.T) {
	const leastApart, leastOnPaper = 20, 3
	for i, scheme := range map[int]string{0: "light", 1: "dark"} {
		b := blocks(t)[i]
		for one := 1; one <= 8; one++ {
			a := b[fmt.Sprintf("c%d", one)]
			if got := contrast(a, b["paper"]); got < leastOnPaper {
				t.Errorf("%s: c%d on paper is %.2f:1", scheme, one, got)
			}
			for two := one + 1; two <= 8; two++ {
				for name, sight := range sights {
					c := b[fmt.Sprintf("c%d", two)]
					if got := apart(seen(a, sight), seen(c, sight)); got < leastApart {
						t.Errorf("%s, %s: c%d and c%d are %.1f apart", scheme, name, one, two, got)
					}
				}
			}
		}
	}
}

// TestOnlyTokensHaveColoursAndSizes: other sheets use names. Conditions of
// media and containers cannot, and a page's margins are paper's own.
func TestOnlyTokensHaveColoursAndSizes(t *testing.T) {
	raw := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\brgba?\(|\b[1-9][0-9.]*(px|pt|rem)\b`)
	for _, sheet := range []string{"frame.css", "components.css", "forms.css", "print.css"} {
		for i, line := range strings.Split(string(mustRead(sheet)), "\n") {
			if strings.HasPrefix(line, "@") || strings.Contains(line, "/*") {
				continue
			}
			if sheet == "print.css" {
				continue // sizes of paper; its colours are looked for below
			}
			if found := raw.FindString(line); found != "" {
				t.Errorf("%s:%d: %s belongs in tokens.css", sheet, i+1, found)
			}
		}
		used := regexp.MustCompile(`var\(--([a-z0-9-]+)`).FindAllStringSubmatch(string(mustRead(sheet)), -1)
		for _, u := range used {
			if !strings.Contains(string(mustRead("tokens.css")), "--"+u[1]+":") {
				t.Errorf("%s: --%s is in no token", sheet, u[1])
			}
		}
		if strings.Contains(string(mustRead(sheet)), "http") && sheet != "print.css" {
			t.Errorf("%s reaches for another host", sheet)
		}
	}
}

func TestHandler(t *testing.T) {
	get := func(path string, header ...string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		if len(header) > 0 {
			r.Header.Set("Accept-Encoding", header[0])
		}
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, r)
		return w.Result()
	}
	for _, name := range []string{Style, Script, Icon} {
		plain, _ := io.ReadAll(get(URL(name)).Body)
		packed := get(URL(name), "gzip, br")
		if h := packed.Header; h.Get("Content-Encoding") != "gzip" ||
			!strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: header %v", name, h)
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := io.ReadAll(z); string(b) != string(plain) || len(b) == 0 {
			t.Errorf("%s: compressed and plain differ", name)
		}
	}
	if got := get(URL(Style), "gzip;q=0").Header.Get("Content-Encoding"); got != "" {
		t.Errorf("refused gzip, got %q", got)
	}
	if got := get(Prefix + "tallinn.000000000000.css").StatusCode; got != http.StatusNotFound {
		t.Errorf("unknown hash: status %d, want 404", got)
	}
	if n := len(byName[Style].squeezed) + len(byName[Script].squeezed) + len(byName[Icon].squeezed); n > 20<<10 {
		t.Errorf("style, script and icon are %d bytes compressed; the first page has 150 kB in all", n)
	}
}

func channels(hex string) (v [3]float64) {
	var n [3]int
	fmt.Sscanf(hex, "#%02x%02x%02x", &n[0], &n[1], &n[2])
	for i, c := range n {
		s := float64(c) / 255
		if v[i] = math.Pow((s+0.055)/1.055, 2.4); s <= 0.04045 {
			v[i] = s / 12.92
		}
	}
	return v
}

// contrast is the ratio of WCAG 2.2, "contrast ratio".
func contrast(a, b string) float64 {
	light := func(hex string) float64 {
		c := channels(hex)
		return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// sights are full sight and the matrices of Machado, Oliveira and Fernandes
// (2009) for complete colour blindness, on linear channels.
var sights = map[string][3][3]float64{
	"full sight":   {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// seen is a colour in CIE L*a*b* as a sight has it.
func seen(hex string, sight [3][3]float64) [3]float64 {
	c := channels(hex)
	var l [3]float64
	for i, row := range sight {
		l[i] = min(max(row[0]*c[0]+row[1]*c[1]+row[2]*c[2], 0), 1)
	}
	f := func(t float64) float64 {
		if t > 0.008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	x := f((0.4124*l[0] + 0.3576*l[1] + 0.1805*l[2]) / 0.95047)
	y := f(0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2])
	z := f((0.0193*l[0] + 0.1192*l[1] + 0.9505*l[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func apart(a, b [3]float64) float64 {
	return math.Sqrt(math.Pow(a[0]-b[0], 2) + math.Pow(a[1]-b[1], 2) + math.Pow(a[2]-b[2], 2))
}
