package exercise

// A Need is what an invented recipient asked for, and what became of it. It
// has one lot, "a".
type Need struct {
	Key         string
	Seat        string // who asks
	Title       string // in both languages, as its readers are
	Summary     string
	Weakness    string
	Line        string
	What        string
	Quantity    int64
	Euros       int64 // estimate of the whole lot; 0: none
	UsefulShare int
	Partners    int
	Urgency     string
	UsefulDays  int // from the first start
	LeadDays    int
	Criticality string
	Sector      string
	Region      string
	HideRegion  bool
	Excluded    []string
	RenewMonths int
	Offer       string // the offer that fits it
	Plan        string // what became of it: steps of Play, in order
}

// The steps of a Plan: a seat's vote is its key and a sign (t1+ passes, t1?
// returns, t1- rejects, t1= abstains); "withdraw" and "again" (resubmitted) are
// the owner's; "call" takes the whole lot of a standing offer, by the owner; "reserve" takes the whole lot, "half" one half of it; "accept",
// "decline", "release", "commit" and "paid" concern the last reservation.
const (
	valid = "t1+ t3+ i2+ i3+"

	isNew      = ""
	oneVote    = "t2+"
	technical  = "t1+ t2+"
	halfway    = "t2+ t3+ i1+"
	abstained  = "t1= t2+"
	stuck      = "t1+ t2? t3-"
	returned   = "t1? t3?"
	returnedIA = "t1+ t2+ i1? i3?"
	again      = "t2? t3? again t2+"
	rejected   = "t1- t2- "
	withdrawn  = "t3+ withdraw"
	reserved   = valid + " reserve"
	accepted   = valid + " reserve accept"
	committed  = valid + " reserve accept commit"
	paid       = committed + " paid"
	shared     = valid + " half accept commit half"
	declined   = valid + " reserve decline"
	released   = valid + " reserve accept release"
	ended      = reserved + " withdraw"
	called     = valid + " call commit"
)

// A thing is what is asked for, apart from who asks.
type thing struct {
	title, summary Words
	line, what     string
	quantity       int64
	each           int64 // euros
	share          int
	partners       int
	offer          string
}

var things = []thing{
	{Words{"Endpoint protection", "Захист кінцевих точок"},
		Words{"Workstations of all branches have no common protection; after a failed attack two of them were rebuilt by hand.", "Робочі станції філій не мають спільного захисту; після невдалої атаки дві з них відновлювали вручну."},
		"detection", "edr_seats", 400, 48, 50, 2, "xb-edr"},
	{Words{"Firewalls for branches", "Міжмережеві екрани для філій"},
		Words{"Branch offices are joined by old devices that no longer get updates.", "Філії з’єднані застарілими пристроями, які вже не отримують оновлень."},
		"infrastructure", "firewalls", 6, 12_000, 50, 2, "xe-firewalls"},
	{Words{"Places in incident response courses", "Місця на курсах реагування на кіберінциденти"},
		Words{"Duty shifts are new; nobody in them has worked a real incident yet.", "Чергові зміни нові: ніхто з них ще не працював зі справжнім кіберінцидентом."},
		"training", "training_places", 24, 800, 25, 3, "xc-places"},
	{Words{"Satellite terminals for duty sites", "Супутникові термінали для чергових пунктів"},
		Words{"Sites lose their link for hours at a time and cannot report.", "Пункти на години втрачають зв’язок і не можуть передати дані."},
		"connectivity", "satellite_terminals", 10, 2_500, 40, 2, "xd-terminals"},
	{Words{"Backup storage away from the site", "Віддалене сховище резервних копій"},
		Words{"Copies stand in the same room as the originals.", "Резервні копії стоять в одному приміщенні з оригіналами."},
		"continuity", "backup_storage", 40, 600, 50, 1, "xa-backup"},
	{Words{"Security keys for staff", "Ключі безпеки для працівників"},
		Words{"Sign-in rests on passwords alone; three accounts were taken over this year.", "Вхід захищено лише паролями; цього року захопили три облікові записи."},
		"infrastructure", "security_keys", 300, 30, 30, 2, "xd-keys"},
	{Words{"Days of incident responders", "Дні роботи фахівців із реагування"},
		Words{"An intrusion was found; the team needs help to see how far it went.", "Виявлено проникнення; команді потрібна допомога, щоб з’ясувати його межі."},
		"response", "response_days", 15, 800, 60, 1, "xb-days"},
	{Words{"A move to protected hosting", "Перехід на захищений хостинг"},
		Words{"The public service stands on one server; a package of funding covers the move.", "Публічний сервіс працює на одному сервері; пакет фінансування покриє перехід."},
		"continuity", "project_funding", 1, 85_000, 100, 1, "xa-money"},
	{Words{"Days of network experts", "Дні роботи експертів із мереж"},
		Words{"A plan for dividing the network exists; hands to carry it out are missing.", "План поділу мережі є, бракує рук, щоб його виконати."},
		"coordination", "expert_days", 12, 0, 50, 1, "harbour-days"},
}

