package pipeline

import (
	"embed"
	"fmt"
)

// Default is the pipeline that is used when none is named.
const Default = "default"

//go:embed builtin/*.yml
var builtin embed.FS

// BuiltIn returns a pipeline that comes with the program.
func BuiltIn(name string) (*Pipeline, bool) {
	data, err := builtin.ReadFile("builtin/" + name + ".yml")
	if err != nil {
		return nil, false
	}
	p, err := Parse(name, data)
	if err != nil {
		panic(fmt.Sprintf("pipeline: %v", err)) // a test parses each
	}
	return p, true
}
