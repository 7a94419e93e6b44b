package app

import (
	"crypto/x509"
	"io"
	"log/slog"
	"net/netip"
	"time"

	"tallinn/identity/provider"
)

// Config says how a hub runs. The zero value of each field works.
type Config struct {
	// Addr is the address to listen on; "127.0.0.1:8080" when empty. Port 0
	// takes a free one, which Ready tells.
	Addr string
	// Origin is the address by which readers reach the hub, such as
	// "https://hub.example". Passkeys are bound to it, and cookies are secure
	// when it is https. Empty: any, and passkeys work at localhost only.
	Origin string
	// Metrics is the address at which /metrics is served, apart from the
	// pages; it is not when empty.
	Metrics string
	// Data is the data folder: the record, the tokens, the lock. It is made
	// when missing; "tallinn-data" when empty.
	Data string
	// Database is the address of a PostgreSQL database that keeps the record
	// and the persons in place of Data. Several hubs may share it, each with
	// a folder of its own. It is a secret, and never logged; none when empty.
	Database string
	// Blobs is the folder below which attachments lie, for several hubs that
	// share them; Data when empty.
	Blobs string
	// TLS says how the hub serves https itself; it serves http when zero,
	// behind a balancer that does https.
	TLS TLS
	// Notices says how people are told what waits for them.
	Notices Notices
	// Providers are OpenID providers at which persons may sign in once they
	// have added their identity there; none when empty. Passkeys, links and
	// sheets work whether these answer or not.
	Providers []provider.Settings
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Random is the source of ids, salts and tokens; crypto/rand when nil.
	Random io.Reader
	// Log takes what operators read; slog.Default when nil. Nothing personal
	// or secret is ever logged.
	Log *slog.Logger
}

// TLS says how a hub serves https: by a certificate that is given, or by one
// that an authority gives it. Both are read anew while the hub runs.
type TLS struct {
	// Cert and Key are the files of a certificate, with what leads to its
	// authority, and of its key, in PEM.
	Cert, Key string
	// ACME fetches a certificate for the host of Config.Origin and renews it
	// (RFC 8555, by TLS-ALPN-01): port 443 of the host must lead here. Whoever
	// turns it on agrees to the authority's terms.
	ACME bool
	// Directory is the authority; Let's Encrypt when empty.
	Directory string
	// Mail is where the authority writes to; nowhere when empty.
	Mail string
}

// Notices says how people are told what waits for them. The zero value sends
// no mail; browsers and webhooks are told all the same.
type Notices struct {
	// Mail is the SMTP server, such as "smtp://hub@mail.example:587"; MailFrom
	// is the sender's address, and MailPassword that of the name in Mail. The
	// password is never logged.
	Mail, MailFrom, MailPassword string
	// Private are networks that webhooks may lead to although they are not
	// public, such as that of a bridge beside the hub.
	Private []netip.Prefix
	// Roots are authorities that webhooks may be certified by; the machine's
	// own when nil.
	Roots *x509.CertPool
}

// Defaults of Config.
const (
	DefaultAddr = "127.0.0.1:8080"
	DefaultData = "tallinn-data"
)
