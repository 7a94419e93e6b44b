package exercise

// Words is a name in both languages.
type Words struct{ En, Uk string }

// In is w in lang ("en", "uk").
func (w Words) In(lang string) string {
	if lang == "uk" {
		return w.Uk
	}
	return w.En
}

// A Party is an invented party.
type Party struct {
	ID      string
	Type    string // of party.Type
	Name    Words
	Country string // UA for recipients and groups, so that the boundary holds them
	Role    string // as a member of the mechanism; empty: none
}

// Types and roles, as package party names them.
const (
	state        = "state"
	organisation = "organisation"
	body         = "body"
	company      = "company"

	partner  = "partner"
	observer = "observer"
	ukraine  = "UA"
)

// Parties lists everyone.
var Parties = []Party{
	{"XA", state, Words{"Valdoria", "Вальдорія"}, "", partner},
	{"XB", state, Words{"Tarnholm", "Тарнгольм"}, "", partner},
	{"XC", state, Words{"Marivel", "Марівель"}, "", partner},
	{"XD", state, Words{"Kestoria", "Кесторія"}, "", partner},
	{"XE", state, Words{"Brennland", "Бреннланд"}, "", partner},
	{"ex-league", organisation, Words{"League of Quiet Seas", "Ліга тихих морів"}, "", observer},
	{"ex-harbour", organisation, Words{"Harbour Cyber Foundation", "Фонд «Кібергавань»"}, "", ""},

	{"ex-rivers", organisation, Words{"Ministry of Rivers", "Міністерство річок"}, ukraine, ""},
	{"ex-orchards", organisation, Words{"Register of Orchards", "Реєстр садів"}, ukraine, ""},
	{"ex-dawn", company, Words{"Dawn Power Company", "Енергокомпанія «Світанок»"}, ukraine, ""},
	{"ex-hills", organisation, Words{"Seven Hills Hospitals", "Лікарні «Сім пагорбів»"}, ukraine, ""},
	{"ex-springs", company, Words{"Quiet Springs Waterworks", "Водоканал «Тихі джерела»"}, ukraine, ""},
	{"ex-silver", company, Words{"Silver Line Railway", "Залізниця «Срібна лінія»"}, ukraine, ""},
	{"ex-maps", organisation, Words{"Archive of Maps", "Архів мап"}, ukraine, ""},

	{"ex-technical", body, Words{"Technical group of the exercise", "Технічна робоча група кібернавчання"}, ukraine, ""},
	{"ex-interagency", body, Words{"Interagency group of the exercise", "Міжвідомча робоча група кібернавчання"}, ukraine, ""},
	{"ex-front-office", body, Words{"Front office of the exercise", "Фронт-офіс кібернавчання"}, ukraine, ""},
	{"ex-watch", organisation, Words{"Beacon Watch Centre", "Центр «Маяк»"}, ukraine, ""},
	{"ex-signals", organisation, Words{"Institute of Quiet Signals", "Інститут тихих сигналів"}, ukraine, ""},
	{"ex-networks", organisation, Words{"Service of Bright Networks", "Служба світлих мереж"}, ukraine, ""},
	{"ex-priorities", organisation, Words{"Office of Priorities", "Офіс пріоритетів"}, ukraine, ""},
	{"ex-bridges", organisation, Words{"Council of Bridges", "Рада мостів"}, ukraine, ""},
	{"ex-granary", organisation, Words{"Granary Secretariat", "Секретаріат зерносховищ"}, ukraine, ""},
	{"ex-ledger", organisation, Words{"Chamber of Ledgers", "Палата облікових книг"}, ukraine, ""},
}

// The groups that validate in the exercise, by stage of the procedure.
var Bodies = map[string]string{"technical": "ex-technical", "interagency": "ex-interagency"}

// A Seat is one that an invented person sits on.
type Seat struct {
	Key    string
	Role   string // of seat.Role
	Holder string
	Body   string
	Person Words
}

// Seats lists every seat, in the order in which they are shown.
var Seats = []Seat{
	{"rivers", "officer", "ex-rivers", "", Words{"Olha Brodivska", "Ольга Бродівська"}},
	{"orchards", "officer", "ex-orchards", "", Words{"Taras Yablunets", "Тарас Яблунець"}},
	{"dawn", "officer", "ex-dawn", "", Words{"Mariia Zorianenko", "Марія Зоряненко"}},
	{"hills", "officer", "ex-hills", "", Words{"Bohdan Pahorbko", "Богдан Пагорбко"}},
	{"springs", "officer", "ex-springs", "", Words{"Halyna Krynychna", "Галина Кринична"}},
	{"silver", "officer", "ex-silver", "", Words{"Iryna Sriblianska", "Ірина Сріблянська"}},
	{"maps", "officer", "ex-maps", "", Words{"Danylo Kartovych", "Данило Картович"}},

	{"t1", "technical", "ex-watch", "ex-technical", Words{"Nazar Svitlychko", "Назар Світличко"}},
	{"t2", "technical", "ex-signals", "ex-technical", Words{"Sofiia Tykhonia", "Софія Тихоня"}},
	{"t3", "technical", "ex-networks", "ex-technical", Words{"Yurii Promenko", "Юрій Променко"}},
	{"i1", "interagency", "ex-priorities", "ex-interagency", Words{"Kateryna Holovnia", "Катерина Головня"}},
	{"i2", "interagency", "ex-bridges", "ex-interagency", Words{"Pavlo Mostovych", "Павло Мостович"}},
	{"i3", "interagency", "ex-granary", "ex-interagency", Words{"Lesia Zernivska", "Леся Зернівська"}},

	{"xa", "programme", "XA", "", Words{"Edda Falkmoor", "Едда Фалькмур"}},
	{"xb", "programme", "XB", "", Words{"Joren Tidewell", "Йорен Тайдвелл"}},
	{"xc", "programme", "XC", "", Words{"Celine Armarov", "Селін Армаров"}},
	{"xd", "programme", "XD", "", Words{"Milo Kestrand", "Міло Кестранд"}},
	{"xe", "programme", "XE", "", Words{"Hanne Brennvik", "Ганне Бреннвік"}},
	{"harbour", "implementer", "ex-harbour", "", Words{"Ruben Quayle", "Рубен Квейл"}},

	{"front", "front_office", "ex-front-office", "", Words{"Oksana Kontorska", "Оксана Конторська"}},
	{"chair_xa", "co_chair", "XA", "", Words{"Ansel Grauhaven", "Ансель Ґраугавен"}},
	{"chair_rivers", "co_chair", "ex-rivers", "", Words{"Vasyl Richkovyi", "Василь Річковий"}},
	{"league", "observer", "ex-league", "", Words{"Thea Stillwater", "Тея Стілвотер"}},
	{"ledger", "auditor", "ex-ledger", "", Words{"Nina Oblikova", "Ніна Облікова"}},
}
