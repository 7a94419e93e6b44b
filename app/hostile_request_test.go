package app_test

import (
	"fmt"
	"net/url"
	"strings"

	"tallinn/identity"
)

// tokens are tokens that may not import.
func tokens(h *fortress) []attack {
	with := func(name, authorization string, status int, code string) attack {
		header := map[string]string{"Content-Type": "application/json"}
		if authorization != "" {
			header["Authorization"] = authorization
		}
		return attack{name: name, method: "POST", path: mechanismPath, header: header, body: text(`{"files":{}}`), status: status, code: code}
	}
	good := h.token[identity.Importer]
	head := "POST " + mechanismPath + " HTTP/1.1\r\nHost: {host}\r\nAccept-Language: {lang}\r\nContent-Type: application/json\r\n"
	huge := with("none, with a body of 32 MiB", "", 401, "identity.no_token")
	huge.body = text("[" + strings.Repeat(" ", maxBody-2) + "]")
	return []attack{
		with("none", "", 401, "identity.no_token"), huge,
		with("empty", "Bearer ", 401, "identity.no_token"),
		with("another scheme", "Basic "+good, 401, "identity.no_token"),
		with("no scheme", good, 401, "identity.no_token"),
		with("wrong", "Bearer wrong", 401, "identity.bad_token"),
		with("a part", "Bearer "+good[:len(good)-1], 401, "identity.bad_token"),
		with("more", "Bearer "+good+"x", 401, "identity.bad_token"),
		with("two", "Bearer "+good+" "+good, 401, "identity.bad_token"),
		with("markup", "Bearer <script>alert(1)</script>", 401, "identity.bad_token"),
		with("another role's", "Bearer "+h.token[identity.Reader], 403, "identity.role"),
		with("16 KiB", "Bearer "+strings.Repeat("t", 16<<10), 401, "identity.bad_token"),
		{name: "in the address", method: "POST", path: mechanismPath + "?access_token=" + good, body: text(`{"files":{}}`),
			status: 401, code: "identity.no_token"},
		{name: "1 MB", raw: head + "Authorization: Bearer " + strings.Repeat("t", 1_000_000) + "\r\n\r\n", status: 431},
		{name: "NUL", raw: head + "Authorization: Bearer a\x00b\r\n\r\n", status: 400},
		{name: "a slow body and none", raw: head + "Content-Length: 1000\r\n\r\n{", status: 401, code: "identity.no_token"},
	}
}

// media are types of bodies and answers that the API does not speak.
func media(h *fortress) []attack {
	sent := func(media string) attack {
		header := importer(h)
		header["Content-Type"] = media
		return attack{name: "sends " + media, method: "POST", path: mechanismPath, header: header, body: text(`{"files":{}}`),
			status: 415, code: "api.media"}
	}
	asked := func(accept string, status int, code string) attack {
		return attack{name: "asks " + accept, path: "/api/v1/flows?limit=1", header: map[string]string{"Accept": accept}, status: status, code: code}
	}
	page := func(accept string) attack {
		return attack{name: "page asks " + accept, path: "/methods", header: map[string]string{"Accept": accept}, status: 200}
	}
	return []attack{
		sent("text/plain"), sent("text/html"), sent("application/xml"), sent("multipart/form-data; boundary=x"),
		sent("application/x-www-form-urlencoded"), sent("application/cbor"), sent(";+"), sent("a+b;c+"), sent(strings.Repeat("x", 8000)),
		asked("text/csv", 406, "api.accept"), asked("application/cbor", 406, "api.accept"),
		asked("application/json;q=0", 406, "api.accept"), asked("a;,b", 406, "api.accept"), asked(";;;,,,;q", 406, "api.accept"),
		asked("a; ,b;", 406, "api.accept"), asked("text/html,*/*;q=0.1", 200, ""), asked("application/*", 200, ""),
		asked("Application/JSON ; charset=utf-8", 200, ""), asked("*/*;q=x", 200, ""), asked(strings.Repeat("a/b,", 4000)+"*/*", 200, ""),
		page("image/png"), page("a;,b"), page("\x80"),
	}
}

