package catalogue

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
)

//go:embed published.uk.csv
var publishedUk []byte

// published maps wording of the public tables, to the letter, to our
// Ukrainian of it.
var published = mustRead(publishedUk)

func mustRead(table []byte) map[string]string {
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil || len(rows) == 0 {
		panic(fmt.Sprintf("catalogue: published.uk.csv: %v", err))
	}
	byWording := make(map[string]string, len(rows))
	for _, row := range rows[1:] {
		if _, twice := byWording[row[0]]; twice || row[1] == "" {
			panic(fmt.Sprintf("catalogue: published.uk.csv: %q stands twice, or has no text", row[0]))
		}
		byWording[row[0]] = row[1]
	}
	return byWording
}

// Published is our translation of wording that was published in English. It
// is false when there is none: wording that has changed is shown as it is,
// never under the translation of what it was.
func Published(lang, wording string) (string, bool) {
	if lang != "uk" {
		return "", false
	}
	text, ok := published[wording]
	return text, ok
}
