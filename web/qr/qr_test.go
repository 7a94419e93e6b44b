package qr_test

import (
	"errors"
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"tallinn/web/qr"
)

// scan reads a code as a phone does, from a picture of it.
func scan(t *testing.T, c qr.Code) string {
	t.Helper()
	const scale = 4
	side := (c.Size() + 2*qr.Quiet) * scale
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			img.SetGray(x, y, color.Gray{255})
			if mx, my := x/scale-qr.Quiet, y/scale-qr.Quiet; mx >= 0 && my >= 0 && mx < c.Size() && my < c.Size() && c.Dark(mx, my) {
				img.SetGray(x, y, color.Gray{})
			}
		}
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got.GetText()
}

func TestEncode(t *testing.T) {
	for _, text := range []string{"a", "https://hub.example/sign-in/" + strings.Repeat("x", 43), strings.Repeat("Aa0-", qr.Most/4)} {
		c, err := qr.Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := scan(t, c); got != text {
			t.Errorf("the code of %q reads %q", text, got)
		}
		if lines := strings.Count(c.Terminal(), "\n"); lines != (c.Size()+2*qr.Quiet+1)/2 {
			t.Errorf("on a terminal %d lines stand for %d modules", lines, c.Size())
		}
	}
	if _, err := qr.Encode(strings.Repeat("x", qr.Most+1)); !errors.Is(err, qr.ErrLong) {
		t.Errorf("too much is refused with %v", err)
	}
}
