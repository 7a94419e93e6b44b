package instance_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"tallinn/aid/match/instance"
	"tallinn/fault"
)

const good = `{"name":"n","rates_ppm_eur":{"EUR":1000000},"requirements":[{"id":"Q1","line":"edr","lots":4,"units_per_lot":1,
"lot_cost_eur_cents":100,"tier":1,"deadline_day":9,"latest_commit_day":5,"region":"R","sector":"s","beneficiary":"b","min_lots":1,
"max_partners":2,"military_use":false,"excluded_origins":[],"weight":4,"points_per_lot":1000}],"offers":[{"id":"F1","partner":"P",
"kind":"money","currency":"EUR","amount_minor":1000,"lines":null,"sectors":null,"regions":null,"beneficiaries":null,"valid_from_day":0,
"valid_to_day":9,"civil_only":true,"origin":null,"min_ticket":0,"max_ticket":1000}],"previous":[["Q1","F1"]]}`

func TestRead(t *testing.T) {
	in, err := instance.Read("good", strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	if in.Requirements[0].LotCost != 100 || in.Offers[0].Capacity() != 1000 || in.Previous[0].Offer != "F1" {
		t.Errorf("read %+v", in)
	}
}

// What is wrong is named: the field, and the value.
func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		err            *fault.Error
		says           []string
	}{
		{"cut", `"previous"`, ``, instance.ErrJSON, nil},
		{"text for a number", `"lots":4`, `"lots":"four"`, instance.ErrForm, []string{"requirements[0].lots", `"four"`, "whole number"}},
		{"part of a number", `"lots":4`, `"lots":4.5`, instance.ErrForm, []string{"requirements[0].lots", "4.5"}},
		{"past 64 bits", `"amount_minor":1000`, `"amount_minor":99999999999999999999`, instance.ErrForm, []string{"offers[0].amount_minor", "99999999999999999999"}},
		{"misspelt member", `"min_lots"`, `"min_lot"`, instance.ErrForm, []string{"requirements[0].min_lot", "not a member"}},
		{"member twice", `"tier":1`, `"tier":1,"tier":2`, instance.ErrJSON, []string{"requirements[0]", "tier"}},
		{"no lots", `"lots":4`, `"lots":0`, instance.ErrValue, []string{"requirements[0].lots", "is 0", "from 1"}},
		{"below nothing", `"amount_minor":1000`, `"amount_minor":-5`, instance.ErrValue, []string{"offers[0].amount_minor", "-5"}},
		{"past the limit", `"amount_minor":1000`, `"amount_minor":1000000000000001`, instance.ErrValue, []string{"offers[0].amount_minor", "1000000000000001"}},
		{"no name", `"id":"Q1"`, `"id":""`, instance.ErrValue, []string{"requirements[0].id"}},
		{"unknown kind", `"kind":"money"`, `"kind":"goods"`, instance.ErrValue, []string{"offers[0].kind", "goods", "in_kind"}},
		{"unknown currency", `"currency":"EUR"`, `"currency":"XYZ"`, instance.ErrUnknown, []string{"offers[0].currency", "XYZ", "rates_ppm_eur"}},
		{"unknown pair", `["Q1","F1"]`, `["Q1","F2"]`, instance.ErrUnknown, []string{"previous[0][1]", "F2", "offers"}},
		{"no pair", `["Q1","F1"]`, `["Q1"]`, instance.ErrForm, []string{"previous[0]", "a list of 1"}},
		{"pair twice", `["Q1","F1"]`, `["Q1","F1"],["Q1","F1"]`, instance.ErrTwice, []string{"previous[1]", "previous[0]"}},
		{"least over all", `"min_lots":1`, `"min_lots":5`, instance.ErrContradiction, []string{"requirements[0].min_lots", "is 5", "lots is 4"}},
		{"committed too late", `"latest_commit_day":5`, `"latest_commit_day":10`, instance.ErrContradiction, []string{"latest_commit_day", "10", "deadline_day is 9"}},
		{"ends before it begins", `"valid_from_day":0`, `"valid_from_day":10`, instance.ErrContradiction, []string{"valid_to_day", "valid_from_day is 10"}},
		{"tickets crossed", `"min_ticket":0`, `"min_ticket":2000`, instance.ErrContradiction, []string{"max_ticket", "min_ticket is 2000"}},
		{"money with units", `"kind":"money"`, `"kind":"money","units":4`, instance.ErrContradiction, []string{"offers[0].kind", "money"}},
		{"goods with money", `"kind":"money","currency":"EUR","amount_minor":1000,"lines":null`,
			`"kind":"in_kind","line":"edr","units":3,"currency":"EUR","lines":["edr"]`, instance.ErrContradiction, []string{"offers[0].kind", "in_kind"}},
		{"goods of another line", `"kind":"money","currency":"EUR","amount_minor":1000,"lines":null`,
			`"kind":"in_kind","line":"edr","units":3,"lines":["pdns"]`, instance.ErrContradiction, []string{"offers[0].line", "edr", "pdns"}},
		{"score overflows", `"lots":4,"units_per_lot":1,
"lot_cost_eur_cents":100`, `"lots":100000,"units_per_lot":1,"lot_cost_eur_cents":100`, nil, nil},
		{"cost overflows", `"lots":4,"units_per_lot":1,
"lot_cost_eur_cents":100`, `"lots":100000,"units_per_lot":1,"lot_cost_eur_cents":1000000000000000`, instance.ErrOverflow, []string{"lot_cost_eur_cents", "1000000000000000"}},
		{"points overflow", `"lots":4,"units_per_lot":1,
"lot_cost_eur_cents":100,"tier":1,"deadline_day":9,"latest_commit_day":5,"region":"R","sector":"s","beneficiary":"b","min_lots":1,
"max_partners":2,"military_use":false,"excluded_origins":[],"weight":4,"points_per_lot":1000`, `"lots":100000,"units_per_lot":1,"lot_cost_eur_cents":1,"tier":1,
"deadline_day":9,"latest_commit_day":5,"region":"R","sector":"s","beneficiary":"b","min_lots":1,"max_partners":2,"military_use":false,
"excluded_origins":[],"weight":4,"points_per_lot":1000000000`, instance.ErrOverflow, []string{"requirements[0].points_per_lot", "1000000000"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good, tt.from, tt.to, 1)
			if text == good {
				t.Fatalf("%q is not in the sample", tt.from)
			}
			_, err := instance.Parse("sample.json", []byte(text))
			if tt.err == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if f, ok := fault.Of(err); !ok || f.Code() != tt.err.Code() {
				t.Fatalf("Parse says %v; want %s", err, tt.err.Code())
			}
			for _, want := range tt.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Parse says %q; want %q in it", err, want)
				}
			}
			if strings.Contains(err.Error(), "{{") {
				t.Errorf("a place is left in %q", err)
			}
		})
	}
}

func TestEncodeReadsBack(t *testing.T) {
	data, err := os.ReadFile("../testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	in, err := instance.Parse("small", data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := instance.Encode(in)
	if err != nil {
		t.Fatal(err)
	}
	back, err := instance.Parse("again", again)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := instance.Encode(back)
	if err != nil || !bytes.Equal(again, twice) {
		t.Errorf("an instance encodes differently the second time: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := instance.Parse("fuzz", data)
		if err != nil {
			if _, ok := fault.Of(err); !ok {
				t.Errorf("%v is no refusal", err)
			}
			return
		}
		again, err := instance.Encode(in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := instance.Parse("again", again); err != nil {
			t.Errorf("what was read does not read back: %v", err)
		}
	})
}
