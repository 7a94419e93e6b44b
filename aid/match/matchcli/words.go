package matchcli

import "tallinn/aid/match/certificate"

// text is a sentence in the desk's language.
func (d Desk) text(key string) string {
	pair := sentences[key]
	if d.Lang == "uk" {
		return pair[1]
	}
	return pair[0]
}

// sentences in English and Ukrainian; both have the same verbs in the same
// order.
var sentences = map[string][2]string{
	"progress": {"%s: score %d, no plan above %d (%s %% below), move %d of %d",
		"%s: оцінка %d, жоден план не вище %d (на %s %% нижче), хід %d з %d"},
	"cut": {"The run was cut short: another run may give another plan.",
		"Обчислення перервано: інший запуск може дати інший план."},
	"made": {"No plan can score above %d; this one scores %d (%s %% below). %d requirements served, %d of them in full, by %d allocations.",
		"Жоден план не може мати оцінку понад %d; цей має %d (на %s %% нижче). Забезпечено потреб: %d, з них повністю: %d; розподілів: %d."},
	"optimal": {"%s finds no better plan.", "%s не знаходить кращого плану."},
	"verified": {"Verified: no plan can score above %d; this one scores %d (%s %% below).",
		"Перевірено: жоден план не може мати оцінку понад %d; цей має %d (на %s %% нижче)."},
	"bound": {"no plan is better than", "жоден план не кращий за"},
	"claim": {"%s says that no plan scores above %d. That is its word, not a proof: run it again to check.",
		"%s стверджує, що жоден план не має оцінки понад %d. Це твердження, а не доказ: щоб перевірити, запустіть його ще раз."},
	"diff": {"%d of %d allocations are the same (%s %%); score %d, then %d.",
		"Без змін розподілів: %d з %d (%s %%); оцінка %d, потім %d."},
	"whatif": {"With the change no plan can score above %d, and one scores %d (%s %% below). Before: %d.",
		"Зі зміною жоден план не може мати оцінку понад %d, а знайдений має %d (на %s %% нижче). Раніше: %d."},
}

var phases = map[string][2]string{
	"prices": {"prices", "ціни"}, "plan": {"plan", "план"}, "finish": {"finisher", "точне розв’язання"},
}

func (d Desk) phase(name string) string {
	if pair, ok := phases[name]; ok {
		return pick(pair, d.Lang)
	}
	return d.goal(name)
}

var goals = map[string][2]string{
	certificate.Coverage:   {"coverage", "покриття потреб"},
	certificate.Completion: {"completion", "потреби, забезпечені повністю"},
	certificate.Fragments:  {"fragments", "кількість розподілів"},
	certificate.Spread:     {"spread of use, millionths", "нерівномірність використання, мільйонні частки"},
	certificate.Kept:       {"kept pairs", "збережені пари"},
}

func (d Desk) goal(name string) string { return pick(goals[name], d.Lang) }

func pick(pair [2]string, lang string) string {
	if lang == "uk" {
		return pair[1]
	}
	return pair[0]
}
