package app

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	netmail "net/mail"

	"tallinn/identity"
	"tallinn/identity/identityhttp"
	"tallinn/notice"
	"tallinn/notice/noticehttp"
	"tallinn/notice/push"
	"tallinn/notice/webhook"
	"tallinn/web"
)

// A noticeDesk is a person's own page of notices.
type noticeDesk struct{ *notices }

var _ noticehttp.Desk = noticeDesk{}

func personOf(ctx context.Context) (string, error) {
	s, ok := identityhttp.SessionOf(ctx)
	switch {
	case !ok:
		return "", identity.ErrSession
	case s.Guest:
		return "", identityhttp.ErrGuest
	}
	return s.ID, nil
}

// Told is how the sender of a request is told.
func (d noticeDesk) Told(ctx context.Context) (out noticehttp.Told, err error) {
	person, err := personOf(ctx)
	if err != nil {
		return out, err
	}
	contacts, err := d.hub.people.Contacts(ctx, person)
	if err != nil {
		return out, err
	}
	for _, c := range contacts {
		out.Contacts = append(out.Contacts, noticehttp.Contact{ID: c.ID, Channel: notice.Channel(c.Channel), Address: c.Address, Confirmed: c.Confirmed})
	}
	out.Choice, _, err = d.choiceOf(ctx, person)
	out.Mail, out.PushKey = d.senders[notice.Mail] != nil, d.push.PublicKey()
	return out, err
}

// Choose keeps a choice, and the language in which it was made.
func (d noticeDesk) Choose(ctx context.Context, l web.Lang, c notice.Choice) error {
	person, err := personOf(ctx)
	if err != nil {
		return err
	}
	return d.hub.people.Tell(ctx, person, identity.Telling{Digest: c.Digest, Quiet: c.Quiet, From: c.From, Until: c.Until, Lang: string(l)})
}

// speaks keeps the language of somebody who has chosen nothing yet.
func (d noticeDesk) speaks(ctx context.Context, l web.Lang, person string) error {
	_, said, err := d.hub.people.Telling(ctx, person)
	if err != nil || said {
		return err
	}
	return d.hub.people.Tell(ctx, person, identity.Telling{Lang: string(l)})
}

// Add keeps an address and sends the link that confirms it.
func (d noticeDesk) Add(ctx context.Context, l web.Lang, channel notice.Channel, address string) (secret string, err error) {
	person, err := personOf(ctx)
	if err != nil {
		return "", err
	}
	switch channel {
	case notice.Mail:
		at, err := netmail.ParseAddress(address)
		if err != nil || at.Address != address || len(address) > maxMail || d.senders[notice.Mail] == nil {
			return "", noticehttp.ErrAddress
		}
	case notice.Webhook:
		if err := webhook.Check(address, d.hub.cfg.Notices.Private); err != nil {
			return "", err
		}
		if secret, err = d.secret(); err != nil {
			return "", err
		}
	default:
		return "", noticehttp.ErrAddress
	}
	c, token, err := d.hub.people.AddContact(ctx, identity.Contact{Person: person, Channel: string(channel), Address: address, Secret: secret})
	if err != nil {
		return "", err
	}
	err = d.senders[channel].Send(ctx, notice.Address{To: c.Address, Secret: c.Secret}, notice.Message{ID: "confirm-" + c.ID,
		Subject: web.T(l, "notice.out.confirm"), Text: web.T(l, "notice.out.confirm.text"),
		Link: d.hub.site() + noticehttp.Home + "/confirm/" + token, At: d.hub.cfg.Now()})
	if err != nil {
		d.hub.cfg.Log.Warn("notices: a confirmation was not handed over", "channel", channel, "error", err)
		return "", errors.Join(noticehttp.ErrUnsent, d.hub.people.RemoveContact(ctx, person, c.ID))
	}
	return secret, d.speaks(ctx, l, person)
}

// maxMail is RFC 5321 4.5.3.1.3, without the brackets.
const maxMail = 254

func (d noticeDesk) secret() (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(d.hub.cfg.Random, b); err != nil {
		return "", fmt.Errorf("app: read randomness: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// Subscribe keeps a browser, which has shown by subscribing that it is the
// reader's.
func (d noticeDesk) Subscribe(ctx context.Context, l web.Lang, raw []byte) error {
	person, err := personOf(ctx)
	if err != nil {
		return err
	}
	a, err := push.Read(raw)
	if err != nil {
		return err
	}
	if err := webhook.Check(a.To, d.hub.cfg.Notices.Private); err != nil {
		return push.ErrSubscription
	}
	_, _, err = d.hub.people.AddContact(ctx, identity.Contact{Person: person, Channel: string(notice.Push), Address: a.To, Secret: a.Secret, Confirmed: true})
	wake(d.dirty)
	return errors.Join(err, d.speaks(ctx, l, person))
}

// Remove removes an address, and what was to be sent there.
func (d noticeDesk) Remove(ctx context.Context, id string) error {
	person, err := personOf(ctx)
	if err != nil {
		return err
	}
	if err := d.hub.people.RemoveContact(ctx, person, id); err != nil {
		return err
	}
	return d.outbox.Forget(ctx, d.hub.cfg.Now(), id)
}

// Confirm takes the link that was sent to an address; whoever has it reads
// there.
func (d noticeDesk) Confirm(ctx context.Context, token string) error {
	err := d.hub.people.ConfirmContact(ctx, token)
	wake(d.dirty)
	return err
}

// Test hands a notice to every confirmed address of the reader.
func (d noticeDesk) Test(ctx context.Context, l web.Lang) error {
	person, err := personOf(ctx)
	if err != nil {
		return err
	}
	contacts, err := d.hub.people.Contacts(ctx, person)
	if err != nil {
		return err
	}
	now := d.hub.cfg.Now()
	for _, c := range contacts {
		to := d.senders[notice.Channel(c.Channel)]
		if !c.Confirmed || to == nil {
			continue
		}
		err := to.Send(ctx, notice.Address{To: c.Address, Secret: c.Secret}, notice.Message{ID: fmt.Sprint("test-", c.ID, "-", now.Unix()),
			Subject: web.T(l, "notice.out.test"), Text: web.T(l, "notice.out.test.text"), Link: d.hub.site() + "/desk", At: now})
		if err != nil {
			d.hub.cfg.Log.Warn("notices: a test was not handed over", "channel", c.Channel, "error", err)
			return noticehttp.ErrUnsent
		}
	}
	return nil
}

// noticesPage is the door of notices.
func (h *Hub) noticesPage() *noticehttp.Handler {
	return &noticehttp.Handler{Desk: noticeDesk{h.notices}, Log: h.cfg.Log}
}
