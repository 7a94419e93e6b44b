package pipeline_test

import (
	"strings"
	"testing"

	"tallinn/defence/detection"
	"tallinn/defence/detection/pipeline"
	"tallinn/defence/detection/sigma"
	"tallinn/defence/event"
)

const rule = `title: t
level: high
tags: [attack.execution]
logsource: {category: process_creation, product: windows}
detection:
  s:
    Image|endswith: '\a.exe'
    Hashes|contains: 'MD5=0123456789ABCDEF0123456789ABCDEF'
  p: {Host|expand: '%Servers%'}
  n: {Extra: null}
  condition: s or p or n
`

// Each pipeline changes what the rule matches: an event it must match after,
// and one it must not.
func TestTransformations(t *testing.T) {
	hash := "0123456789abcdef0123456789abcdef"
	base := "transformations:\n- {type: wildcard_placeholders}\n"
	for _, tt := range []struct {
		name, pipeline, match, nomatch string
	}{
		{"mapping", base + "- {type: field_name_mapping, mapping: {Image: [exe, path], Hashes: h}}\n", `exe=\a.exe h=MD5=` + hash + " Extra=1", `Image=\a.exe Hashes=MD5=` + hash + " Extra=1"},
		{"prefix mapping", base + "- {type: field_name_prefix_mapping, mapping: {Ima: x.}}\n", `x.ge=\a.exe Hashes=MD5=` + hash + " Extra=1", `Image=\a.exe Hashes=MD5=` + hash + " Extra=1"},
		{"prefix", base + "- {type: field_name_prefix, prefix: w.}\n", `w.Image=\a.exe w.Hashes=MD5=` + hash + " w.Extra=1", `Image=\a.exe Hashes=MD5=` + hash + " w.Extra=1"},
		{"suffix on one field", base + "- {type: field_name_suffix, suffix: .w, field_name_conditions: [{type: include_fields, fields: [Image]}]}\n", `Image.w=\a.exe Hashes=MD5=` + hash + " Extra=1", `Image=\a.exe Hashes=MD5=` + hash + " Extra=1"},
		{"drop", base + "- {type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [Hashes]}]}\n", `Image=\a.exe Extra=1`, `Image=\b.exe Extra=1`},
		{"values", "vars: {Servers: [srv1, 'db*']}\ntransformations:\n- {type: value_placeholders}\n", "Host=DB7 Extra=1", "Host=pc Extra=1"},
		{"wildcard", base, "Host=anything Extra=1", "Extra=1"},
		{"condition", base + "- {type: add_condition, conditions: {User: root}, rule_conditions: [{type: logsource, category: process_creation}]}\n", "Host=x User=root Extra=1", "Host=x Extra=1"},
		{"negated condition", base + "- {type: add_condition, negated: true, conditions: {User: root}}\n", "Host=x Extra=1", "Host=x User=root Extra=1"},
		{"condition for other logs", base + "- {type: add_condition, conditions: {User: root}, rule_conditions: [{type: logsource, category: file_event}]}\n", "Host=x Extra=1", "Extra=1"},
		{"replace", base + `- {type: replace_string, regex: 'a\.(e)', replacement: 'b.\1'}` + "\n", `Image=\b.exe Hashes=MD5=` + hash + " Extra=1", `Image=\a.exe Hashes=MD5=` + hash + " Extra=1"},
		{"set value", base + "- {type: set_value, value: z, field_name_conditions: [{type: include_fields, fields: [Image]}]}\n", `Image=z Hashes=MD5=` + hash + " Extra=1", `Image=\a.exe Hashes=MD5=` + hash + " Extra=1"},
		{"hashes", base + "- {type: hashes_fields, valid_hash_algos: [MD5], field_prefix: File}\n", `Image=\a.exe FileMD5=` + hash + " Extra=1", `Image=\a.exe Hashes=MD5=` + hash + " Extra=1"},
		{"state", base + "- {type: set_state, key: k, val: v}\n- {type: add_condition, conditions: {User: root}, rule_conditions: [{type: processing_state, key: k, val: v}]}\n", "Host=x User=root Extra=1", "Host=x Extra=1"},
		{"applied", base + "- {id: one, type: set_state, key: k, val: v, rule_conditions: [{type: tag, tag: attack.impact}]}\n- {type: add_condition, conditions: {User: root}, rule_conditions: [{type: processing_item_applied, processing_item_id: one}]}\n", "Host=x Extra=1", "Extra=1"},
		{"attribute", base + "- {type: add_condition, conditions: {User: root}, rule_conditions: [{type: rule_attribute, attribute: level, value: medium, op: gt}]}\n", "Host=x User=root Extra=1", "Host=x Extra=1"},
		{"log source", base + "- {type: change_logsource, product: windows}\n", "Host=x Extra=1", "Extra=1"},
		{"null is empty", "vars: {null_or_empty: empty}\n" + base, "Extra=", "Extra=1"},
		{"null is absent", base, "Other=1", "Extra="},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := pipeline.Parse("p.yml", []byte(tt.pipeline))
			if err != nil {
				t.Fatal(err)
			}
			rules, refused := pipeline.Apply(sigma.Parse("r.yml", []byte(rule)).Rules, []*pipeline.Pipeline{p})
			if len(refused) > 0 {
				t.Fatal(refused)
			}
			e, refused := detection.New(rules)
			if len(refused) > 0 {
				t.Fatal(refused)
			}
			m := e.NewMatcher()
			for text, want := range map[string]bool{tt.match: true, tt.nomatch: false} {
				ev := &event.Event{Product: "windows", Category: "process_creation"}
				for _, pair := range strings.Fields(text) {
					name, value, _ := strings.Cut(pair, "=")
					ev.Add(name, value, event.Text)
				}
				if got := len(m.Match(ev)) == 1; got != want {
					t.Errorf("%t for %s", got, text)
				}
			}
		})
	}
}

func TestRefusedPipelines(t *testing.T) {
	for name, text := range map[string]string{
		"not YAML":     "a: [",
		"no type":      "transformations: [{id: x}]",
		"unknown":      "transformations: [{type: nest}]",
		"bad regex":    "transformations: [{type: replace_string, regex: '(', replacement: x}]",
		"bad null":     "vars: {null_or_empty: maybe}",
		"condition":    "transformations: [{type: drop_detection_item, rule_conditions: [{type: nope}]}]",
		"expression":   "transformations: [{type: drop_detection_item, rule_cond_expression: 'a and b'}]",
		"query only":   "transformations: [{type: query_expression_placeholders}]",
		"bad mapping":  "transformations: [{type: field_name_mapping, mapping: {a: []}}]",
		"bad addition": "transformations: [{type: add_condition, conditions: {}}]",
	} {
		if _, err := pipeline.Parse("p.yml", []byte(text)); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
}

func TestRuleFailure(t *testing.T) {
	p, err := pipeline.Parse("p", []byte("transformations: [{type: rule_failure, message: not for us, rule_conditions: [{type: logsource, product: windows}]}]"))
	if err != nil {
		t.Fatal(err)
	}
	_, refused := pipeline.Apply(sigma.Parse("r.yml", []byte(rule)).Rules, []*pipeline.Pipeline{p})
	if len(refused) != 1 || !strings.Contains(refused[0].Reason, "not for us") {
		t.Error(refused)
	}
	for _, name := range []string{pipeline.Default, "strict-null"} {
		if _, ok := pipeline.BuiltIn(name); !ok {
			t.Errorf("no built-in pipeline %s", name)
		}
	}
}
