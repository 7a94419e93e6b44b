package input

import (
	"archive/zip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tallinn/fault"
)

var (
	// ErrMissing says that a named input is not there.
	ErrMissing = fault.New(fault.Invalid, "input.missing", "there is no log at {{.path}}; check the path")
	// ErrZip says that an archive cannot be read.
	ErrZip = fault.New(fault.Invalid, "input.zip", "{{.path}} is no zip that can be read; unpack it and name the folder")
	// ErrLink says that a folder holds a link to a log or to another folder.
	ErrLink = fault.New(fault.Invalid, "input.link", "{{.path}} is a link, and links in a folder are not followed; name it itself if it is meant")
	// ErrSpecial says that a folder holds a pipe, socket or device.
	ErrSpecial = fault.New(fault.Invalid, "input.special", "{{.path}} is no file but a pipe, socket or device; name it itself if it is meant")
	// ErrFormat says that a file is no log of a known kind.
	ErrFormat = fault.New(fault.Invalid, "input.format", "{{.path}} is no log of a known kind; give EVTX, NDJSON, Windows event XML, auditd, journald or syslog")
)

// A Source is a log that can be opened.
type Source struct {
	Name string // as shown to people
	Size int64  // in bytes, as stored; 0: unknown
	Year int    // of its last change, for logs whose times tell no year
	open func() (io.ReadCloser, error)
}

// Memory is a source that is already in memory.
func Memory(name string, data string) Source {
	return Source{Name: name, Size: int64(len(data)), open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(data)), nil
	}}
}

// Find lists the logs under paths: files, directories, globs, or - for
// stdin. The list is sorted by name and names each log once. What cannot be
// read is among the problems.
func Find(paths []string, stdin io.Reader) (sources []Source, problems []error) {
	f := &finder{seen: map[string]bool{}}
	for _, p := range paths {
		if p == "-" {
			f.sources = append(f.sources, Source{Name: "-", open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			continue
		}
		f.path(p)
	}
	slices.SortStableFunc(f.sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	return f.sources, f.problems
}

type finder struct {
	sources  []Source
	problems []error
	seen     map[string]bool
}

func (f *finder) path(p string) {
	info, err := os.Stat(p)
	if err == nil && info.IsDir() {
		f.directory(p)
		return
	}
	if err == nil {
		f.file(p, info)
		return
	}
	matches, globErr := filepath.Glob(p)
	if globErr != nil || len(matches) == 0 {
		f.problems = append(f.problems, ErrMissing.With("path", p).Because(err))
		return
	}
	for _, m := range matches {
		f.path(m)
	}
}

func (f *finder) directory(dir string) {
	// With the separator, a folder that is named by a link to it is looked into.
	err := filepath.WalkDir(dir+string(filepath.Separator), func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			f.problems = append(f.problems, err)
			return nil
		}
		switch info, err := d.Info(); {
		case d.IsDir():
		case d.Type()&fs.ModeSymlink != 0:
			if to, err := os.Stat(p); looksLikeLog(d.Name()) || err == nil && to.IsDir() {
				f.problems = append(f.problems, ErrLink.With("path", p).Because(err))
			}
		case !looksLikeLog(d.Name()):
		case err != nil: // it has just gone
			f.problems = append(f.problems, err)
		case d.Type().IsRegular():
			f.file(p, info)
		default:
			f.problems = append(f.problems, ErrSpecial.With("path", p))
		}
		return nil
	})
	if err != nil {
		f.problems = append(f.problems, err)
	}
}

// extensions are those of files that a directory is searched for. A file
// that is named by itself may be called anything.
var extensions = []string{".evtx", ".json", ".jsonl", ".ndjson", ".xml", ".log", ".export", ".gz", ".zst", ".zip"}

func looksLikeLog(name string) bool {
	name = strings.ToLower(name)
	if slices.Contains(extensions, filepath.Ext(name)) {
		return true
	}
	base, _, _ := strings.Cut(name, ".log.")
	base, _, _ = strings.Cut(base, ".")
	return slices.Contains([]string{"syslog", "messages", "secure", "auth", "audit"}, base) && !strings.HasSuffix(name, ".rules")
}

func (f *finder) file(p string, info fs.FileInfo) {
	if f.seen[p] {
		return
	}
	f.seen[p] = true
	if strings.EqualFold(filepath.Ext(p), ".zip") {
		f.zip(p, info)
		return
	}
	f.sources = append(f.sources, Source{Name: p, Size: info.Size(), Year: info.ModTime().Year(),
		open: func() (io.ReadCloser, error) { return os.Open(p) }})
}

// maxEntries bounds how many files of one zip are read.
const maxEntries = 100_000

func (f *finder) zip(p string, info fs.FileInfo) {
	z, err := zip.OpenReader(p)
	if err != nil {
		f.problems = append(f.problems, ErrZip.With("path", p).Because(err))
		return
	}
	defer z.Close()
	for i, e := range z.File {
		if i >= maxEntries || e.FileInfo().IsDir() || !looksLikeLog(filepath.Base(e.Name)) {
			continue
		}
		f.sources = append(f.sources, Source{Name: p + "!" + e.Name, Size: int64(e.CompressedSize64), Year: info.ModTime().Year(),
			open: func() (io.ReadCloser, error) { return openEntry(p, i) }})
	}
}

// An entryReader closes the archive together with its entry.
type entryReader struct {
	io.ReadCloser
	archive io.Closer
}

func (r entryReader) Close() error {
	err := r.ReadCloser.Close()
	if e := r.archive.Close(); err == nil {
		err = e
	}
	return err
}

func openEntry(p string, i int) (io.ReadCloser, error) {
	z, err := zip.OpenReader(p)
	if err != nil {
		return nil, err
	}
	r, err := z.File[i].Open()
	if err != nil {
		z.Close()
		return nil, err
	}
	return entryReader{r, z}, nil
}
