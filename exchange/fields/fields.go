package fields

import (
	"strings"
	"unicode"

	"tallinn/mechanism/batch"
)

// A Kind is how a cell of a field is written.
type Kind string

const (
	Text     Kind = "text"
	Word     Kind = "word"  // of a closed list, by its code or its text in either language
	Words    Kind = "words" // several of them, with semicolons
	Number   Kind = "number"
	Amount   Kind = "amount"
	Currency Kind = "currency"
	Day      Kind = "day"  // to the day
	When     Kind = "when" // a day, a month or a year
	Yes      Kind = "yes"  // yes or no
	Party    Kind = "party"
	Parties  Kind = "parties"
	Code     Kind = "code" // two letters of a country
	Codes    Kind = "codes"
)

// A Field is one that a column may be.
type Field struct {
	Name   string // as in the API, and at the head of our own exports
	Kind   Kind
	List   string // of Word and Words: which
	Needed bool
	Long   bool     // of Text: may have several lines
	Also   []string // heads that mean it too, folded as by fold
}

// Of are the fields of a noun, in the order of forms.
func Of(noun batch.Noun) []Field { return lists[noun] }

// Get is the field called name.
func Get(noun batch.Noun, name string) (Field, bool) {
	for _, f := range lists[noun] {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

func also(words string) []string { return strings.Split(words, "|") }

var (
	line     = also("напрям|напрям допомоги|лінія|категорія|capability|capability line|area|направление")
	sector   = also("сектор|галузь|сфера|industry")
	what     = also("що саме|що потрібно|найменування|товар|предмет|вид|item|goods|product|good|type of aid|вид допомоги|вид потреби")
	quantity = also("кількість|к сть|кіл сть|обсяг|qty|amount of units|count|number|units requested")
	amounts  = also("сума|вартість|обсяг фінансування|бюджет|value|sum|total|amount eur|amount usd|сума коштів")
	currency = also("валюта|код валюти|curr|ccy")
	note     = also("примітка|примітки|коментар|коментарі|notes|comment|comments|remarks")
)

var lists = map[batch.Noun][]Field{
	batch.Needs: {
		{Name: "title", Kind: Text, Needed: true, Also: also("назва|назва потреби|потреба|заголовок|need|name|subject|короткий опис")},
		{Name: "summary", Kind: Text, Needed: true, Long: true, Also: append(also("опис|опис потреби|суть|обґрунтування|пояснення|description|details|justification"), note...)},
		{Name: "line", Kind: Word, List: "line", Needed: true, Also: line},
		{Name: "what", Kind: Word, List: "good", Needed: true, Also: what},
		{Name: "quantity", Kind: Number, Needed: true, Also: quantity},
		{Name: "cost", Kind: Amount, Also: append(also("орієнтовна вартість|очікувана вартість|кошторис|estimated cost|estimate|budget"), amounts...)},
		{Name: "currency", Kind: Currency, Also: currency},
		{Name: "urgency", Kind: Word, List: "need.urgency", Needed: true, Also: also("терміновість|пріоритет|priority")},
		{Name: "useful_until", Kind: Day, Needed: true, Also: also("потрібно до|строк|термін|кінцевий строк|дедлайн|актуально до|deadline|needed by|due|due date|required by")},
		{Name: "lead_days", Kind: Number, Also: also("строк упровадження днів|днів на впровадження|lead time|lead time days")},
		{Name: "criticality", Kind: Word, List: "need.criticality", Needed: true, Also: also("критичність|важливість|impact|severity")},
		{Name: "sector", Kind: Word, List: "sector", Needed: true, Also: sector},
		{Name: "region", Kind: Word, List: "region", Also: also("регіон|область|oblast|location")},
		{Name: "hide_region", Kind: Yes, Also: also("приховати регіон")},
		{Name: "excluded", Kind: Codes, Also: also("виключені країни|країни що не підходять|excluded origins")},
		{Name: "renew_months", Kind: Number, Also: also("поновлювати кожні місяців|період поновлення місяців|renewal months|renew every months")},
		{Name: "useful_share", Kind: Number, Also: also("найменша корисна частка|мінімальна частка|minimum useful share")},
		{Name: "most_partners", Kind: Number, Also: also("найбільше партнерів|most partners")},
		{Name: "weakness", Kind: Text, Long: true, Also: also("вразливість|слабке місце")},
		{Name: "evidence", Kind: Text, Long: true, Also: also("докази|підстава|підтвердні матеріали")},
		{Name: "incidents", Kind: Text, Long: true, Also: also("інциденти|кіберінциденти")},
	},
	batch.Offers: {
		{Name: "form", Kind: Word, List: "offer.form", Needed: true, Also: also("форма|форма допомоги|вид пропозиції|kind|type")},
		{Name: "what", Kind: Word, List: "good", Also: what},
		{Name: "quantity", Kind: Number, Also: quantity},
		{Name: "amount", Kind: Amount, Also: amounts},
		{Name: "currency", Kind: Currency, Also: currency},
		{Name: "origin", Kind: Code, Also: also("країна походження|походження|country of origin|country")},
		{Name: "lines", Kind: Words, List: "line", Also: line},
		{Name: "sectors", Kind: Words, List: "sector", Also: sector},
		{Name: "regions", Kind: Words, List: "region", Also: also("регіони|регіон|області|region")},
		{Name: "recipients", Kind: Parties, Also: also("реципієнти|реципієнт|отримувачі|recipient")},
		{Name: "from", Kind: Day, Also: also("діє від|з|початок|valid from|start|start date")},
		{Name: "until", Kind: Day, Needed: true, Also: also("діє до|до|кінець|чинна до|valid until|end|end date|expires|expiry")},
		{Name: "lead_days", Kind: Number, Also: also("строк надання днів|строк постачання днів|lead time|delivery days")},
		{Name: "months", Kind: Number, Also: also("строк дії місяців|діє місяців|term|term months|duration months")},
		{Name: "role", Kind: Word, List: "offer.role", Also: also("роль експерта|фах|спеціальність|profile|expert role|skill")},
		{Name: "languages", Kind: Words, List: "offer.language", Also: also("мови|мова|language")},
		{Name: "clearance", Kind: Word, List: "offer.clearance", Also: also("допуск|security clearance")},
		{Name: "least", Kind: Amount, Also: also("найменша сума на одну потребу|smallest ticket")},
		{Name: "most", Kind: Amount, Also: also("найбільша сума на одну потребу|largest ticket")},
		{Name: "terms", Kind: Text, Long: true, Also: append(also("умови|conditions"), note...)},
	},
	batch.Flows: {
		{Name: "provider", Kind: Party, Needed: true, Also: also("надавач|донор|хто надає|партнер|від кого|donor|from|giver|partner|funder")},
		{Name: "receiver", Kind: Party, Needed: true, Also: also("отримувач|реципієнт|кому|хто отримує|recipient|to|beneficiary")},
		{Name: "implementer", Kind: Party, Also: also("виконавець|хто виконує|implementing partner|implementing organisation|contractor")},
		{Name: "amount", Kind: Amount, Also: amounts},
		{Name: "currency", Kind: Currency, Also: currency},
		{Name: "status", Kind: Word, List: "flow.status", Needed: true, Also: also("стан|статус|state|stage")},
		{Name: "line", Kind: Word, List: "line", Also: line},
		{Name: "on", Kind: When, Needed: true, Also: also("дата|дата рішення|вирішено|коли|дата оголошення|date|decided|announced|decision date")},
		{Name: "reference", Kind: Text, Also: also("номер угоди|реквізити|угода|договір|номер договору|agreement|contract|ref|agreement number")},
		{Name: "goods", Kind: Word, List: "good", Also: what},
		{Name: "quantity", Kind: Number, Also: quantity},
		{Name: "another", Kind: Yes, Also: also("це інший потік|another flow")},
		{Name: "reason", Kind: Text, Also: also("чому сума правильна|why the amount is right")},
	},
	batch.Mentions: {
		{Name: "reporter", Kind: Text, Needed: true, Also: also("хто сказав|хто повідомив|джерело інформації|speaker|said by")},
		{Name: "source", Kind: Text, Needed: true, Also: also("посилання|джерело|url|link|address")},
		{Name: "parties", Kind: Parties, Also: also("сторони|сторона|країна|party|country")},
		{Name: "amount", Kind: Amount, Also: amounts},
		{Name: "currency", Kind: Currency, Also: currency},
		{Name: "scope", Kind: Word, List: "flow.scope", Needed: true, Also: also("обсяг обліку|охоплення")},
		{Name: "why", Kind: Word, List: "flow.why", Needed: true, Also: also("чому це згадка|причина|reason")},
		{Name: "total", Kind: Yes, Also: also("підсумок|це підсумок|is total")},
		{Name: "on", Kind: When, Also: also("дата|коли|date|announced")},
		{Name: "provider_said", Kind: Text, Also: also("надавач|донор|donor|provider")},
		{Name: "receiver_said", Kind: Text, Also: also("отримувач|реципієнт|recipient|receiver")},
		{Name: "status_said", Kind: Text, Also: also("стан|статус|status")},
		{Name: "form", Kind: Text, Also: also("форма|form of aid")},
		{Name: "period", Kind: Text, Also: also("період|years")},
		{Name: "purpose", Kind: Text, Also: also("призначення|мета|на що|for what")},
		{Name: "equivalents", Kind: Text, Also: also("еквівалент|еквіваленти|in other currencies")},
		{Name: "note", Kind: Text, Also: note},
	},
}

// Fold is a head, or a word, as it is compared: small letters and digits, one
// space where anything else stands; what is in brackets, such as a unit, left
// out. Two that fold alike are the same.
func Fold(s string) string {
	if i := strings.IndexAny(s, "(["); i > 0 {
		s = s[:i]
	}
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		switch {
		case r == '’' || r == '\'' || r == 'ʼ' || r == '`':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
			gap = false
		default:
			gap = true
		}
	}
	return b.String()
}
