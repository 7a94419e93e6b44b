package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"tallinn/defence/detection/sigma"
	"tallinn/fault"
)

// Version is the version of the format that Save writes.
const Version = 1

// maxSize bounds an unpacked pack, in bytes.
const maxSize = 512 << 20

var (
	// ErrDamaged says that a pack is not as it was written.
	ErrDamaged = fault.New(fault.Invalid, "pack.damaged", "the rule pack is damaged; get it again, or make it again with: tallinn rules pack")
	// ErrVersion says that a pack is of another format.
	ErrVersion = fault.New(fault.Invalid, "pack.version", "the rule pack has version {{.version}} and this program reads version {{.known}}; make the pack again, or use a newer program")
)

// A Pack is rules with what must be known about where they are from.
type Pack struct {
	Source  string // where the rules were taken from, with the commit
	Link    string // a rule's file is appended to make its link; "": none
	Licence string // of all rules that name none of their own
	Rules   []*sigma.Rule
	Filters []*sigma.Filter
}

// Save writes p to w.
func Save(w io.Writer, p *Pack) error {
	e := &encoder{texts: map[string]uint64{}}
	e.pack(p)
	var body bytes.Buffer
	z, err := zstd.NewWriter(&body, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	if _, err := z.Write(e.finish()); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	sum := sha256.Sum256(body.Bytes())
	if _, err := fmt.Fprintf(w, "tallinn-pack %d\n%x\n", Version, sum); err != nil {
		return err
	}
	_, err = w.Write(body.Bytes())
	return err
}

// Load reads a pack.
//
// Errors: ErrDamaged, ErrVersion, and those of r.
func Load(r io.Reader) (*Pack, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSize))
	if err != nil {
		return nil, err
	}
	return Parse(data)
}

// Parse reads a pack that is in memory. Rules share data's texts.
func Parse(data []byte) (*Pack, error) {
	head, rest, ok := bytes.Cut(data, []byte("\n"))
	if !ok || !bytes.HasPrefix(head, []byte("tallinn-pack ")) {
		return nil, ErrDamaged
	}
	if version := string(head[len("tallinn-pack "):]); version != fmt.Sprint(Version) {
		return nil, ErrVersion.With("version", version).With("known", Version)
	}
	want, body, ok := bytes.Cut(rest, []byte("\n"))
	sum := sha256.Sum256(body)
	if !ok || string(want) != hex.EncodeToString(sum[:]) {
		return nil, ErrDamaged
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxSize), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	plain, err := z.DecodeAll(body, nil)
	if err != nil {
		return nil, ErrDamaged.Because(err)
	}
	d := &decoder{b: plain}
	p := d.pack()
	if d.err != nil {
		return nil, ErrDamaged.Because(d.err)
	}
	return p, nil
}

// Is reports whether data begins as a pack does.
func Is(data []byte) bool { return bytes.HasPrefix(data, []byte("tallinn-pack ")) }

var errShort = errors.New("pack: it ends too soon")
