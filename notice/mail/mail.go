// Package mail hands notices to an SMTP server (RFC 5321), over TLS unless the
// server is on this machine.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"tallinn/fault"
	"tallinn/notice"
)

// ErrServer refuses an address of a mail server.
var ErrServer = fault.New(fault.Invalid, "mail.server",
	"{{.why}} in the address of the mail server; write it as smtp://name@host:587 (STARTTLS) or smtps://name@host:465")

// sendTime bounds one delivery.
const sendTime = 30 * time.Second

// A Server is the SMTP server that takes our mail.
type Server struct {
	// From is the sender's address, such as "desk@hub.example".
	From string

	client func() (*gomail.Client, error)
}

// New is the server at address, with the password of the name in it, if any.
//
// Errors: ErrServer.
func New(address, password, from string) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, ErrServer.With("why", "there is no smtp:// or smtps:// and a host")
	}
	if err := gomail.NewMsg().From(from); err != nil {
		return nil, ErrServer.With("why", "the sender's address is no mail address")
	}
	options := []gomail.Option{gomail.WithTimeout(sendTime), gomail.WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12, ServerName: u.Hostname()})}
	switch {
	case u.Scheme == "smtps":
		options = append(options, gomail.WithSSL())
	case local(u.Hostname()):
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic), gomail.WithTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12, ServerName: u.Hostname()}))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if port := u.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil {
			return nil, ErrServer.With("why", "the port is no number")
		}
		options = append(options, gomail.WithPort(n))
	}
	if name := u.User.Username(); name != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(name), gomail.WithPassword(password))
	}
	return &Server{From: from, client: func() (*gomail.Client, error) { return gomail.NewClient(u.Hostname(), options...) }}, nil
}

func local(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Send hands m over.
//
// Errors: notice.ErrGone when the server says that there is no such mailbox;
// those of the server and of the network, after which the same may work.
func (s *Server) Send(ctx context.Context, to notice.Address, m notice.Message) error {
	msg := gomail.NewMsg()
	if err := errors.Join(msg.From(s.From), msg.To(to.To)); err != nil {
		return fmt.Errorf("mail: %w", notice.ErrGone) // the error repeats the address
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.At)
	msg.SetMessageIDWithValue(m.ID + "@tallinn.notice")  // RFC 5322 3.6.4; the same at every try
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody answers it
	if m.Urgent {
		msg.SetImportance(gomail.ImportanceUrgent)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text+"\n\n"+m.Link+"\n")
	client, err := s.client()
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	return told(client.DialAndSendWithContext(ctx, msg))
}

// told is err without the address, which servers repeat.
func told(err error) error {
	if err == nil {
		return nil
	}
	var sent *gomail.SendError
	if errors.As(err, &sent) {
		if code := sent.ErrorCode(); code == 550 || code == 551 || code == 553 {
			return fmt.Errorf("mail: the server says %d: %w", code, notice.ErrGone)
		}
		return fmt.Errorf("mail: the server says %d", sent.ErrorCode())
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return errors.New("mail: the server's name is not found")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("mail: the server took too long")
	}
	return errors.New("mail: the server cannot be reached, or refuses the connection")
}
