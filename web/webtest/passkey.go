package webtest

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Authenticator gives the tab a device with passkeys, whose user touches it
// and is recognised at once.
func (p *Page) Authenticator() {
	p.t.Helper()
	p.do("plug in an authenticator", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, e1 := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{})
		_, e2 := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
			Options: &webauthn.VirtualAuthenticatorOptions{Protocol: webauthn.AuthenticatorProtocolCtap2,
				Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true,
				IsUserVerified: true, AutomaticPresenceSimulation: true}})
		return errors.Join(e1, e2)
	}))
}
