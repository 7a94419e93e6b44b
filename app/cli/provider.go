package cli

import (
	"os"
	"strings"

	"tallinn/fault"
	"tallinn/identity/provider"
)

// providerFlags say at which providers persons may sign in.
type providerFlags struct {
	Provider []string `help:"An OpenID provider at which persons may sign in once they have added it under My ways in, such as name=mda,title=Ministry of Digital Affairs,issuer=https://id.example,client=tallinn,secret=/run/secrets/mda; title-uk is its title in Ukrainian, secret a file." sep:";" placeholder:"SETTINGS" env:"TALLINN_PROVIDER"`
}

var errProvider = fault.New(fault.Invalid, "cli.provider",
	"--provider cannot be used ({{.why}}); write it like name=mda,title=TITLE,issuer=https://id.example,client=CLIENT,secret=FILE")

// providers reads the flags, and the files of their secrets.
//
// Errors: errProvider.
func (f providerFlags) providers() (list []provider.Settings, err error) {
	for _, one := range f.Provider {
		var s provider.Settings
		secret := ""
		fields := map[string]*string{"name": &s.Name, "title": &s.Title, "title-uk": &s.TitleU, "issuer": &s.Issuer, "client": &s.Client, "secret": &secret}
		for word := range strings.SplitSeq(one, ",") {
			name, value, _ := strings.Cut(word, "=")
			field := fields[strings.TrimSpace(name)]
			if field == nil {
				return nil, errProvider.With("why", "there is no setting "+name)
			}
			*field = strings.TrimSpace(value)
		}
		if secret != "" {
			raw, err := os.ReadFile(secret)
			if err != nil {
				return nil, errProvider.With("why", err).Because(err)
			}
			s.Secret = strings.TrimSpace(string(raw))
		}
		for _, other := range list {
			if other.Name == s.Name || other.Issuer == s.Issuer {
				return nil, errProvider.With("why", "two have the same name or issuer")
			}
		}
		list = append(list, s)
	}
	return list, nil
}
