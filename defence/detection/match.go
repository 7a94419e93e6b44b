package detection

import (
	"slices"
	"strings"

	"tallinn/defence/detection/logsource"
	"tallinn/defence/event"
)

// A Matcher tries an engine's rules on events, one at a time. It is not safe
// for concurrent use and allocates nothing once it has seen its log sources.
type Matcher struct {
	e      *Engine
	kids   []int32 // e's, in the order that lately decided soonest
	epoch  uint32  // of the event at hand; what bears another is stale
	ev     *event.Event
	route  *route
	slots  []fieldSlot // by field number
	next   []int32     // by position in ev.Fields: the next of the same name
	state  []uint32    // by atom: epoch<<2 | yes or no
	tried  []uint32    // by rule: epoch when it became a candidate
	looked []uint32    // by field: epoch when its index was scanned
	list   []int32     // candidates
	out    []int
	folded []string // by position in ev.Fields
	foldAt []uint32 // … and its epoch
	arena  event.Arena
	routes map[logsource.Key]*route
	onHit  func(*entry)
	names  *event.Names
	known  []int32 // by an event's own number of a name: its field, -1: none, -2: not known yet
	ascii  bool    // every value of the event at hand is, for certain
	sifted bool    // a sieve's needle was found
	onSift func(*entry)
	memo   *memo
	now    *memory // being made
	onNew  func(*entry)
}

// A fieldSlot is the first value of a field in the event at hand.
type fieldSlot struct {
	epoch uint32
	first int32
}

const (
	no  = 1
	yes = 2
)

// A route is what an engine does with events of one kind.
type route struct {
	classes []bool
	scan    []int32            // fields whose index is worth a look
	always  []int32            // rules that no needle announces
	words   []*index           // keywords that some rule looks for
	derive  func(*event.Event) // gives further fields, or nil
}

// maxRoutes bounds what a hostile log can make a matcher remember.
const maxRoutes = 4096

// NewMatcher returns a matcher over e.
func (e *Engine) NewMatcher() *Matcher {
	m := &Matcher{
		e:      e,
		kids:   slices.Clone(e.kids),
		slots:  make([]fieldSlot, len(e.fields)),
		state:  make([]uint32, len(e.atoms)),
		tried:  make([]uint32, len(e.rules)),
		looked: make([]uint32, len(e.fields)),
		routes: make(map[logsource.Key]*route),
	}
	m.onHit = m.hit
	m.memo = new(memo)
	m.onNew = func(x *entry) {
		m.now.found = append(m.now.found, x)
		m.hit(x)
	}
	m.onSift = func(*entry) { m.sifted = true }
	return m
}

// Match returns the numbers of the rules that ev matches, in rising order.
// The slice stands until the next call.
func (m *Matcher) Match(ev *event.Event) []int {
	m.begin(ev)
	m.out = m.out[:0]
	if m.route.idle() {
		return nil
	}
	m.candidates()
	for _, r := range m.list {
		if m.eval(m.e.rules[r].root) {
			m.out = append(m.out, int(r))
		}
	}
	slices.Sort(m.out)
	return m.out
}

func (r *route) idle() bool { return len(r.scan) == 0 && len(r.always) == 0 && len(r.words) == 0 }

// begin makes ev the event at hand: fields by number, and its route.
func (m *Matcher) begin(ev *event.Event) {
	m.ev = ev
	if m.epoch++; m.epoch == 1<<30 {
		m.forget()
	}
	m.arena.Reset()
	m.room(len(ev.Fields))
	if ev.Names != m.names {
		m.names, m.known = ev.Names, m.known[:0]
	}
	m.ascii = ev.Record() != ""
	// Backwards, so that the first of several values comes first.
	for i := len(ev.Fields) - 1; i >= 0; i-- {
		f := &ev.Fields[i]
		if f.Num <= 0 {
			m.bind(m.number(f.Name), int32(i))
			continue
		}
		if int(f.Num) >= len(m.known) || m.known[f.Num] == -2 {
			m.learn(f)
		}
		m.bind(m.known[f.Num], int32(i))
	}
	m.find()
	if m.route.derive != nil {
		m.derive()
	}
}

// derive gives the event at hand its further fields.
func (m *Matcher) derive() {
	from := len(m.ev.Fields)
	m.route.derive(m.ev)
	m.room(len(m.ev.Fields))
	m.ascii = false // of the values from the log alone this was certain
	for i := from; i < len(m.ev.Fields); i++ {
		m.bind(m.number(m.ev.Fields[i].Name), int32(i))
	}
}

// room makes room for n fields.
func (m *Matcher) room(n int) {
	if n > len(m.next) {
		m.next = append(m.next, make([]int32, n-len(m.next))...)
		m.folded = append(m.folded, make([]string, n-len(m.folded))...)
		m.foldAt = append(m.foldAt, make([]uint32, n-len(m.foldAt))...)
	}
}

