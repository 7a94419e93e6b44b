package flow

import (
	"slices"

	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/money"
)

// Goods are what is given in kind. How many there are is a fact; what they
// are worth is a statement of its own, with its method (rule 7).
type Goods struct {
	What     string `json:"what"` // of the catalogue of goods, or as its source names it
	Quantity int64  `json:"quantity"`
	Unit     string `json:"unit"`
}

// A Method says how a value in kind was found.
type Method string

const (
	ByInvoice   Method = "invoice"    // what was paid for it
	ByListPrice Method = "list_price" // what a public price list asks
	ByStatement Method = "statement"  // what its donor says it is worth
)

// Methods lists them, the strongest first.
var Methods = []Method{ByInvoice, ByListPrice, ByStatement}

// Valued says what something given in kind is worth, or that no value can be
// given: no amount is not zero.
type Valued struct {
	Flow   ID            `json:"flow"`
	Party  party.ID      `json:"party"` // who says so
	Method Method        `json:"method"`
	Amount *money.Amount `json:"amount,omitempty"` // nil: by this method it has no value
	On     fact.Date     `json:"on"`
}

func (Valued) Kind() string        { return "flow.valued" }
func (b Valued) Streams() []string { return []string{string(b.Flow)} }

// Value is what f's goods are worth: the latest valuation by the strongest
// method that gives one. False: none does.
func (f Flow) Value() (money.Amount, bool) {
	for _, m := range Methods {
		for _, v := range slices.Backward(f.Valuations) {
			if v.Method != m {
				continue
			}
			if v.Amount != nil {
				return *v.Amount, true
			}
			break // withdrawn: a weaker method may still give one
		}
	}
	return money.Amount{}, false
}
