package search_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	_ "modernc.org/sqlite"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/search"
	"tallinn/tlp"
)

const items = 100_000

// An item is a thing of the corpus, with the groups of forms that it has.
type item struct {
	title, told string
	forms       []int
}

// corpus is made of the words of the catalogue, of both languages, a few words
// often and most seldom, as texts are; every tenth item has a word whose other
// forms are known.
func corpus(b *testing.B) (list []item, groups [][]string) {
	rng := rand.New(rand.NewPCG(1, 2))
	words := map[string]bool{}
	files, err := filepath.Glob("../../web/catalogue/*.toml")
	if err != nil || len(files) == 0 {
		b.Fatal("no catalogue", err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			if _, text, ok := strings.Cut(line, " = "); ok {
				for _, w := range search.Words(text) {
					if utf8.RuneCountInString(w) > 2 {
						words[w] = true
					}
				}
			}
		}
	}
	raw, err := os.ReadFile("../../search/testdata/forms.uk.txt")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			group := strings.Fields(line)
			slices.Sort(group)
			groups = append(groups, slices.Compact(group))
			for _, w := range group {
				delete(words, w)
			}
		}
	}
	all := make([]string, 0, len(words))
	for w := range words {
		all = append(all, w)
	}
	slices.Sort(all)
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	zipf := rand.NewZipf(rng, 1.1, 8, uint64(len(all)-1))
	draw := func(n int) string {
		var out []string
		for range n {
			out = append(out, all[zipf.Uint64()])
		}
		return strings.Join(out, " ")
	}
	for n := range items {
		x := item{title: draw(6), told: draw(25)}
		if n%10 == 0 {
			g := rng.IntN(len(groups))
			x.forms = append(x.forms, g)
			x.told += " " + groups[g][rng.IntN(len(groups[g]))]
		}
		list = append(list, x)
	}
	b.Logf("%d items of %d words, %d groups of forms", items, len(all), len(groups))
	return list, groups
}

// filed is the index, in the classes of needs of 200 owners, of which a partner
// reads the validated ones.
func filed(list []item) *search.Index {
	x := &search.Index{}
	for n, it := range list {
		stage := "validated"
		if n%5 == 4 {
			stage = "open"
		}
		x.Put(search.Doc{Item: fmt.Sprintf("N-%06d", n), Kind: "need", At: int64(n), Class: class.Class{Realm: fact.Exercise, Noun: "need", Part: "summary",
			Marking: tlp.Amber, Owner: fmt.Sprintf("x-owner-%03d", n%200), Stage: stage},
			Fields: []search.Field{{Weight: search.Titled, Text: it.title}, {Weight: search.Told, Text: it.told}}})
	}
	return x
}

func partner(c class.Class) bool { return c.Stage == "validated" }

// tabled is the same in FTS5, whose every row the partner may read or not.
func tabled(b *testing.B, list []item) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "fts.db")+"?_pragma=journal_mode(WAL)&_pragma=cache_size(-200000)&_pragma=mmap_size(1000000000)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := tx.Exec(`CREATE VIRTUAL TABLE docs USING fts5(title, told, seen UNINDEXED, prefix='2 3 4 5', tokenize="unicode61 remove_diacritics 0")`); err != nil {
		b.Fatal(err)
	}
	put, err := tx.Prepare(`INSERT INTO docs (rowid, title, told, seen) VALUES (?, ?, ?, ?)`)
	if err != nil {
		b.Fatal(err)
	}
	for n, it := range list {
		if _, err := put.Exec(n, it.title, it.told, n%5 != 4); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := tx.Exec(`INSERT INTO docs (docs) VALUES ('optimize')`); err != nil {
		b.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	return db
}

// typed are the keystrokes of searches for words of the corpus, one word or
// two, from the second letter on.
func typed(list []item) (keys []string) {
	rng := rand.New(rand.NewPCG(3, 4))
	for n := range 60 {
		words := strings.Fields(list[rng.IntN(len(list))].told)
		word, before := []rune(words[rng.IntN(len(words))]), ""
		if n%3 == 0 {
			before = words[rng.IntN(len(words))] + " "
		}
		for i := 2; i <= len(word); i++ {
			keys = append(keys, before+string(word[:i]))
		}
	}
	return keys
}

// match is a search in FTS5's words: every word a prefix.
func match(query string) string {
	var out []string
	for _, w := range search.Words(query) {
		out = append(out, `"`+w+`"*`)
	}
	return strings.Join(out, " ")
}

func report(b *testing.B, name string, took []time.Duration) {
	slices.Sort(took)
	at := func(q float64) float64 { return float64(took[int(q*float64(len(took)-1))].Microseconds()) / 1000 }
	b.ReportMetric(at(0.5), name+"-p50-ms")
	b.ReportMetric(at(0.99), name+"-p99-ms")
	b.ReportMetric(at(1), name+"-max-ms")
}

// BenchmarkTyping asks both for ten hits and the count at every keystroke, by
// turns, as the partner.
func BenchmarkTyping(b *testing.B) {
	list, groups := corpus(b)
	index, db := filed(list), tabled(b, list)
	hits, err := db.Prepare(`SELECT rowid FROM docs WHERE docs MATCH ? AND seen ORDER BY rank LIMIT 10`)
	if err != nil {
		b.Fatal(err)
	}
	count, err := db.Prepare(`SELECT count(*) FROM docs WHERE docs MATCH ? AND seen`)
	if err != nil {
		b.Fatal(err)
	}
	var own, peer, ranked []time.Duration
	for n, key := range typed(list) {
		began := time.Now()
		found := index.Find(search.Parse(key), partner, "", 10)
		if n > 30 {
			own = append(own, time.Since(began))
		}
		began = time.Now()
		rows, err := hits.Query(match(key))
		if err != nil {
			b.Fatal(key, err)
		}
		for rows.Next() {
		}
		rows.Close()
		alone, all := time.Since(began), 0
		if err := count.QueryRow(match(key)).Scan(&all); err != nil {
			b.Fatal(err)
		}
		if n > 30 {
			peer, ranked = append(peer, time.Since(began)), append(ranked, alone)
		}
		if all > found.All() {
			b.Errorf("%q: FTS5 finds %d, the index %d", key, all, found.All())
		}
	}
	report(b, "index", own)
	report(b, "fts5", peer)
	report(b, "fts5-uncounted", ranked)
	finds(b, list, groups, index, db)
	b.ReportMetric(0, "ns/op")
}

// finds counts, for each form of twenty groups, how many of the items with any
// form of it each finds.
func finds(b *testing.B, list []item, groups [][]string, index *search.Index, db *sql.DB) {
	has := make([]map[int]bool, len(groups))
	for g := range has {
		has[g] = map[int]bool{}
	}
	for n, it := range list {
		for _, g := range it.forms {
			has[g][n] = true
		}
	}
	every := func(class.Class) bool { return true }
	var there, own, peer int
	for g, group := range groups[:20] {
		for _, form := range group {
			there += len(has[g])
			for _, h := range index.Find(search.Parse(form), every, "", items).Hits {
				var n int
				fmt.Sscanf(h.Item, "N-%d", &n)
				if has[g][n] {
					own++
				}
			}
			rows, err := db.Query(`SELECT rowid FROM docs WHERE docs MATCH ?`, match(form))
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
				var n int
				if err := rows.Scan(&n); err != nil {
					b.Fatal(err)
				}
				if has[g][n] {
					peer++
				}
			}
			rows.Close()
		}
	}
	b.ReportMetric(100*float64(own)/float64(there), "index-found-%")
	b.ReportMetric(100*float64(peer)/float64(there), "fts5-found-%")
}
