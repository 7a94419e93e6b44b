package attachment_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"tallinn/aid/attachment"
)

func picture() image.Image {
	p := image.NewRGBA(image.Rect(0, 0, 61, 43))
	for x := range 61 {
		for y := range 43 {
			p.Set(x, y, color.RGBA{uint8(x * 4), uint8(y * 5), uint8(x * y), 255})
		}
	}
	return p
}

// secrets are what a phone writes into a picture.
var secrets = []string{"PhoneMaker", "50.4501", "Olena", "serial 4711", "XMP-place"}

// segment is one of a JPEG.
func segment(mark byte, body string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, mark}, uint16(len(body)+2)), body...)
}

// exif is what a phone notes: which side is up, the maker, and the place.
func exif(order binary.AppendByteOrder, side uint16) string {
	b := []byte("II")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM")
	}
	b = order.AppendUint16(b, 42)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 3)
	entry := func(tag, kind uint16, count, value uint32) {
		b = order.AppendUint16(order.AppendUint16(b, tag), kind)
		b = order.AppendUint32(order.AppendUint32(b, count), value)
	}
	entry(0x010f, 2, 11, 50) // Make, at 50
	b = order.AppendUint16(order.AppendUint16(b, 0x0112), 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(order.AppendUint16(b, side), 0)
	entry(0x8825, 4, 1, 61) // GPS, at 61
	b = order.AppendUint32(b, 0)
	return "Exif\x00\x00" + string(b) + "PhoneMaker\x00" + "50.4501 N 30.5234 E serial 4711"
}

func jpegWith(t *testing.T, parts ...[]byte) []byte {
	t.Helper()
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, picture(), nil); err != nil {
		t.Fatal(err)
	}
	out := append([]byte{}, plain.Bytes()[:2]...)
	for _, p := range parts {
		out = append(out, p...)
	}
	return append(append(out, plain.Bytes()[2:]...), "after the end: Olena"...)
}

func pngWith(t *testing.T, chunks ...string) []byte {
	t.Helper()
	var plain bytes.Buffer
	if err := png.Encode(&plain, picture()); err != nil {
		t.Fatal(err)
	}
	const header = 8 + 8 + 13 + 4
	out := append([]byte{}, plain.Bytes()[:header]...)
	for _, c := range chunks { // four letters and the content
		out = binary.BigEndian.AppendUint32(out, uint32(len(c)-4))
		out = append(out, c...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(c)))
	}
	return append(append(out, plain.Bytes()[header:]...), "after the end: Olena"...)
}

