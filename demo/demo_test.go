package demo_test

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"tallinn/demo"
)

// kept are the tables as they were compiled. They are hashed row by row when
// imported, so not even their line ends may change.
var kept = map[string]string{
	"mechanism/README.md":                        "92864483459bca630d793895941a8da47fe967d0e40ac036cdb63f9937c8b292",
	"mechanism/bodies.csv":                       "8fed8492af83d49648d2c4f437397ad8f2e4c82f5fb46648e5fa034129938208",
	"mechanism/contributions.csv":                "8010e5def80e6e8472a298e09781af018f110ea84e6b3ed224a7a251f7277754",
	"mechanism/members.csv":                      "cdaca421ddedb4f0e359603f168b0e071d0d01d95b839da32a1aa37caff5d80a",
	"mechanism/projects.csv":                     "93205037db9cebeeaa357d7da26a469d1df89a04541af36a9741770e9bfcfb7a",
	"mechanism/recipients.csv":                   "59dc2209e92d4ed631d1c72b498dee4d47b076739829b432d5b5524ad1161622",
	"mechanism/timeline.csv":                     "6934200e4c16f75f5aac582f3de1d4800b0bf2c9d3196fc0ed11c4e73d4800f6",
	"fx/ecb-eurofxref-2023-10-01_2026-04-13.csv": "a26180af06c7c7ed7f4febba590bbca5c89e9bb9cf08bcf82c7d208fdd9b69f3",
}

func TestPublicTablesAreByteForByte(t *testing.T) {
	for name, want := range kept {
		data, err := demo.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s is not as it was compiled; put the original back, or take its new edition and its hash", name)
		}
	}
	for _, dir := range []string{"mechanism", "fx"} {
		entries, err := fs.ReadDir(demo.FS, dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if name := dir + "/" + e.Name(); kept[name] == "" && name != "fx/README.md" {
				t.Errorf("%s has no hash", name)
			}
		}
	}
	if len(demo.Rates()) == 0 || len(demo.Expected()) == 0 {
		t.Error("the rates or the expected outcomes are empty")
	}
}

var (
	russian = regexp.MustCompile(`[ыэёъЫЭЁЪ]`)
	mixed   = regexp.MustCompile(`\p{Latin}\p{Cyrillic}|\p{Cyrillic}\p{Latin}`)
)

func TestUkrainianNames(t *testing.T) {
	for _, file := range []string{"parties.csv", "mechanism/members.csv", "mechanism/recipients.csv"} {
		data, err := demo.FS.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			if name := row[2]; russian.MatchString(name) || mixed.MatchString(name) || strings.Contains(name, "'") {
				t.Errorf("%s: the name %q has a Russian letter, mixes scripts in one word, or has a straight apostrophe", file, name)
			}
		}
	}
}
