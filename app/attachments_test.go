package app_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// attaches sends a file with the form of a need's page.
func (v *visitor) attaches(page, name string, content []byte) answer {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, value := range map[string]string{"key": name, "part": "weakness"} {
		if err := form.WriteField(field, value); err != nil {
			v.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	part.Write(content)
	if err := form.Close(); err != nil {
		v.t.Fatal(err)
	}
	return v.send("POST", page+"/attachments", form.FormDataContentType(), body.String())
}

// givesOut checks that what is attached to a need comes back as a file that no
// browser shows or runs, of the type that its content says, and a picture
// without what a phone noted in it.
//
// ASVS 3.2.1
func givesOut(t *testing.T, v *visitor, page string) {
	t.Helper()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	noted := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00 PhoneMaker 50.4501 N"
	raw := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(noted) + 2)}, noted...)
	raw = append(raw, photo.Bytes()[2:]...)
	for name, content := range map[string][]byte{"Фото «щит».jpg": raw, "note.txt": []byte("<script>alert(1)</script> as text"), "page.html": []byte("<html><script>alert(1)</script>")} {
		if a := v.attaches(page, name, content); a.status != http.StatusSeeOther {
			t.Fatalf("attaching %s answers %d: %s", name, a.status, a.says(t, ".notice"))
		}
	}
	for name, content := range map[string]string{"photo.jpg": "MZ\x90\x00 a program", "photo.gif": "GIF89a\x00\x00"} {
		if a := v.attaches(page, name, []byte(content)); a.status < 400 {
			t.Errorf("%s is taken: %d", name, a.status)
		}
	}
	list := v.get(page + "/attachments")
	found := map[string]string{} // address by name, as the page lists them
	for _, at := range strings.Split(list.body, `href="/attachments/`)[1:] {
		id, rest, _ := strings.Cut(at, `"`)
		_, text, _ := strings.Cut(rest, ">")
		text, _, _ = strings.Cut(text, "<")
		found[text] = id
	}
	if len(found) != 3 {
		t.Fatalf("the page lists %v", found)
	}
	for name, id := range found {
		want := "text/plain; charset=utf-8"
		if strings.Contains(name, "jpg") {
			want = "image/jpeg"
		}
		for _, address := range []string{"/attachments/" + id, "/api/v1/attachments/" + id + "/file"} {
			r, err := http.NewRequest("GET", v.site.url+address, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+v.token)
			r.Header.Set("Accept", "*/*")
			resp, err := v.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			var body bytes.Buffer
			body.ReadFrom(resp.Body)
			resp.Body.Close()
			h := resp.Header
			how, as, err := mime.ParseMediaType(h.Get("Content-Disposition"))
			if resp.StatusCode != http.StatusOK || h.Get("Content-Type") != want || err != nil || how != "attachment" || as["filename"] != map[bool]string{true: "page.html.txt", false: name}[name == "page.html"] ||
				len(h["Content-Security-Policy"]) != 1 || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" ||
				h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Cache-Control"), "no-store") {
				t.Errorf("%s (%s) answers %d with %v, %v", address, name, resp.StatusCode, h, err)
			}
			if want == "image/jpeg" && (bytes.Contains(body.Bytes(), []byte("PhoneMaker")) || body.Len() == 0) {
				t.Errorf("%s gives the picture with what the phone noted", address)
			}
		}
	}
}
