package auditd

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"

	"tallinn/defence/event"
)

// maxLines bounds what is kept of one serial number.
const maxLines = 256

// A group is the lines of one serial number.
type group struct {
	serial string
	lines  []event.Event
}

func (g *group) add(e *event.Event) {
	if len(g.lines) < maxLines {
		g.lines = append(g.lines, *e)
	}
}

// tell returns the events that the lines make together, and begins anew.
func (g *group) tell() []*event.Event {
	lines := g.lines
	g.lines = nil
	if len(lines) == 0 {
		return nil
	}
	t := telling{first: &lines[0]}
	for i := range lines {
		t.read(&lines[i])
	}
	return t.events()
}

// A telling gathers what the lines say.
type telling struct {
	first, call *event.Event
	args        []string
	cwd         string
	created     []string
	deleted     []string
	peer        netip.AddrPort
	connect     bool
}

func (t *telling) read(e *event.Event) {
	kind, _ := e.Get("type")
	switch kind {
	case "SYSCALL":
		t.call = e
		nr, _ := e.Get("syscall")
		name, _ := e.Get("SYSCALL")
		t.connect = nr == "42" || nr == "203" || nr == "connect" || name == "connect"
	case "EXECVE":
		t.args = arguments(e)
	case "CWD":
		t.cwd, _ = e.Get("cwd")
	case "PATH":
		t.path(e)
	case "SOCKADDR":
		saddr, _ := e.Get("saddr")
		t.peer = address(saddr)
	}
}

// arguments joins a0, a1 …; a long argument comes as a1[0], a1[1] …
func arguments(e *event.Event) []string {
	var args []string
	for _, f := range e.Fields {
		name, part, split := strings.Cut(f.Name, "[")
		if len(name) < 2 || name[0] != 'a' {
			continue
		}
		if _, err := strconv.Atoi(name[1:]); err != nil {
			continue
		}
		if split && part != "0]" && len(args) > 0 {
			args[len(args)-1] += f.Value
			continue
		}
		args = append(args, f.Value)
	}
	return args
}

func (t *telling) path(e *event.Event) {
	name, _ := e.Get("name")
	switch kind, _ := e.Get("nametype"); kind {
	case "CREATE":
		t.created = append(t.created, t.absolute(name))
	case "DELETE":
		t.deleted = append(t.deleted, t.absolute(name))
	}
}

func (t *telling) absolute(name string) string {
	if strings.HasPrefix(name, "/") || t.cwd == "" {
		return name
	}
	return strings.TrimSuffix(t.cwd, "/") + "/" + strings.TrimPrefix(name, "./")
}

// address reads a socket address in hexadecimal: the family in the machine's
// order, then port and address in the network's.
func address(s string) netip.AddrPort {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) < 8 {
		return netip.AddrPort{}
	}
	port := binary.BigEndian.Uint16(b[2:])
	switch family := binary.LittleEndian.Uint16(b); {
	case family == 2:
		ip, _ := netip.AddrFromSlice(b[4:8])
		return netip.AddrPortFrom(ip, port)
	case family == 10 && len(b) >= 24:
		ip, _ := netip.AddrFromSlice(b[8:24])
		return netip.AddrPortFrom(ip.Unmap(), port)
	}
	return netip.AddrPort{}
}

func (t *telling) events() []*event.Event {
	var out []*event.Event
	if t.args != nil {
		e := t.event("process_creation")
		e.Add("CommandLine", strings.Join(t.args, " "), event.Text)
		e.Add("CurrentDirectory", t.cwd, event.Text)
		for i, a := range t.args {
			e.Add("a"+strconv.Itoa(i), a, event.Text)
		}
		out = append(out, e)
	}
	for _, name := range t.created {
		e := t.event("file_event")
		e.Add("TargetFilename", name, event.Text)
		out = append(out, e)
	}
	for _, name := range t.deleted {
		e := t.event("file_delete")
		e.Add("TargetFilename", name, event.Text)
		out = append(out, e)
	}
	if t.connect && t.peer.IsValid() {
		e := t.event("network_connection")
		e.Add("DestinationIp", t.peer.Addr().String(), event.Text)
		e.Add("DestinationPort", strconv.Itoa(int(t.peer.Port())), event.Number)
		e.Add("Initiated", "true", event.Bool)
		out = append(out, e)
	}
	return out
}

// names are what SYSCALL fields are called in Sigma.
var names = []struct{ from, to string }{
	{"exe", "Image"}, {"pid", "ProcessId"}, {"ppid", "ParentProcessId"}, {"ses", "LogonId"},
	{"UID", "User"}, {"AUID", "LoginUser"}, {"uid", "UserId"}, {"auid", "LoginUserId"},
	{"tty", "Terminal"}, {"key", "key"}, {"success", "success"},
}

func (t *telling) event(category string) *event.Event {
	e := &event.Event{Product: "linux", Category: category, Index: t.first.Index}
	if at, ok := t.first.Time(); ok {
		e.SetTime(at.UnixNano())
	}
	if node, ok := t.first.Get("node"); ok {
		e.Add("node", node, event.Text)
	}
	if t.call == nil {
		return e
	}
	for _, n := range names {
		if v, ok := t.call.Get(n.from); ok {
			e.Add(n.to, v, event.Text)
		}
	}
	if _, ok := e.Get("User"); !ok {
		if uid, _ := t.call.Get("uid"); uid == "0" {
			e.Add("User", "root", event.Text)
		} else if uid != "" {
			e.Add("User", uid, event.Text)
		}
	}
	return e
}