// TestPictures: a picture comes through with the same pixels and without what
// the phone noted.
func TestPictures(t *testing.T) {
	app := func(mark byte, body string) []byte { return segment(mark, body) }
	for name, tt := range map[string]struct {
		raw  []byte
		want attachment.Type
		side byte
	}{
		"jpeg, little endian": {jpegWith(t, app(0xe1, exif(binary.LittleEndian, 6)), app(0xe1, "http://ns.adobe.com/xap/1.0/\x00XMP-place"),
			app(0xe2, "ICC_PROFILE\x00 Olena"), app(0xed, "Photoshop 3.0\x00Olena"), app(0xfe, "Olena")), attachment.JPEG, 6},
		"jpeg, big endian": {jpegWith(t, app(0xe1, exif(binary.BigEndian, 3))), attachment.JPEG, 3},
		"jpeg, upright":    {jpegWith(t, app(0xe1, exif(binary.BigEndian, 1))), attachment.JPEG, 0},
		"jpeg, small picture inside": {jpegWith(t, app(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x01\x02Olena!"),
			app(0xe0, "JFXX\x00Olena")), attachment.JPEG, 0},
		"png": {pngWith(t, "eXIf"+exif(binary.BigEndian, 6)[6:], "tEXtAuthor\x00Olena", "iTXtXML\x00XMP-place", "tIME\x07\xe8\x01\x01\x00\x00\x00",
			"iCCPOlena", "prVtserial 4711"), attachment.PNG, 0},
	} {
		var out bytes.Buffer
		kind, n, err := attachment.Copy(&out, bytes.NewReader(tt.raw), "photo.jpg")
		if err != nil || kind != tt.want || n != int64(out.Len()) {
			t.Errorf("%s: %q, %d of %d bytes, %v", name, kind, n, out.Len(), err)
			continue
		}
		for _, s := range secrets {
			if bytes.Contains(out.Bytes(), []byte(s)) {
				t.Errorf("%s: %s came through", name, s)
			}
		}
		got, _, err := image.Decode(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Errorf("%s: does not decode any more: %v", name, err)
			continue
		}
		want, _, err := image.Decode(bytes.NewReader(tt.raw))
		if err != nil {
			t.Fatal(err)
		}
		if !same(got, want) {
			t.Errorf("%s: other pixels", name)
		}
		at := bytes.Index(out.Bytes(), []byte("Exif\x00\x00"))
		switch {
		case tt.side == 0 && at >= 0:
			t.Errorf("%s: keeps a note that says nothing", name)
		case tt.side > 0 && (at < 0 || out.Bytes()[at+25] != tt.side):
			t.Errorf("%s: forgets which side is up", name)
		}
	}
}

func same(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for x := range a.Bounds().Dx() {
		for y := range a.Bounds().Dy() {
			if a.At(x, y) != b.At(x, y) {
				return false
			}
		}
	}
	return true
}

func archive(t *testing.T, first string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.CreateHeader(&zip.FileHeader{Name: first, Method: zip.Store})
	if err == nil {
		_, err = io.WriteString(w, "application/vnd.oasis.opendocument.text")
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestTypes: the content decides, whatever the name says.
//
// ASVS 5.2.2
func TestTypes(t *testing.T) {
	bomb := pngWith(t)
	binary.BigEndian.PutUint32(bomb[16:], 1<<20)
	binary.BigEndian.PutUint32(bomb[20:], 1<<20)
	long := strings.Repeat("ї", 5000)
	for _, tt := range []struct {
		name, raw string
		want      attachment.Type
		err       error
	}{
		{"a.pdf", "%PDF-1.7\n...", attachment.PDF, nil},
		{"a.txt", "Підстанція 330 кВ\r\n\tok\n", attachment.Plain, nil},
		{"a.txt", long, attachment.Plain, nil},
		{"a.txt", "x" + long, attachment.Plain, nil},
		{"a.CSV", "a;b\n1;2\n", attachment.CSV, nil},
		{"a.pdf", "<html><script>alert(1)</script>", attachment.Plain, nil}, // and is served as text only
		{"a.docx", string(archive(t, "[Content_Types].xml")), attachment.Office, nil},
		{"a.odt", string(archive(t, "mimetype")), attachment.Office, nil},
		{"a.docm", string(archive(t, "[Content_Types].xml")), "", attachment.ErrType},
		{"a.zip", string(archive(t, "x")), "", attachment.ErrType},
		{"a.docx", string(archive(t, "x.exe")), "", attachment.ErrType},
		{"a.pdf", "MZ\x90\x00", "", attachment.ErrType},
		{"a.png", "GIF89a\x01\x00", "", attachment.ErrType},
		{"a.txt", "text\x00", "", attachment.ErrType},
		{"a.txt", long + "\xff", "", attachment.ErrType},
		{"a.txt", long + "\xd1", "", attachment.ErrType},
		{"a.txt", "", "", attachment.ErrEmpty},
		{"", "text", "", attachment.ErrName},
		{"../a", "text", "", attachment.ErrName},
		{"a\u202etxt.exe", "text", "", attachment.ErrName},
		{strings.Repeat("a", 201), "text", "", attachment.ErrName},
		{"a.png", string(bomb), "", attachment.ErrBroken},
		{"a.png", string(pngWith(t)[:200]), "", attachment.ErrBroken},
		{"a.jpg", string(jpegWith(t)[:400]), "", attachment.ErrBroken},
		{"a.pdf", "%PDF-" + strings.Repeat("x", attachment.MaxBytes), "", attachment.ErrTooLarge},
		{"a.txt", strings.Repeat("x", attachment.MaxBytes+1), "", attachment.ErrTooLarge},
	} {
		var out bytes.Buffer
		kind, _, err := attachment.Copy(&out, strings.NewReader(tt.raw), tt.name)
		if !errors.Is(err, tt.err) || kind != tt.want {
			t.Errorf("%s %.20q: %q, %v; want %q, %v", tt.name, tt.raw, kind, err, tt.want, tt.err)
		}
		if err == nil && out.String() != tt.raw {
			t.Errorf("%s: changed on the way", tt.name)
		}
	}
}

// FuzzCopy: whatever is sent, nothing of it panics, and a picture that comes
// through is clean: copied again it stays as it is.
//
// ASVS 5.2.2
func FuzzCopy(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\xff\xd9"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var once, twice bytes.Buffer
		kind, _, err := attachment.Copy(&once, bytes.NewReader(raw), "a.docx")
		if err != nil {
			return
		}
		again, _, err := attachment.Copy(&twice, bytes.NewReader(once.Bytes()), "a.docx")
		if err != nil || again != kind || !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Fatalf("%q: %q then %q, %v", raw, kind, again, err)
		}
	})
}
