package explain

// Languages that sentences are written in.
const (
	English   = "en"
	Ukrainian = "uk"
)

// phrases in English and Ukrainian, with the same places in both.
var phrases = map[string][2]string{
	"complete": {"{{r}} gets all {{wanted}} lots.", "Потреба {{r}} отримує всі {{wanted}} лотів."},
	"partial":  {"{{r}} gets {{given}} of {{wanted}} lots.", "Потреба {{r}} отримує лотів: {{given}} з {{wanted}}."},
	"unmet":    {"{{r}} gets nothing of its {{wanted}} lots.", "Потреба {{r}} не отримує нічого з {{wanted}} лотів."},
	"chosen": {"{{o}} ({{p}}) gives {{lots}} lots: worth {{value}} points here, while its units cost {{price}} at the plan’s prices.",
		"Пропозиція {{o}} ({{p}}) дає лотів: {{lots}}; тут вони варті {{value}} балів, а її ресурс за цінами плану коштує {{price}}."},
	"next": {"Next would be {{o}} ({{p}}): {{lots}} lots worth {{value}}, at a price of {{price}}.",
		"Наступна — {{o}} ({{p}}): лотів {{lots}} вартістю {{value}} балів за ціною {{price}}."},
	"loss": {"It has units left for {{free}} lots; for the rest {{q}} would lose {{qlots}} lots and {{points}} points.",
		"Її залишку вистачить на стільки лотів: {{free}}; заради решти потреба {{q}} втратила б лотів {{qlots}} і балів {{points}}."},
	"free":     {"It has units left for {{free}} lots.", "Її залишку вистачить на стільки лотів: {{free}}."},
	"no_offer": {"No offer may serve it.", "Жодна пропозиція не може її забезпечити."},
	"too_dear": {"All its lots are worth {{value}} points; what they take of the cheapest offer is worth {{cheapest}} elsewhere.",
		"Усі її лоти варті {{value}} балів, а те, що вони забрали б із найдешевшої пропозиції, деінде варте {{cheapest}}."},
	"no_room": {"It would pay, but what is left of the offers does not fit its least useful share, its number of partners or their tickets.",
		"Вона була б вигідною, але залишки пропозицій не відповідають її найменшій корисній частці, кількості партнерів або межам на одну потребу."},
	"not_found": {"What is left of the offers would serve it further; a longer run would give it more.",
		"Залишків пропозицій вистачило б, щоб дати їй більше; довший пошук це врахує."},
	"refused":  {"Refused by {{rule}}: {{n}} offers.", "Не підходять ({{rule}}): пропозицій {{n}}."},
	"change":   {"If {{o}} were not barred by {{rule}}, its {{free}} units left could be used here.", "Якби {{o}} не обмежувало правило «{{rule}}», тут можна було б використати її залишок: {{free}}."},
	"more":     {"It would also be served if it were worth {{more}} points more.", "Її було б забезпечено й тоді, якби вона була варта на {{more}} балів більше."},
	"used":     {"{{o}} serves {{r}} with {{lots}} lots.", "Пропозиція {{o}} забезпечує потребу {{r}}, лотів: {{lots}}."},
	"rule":     {"{{o}} may not serve {{r}}: {{rule}}.", "Пропозиція {{o}} не може забезпечити потребу {{r}}: {{rule}}."},
	"may":      {"{{o}} may serve {{r}}: {{lots}} lots would be worth {{value}} points, at a price of {{price}}.", "Пропозиція {{o}} може забезпечити потребу {{r}}: лоти, {{lots}}, були б варті {{value}} балів за ціною {{price}}."},
	"offer":    {"{{o}} ({{p}}): {{used}} of {{capacity}} units used, {{left}} left. All of it is worth {{price}} points at the plan’s prices.", "Пропозиція {{o}} ({{p}}): використано {{used}} з {{capacity}} одиниць, залишок {{left}}. Уся вона за цінами плану варта {{price}} балів."},
	"serves":   {"It gives {{r}} {{lots}} lots, {{units}} units.", "Вона дає потребі {{r}} лотів: {{lots}}, одиниць: {{units}}."},
	"narrow":   {"It may serve {{may}} requirements; more of it would gain nothing. An earmark taken off would let it serve more.", "Вона може забезпечити потреб: {{may}}; її збільшення нічого не додасть. Якщо зняти цільове призначення, вона послужить більшій кількості потреб."},
	"mayserve": {"It may serve {{may}} requirements.", "Вона може забезпечити потреб: {{may}}."},
	"million":  {"With {{amount}} EUR more and no earmark the plan gains {{points}} points and finishes {{completed}} more requirements (by the prices alone: {{estimate}}).", "Ще {{amount}} EUR без цільового призначення додають плану балів: {{points}}, повністю забезпечених потреб: {{completed}} (лише за цінами: {{estimate}})."},
	"covers":   {"{{r}}: from {{before}} to {{after}} lots of {{o}}.", "{{r}}: лотів від {{o}} було {{before}}, стане {{after}}."},
	"relax":    {"Without its earmark of {{earmark}} {{o}} gains {{points}} points (by the prices alone: {{estimate}}).", "Без цільового призначення за ознакою «{{earmark}}» пропозиція {{o}} додає балів: {{points}} (лише за цінами: {{estimate}})."},
}

var rules = map[string][2]string{
	"line": {"line", "напрям"}, "sector": {"sector", "сектор"}, "region": {"region", "регіон"}, "beneficiary": {"beneficiary", "реципієнт"},
	"lines": {"line", "напрям"}, "sectors": {"sector", "сектор"}, "regions": {"region", "регіон"}, "beneficiaries": {"beneficiary", "реципієнт"},
	"validity": {"first valid day", "початок дії"}, "civil_only": {"civil use only", "лише цивільне використання"},
	"origin": {"excluded origin", "виключене походження"}, "ticket": {"ticket for one requirement", "межі на одну потребу"},
	"declined": {"declined by one side", "відмова однієї зі сторін"}, "allowed": {"allowed", "дозволено"},
}