// queries are addresses of lists and figures that ask for nonsense.
func queries(*fortress) []attack {
	var all []attack
	ask := func(path, name, value string, status int, code string) {
		all = append(all, attack{name: fmt.Sprintf("%s %s=%.20q", path, name, value),
			path: path + "?" + name + "=" + url.QueryEscape(value), status: status, code: code})
	}
	days := []string{"abc", "1900-01-01", "3000-01-01", "2024-02-30", "2024", "-1", "2024-12-20T00:00:00Z", "<script>", "2024-12-20\x00",
		"\xff", strings.Repeat("9", 20_000), "２０２４-12-20"}
	for _, day := range days {
		ask("/statement", "as_of", day, 400, "statement.as_of")
		ask("/api/v1/flows", "as_of", day, 400, "query.day")
	}
	for _, path := range []string{"/", "/figures/statement.total", "/figures/statement.total/rows.csv", "/api/v1/statement", "/api/v1/figures", "/statement/partners.csv"} {
		ask(path, "as_of", "3000-01-01", 400, "statement.as_of")
	}
	for _, path := range []string{"/flows", "/flows.csv", "/mentions", "/mentions.csv", "/parties", "/parties.csv", "/parties/EE", "/projects", "/projects.csv",
		"/api/v1/parties", "/api/v1/parties/EE", "/api/v1/mentions", "/api/v1/projects"} {
		ask(path, "as_of", "1900-01-01", 400, "query.day")
	}
	for _, word := range []string{"moon", "mechanism ", "<b>", "\xff", "\x00", strings.Repeat("m", 20_000)} {
		ask("/statement", "boundary", word, 400, "statement.boundary")
		ask("/api/v1/statement", "boundary", word, 400, "statement.boundary")
		ask("/flows", "provider", word, 400, "query.choice")
	}
	for _, name := range []string{"status", "scope", "provider", "receiver", "line", "year"} {
		ask("/flows", name, "<script>", 400, "query.choice")
		ask("/api/v1/flows", name, "\xff", 400, "query.choice")
	}
	for _, n := range []string{"-1", "0", "1000000000", "abc", "1e3", "99999999999999999999", "\x00", "１"} {
		ask("/flows", "page", n, 400, "query.page")
		ask("/api/v1/flows", "limit", n, 422, "api.request")
		ask("/api/v1/facts", "limit", n, 422, "api.request")
	}
	for _, n := range []string{"-1", "1000000000", "abc", "0x10", " 1", "\xff", "' or 1=1"} {
		ask("/api/v1/flows", "after", n, 400, "api.cursor")
	}
	ask("/api/v1/flows", "after", strings.Repeat("1", 65), 422, "api.request")
	for _, n := range []string{"-1", "abc", "9223372036854775808"} {
		ask("/record", "to", n, 400, "record.position")
		ask("/api/v1/facts", "from", n, 422, "api.request")
	}
	ask("/record", "to", "9223372036854775807", 200, "")
	ask("/api/v1/facts", "from", "9223372036854775807", 200, "")
	ask("/record", "stream", "<script>alert(1)</script>", 200, "")
	ask("/record", "stream", strings.Repeat("s", 20_000), 200, "")
	ask("/api/v1/statement", "lang", "xx", 422, "api.request")
	ask("/methods", "lang", "<script>", 200, "")
	ask("/methods", "theme", "<script>", 303, "")
	return append(all,
		attack{name: "a broken escape", path: "/flows?status=%zz", status: 200},
		attack{name: "semicolons", path: "/flows?a=1;b=2", status: 200},
		attack{name: "ten thousand parameters", path: "/flows?" + strings.Repeat("a=1&", 7000), status: 200},
		attack{name: "unknown parameters", path: "/api/v1/flows?limit=1&%3Cscript%3E=1", status: 422,
			code: "api.request", place: "query.<script>", detail: "api.parameter_unknown"})
}

