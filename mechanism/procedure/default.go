package procedure

import (
	"tallinn/mechanism/party"
	"tallinn/mechanism/seat"
)

// Default is the mechanism's procedure as far as public sources describe it:
// a technical group scores technical capability and relevance, then an
// interagency group scores strategic importance. Bodies are the mechanism's
// own. What no source tells is a proposal: the anchors, a quorum of two of
// three seats, 72 hours for each stage. From is left for whoever adopts it.
//
// Source: ko.com.ua, 23 December 2025; joint statement on the first
// anniversary, December 2024.
func Default() Adopted {
	return Adopted{Version: 1, Stages: []Stage{
		{ID: "technical", Body: "technical-wg", Role: seat.Technical, Quorum: 2, Seats: 3, Hours: 72,
			Criteria: []Criterion{capability(), relevance()}},
		{ID: "interagency", Body: "interagency-wg", Role: seat.Interagency, Quorum: 2, Seats: 3, Hours: 72,
			Criteria: []Criterion{importance()}},
	}}
}

// Bodies are the groups of the standard procedure, which become parties when
// it is adopted.
var Bodies = map[party.ID]Words{
	"technical-wg":   {"Technical working group", "Технічна робоча група"},
	"interagency-wg": {"Interagency working group", "Міжвідомча робоча група"},
}

func capability() Criterion {
	return criterion("technical_capability", Words{"Technical capability", "Технічна спроможність"},
		Words{"The recipient can neither install nor run it", "Реципієнт не зможе ані встановити, ані експлуатувати запитане"},
		Words{"It could be installed; nobody is there to run it", "Встановити можна, але експлуатувати немає кому"},
		Words{"Can be run with help throughout", "Експлуатація можлива лише з постійною сторонньою допомогою"},
		Words{"Can be run after training that is planned", "Експлуатація можлива після запланованої підготовки"},
		Words{"Can be run now; some of what it needs is still to be built", "Фахівці готові, але частину інфраструктури ще треба створити"},
		Words{"People, network and power are ready today", "Фахівці, мережа й живлення готові вже сьогодні"})
}

func relevance() Criterion {
	return criterion("relevance", Words{"Relevance", "Доцільність"},
		Words{"Does not answer the threat that is described", "Не відповідає описаній загрозі"},
		Words{"Touches the threat; something else would do more", "Стосується загрози, але інший засіб дав би більше"},
		Words{"Helps in part; large gaps stay open", "Допомагає частково, великі прогалини залишаються"},
		Words{"Answers the threat; quantities need another look", "Відповідає загрозі, але кількість варто переглянути"},
		Words{"Answers the threat in the right quantity", "Відповідає загрозі, кількість обґрунтована"},
		Words{"Answers the threat, and nothing simpler would", "Відповідає загрозі, і простішого рішення немає"})
}

func importance() Criterion {
	return criterion("strategic_importance", Words{"Strategic importance", "Стратегічна важливість"},
		Words{"No service to people depends on it", "Від цього не залежить жодна послуга для людей"},
		Words{"Eases the work of one institution", "Полегшує роботу однієї установи"},
		Words{"Keeps up a service of one institution", "Підтримує послугу однієї установи"},
		Words{"Keeps up a service that several institutions lean on", "Підтримує послугу, на яку спираються кілька установ"},
		Words{"Keeps up a service of a whole region or sector", "Підтримує послугу цілого регіону або сектору"},
		Words{"Without it a service that the whole country depends on would stop", "Без цього зупиниться послуга, від якої залежить уся країна"})
}

// criterion is one whose anchors are means, from score 0 up.
func criterion(id string, name Words, means ...Words) Criterion {
	c := Criterion{ID: id, Name: name, Max: len(means) - 1}
	for score, w := range means {
		c.Anchors = append(c.Anchors, Anchor{score, w})
	}
	return c
}
