package detection

// The fields that decide an event's log source come first in every engine.
const (
	fieldChannel = "Channel"
	fieldID      = "EventID"
	fieldType    = "EventType"
	fieldOp      = "OperationType"

	numChannel = 0
	numID      = 1
	numType    = 2
	numOp      = 3
)

// A nameTable finds the number of a field by its name: a hash of the name's
// length and ends, then one comparison.
type nameTable struct {
	names []string
	slots []int32 // number+1; 0: free
}

func newNameTable(names []string) nameTable {
	size := 16
	for size < 4*len(names) {
		size *= 2
	}
	t := nameTable{names: names, slots: make([]int32, size)}
	for i, name := range names {
		h := t.hash(name)
		for t.slots[h] != 0 {
			h = (h + 1) & uint64(size-1)
		}
		t.slots[h] = int32(i + 1)
	}
	return t
}

func (t *nameTable) hash(s string) uint64 {
	n := len(s)
	var k uint64
	switch {
	case n >= 8:
		k = load8(s, 0) ^ load8(s, n-8)*31
	case n > 0:
		for i := range n {
			k = k<<8 | uint64(s[i])
		}
	}
	k = (k + uint64(n)) * mix
	return k >> 32 & uint64(len(t.slots)-1)
}

// find returns the number of the field called s, or -1.
func (t *nameTable) find(s string) int32 {
	mask := uint64(len(t.slots) - 1)
	for h := t.hash(s); t.slots[h] != 0; h = (h + 1) & mask {
		if i := t.slots[h] - 1; t.names[i] == s {
			return i
		}
	}
	return -1
}