// paths are addresses that lead nowhere, or try to lead out.
func paths(*fortress) []attack {
	raw := func(name, target string, status int, code string) attack {
		return attack{name: name, status: status, code: code,
			raw: "GET " + target + " HTTP/1.1\r\nHost: {host}\r\nAccept-Language: {lang}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"}
	}
	const nothing = "web.not_found"
	return []attack{
		raw("dots", "/../../etc/passwd", 307, ""), raw("escaped dots", "/%2e%2e/%2e%2e/etc/passwd", 404, nothing),
		raw("escaped slashes", "/..%2f..%2fetc%2fpasswd", 404, nothing), raw("assets and dots", "/assets/..%2f..%2ftokens.json", 404, ""),
		raw("assets and back slashes", `/assets/..%5c..%5ctokens.json`, 404, ""),
		raw("two slashes", "//evil.example/", 307, ""), raw("back slashes", `/\evil.example`, 404, nothing),
		raw("another host's address", "http://evil.example/", 200, ""), raw("tokens", "/tokens.json", 404, nothing),
		raw("NUL", "/flows/%00", 404, nothing), raw("invalid UTF-8", "/flows/%ff", 404, nothing), raw("bytes", "/flows/\xff\xfe", 404, nothing),
		raw("markup", "/flows/%3Cscript%3Ealert(1)%3C/script%3E", 404, nothing), raw("line ends", "/flows/%0d%0aSet-Cookie:%20a=b", 404, nothing),
		raw("16 KiB", "/flows/"+strings.Repeat("a", 16<<10), 404, nothing), raw("1 MB", "/"+strings.Repeat("a", 1_000_000), 431, ""),
		raw("a fact that is none", "/record/abc", 404, nothing), raw("a fact before the first", "/record/-1", 404, ""),
		raw("a fact past the last", "/record/9223372036854775807", 404, "record.no_fact"), raw("a fact past all", "/record/9223372036854775808", 404, nothing),
		raw("a figure nobody knows", "/figures/%3Cscript%3E", 404, "statement.figure"), raw("a long figure", "/figures/"+strings.Repeat("f", 5000), 404, "statement.figure"),
		raw("a table nobody knows", "/statement/../x.csv", 307, ""), raw("a table of another name", "/statement/%2e%2e%2ftokens.csv", 404, nothing),
		raw("a code nobody knows", "/problems/%3Cscript%3E", 404, nothing),
		raw("an operation nobody knows", "/api/v1/nothing", 404, nothing),
		{name: "an item nobody knows", path: "/api/v1/flows/%00", status: 404, code: nothing},
		{name: "a fact that is no number", path: "/api/v1/facts/abc", status: 422, code: "api.request", place: "path.pos", detail: "api.integer"},
		{name: "a long figure of the API", path: "/api/v1/figures/" + strings.Repeat("f", 5000), status: 422, code: "api.request", place: "path.name", detail: "api.long"},
	}
}

// methods are methods that an address does not take.
func methods(*fortress) []attack {
	var all []attack
	for _, m := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", strings.Repeat("M", 1000)} {
		for _, path := range []string{"/", "/flows", "/record/1", "/api/v1/mentions", "/api/openapi.json"} {
			all = append(all, attack{name: fmt.Sprintf("%.20s %s", m, path), method: m, path: path, status: 405, code: "web.method"})
		}
	}
	for _, m := range []string{"PUT", "DELETE"} {
		all = append(all, attack{name: m + " an import", method: m, path: mechanismPath, status: 405, code: "web.method"})
	}
	forged := attack{name: "another site's form", method: "POST", path: mechanismPath, body: text("{}"), status: 403, code: "web.cross_origin",
		header: map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}}
	return append(all, forged,
		attack{name: "CONNECT", raw: "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nAccept-Language: {lang}\r\n\r\n", status: 405, code: "web.method"})
}

// headers are headers that are too many, too long, or nonsense.
func headers(*fortress) []attack {
	with := func(name, value, path string, status int) attack {
		return attack{name: fmt.Sprintf("%s %.20q", name, value), path: path, header: map[string]string{name: value}, status: status}
	}
	var all []attack
	for _, junk := range []string{"*", `"`, `W/`, `"a", W/"b",,,`, strings.Repeat(`"x",`, 5000), "\x80\xff"} {
		status := 200
		if junk == "*" {
			status = 304
		}
		all = append(all, with("If-None-Match", junk, "/methods", status), with("If-None-Match", junk, "/api/v1/flows?limit=1", 200))
	}
	for name, value := range map[string]string{"If-Modified-Since": "never", "Range": "bytes=0-0,9-", "Cookie": "lang=<script>; theme=\x80; a", "Accept-Encoding": "x;q=9,,;",
		"X-Forwarded-For": "<script>", "Referer": "javascript:alert(1)", "User-Agent": strings.Repeat("u", 16<<10), "Content-Type": "<script>"} {
		all = append(all, with(name, value, "/", 200), with(name, value, "/api/v1/flows?limit=1", 200))
	}
	head := "GET / HTTP/1.1\r\nHost: {host}\r\nAccept-Language: {lang}\r\n"
	return append(all,
		attack{name: "ten thousand", raw: head + strings.Repeat("X-Flood: 1\r\n", 10_000) + "\r\n", status: 431},
		attack{name: "1 MB", raw: head + "X-Flood: " + strings.Repeat("f", 1_000_000) + "\r\n\r\n", status: 431},
		attack{name: "no host", raw: "GET / HTTP/1.1\r\n\r\n", status: 400},
		attack{name: "two lengths", raw: "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", status: 400},
		attack{name: "length and pieces", raw: "POST / HTTP/1.1\r\nHost: {host}\r\nAccept-Language: {lang}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status: 405, code: "web.method"},
		attack{name: "no HTTP", raw: "hello\r\n\r\n", status: 400})
}
