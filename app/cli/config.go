package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"tallinn/fault"
)

// ErrConfig says that a file of settings cannot be used.
var ErrConfig = fault.New(fault.Invalid, "cli.config",
	"the file of settings {{.file}} cannot be used ({{.why}}); \"tallinn config\" prints every setting")

// settings gives flags the values of the file that --config names: for what
// neither the command line nor the environment says.
type settings struct {
	read   bool
	values map[string]any
}

// Validate has nothing to look at: the file is known when the flags are.
func (*settings) Validate(*kong.Application) error { return nil }

// Resolve is the value of a flag in the file, if it has one.
//
// Errors: ErrConfig.
func (s *settings) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	value, ok := s.values[flag.Name]
	if !ok || value == "" {
		return nil, nil
	}
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	if list, ok := value.([]any); ok {
		words := make([]string, len(list))
		for i, w := range list {
			words[i] = fmt.Sprint(w)
		}
		sep := ","
		if flag.Tag.Sep > 0 {
			sep = string(flag.Tag.Sep)
		}
		return strings.Join(words, sep), nil
	}
	return fmt.Sprint(value), nil
}

// load reads the file once.
func (s *settings) load(ctx *kong.Context) error {
	if s.read || ctx.Selected() == nil {
		return nil
	}
	known, file := map[string]bool{}, ""
	for _, group := range ctx.Selected().AllFlags(false) {
		for _, f := range group {
			known[f.Name] = true
			if f.Name == "config" {
				file, _ = ctx.FlagValue(f).(string)
			}
		}
	}
	s.read = true
	if !known["config"] || file == "" {
		return nil
	}
	if _, err := toml.DecodeFile(file, &s.values); err != nil {
		return ErrConfig.With("file", file).With("why", err).Because(err)
	}
	for name := range s.values {
		if !known[name] {
			return ErrConfig.With("file", file).With("why", "there is no setting "+name)
		}
	}
	return nil
}

type configCmd struct{}

// Run prints the settings of serve, each as it stands when nothing is said.
func (c configCmd) Run(words *kong.Context, s *session) error {
	var serve *kong.Node
	for _, n := range words.Model.Children {
		if n.Name == "serve" {
			serve = n
		}
	}
	fmt.Fprintln(s.Stdout, "# Settings of \"tallinn serve --config FILE\", in TOML. Each line is what holds when nothing")
	fmt.Fprintln(s.Stdout, "# is said. The command line (--NAME) counts most, then the environment, then this file.")
	for _, f := range serve.Flags {
		if f.Name == "config" || f.Name == "help" {
			continue
		}
		fmt.Fprintln(s.Stdout)
		for _, line := range wrapped(f.Help, 96) {
			fmt.Fprintln(s.Stdout, "# "+line)
		}
		if len(f.Envs) > 0 {
			fmt.Fprintln(s.Stdout, "# In the environment: "+strings.Join(f.Envs, ", "))
		}
		fmt.Fprintf(s.Stdout, "#%s = %s\n", f.Name, valueOf(f))
	}
	return nil
}

// valueOf is a flag's default as TOML.
func valueOf(f *kong.Flag) string {
	switch {
	case f.IsBool():
		return "false"
	case f.IsSlice():
		return "[]"
	}
	return fmt.Sprintf("%q", f.Default)
}

// wrapped is a text in lines of at most n bytes.
func wrapped(text string, n int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > n {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
