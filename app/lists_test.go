package app_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/text/encoding/charmap"

	"tallinn/exchange/sheet"
)

// sends sends a list and returns the page of its columns.
func (v *visitor) sends(name, data string) string {
	v.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	part.Write([]byte(data))
	w.Close()
	a := v.send("POST", "/lists", w.FormDataContentType(), body.String())
	if a.status != http.StatusSeeOther {
		v.t.Fatalf("sending %s answers %d: %s", name, a.status, a.says(v.t, ".notice p"))
	}
	return a.to
}

// planOf is the form of a page of columns as it stands.
func planOf(a answer) url.Values {
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		out.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]* name="([a-z_0-9]+)".*?</select>`).FindAllStringSubmatch(a.body, -1) {
		if chosen := regexp.MustCompile(`<option value="([^"]*)" selected`).FindStringSubmatch(m[0]); chosen != nil {
			out.Set(m[1], chosen[1])
		}
	}
	for _, m := range regexp.MustCompile(`type="checkbox" name="([a-z_]+)" value="([^"]*)" checked`).FindAllStringSubmatch(a.body, -1) {
		out.Set(m[1], m[2])
	}
	return out
}

// waits is an import once it has ended.
func (v *visitor) waits(page string) map[string]any {
	v.t.Helper()
	for range 200 {
		var out map[string]any
		if err := json.Unmarshal([]byte(v.read(page).body), &out); err != nil {
			v.t.Fatal(err)
		}
		if out["state"] != "goes" {
			return out
		}
		time.Sleep(5 * time.Millisecond)
	}
	v.t.Fatalf("%s has not ended", page)
	return nil
}

// messy is a list as it comes from an institution: a title over it, Ukrainian
// heads, semicolons, decimal commas, days written with points, an old encoding.
const messy = `Пропозиції на 2026–2027 роки;;;;;;;
;;;;;;;
№;Форма допомоги;Що саме;К-сть;Сума, євро;Країна походження;Діє до;Примітки
1;гроші;;;1 250 000,50;;31.12.2027;За підсумками наради
2;товари;Міжмережеві екрани;40;;EE;30.06.2027;=HYPERLINK("http://x")
3;дні експертів;Робота експертів;120;;;31.12.2027;
4;ліцензії;Захист кінцевих точок;п’ять;;EE;31.02.2027;
`

// TestListImported: a messy list is understood but for two cells, which are
// named; what can be recorded is, each as from its form; the same file again
// is recognised; and all of it is undone.
func TestListImported(t *testing.T) {
	s := playSite(t)
	v := s.acts(t, "programme officer", 0)
	old, err := charmap.Windows1251.NewEncoder().String(messy)
	if err != nil {
		t.Fatal(err)
	}
	page := v.sends("Пропозиції.csv", old)
	a := v.get(page)
	told := a.says(t, "#told tbody tr")
	for _, words := range []string{"Money1250000.50 EUREUR2027-12-31", "GoodsFirewalls40", "EE2027-06-30"} {
		if !strings.Contains(told, words) {
			t.Errorf("the first rows are understood as %q; want %q in it", told, words)
		}
	}
	if lead := a.says(t, ".lead"); !strings.Contains(lead, "windows-1251 · semicolons") {
		t.Errorf("the file is said to be %q", lead)
	}
	if got := a.says(t, "#problems tbody td:nth-child(2), #problems tbody td:nth-child(3)"); got != "К-сть | п’ять | Діє до | 31.02.2027" {
		t.Errorf("wrong are %q", got)
	}
	form := planOf(a)
	refused := v.post("/imports", form)
	if out := v.waits(refused.to); out["state"] != "refused" || out["left"] != 4.0 {
		t.Errorf("with two wrong cells it comes out as %v", out)
	}
	form.Set("skip_bad", "yes")
	form.Set("key", "again")
	done := v.post("/imports", form)
	if out := v.waits(done.to); out["state"] != "partly" || out["made"] != 3.0 || out["left"] != 1.0 {
		t.Fatalf("it comes out as %v: %s", out, v.read("/imports/"+done.to[len("/imports/"):]+"/problems").body)
	}
	made := strings.Split(v.get(done.to).says(t, ".made a"), " | ")
	if len(made) != 3 {
		t.Fatalf("it made %v", made)
	}
	if offer := v.get("/offers/" + made[0]).body; !strings.Contains(offer, "2027") {
		t.Error("an offer of the list has no page of its own")
	}
	if again := v.get(v.sends("other name.csv", old)).says(t, ".notice"); !strings.Contains(again, "This very file was imported as "+done.to[len("/imports/"):]) {
		t.Errorf("the same file under another name: %q", again)
	}
	if twice := v.post("/imports", url.Values{"file": form["file"], "of": form["of"], "key": {"twice"}, "head": form["head"]}); twice.status != http.StatusConflict {
		t.Errorf("the same file is imported twice: %d", twice.status)
	}
	if other := s.acts(t, "programme officer", 1).get(done.to); other.status != http.StatusNotFound {
		t.Errorf("another institution's import answers %d", other.status)
	}
	if other := s.acts(t, "programme officer", 1).get(page); other.status != http.StatusNotFound {
		t.Errorf("another institution's file answers %d", other.status)
	}
	v.post(done.to, url.Values{"act": {"undo"}})
	if out := v.waits(done.to); out["state"] != "undone" || out["gone"] != 3.0 {
		t.Errorf("undoing comes out as %v: %s", out, v.get(done.to).says(t, ".notice"))
	}
	if left := v.get("/offers/" + made[0]).body; !strings.Contains(left, "closed") {
		t.Error("an offer stays open after its import was undone")
	}
}

// TestListsInThreeForms: a list is the same as CSV, as a workbook and as JSON;
// in none does a cell run as a formula.
func TestListsInThreeForms(t *testing.T) {
	s := playSite(t)
	v := s.acts(t, "programme officer", 0)
	v.offers(url.Values{"terms": {"x"}})
	for _, path := range []string{"/needs", "/offers?state=all", "/flows"} {
		address, filter, _ := strings.Cut(path, "?")
		var want []string
		for _, form := range []string{".csv", ".xlsx", ".json"} {
			var got []string
			a := v.get(address + form + "?" + filter)
			_, err := sheet.Read([]byte(a.body), func(r sheet.Row) error {
				for i, c := range r.Cells {
					if strings.HasPrefix(c, "=") || strings.HasPrefix(c, "+") {
						t.Errorf("%s%s: cell %q runs as a formula", address, form, c)
					}
					r.Cells[i] = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(c, "'"), "0"), ".0")
				}
				got = append(got, strings.Join(r.Cells, "|"))
				return nil
			})
			if err != nil || a.status != http.StatusOK || len(got) < 3 {
				t.Fatalf("%s%s: %d, %d rows, %v", address, form, a.status, len(got), err)
			}
			if form == ".csv" {
				want = got
				continue
			}
			for i := range want {
				if i >= len(got) || loose(got[i]) != loose(want[i]) {
					t.Fatalf("%s%s: row %d is %q, and in CSV %q", address, form, i, got[min(i, len(got)-1)], want[i])
				}
			}
		}
	}
}

// loose leaves out how numbers are padded.
func loose(row string) string { return strings.NewReplacer("0", "", ".", "").Replace(row) }
