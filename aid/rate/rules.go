package rate

import (
	"tallinn/fact"
	"tallinn/fault"
	"tallinn/mechanism/wording"
	"tallinn/money"
)

var (
	// ErrDay refuses rates without a day.
	ErrDay = fault.New(fault.Invalid, "rate.day",
		"{{.on}} is not a day; give the day of the rates as YYYY-MM-DD")
	// ErrBase refuses rates against no currency, or of one against itself.
	ErrBase = fault.New(fault.Invalid, "rate.base",
		"the rates of {{.on}} need a base currency that is not among them; for the ECB it is EUR")
	// ErrNone refuses a day without a single rate.
	ErrNone = fault.New(fault.Invalid, "rate.none",
		"there is no rate for {{.on}}; leave the day out, so that the last rate before it is used")
)

// Publish records one day's rates: nothing when the same stand already,
// corrections when others do.
//
// Errors: ErrDay, ErrBase, ErrNone, those of package wording.
func Publish(t *Table, p Published) ([]fact.Body, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	i, known := t.index[stream(p.Issuer, p.On)]
	if !known {
		return []fact.Body{p}, nil
	}
	patches, err := fact.Differences(t.days[i].pos, t.days[i].Published, p, wording.SourceChanged)
	if err != nil {
		return nil, err
	}
	var out []fact.Body
	for _, c := range patches {
		out = append(out, Corrected{p.Issuer, p.On, c})
	}
	return out, nil
}

func (p Published) check() error {
	if p.On.Precision() != "day" {
		return ErrDay.With("on", `"`+string(p.On)+`"`)
	}
	if _, err := money.ParseCurrency(string(p.Base)); err != nil {
		return ErrBase.With("on", p.On).Because(err)
	}
	if _, itself := p.Rates[p.Base]; itself {
		return ErrBase.With("on", p.On)
	}
	for currency, r := range p.Rates {
		if _, err := money.ParseCurrency(string(currency)); err != nil {
			return err
		}
		if r.IsZero() {
			return money.ErrRate.With("rate", currency)
		}
	}
	if len(p.Rates) == 0 {
		return ErrNone.With("on", p.On)
	}
	if err := wording.Source(p.Source); err != nil {
		return err
	}
	return wording.Check(wording.Field{Name: "issuer", Text: p.Issuer, Needed: true})
}
