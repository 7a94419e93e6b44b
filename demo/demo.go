// Package demo holds the project's own copy of the public data on the Tallinn
// Mechanism, byte for byte as it was compiled, and the tables that the project
// adds to it. Every row names its source. Nothing here is invented, and
// nothing is a publication of the mechanism or of any government.
//
//   - mechanism/ has the six public tables and the README that explains them.
//   - fx/ has the European Central Bank's euro reference rates.
//   - parties.csv names parties that the tables speak of without a row of
//     their own; a row with an id of bodies.csv or members.csv and no name
//     adds the Ukrainian name, the type and the country to that row.
//   - aliases.csv says which party each name in the tables means. The party
//     "collective" is several at once, "press" is no party at all.
//   - lines.csv gives a line to the few contributions whose purpose is clearly
//     one line. All others are "not broken down".
//   - expected.csv is what each row becomes, whether it counts and why, as
//     reviewed by hand; the importer is tested against it.
//
// Names in Ukrainian that are not in the public tables are this project's
// translations. See doc/account.md for how each row is treated.
package demo

import (
	"embed"
	"io/fs"
)

// FS holds every file.
//
//go:embed mechanism fx *.csv
var FS embed.FS

// RatesFile is the name of the rates' file, as facts cite it.
const RatesFile = "ecb-eurofxref-2023-10-01_2026-04-13.csv"

// Mechanism is the folder of the public tables.
func Mechanism() fs.FS { return sub("mechanism") }

// Tables is the folder of the tables that the project adds.
func Tables() fs.FS { return FS }

// Rates is the file of the European Central Bank's reference rates.
func Rates() []byte {
	b, err := FS.ReadFile("fx/" + RatesFile)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return b
}

// Expected is expected.csv.
func Expected() []byte {
	b, err := FS.ReadFile("expected.csv")
	if err != nil {
		panic(err) // the file is part of the program
	}
	return b
}

func sub(dir string) fs.FS {
	s, err := fs.Sub(FS, dir)
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return s
}