// An asker is a recipient as needs speak of it.
type asker struct {
	seat, sector, region string
	name                 Words
}

var askers = []asker{
	{"rivers", "public_administration", "UA-30", Words{"Ministry of Rivers", "Міністерство річок"}},
	{"orchards", "public_administration", "UA-05", Words{"Register of Orchards", "Реєстр садів"}},
	{"dawn", "energy", "UA-63", Words{"Dawn Power Company", "Енергокомпанія «Світанок»"}},
	{"hills", "health", "UA-46", Words{"Seven Hills Hospitals", "Лікарні «Сім пагорбів»"}},
	{"silver", "transport", "UA-12", Words{"Silver Line Railway", "Залізниця «Срібна лінія»"}},
	{"maps", "research", "", Words{"Archive of Maps", "Архів мап"}},
}

// plans, one a need: every stage is somewhere among them.
var plans = []string{
	committed, isNew, technical, reserved, paid, oneVote, valid, halfway, shared,
	returned, committed, isNew, accepted, technical, rejected, oneVote, committed, valid,
	again, reserved, isNew, paid, halfway, stuck, declined, committed, abstained,
	withdrawn, valid, oneVote, reserved, technical, committed, returnedIA, accepted, isNew,
	released, halfway, paid, isNew, shared, oneVote, ended,
	called,
}

var (
	urgencies     = []string{"short", "immediate", "medium", "short", "long"}
	criticalities = []string{"high", "critical", "moderate", "high", "low", "critical", "moderate"}
	usefulDays    = map[string]int{"immediate": 45, "short": 90, "medium": 330, "long": 600}
)

// Needs lists every need. They are composed, the same at every start, so that
// each sector, urgency, line and stage occurs.
func Needs() []Need {
	var list []Need
	for i, plan := range plans {
		t, a := things[i%len(things)], askers[(i+i/len(things))%len(askers)]
		factor := int64(i%3 + 1)
		n := Need{Key: number(i + 1), Seat: a.seat, Plan: plan, Offer: t.offer,
			Title:   t.title.En + " / " + t.title.Uk,
			Summary: a.name.En + ". " + t.summary.En + "\n\n" + a.name.Uk + ". " + t.summary.Uk,
			Line:    t.line, What: t.what, Quantity: t.quantity * factor, Euros: t.each * t.quantity * factor,
			UsefulShare: t.share, Partners: t.partners, Urgency: urgencies[i%len(urgencies)],
			LeadDays: i % 4 * 5, Criticality: criticalities[i%len(criticalities)],
			Sector: a.sector, Region: a.region, HideRegion: a.seat == "dawn"}
		if plan == called {
			n.Offer = "xa-standing"
		}
		if n.What == "project_funding" {
			n.Quantity = 1
		}
		n.UsefulDays = max(usefulDays[n.Urgency], 60)
		if i%6 == 0 {
			n.Weakness = "Invented: administrators share one account. / Вигадане: адміністратори користуються одним обліковим записом."
		}
		if i%8 == 0 {
			n.Excluded = []string{"XZ"}
		}
		if i%10 == 4 {
			n.RenewMonths = 12
		}
		list = append(list, n)
	}
	return list
}

// number is n as two digits.
func number(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// Question is what a group asks when it returns a need, and why it rejects
// one.
const (
	Question  = "How many of these are in use today, and who will run them? / Скільки з них використовується сьогодні і хто їх обслуговуватиме?"
	Rejection = "The same is being delivered under another need. / Те саме вже постачають за іншою потребою."
)
