package publicdata

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"tallinn/exchange/table"
)

// The public tables, and the tables that explain their names and lines.
const (
	MembersFile       = "members.csv"
	BodiesFile        = "bodies.csv"
	RecipientsFile    = "recipients.csv"
	ContributionsFile = "contributions.csv"
	ProjectsFile      = "projects.csv"
	TimelineFile      = "timeline.csv"

	PartiesFile = "parties.csv"
	AliasesFile = "aliases.csv"
	LinesFile   = "lines.csv"
)

// headers are the exact columns of every table.
var headers = map[string]string{
	MembersFile:       "code,name,name_uk,role,since,since_precision,note,source",
	BodiesFile:        "id,name,place,kind,function,composition,since,source",
	RecipientsFile:    "id,name,name_uk,source",
	ContributionsFile: "id,reporter,provider,receiver,amount,currency,announced,period,status,scope,kind,purpose,reported_equivalents,note,source",
	ProjectsFile:      "id,name,provider,implementer,recipients,capability,quantity,unit,start,end,result,source",
	TimelineFile:      "date,precision,event,source",
	PartiesFile:       "id,name,name_uk,type,country,source",
	AliasesFile:       "name,party,note",
	LinesFile:         "row,line,why",
}

// Columns are the columns of a table; none when there is no such table.
func Columns(file string) []string {
	if h, ok := headers[file]; ok {
		return strings.Split(h, ",")
	}
	return nil
}

// order is the order in which tables are recorded: parties before what
// speaks of them.
var order = []string{PartiesFile, MembersFile, BodiesFile, RecipientsFile, ContributionsFile, ProjectsFile, TimelineFile}

// Public are the tables that an import must have; Explaining those that it
// may bring along, and that the project has of its own.
var (
	Public     = []string{MembersFile, BodiesFile, RecipientsFile, ContributionsFile, ProjectsFile, TimelineFile}
	Explaining = []string{PartiesFile, AliasesFile, LinesFile}
)

// Files are tables by name, as they came.
type Files map[string][]byte

// ReadFiles takes the tables out of a folder; whatever else is there is left
// alone. A file over the bound is read just far enough to be refused.
//
// Errors: those of reading.
func ReadFiles(folder fs.FS) (Files, error) {
	files := Files{}
	for _, name := range slices.Concat(Public, Explaining) {
		data, err := readBounded(folder, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		files[name] = data
	}
	return files, nil
}

func readBounded(folder fs.FS, name string) ([]byte, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, table.MaxFile+1))
}
