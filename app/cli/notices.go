package cli

import (
	"net/netip"
	"os"
	"strings"

	"tallinn/app"
	"tallinn/fault"
)

// noticeFlags say how people are told what waits for them.
type noticeFlags struct {
	Mail         string   `help:"The SMTP server that takes notices, such as smtp://hub@mail.example:587." placeholder:"URL" env:"TALLINN_MAIL"`
	MailFrom     string   `help:"The sender's address of notices." placeholder:"ADDRESS" env:"TALLINN_MAIL_FROM"`
	MailPassword string   `help:"A file with the password of the name in --mail." type:"path" placeholder:"FILE" env:"TALLINN_MAIL_PASSWORD_FILE"`
	WebhookNet   []string `help:"A private network that webhooks may lead to, such as 10.1.2.0/24; public ones always may." placeholder:"NETWORK" env:"TALLINN_WEBHOOK_NET"`
}

var (
	errMailPassword = fault.New(fault.Invalid, "cli.mail_password",
		"the file of --mail-password cannot be read ({{.why}}); name a file with the password alone, readable by this program only")
	errNetwork = fault.New(fault.Invalid, "cli.webhook_net",
		"{{.network}} is no network; write it like 10.1.2.0/24")
)

func (f noticeFlags) notices() (out app.Notices, err error) {
	out = app.Notices{Mail: f.Mail, MailFrom: f.MailFrom}
	if f.MailPassword != "" {
		raw, err := os.ReadFile(f.MailPassword)
		if err != nil {
			return out, errMailPassword.With("why", err).Because(err)
		}
		out.MailPassword = strings.TrimSpace(string(raw))
	}
	for _, n := range f.WebhookNet {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			return out, errNetwork.With("network", n)
		}
		out.Private = append(out.Private, p)
	}
	return out, nil
}
