package attachmenthttp

import (
	"tallinn/aid/attachment"
	"tallinn/fact"
	"tallinn/mechanism/party"
	"tallinn/web"
	"tallinn/web/told"
)

// Describe says a fact of an attachment in one sentence. It is false for facts
// of other nouns.
func Describe(l web.Lang, f fact.Fact, _ func(party.ID) string) (string, bool) {
	switch b := f.Body.(type) {
	case attachment.Attached:
		return web.T(l, "attachment.fact.attached", "id", b.Attachment, "need", b.Need, "type", told.Word(l, "attachment.type", b.Type)), true
	case attachment.Withdrawn:
		return web.T(l, "attachment.fact.withdrawn", "id", b.Attachment, "need", b.Need), true
	}
	return "", false
}