// learn remembers which field a numbered name is.
func (m *Matcher) learn(f *event.Field) {
	for len(m.known) <= int(f.Num) {
		m.known = append(m.known, -2)
	}
	m.known[f.Num] = m.number(f.Name)
}

func (m *Matcher) number(name string) int32 {
	f := m.e.names.find(name)
	if f < 0 && strings.IndexByte(name, ' ') >= 0 {
		f = m.e.names.find(strings.ReplaceAll(name, " ", ""))
	}
	return f
}

func (m *Matcher) bind(f, i int32) {
	if f < 0 {
		return
	}
	m.next[i] = -1
	if m.slots[f].epoch == m.epoch {
		m.next[i] = m.slots[f].first
	}
	m.slots[f] = fieldSlot{m.epoch, i}
}

// forget starts the epochs anew, once in a thousand million events.
func (m *Matcher) forget() {
	m.epoch = 1
	clear(m.slots)
	clear(m.state)
	clear(m.tried)
	clear(m.looked)
	clear(m.foldAt)
}

func (m *Matcher) text(f int32) string {
	if s := m.slots[f]; s.epoch == m.epoch {
		return m.ev.Text(int(s.first))
	}
	return ""
}

// find sets the route of the event at hand.
func (m *Matcher) find() {
	k := logsource.Key{
		Product: m.ev.Product, Service: m.ev.Service, Category: m.ev.Category,
		Channel: m.text(numChannel), ID: m.text(numID),
	}
	switch logsource.TypeField(k.ID) {
	case fieldType:
		k.EventType = m.text(numType)
	case fieldOp:
		k.EventType = m.text(numOp)
	}
	r, ok := m.routes[k]
	if !ok {
		if len(m.routes) >= maxRoutes {
			clear(m.routes)
		}
		k.Product, k.Service, k.Category = strings.Clone(k.Product), strings.Clone(k.Service), strings.Clone(k.Category)
		k.Channel, k.ID, k.EventType = strings.Clone(k.Channel), strings.Clone(k.ID), strings.Clone(k.EventType)
		r = m.e.route(k)
		m.routes[k] = r
	}
	m.route = r
}

// route works out what events of k need.
func (e *Engine) route(k logsource.Key) *route {
	src := logsource.Of(k)
	r := &route{classes: make([]bool, len(e.classes))}
	for i, c := range e.classes {
		r.classes[i] = src.Feeds(c.Category, c.Product, c.Service)
		if r.classes[i] && e.words[i] != nil {
			r.words = append(r.words, e.words[i])
		}
	}
	wanted := make([]bool, len(e.fields))
	for a, list := range e.watch {
		for _, w := range list {
			if !r.classes[w.class] {
				continue
			}
			if f := e.atoms[a].field; f >= 0 {
				wanted[f] = true
			}
		}
	}
	for f, want := range wanted {
		if want {
			r.scan = append(r.scan, int32(f))
		}
	}
	for i, u := range e.rules {
		if u.always && r.classes[u.class] {
			r.always = append(r.always, int32(i))
		}
	}
	r.derive = logsource.Deriver(k)
	return r
}

// candidates fills list with the rules worth a closer look.
func (m *Matcher) candidates() {
	m.list = append(m.list[:0], m.route.always...)
	for _, f := range m.route.scan {
		if m.slots[f].epoch != m.epoch {
			continue
		}
		m.looked[f] = m.epoch
		x := m.e.indexes[f]
		for i := m.slots[f].first; i >= 0; i = m.next[i] {
			m.remembered(x, i)
		}
	}
	for _, x := range m.route.words {
		m.keywords(x)
	}
}

// keywords looks for x's needles in every value.
func (m *Matcher) keywords(x *index) {
	if record := m.ev.Record(); record != "" && x.sieve != nil && !m.sifts(x.sieve, record) {
		return
	}
	for i := range m.ev.Logged() {
		m.scan(x, int32(i), m.onHit)
	}
	if m.ev.Raw != "" {
		x.scan(m.foldText(m.ev.Raw), m.onHit)
	}
}

// sifts reports whether a text as it stands in its log may hold a needle.
func (m *Matcher) sifts(sieve *index, text string) bool {
	m.sifted = false
	sieve.scan(text, m.onSift)
	return m.sifted
}

// legible reports whether a packed text shows all its letters, for certain.
func legible(packed string) bool { return isASCII(packed) && !strings.Contains(packed, `\u`) }

// worthSieving is how long a packed text must be for a look at it to cost less
// than writing it out.
const worthSieving = 100

// remembered is scan by memory.
func (m *Matcher) remembered(x *index, i int32) {
	f := &m.ev.Fields[i]
	if len(f.Value) < memoLeast || len(f.Value) > memoMost {
		m.scan(x, i, m.onHit)
		return
	}
	p := m.memo.place(x, f)
	if p.is(x, f) {
		for _, e := range p.found {
			m.hit(e)
		}
		return
	}
	p.begin(x, f)
	m.now = p
	m.scan(x, i, m.onNew)
}

