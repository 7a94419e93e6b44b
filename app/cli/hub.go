package cli

import (
	"context"
	"fmt"
	"log/slog"

	"tallinn/app"
)

// hubFlags are common to the commands that serve.
type hubFlags struct {
	Config  string `help:"A file with settings, NAME = VALUE as \"tallinn config\" prints them; what the environment or the command line says counts more." type:"path" env:"TALLINN_CONFIG" placeholder:"FILE"`
	Addr    string `help:"The address to listen on; port 0 takes a free one." default:"127.0.0.1:8080" env:"TALLINN_ADDR"`
	Origin  string `help:"The address by which readers reach the hub, such as https://hub.example; passkeys are bound to it." placeholder:"URL" env:"TALLINN_ORIGIN"`
	Data    string `help:"The data folder; it is made when missing." default:"tallinn-data" type:"path" env:"TALLINN_DATA"`
	Metrics string `help:"An address to serve /metrics at, for Prometheus; keep it from the public, such as 127.0.0.1:9464. Not served when absent." env:"TALLINN_METRICS" placeholder:"ADDR"`
	Blobs   string `help:"A folder for attachments, when several hubs share a database: all of them must see it. The data folder when absent." type:"path" env:"TALLINN_BLOBS" placeholder:"DIR"`
	databaseFlags
	tlsFlags
	noticeFlags
	providerFlags
}

// tlsFlags say how the hub serves https itself.
type tlsFlags struct {
	TLSCert       string `name:"tls-cert" help:"A certificate in PEM, with what leads to its authority: the hub serves https itself. It is read again when it changes." type:"path" env:"TALLINN_TLS_CERT" placeholder:"FILE"`
	TLSKey        string `name:"tls-key" help:"The key of --tls-cert, in PEM, readable by the hub's account alone." type:"path" env:"TALLINN_TLS_KEY" placeholder:"FILE"`
	ACME          bool   `name:"acme" help:"Fetch and renew a certificate for the host of --origin, and agree to the terms of the authority; port 443 of that host must lead here." env:"TALLINN_ACME"`
	ACMEDirectory string `name:"acme-directory" help:"The authority that --acme asks; Let's Encrypt when absent." env:"TALLINN_ACME_DIRECTORY" placeholder:"URL"`
	ACMEMail      string `name:"acme-mail" help:"The address that the authority writes to." env:"TALLINN_ACME_MAIL" placeholder:"ADDRESS"`
}

func (f tlsFlags) tls() app.TLS {
	return app.TLS{Cert: f.TLSCert, Key: f.TLSKey, ACME: f.ACME, Directory: f.ACMEDirectory, Mail: f.ACMEMail}
}

type demoCmd struct {
	hubFlags
	Two bool `help:"Serve two hubs on one database: a PostgreSQL server of their own in a temporary folder, unless one is named. The second is at the port after that of --addr."`
}

// Run serves a hub with the public facts in it. They are recorded on the first
// start; a later start finds them and records nothing twice.
func (c demoCmd) Run(ctx context.Context, s *session) error {
	if c.Two {
		return s.two(ctx, c.hubFlags)
	}
	return s.serve(ctx, c.hubFlags, (*app.Hub).LoadDemo)
}

type serveCmd struct{ hubFlags }

func (c serveCmd) Run(ctx context.Context, s *session) error {
	return s.serve(ctx, c.hubFlags, func(*app.Hub, context.Context) error { return nil })
}

func (s *session) serve(ctx context.Context, f hubFlags, load func(*app.Hub, context.Context) error) (err error) {
	log := slog.New(slog.NewTextHandler(s.Stderr, nil))
	dsn, err := f.dsn()
	if err != nil {
		return err
	}
	told, err := f.notices()
	if err != nil {
		return err
	}
	providers, err := f.providers()
	if err != nil {
		return err
	}
	hub, err := app.Open(ctx, app.Config{Providers: providers, Addr: f.Addr, Origin: f.Origin, Data: f.Data, Metrics: f.Metrics, Blobs: f.Blobs, Database: dsn, TLS: f.tls(), Notices: told, Log: log})
	if err != nil {
		return err
	}
	defer func() {
		if closing := hub.Close(); err == nil {
			err = closing
		}
	}()
	if err := load(hub, ctx); err != nil {
		return err
	}
	return hub.Run(ctx, func(url string) { fmt.Fprintln(s.Stdout, "ready", url) })
}
