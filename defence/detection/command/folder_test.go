//go:build unix

package command_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tallinn/defence/detection/command"
)

// vanishing is standard input that takes a file away when it is read.
type vanishing struct {
	io.Reader
	path string
}

func (v vanishing) Read(p []byte) (int, error) {
	os.Remove(v.path)
	return v.Reader.Read(p)
}

// Whatever is strange in a folder costs itself, and is told: a pipe would wait
// for ever, a link may lead round in a circle, a file goes, another is nobody's.
func TestStrangeFolder(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	good := []byte(`{"Channel":"Security","EventID":1102,"Provider_Name":"Microsoft-Windows-Eventlog"}` + "\n")
	for name, content := range map[string][]byte{"a-good.json": good, "b-gone.json": good, "c-empty.evtx": nil, "d-blank.log": []byte(" \n\n"),
		"e-bomb.json.gz": gz(t, bytes.Repeat([]byte(" "), 50<<20)), "f-secret.json": good} {
		if err := os.WriteFile(at(name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{syscall.Mkfifo(at("g-pipe.log"), 0o644), os.Symlink(".", at("h-again")), os.Symlink("a-good.json", at("i-link.json")),
		os.Symlink("j-loop.log", at("j-loop.log")), os.Symlink("nothing", at("k-note.txt")), os.Mkdir(at("l-closed"), 0), os.Chmod(at("f-secret.json"), 0)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	d := detect("-", dir)
	d.Workers = 1 // one log after the other, standard input first
	o := run(d, vanishing{bytes.NewReader(good), at("b-gone.json")})
	if got := brief(t, o.out); len(got) != 2 && os.Getuid() != 0 || o.code != command.Matched || o.err != nil {
		t.Errorf("%d %v %v", o.code, o.err, got)
	}
	told := map[string]string{"b-gone.json": "not read", "c-empty.evtx": "nothing to read", "d-blank.log": "nothing to read", "e-bomb": "nothing to read",
		"g-pipe.log": "is no file", "h-again": "is a link", "i-link.json": "is a link", "j-loop.log": "is a link"}
	if os.Getuid() != 0 {
		told["f-secret.json"], told["l-closed"] = "permission denied", "permission denied"
	}
	for name, what := range told {
		if n := lines(o.say, name, what); n != 1 {
			t.Errorf("%s is told %d times to be: %s\n%s", name, n, what, o.say)
		}
	}
	if strings.Contains(o.say, "k-note") {
		t.Errorf("what looks like no log is told:\n%s", o.say)
	}
	// A link that is named is meant; and when nothing can be read, that is an error.
	if err := os.Symlink(dir, dir+"-link"); err != nil {
		t.Fatal(err)
	}
	if o := run(detect(dir+"-link", at("i-link.json")), nil); len(brief(t, o.out)) < 2 {
		t.Error(o)
	}
	if o := run(detect(at("b-gone.json")), nil); o.code != command.Failed || o.err == nil {
		t.Error(o)
	}
}

// lines counts the lines of say that hold both.
func lines(say, name, what string) (n int) {
	for line := range strings.Lines(say) {
		if strings.Contains(line, name) && strings.Contains(line, what) {
			n++
		}
	}
	return n
}
