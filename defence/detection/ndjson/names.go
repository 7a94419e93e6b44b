package ndjson

import "strings"

// A name is a member's name at one place of a record. Records of one log
// resemble each other, so a name knows which one came after it.
type name struct {
	in     *name  // the object it is a member of
	key    string // itself
	quoted string // as it stands in a record, from quote to colon
	path   string // with the names of the objects it is in
	field  string // what the field is called
	num    int32  // its number, from 1
	mark   mark
	kids   map[string]*name // the members of an object of this name
	first  *name            // the one that came first the last time
	next   *name            // the one that came after this one
}

// A mark tells that a record has a value by which an exporter is known.
type mark uint8

const (
	journal mark = 1 << iota
	nxlog
	provider
)

var marks = map[string]mark{"__REALTIME_TIMESTAMP": journal, "SourceModuleType": nxlog, "Provider_Name": provider}

// maxKnown bounds how many bytes of names are remembered.
const maxKnown = 8 << 20

func newName() *name { return &name{kids: make(map[string]*name)} }

// find returns what is known of the member key of the object called in. A
// small table stands before the map: an exporter that writes its members in
// random order defeats the guess, and the map takes four times as long.
func (r *Reader) find(in *name, key string) *name {
	slot := &r.recent[hash(key)]
	if k := *slot; k != nil && k.in == in && k.key == key {
		return k
	}
	k := in.kids[key]
	if k != nil {
		*slot = k
	}
	return k
}

// hash mixes the length and both ends of s into a place in recent.
func hash(s string) uint64 {
	var x uint64
	switch n := len(s); {
	case n >= 8:
		x = load(s[:8]) ^ load(s[n-8:])*31
	default:
		for i := range n {
			x = x<<8 | uint64(s[i])
		}
	}
	return (x + uint64(len(s))) * 0x9e3779b97f4a7c15 >> 54
}

func load(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// learn remembers the member key of the object called in, quoted as given.
func (r *Reader) learn(in *name, key string, quoted []byte) *name {
	k := newName()
	key = strings.Clone(key)
	k.in, k.key, k.quoted, k.path = in, key, string(quoted), key
	if in != r.root {
		k.path = in.path + "." + key
	}
	k.field = rename(k.path)
	r.count++
	k.num = r.count
	k.mark = marks[k.field]
	in.kids[key] = k
	r.known += 4*len(k.path) + 256
	return k
}

// wrappers are taken off the front of a path, the longest that fits first.
var wrappers = []string{"Event.EventData.", "Event.System.", "winlog.event_data.", "winlog.user_data.",
	"EventData.", "System.", "Event.RenderingInfo."}

// winlog are the names that Winlogbeat gives to parts of System.
var winlog = map[string]string{
	"winlog.channel": "Channel", "winlog.event_id": "EventID", "winlog.computer_name": "Computer",
	"winlog.provider_name": "Provider_Name", "winlog.record_id": "EventRecordID",
	"winlog.process.pid": "Execution_ProcessID", "winlog.process.thread.id": "Execution_ThreadID",
	"winlog.keywords": "Keywords", "winlog.opcode": "Opcode", "winlog.version": "Version",
	"host.name": "Computer",
}

func rename(path string) string {
	if n, ok := winlog[path]; ok {
		return n
	}
	if rest, ok := strings.CutPrefix(path, "Event.UserData."); ok {
		return strings.ReplaceAll(rest[strings.LastIndexByte(rest, '.')+1:], " ", "")
	}
	for _, w := range wrappers {
		if rest, ok := strings.CutPrefix(path, w); ok {
			return unwrap(rest, strings.HasSuffix(w, "System."))
		}
	}
	return path
}

// unwrap names what is left of a path inside a wrapper: attributes join their
// element by an underscore, the text of an element is the element.
func unwrap(rest string, system bool) string {
	rest = strings.ReplaceAll(rest, "_attributes.", ".#attributes.")
	rest = strings.ReplaceAll(rest, ".#attributes.", "_")
	rest = strings.TrimSuffix(strings.TrimSuffix(rest, ".#text"), ".Value")
	if system {
		rest = strings.ReplaceAll(rest, ".", "_")
	}
	return strings.ReplaceAll(rest, " ", "")
}
