package command

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"tallinn/defence/detection"
	"tallinn/defence/detection/pack"
	"tallinn/defence/detection/pipeline"
	"tallinn/defence/detection/sigma"
)

// Attributes of a rule that its pack gives it, in Rule.Custom.
const (
	linkKey    = "rule_link"
	licenceKey = "rule_licence"
)

// A RuleSet says where rules are from and what is done to them. Its fields
// are flags that several commands share.
type RuleSet struct {
	Rules    []string `name:"rules" help:"A rule file, folder or pack; may be repeated. Without it the embedded rules of SigmaHQ are used." placeholder:"PATH" sep:"none"`
	Pipeline []string `name:"pipeline" help:"A processing pipeline in pySigma's format, or the name of a built-in one (default, strict-null); may be repeated." placeholder:"FILE" sep:"none"`
}

// loaded are rules ready for use, and those that are not.
type loaded struct {
	engine       *detection.Engine
	refused      []sigma.Refusal
	correlations []sigma.Refusal
	total        int
	wanted       int  // of the rules read, by what the caller keeps
	embedded     bool // the program's own rules
}

// documents are rules as read.
type documents struct {
	rules        []*sigma.Rule
	filters      []*sigma.Filter
	refused      []sigma.Refusal
	correlations []sigma.Refusal
}

// whileLoading is how far the heap may grow meanwhile, in per cent of what is
// used: almost everything that is made then stays, so looking for garbage took
// half of the time of loading.
const whileLoading = 400

// load reads, transforms and compiles the rules. keep, if not nil, says
// which are wanted.
func (set RuleSet) load(keep func(*sigma.Rule) bool) (*loaded, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(whileLoading))
	docs, err := set.read()
	if err != nil {
		return nil, err
	}
	pipelines, err := set.pipelines()
	if err != nil {
		return nil, err
	}
	rules := docs.rules
	if keep != nil {
		rules = slices.DeleteFunc(slices.Clone(rules), func(r *sigma.Rule) bool { return !keep(r) })
	}
	wanted := len(rules)
	rules, refused := pipeline.Apply(sigma.Apply(rules, docs.filters), pipelines)
	engine, more := detection.New(rules)
	return &loaded{engine: engine, refused: slices.Concat(docs.refused, refused, more),
		correlations: docs.correlations, total: len(docs.rules) + len(docs.refused), wanted: wanted, embedded: len(set.Rules) == 0}, nil
}

func (set RuleSet) read() (*documents, error) {
	docs := &documents{}
	if len(set.Rules) == 0 {
		p, err := pack.Embedded()
		if err != nil {
			return nil, err
		}
		docs.add(p)
		return docs, nil
	}
	for _, path := range set.Rules {
		if err := docs.path(path); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func (d *documents) path(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return ErrRules.With("path", path).Because(err)
	}
	if !info.IsDir() {
		return d.file(path, path)
	}
	return filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return ErrRules.With("path", p).Because(err)
		}
		if ext := strings.ToLower(filepath.Ext(p)); e.Type().IsRegular() && (ext == ".yml" || ext == ".yaml" || ext == ".pack") {
			return d.file(p, p)
		}
		return nil
	})
}

// file reads one file, shown as name.
func (d *documents) file(path, name string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return ErrRules.With("path", path).Because(err)
	}
	if pack.Is(data) {
		p, err := pack.Parse(data)
		if err != nil {
			return err
		}
		d.add(p)
		return nil
	}
	f := sigma.Parse(name, data)
	d.rules = append(d.rules, f.Rules...)
	d.filters = append(d.filters, f.Filters...)
	d.refused = append(d.refused, f.Refused...)
	d.correlations = append(d.correlations, f.Correlations...)
	return nil
}

// add takes the rules of a pack, with its link and licence on each.
func (d *documents) add(p *pack.Pack) {
	for _, r := range p.Rules {
		if r.Custom == nil {
			r.Custom = make(map[string]string, 2)
		}
		if p.Link != "" {
			r.Custom[linkKey] = p.Link + r.File
		}
		r.Custom[licenceKey] = p.Licence
	}
	d.rules = append(d.rules, p.Rules...)
	d.filters = append(d.filters, p.Filters...)
}

func (set RuleSet) pipelines() ([]*pipeline.Pipeline, error) {
	names := set.Pipeline
	if len(names) == 0 {
		names = []string{pipeline.Default}
	}
	var out []*pipeline.Pipeline
	for _, name := range names {
		if p, ok := pipeline.BuiltIn(name); ok {
			out = append(out, p)
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, ErrFile.With("path", name).Because(err)
		}
		p, err := pipeline.Parse(name, data)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// tell says what became of the rules: how many are in use, and each that is
// not, with its reason.
func (l *loaded) tell(s Streams, quiet bool) {
	if !l.embedded {
		for _, r := range l.refused {
			s.say("refused: %v", r)
		}
		for _, r := range l.correlations {
			s.say("not used: %v", r)
		}
	}
	if quiet {
		return
	}
	if l.embedded && len(l.refused) > 0 {
		s.say("%d embedded rules need values that only a pipeline can give (tallinn rules check)", len(l.refused))
	}
	if unfed := l.engine.Unfed(); len(unfed) > 0 {
		s.say("%d rules are in use, %d of them for log sources that no known log feeds (tallinn rules list --unfed)",
			len(l.engine.Rules()), len(unfed))
		return
	}
	s.say("%d rules are in use", len(l.engine.Rules()))
}

func licence(r *sigma.Rule) string {
	if r.License != "" {
		return r.License
	}
	return r.Custom[licenceKey]
}

func link(r *sigma.Rule) string { return r.Custom[linkKey] }
