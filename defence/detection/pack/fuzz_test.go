package pack

import (
	"os"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/sigma"
)

// The inside of a pack, behind the checksum that would keep a fuzzer out:
// whatever it holds is decoded or refused, and what is decoded compiles or is
// refused.
func FuzzDecode(f *testing.F) {
	data, err := os.ReadFile("../testdata/sample/rules/proc_creation_win_certutil_download.yml")
	if err != nil {
		f.Fatal(err)
	}
	e := &encoder{texts: map[string]uint64{}}
	e.pack(&Pack{Rules: sigma.Parse("x", data).Rules})
	f.Add(e.finish())
	f.Fuzz(func(t *testing.T, plain []byte) {
		d := &decoder{b: plain}
		if p := d.pack(); d.err == nil {
			detection.New(p.Rules)
		}
	})
}
