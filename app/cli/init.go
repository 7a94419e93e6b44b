package cli

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"strings"

	"tallinn/app"
	"tallinn/fault"
	"tallinn/mechanism/party"
)

// ErrPerson asks for the name of the first administrator.
var ErrPerson = fault.New(fault.Invalid, "cli.person",
	"name the person who will be the first administrator: --person 'First Last', or a line on standard input")

type initCmd struct {
	Data        string `help:"The data folder; it is made when missing." default:"tallinn-data" type:"path"`
	Origin      string `help:"The address by which readers reach the hub." default:"http://localhost:8080" env:"TALLINN_ORIGIN" placeholder:"URL"`
	Person      string `help:"The administrator's name; when it is not given, one line of standard input is."`
	Institution string `help:"A short id of the institution that runs the hub, such as front-office." required:""`
	Name        string `help:"The institution's name in English, when it is not a party yet."`
	NameUk      string `help:"The institution's name in Ukrainian."`
	Country     string `help:"The state it belongs to, as a code of ISO 3166."`
	databaseFlags
}

// Run makes the first administrator. No hub may run on the folder meanwhile.
// The link is printed and kept nowhere: who has it is the administrator.
func (c initCmd) Run(ctx context.Context, s *session) (err error) {
	if c.Person == "" {
		line, _ := bufio.NewReader(s.Stdin).ReadString('\n')
		c.Person = strings.TrimSpace(line)
	}
	if c.Person == "" {
		return ErrPerson
	}
	dsn, err := c.dsn()
	if err != nil {
		return err
	}
	hub, err := app.Open(ctx, app.Config{Data: c.Data, Database: dsn, Log: slog.New(slog.NewTextHandler(s.Stderr, nil))})
	if err != nil {
		return err
	}
	defer func() {
		if closing := hub.Close(); err == nil {
			err = closing
		}
	}()
	link, err := hub.Init(ctx, app.First{Person: c.Person, Institution: party.ID(c.Institution), Name: c.Name,
		NameUk: c.NameUk, Country: c.Country})
	if err != nil {
		return err
	}
	fmt.Fprintln(s.Stdout, strings.TrimSuffix(c.Origin, "/")+"/sign-in/"+link)
	fmt.Fprintln(s.Stderr, s.t("cli.init.next"))
	return nil
}