// scan looks for x's needles in the value at position i of the event. What is too
// short for any needle is left out, and only what is not all ASCII has to be
// folded: most values are neither.
func (m *Matcher) scan(x *index, i int32, hit func(*entry)) {
	if len(m.ev.Fields[i].Value) < x.least { // neither folding nor writing out lengthens
		return
	}
	if f := &m.ev.Fields[i]; len(f.Value) >= worthSieving && f.Packed() && x.sieve != nil &&
		(m.ascii || legible(f.Value)) && !m.sifts(x.sieve, f.Value) {
		return
	}
	s := m.ev.Text(int(i))
	if !m.ascii && !isASCII(s) {
		s = m.fold(i)
	}
	x.scan(s, hit)
}

// hit is called for each needle found.
func (m *Matcher) hit(x *entry) {
	if x.sure {
		m.state[x.atom] = m.epoch<<2 | yes
	} else if m.state[x.atom]>>2 != m.epoch {
		m.state[x.atom] = m.epoch << 2 // found, but not yet decided
	}
	for _, w := range m.e.watch[x.atom] {
		if m.route.classes[w.class] && m.tried[w.rule] != m.epoch {
			m.tried[w.rule] = m.epoch
			m.list = append(m.list, w.rule)
		}
	}
}

// fold returns the folded value at position i of the event.
func (m *Matcher) fold(i int32) string {
	if m.foldAt[i] != m.epoch {
		m.foldAt[i] = m.epoch
		m.folded[i] = m.foldText(m.ev.Text(int(i)))
	}
	return m.folded[i]
}

func (m *Matcher) foldText(s string) string {
	if foldASCII(m.arena.Reserve(len(s)), s) {
		return m.arena.Keep(len(s))
	}
	b := appendFold(m.arena.Reserve(len(s))[:0], s) // folding never lengthens
	return m.arena.Keep(len(b))
}

func (m *Matcher) eval(n int32) bool {
	nd := &m.e.nodes[n]
	if nd.kind == isAtom {
		return m.holds(nd.first)
	}
	kids := m.kids[nd.first : nd.first+nd.count]
	if nd.kind == isNot {
		return !m.eval(kids[0])
	}
	decides := nd.kind == isOr // what one kid is decides for all
	for i, k := range kids {
		if m.eval(k) == decides {
			m.advance(kids, i)
			return decides
		}
	}
	return !decides
}

// advance moves the kid that decided to where it is tried sooner, unless what
// stands there is cheaper: logs say the same again and again.
func (m *Matcher) advance(kids []int32, i int) {
	a, b := &m.e.nodes[kids[i]], &m.e.nodes[kids[i/2]]
	if a.kind == isAtom && b.kind == isAtom && m.e.atoms[a.first].form == m.e.atoms[b.first].form {
		kids[i], kids[i/2] = kids[i/2], kids[i]
	}
}

// holds reports whether atom a is true of the event at hand.
func (m *Matcher) holds(a int32) bool {
	s := m.state[a]
	if s>>2 == m.epoch && s&3 != 0 {
		return s&3 == yes
	}
	v := m.decide(a, s)
	m.state[a] = m.epoch<<2 | no
	if v {
		m.state[a] = m.epoch<<2 | yes
	}
	return v
}

func (m *Matcher) decide(a int32, s uint32) bool {
	at := &m.e.atoms[a]
	if len(m.e.watch[a]) > 0 && s>>2 != m.epoch {
		// Its needles were looked for, and none was found.
		if at.field >= 0 && m.looked[at.field] == m.epoch {
			return false
		}
	}
	if at.field < 0 {
		return m.anywhere(at)
	}
	switch at.form {
	case exists:
		return (m.slots[at.field].epoch == m.epoch) == at.want
	case null:
		return m.isNull(at)
	case ref:
		return m.refers(at)
	}
	if m.slots[at.field].epoch != m.epoch {
		return false
	}
	for i := m.slots[at.field].first; i >= 0; i = m.next[i] {
		if m.ev.Fields[i].Kind != event.Null && m.fits(at, i) {
			return true
		}
	}
	return false
}

// anywhere tries a keyword on every value, and on the whole line of a text log.
func (m *Matcher) anywhere(at *atom) bool {
	for i := range m.ev.Logged() {
		if m.ev.Fields[i].Kind != event.Null && m.fits(at, int32(i)) {
			return true
		}
	}
	if m.ev.Raw == "" {
		return false
	}
	if at.cased && at.form != regex {
		return at.fits(m.ev.Raw, m.ev.Raw)
	}
	return at.fits(m.ev.Raw, m.foldText(m.ev.Raw))
}
